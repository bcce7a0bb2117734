"""Somebody among the others, and against their own past: the top few percent, more or less than in the period before."""

from typing import TYPE_CHECKING, Literal

from pydantic import Field, PrivateAttr, field_validator, model_validator

from audiences.condition import CONDITIONS, Condition
from audiences.errors import Code
from audiences.figure import EventFigure
from audiences.forms import ui
from audiences.happened import events, of_params, value_of, with_values
from audiences.params import Happening, Name, Percent
from audiences.window import Window
from customers.fragments import Sql, sql
from customers.moments import Duration
from customers.readings import number_sql
from customers.where import Filter, check_path
from kernel.errors import Code as KernelCode
from kernel.errors import ProblemError
from kernel.language import Text
from kernel.schema import Body, parse
from kernel.sets import People

if TYPE_CHECKING:
    from audiences.evaluate import Evaluation

MEASURES = {"count": Text("次数", "number of times"), "sum": Text("总和", "sum of")}
_MEASURE = ui(2, "统计", "Measure", "select", options=MEASURES)
_PROPERTY = ui(3, "事件属性", "Property", "property-picker", visibleWhen={"field": "measure", "equals": "sum"})


class Measured(Body):
    measure: Literal["count", "sum"] = Field("count", json_schema_extra=_MEASURE)
    property: str | None = Field(None, json_schema_extra=_PROPERTY)

    @field_validator("property")
    @classmethod
    def _a_path(cls, path: str | None) -> str | None:
        return None if path is None else check_path(path)

    @model_validator(mode="after")
    def _fits(self) -> "Measured":
        if self.measure == "sum" and self.property is None:
            raise ProblemError.at("/property", KernelCode.MISSING)
        if self.measure == "count" and self.property is not None:
            raise ProblemError.at("/property", Code.NOT_WITH_MEASURE, measure=MEASURES["count"].say())
        return self

    def weight(self) -> Sql:
        return Sql("1::numeric") if self.property is None else number_sql(value_of(self.property))


class TopParams(Measured, Happening):
    percent: float = Field(
        10,
        gt=0,
        le=100,
        strict=True,
        json_schema_extra=ui(4, "前百分之几", "Top percent", "number", unit=Text("%", "%")),
    )


class TopCondition(Condition[TopParams]):
    """The top so many percent of those who did it at all, by number or amount; whoever ties with the last of them is in.

    Ranks everybody, also when it is asked about a few.
    """

    key, dimension, labels, model = "top", "behaviour", Text("排名前百分之几", "Among the top percent"), TopParams
    help = Text(
        "次数或金额在做过的人里排前百分之几,例如消费额前 10%",
        "Among the top percent of those who did it, by number or amount: the top 10 % by amount",
    )
    cost = 50

    def events(self, params: TopParams) -> set[str]:
        return {params.event}

    def people(self, params: TopParams, evaluation: "Evaluation") -> People:
        whole = evaluation.of_all()
        rows = sql(
            "SELECT e.customer_id, sum({}) AS figure FROM {} AND NOT EXISTS (SELECT FROM customers_customer c WHERE c.tenant_id = {} "
            "AND c.id = e.customer_id AND (c.merged_into IS NOT NULL OR c.erased_at IS NOT NULL)) GROUP BY 1",
            params.weight(), with_values(params.property, of_params(params, whole)), evaluation.world.tenant_id,
        )  # fmt: skip
        ranked = sql(
            "SELECT customer_id, rank() OVER (ORDER BY figure DESC) AS place, count(*) OVER () AS n FROM ({}) AS rows "
            "WHERE figure IS NOT NULL",
            rows,
        )
        return evaluation.select(
            sql("SELECT customer_id FROM ({}) AS ranked WHERE place <= ceil(n * {}::numeric / 100)", ranked, str(params.percent))
        )  # fmt: skip


class TrendParams(Measured, Percent):
    event: Name = Field(json_schema_extra=ui(1, "事件", "Event", "event-picker"))
    period: Duration = Field(json_schema_extra=ui(4, "最近的时段", "The latest period of", "duration"))
    where: list[Filter] = Field([], max_length=20, json_schema_extra=ui(90, "并且", "Where", "event-where"))

    _both: Window = PrivateAttr()

    @model_validator(mode="after")
    def _not_too_long(self) -> "TrendParams":
        twice = {name: 2 * getattr(self.period, name) for name in Duration.model_fields}
        self._both = Window.model_validate({"last": parse(Duration, twice, "/period")})
        return self

    def both(self) -> Window:
        """The latest period and the one before it."""
        return self._both


class TrendCondition(EventFigure[TrendParams]):
    """Change in percent from the period before to the latest one: −100 is nothing any more. Nothing before: no such figure."""

    key, labels, model = "trend", Text("环比变化", "Change against the period before"), TrendParams
    help = Text(
        "最近一段与前一段相比变化百分之几,例如近 30 天消费额下降 ≥ 50%(≤ −50)",
        "Change in percent against the period before: spent half as much in 30 days (−50 or less)",
    )

    def figures(self, params: TrendParams, evaluation: "Evaluation") -> Sql:
        clock = evaluation.world.clock
        begin = params.period.from_now(clock, -1)
        source = with_values(params.property, events(evaluation, params.event, params.where, params.both()))
        rows = sql(
            "SELECT e.customer_id, e.occurred_at AS at, {} AS weight FROM {}",
            params.weight(),
            source,
        )
        return sql(
            "SELECT customer_id, 100 * (coalesce(sum(weight) FILTER (WHERE at >= {}), 0) / nullif(sum(weight) FILTER (WHERE at < {}), 0) - 1) "
            "AS figure FROM ({}) AS rows GROUP BY 1",
            begin,
            begin,
            rows,
        )


for condition in (TopCondition(), TrendCondition()):
    CONDITIONS.register(condition.key, condition)
