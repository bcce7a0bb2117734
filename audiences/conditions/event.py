"""What customers did: how often, how much, when first and last.

`count`, `days` and `distinct` of no events are 0, so "fewer than 1" finds those without any; `sum`, `avg`, `min`,
`max`, `first` and `last` of no events are missing, so that every comparison with them is false (but `not_exists`).
"""

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, PrivateAttr, field_validator, model_validator

from audiences.condition import CONDITIONS, Condition
from audiences.errors import Code
from audiences.forms import ui
from audiences.window import Window
from customers.comparisons import Compared
from customers.fragments import Sql, member, sql
from customers.moments import Clock, Duration
from customers.operators import compare, compare_number, operators_of
from customers.readings import number_sql, present_sql
from customers.where import TRUE, Filter, check_path, values_sql, where_sql
from kernel.errors import Code as KernelCode
from kernel.errors import ProblemError
from kernel.language import Text
from kernel.schema import Body, parse
from kernel.sets import People

if TYPE_CHECKING:
    from audiences.evaluate import Evaluation

MEASURES = {
    "count": Text("次数", "number of times"),
    "sum": Text("总和", "sum of"),
    "avg": Text("平均值", "average of"),
    "min": Text("最小值", "lowest"),
    "max": Text("最大值", "highest"),
    "distinct": Text("去重个数", "number of different"),
    "days": Text("发生的天数", "number of days"),
    "first": Text("首次时间", "first time"),
    "last": Text("最近一次时间", "latest time"),
}
OF_PROPERTY = ("sum", "avg", "min", "max", "distinct")
OF_TIME = ("first", "last")
_NONE_IS_ZERO = ("count", "days", "distinct")
Measure = Literal["count", "sum", "avg", "min", "max", "distinct", "days", "first", "last"]


class EventParams(Body):
    event: str = Field(min_length=1, max_length=200, json_schema_extra=ui(1, "事件", "Event", "event-picker"))
    measure: Measure = Field("count", json_schema_extra=ui(2, "统计", "Measure", "select", options=MEASURES))
    property: str | None = Field(
        None, json_schema_extra=ui(3, "事件属性", "Property", "property-picker",
                                   visibleWhen={"field": "measure", "equals": list(OF_PROPERTY)})
    )  # fmt: skip
    op: str = Field("gte", json_schema_extra=ui(4, "比较", "Operator"))
    value: Any = Field(None, json_schema_extra=ui(5, "值", "Value"))
    window: Window | None = Field(None, json_schema_extra=ui(6, "时间范围", "Window"))
    where: list[Filter] = Field([], max_length=20, json_schema_extra=ui(7, "并且", "Where", "event-where"))

    _compared: Compared = PrivateAttr()

    @field_validator("property")
    @classmethod
    def _a_path(cls, path: str | None) -> str | None:
        return None if path is None else check_path(path)

    @model_validator(mode="after")
    def _fits(self) -> "EventParams":
        if self.measure in OF_PROPERTY and self.property is None:
            raise ProblemError.at("/property", KernelCode.MISSING)
        if self.measure not in OF_PROPERTY and self.property is not None:
            raise ProblemError.at("/property", Code.NOT_WITH_MEASURE, measure=MEASURES[self.measure].say())
        value = self.value
        if not {"op", "value"} & self.model_fields_set and self.measure == "count":
            value = 1  # {"condition": "event", "event": …} alone: did it
        timed = self.measure in OF_TIME
        self._compared = compare("datetime", self.op, value) if timed else compare_number(self.op, value)
        return self

    def counted(self) -> Compared:
        return self._compared


def _aggregate(params: EventParams, clock: Clock) -> Sql:
    if params.measure == "count":
        return Sql("count(*)::numeric")
    if params.measure == "days":
        return sql("count(DISTINCT (e.occurred_at AT TIME ZONE {})::date)::numeric", clock.zone.key)
    if params.measure in OF_TIME:
        return Sql("min(e.occurred_at)" if params.measure == "first" else "max(e.occurred_at)")
    if params.measure == "distinct":
        return sql("count(DISTINCT {})::numeric", present_sql(_value(params)))
    return sql(params.measure + "({})", number_sql(_value(params)))


def _value(params: EventParams) -> Sql:
    """The JSON value that is added up: of the event itself, or of each item of a list in it."""
    return Sql("v.value") if "." in str(params.property) else Sql("e.value")


def _source(params: EventParams, filtered: Sql) -> Sql:
    """`e` with the events that count, and `v` with each value in them where the property runs through a list."""
    if not params.property:
        return sql("customers_event e WHERE {}", filtered)
    if "." not in params.property:  # the value alone: groups that do not fit into memory are written to disk
        value = member(Sql("e.properties"), params.property)
        return sql("(SELECT e.customer_id, {} AS value FROM customers_event e WHERE {} OFFSET 0) AS e", value, filtered)
    # OFFSET 0: the planner takes each list for a thousand values long and would walk all events in customer order
    events = sql("SELECT e.customer_id, e.properties FROM customers_event e WHERE {} OFFSET 0", filtered)
    return sql("({}) AS e CROSS JOIN LATERAL ({}) AS v", events, values_sql(params.property, Sql("e.properties")))


def _lately(params: EventParams, clock: Clock) -> Sql:
    """Those whose latest time is of the last days are found by the events of these days."""
    if params.measure != "last" or params.op != "within_last":
        return TRUE
    return sql("e.occurred_at >= {}", parse(Duration, params.value).from_now(clock, -1))


class EventCondition(Condition[EventParams]):
    key, dimension, labels, model = "event", "behaviour", Text("做过 / 没做过某事", "Did or did not do"), EventParams
    help = Text(
        "做过多少次、金额多少、首末时间,例如最近 90 天支付订单 ≥ 5 次",
        "How often, how much, when first or last: paid at least 5 orders in the last 90 days",
    )
    operators = tuple(op for op in operators_of("any") if op in (*operators_of("number"), *operators_of("datetime")))
    cost = 10

    def events(self, params: EventParams) -> set[str]:
        return {params.event}

    def slides(self, params: EventParams) -> Window | None:
        relative = any(op.startswith("within_") for op in (params.op, *(part.op for part in params.where)))
        return params.window if params.window and params.window.last and not relative else None

    def people(self, params: EventParams, evaluation: "Evaluation") -> People:
        """Where no events satisfy too, those whose events do not are taken from everyone."""
        clock, compared = evaluation.world.clock, params.counted()
        holds = compared.sql_typed(_aggregate(params, clock), clock)
        nothing = Decimal(0) if params.measure in _NONE_IS_ZERO else None
        if not compared.test(nothing, clock):
            return evaluation.select(self._having(params, evaluation, holds))
        return evaluation.rest(evaluation.select(self._having(params, evaluation, sql("({}) IS NOT TRUE", holds))))

    def _having(self, params: EventParams, evaluation: "Evaluation", holds: Sql) -> Sql:
        clock = evaluation.world.clock
        filtered = sql(
            "e.tenant_id = {} AND e.name = {} AND {} AND {} AND {}{}",
            evaluation.world.tenant_id,
            params.event,
            params.window.sql("e.occurred_at", clock) if params.window else TRUE,
            _lately(params, clock),
            where_sql(params.where, Sql("e.properties"), clock),
            evaluation.only("e.customer_id"),
        )
        return sql("SELECT e.customer_id FROM {} GROUP BY e.customer_id HAVING {}", _source(params, filtered), holds)


CONDITIONS.register(EventCondition.key, EventCondition())
