"""What somebody chooses: favourite category, share of it, which of several, together, again, one but never another."""

from typing import TYPE_CHECKING

from pydantic import Field, field_validator, model_validator

from audiences.condition import CONDITIONS, Condition
from audiences.errors import Code
from audiences.figure import ZERO, EventFigure
from audiences.forms import ui
from audiences.happened import of_params, text_of, value_of, with_values
from audiences.params import Happening, Name, Numbered, Percent, Times
from audiences.preferred import Preferred
from customers.fragments import ROOT, Sql, sql
from customers.moments import Clock
from customers.readings import number_sql
from customers.where import Filter, check_path, values_sql, where_sql
from kernel.errors import ProblemError
from kernel.language import Text
from kernel.sets import People

if TYPE_CHECKING:
    from audiences.evaluate import Evaluation

_ITEM_HELP = Text("如 items.category、items.sku", "such as items.category, items.sku")


class Choosing(Happening):
    """Values at a property of the events; items of lists each count."""

    property: str = Field(json_schema_extra=ui(2, "事件属性", "Property", "property-picker", help=_ITEM_HELP))

    @field_validator("property")
    @classmethod
    def _a_path(cls, path: str) -> str:
        return check_path(path)

    def chosen(self, evaluation: "Evaluation") -> Sql:
        return with_values(self.property, of_params(self, evaluation))


class PreferredValueParams(Choosing):
    value: list[Name] = Field(
        min_length=1, max_length=200, json_schema_extra=ui(3, "最常选的是", "Most often", "property-values")
    )


class PreferredValueCondition(Preferred[PreferredValueParams]):
    key, model = "preferred_value", PreferredValueParams
    labels = Text("偏好品类 / 商品", "Preferred category or product")
    help = Text(
        "某个属性里出现最多的值,例如最常买的品类是茶叶",
        "The value that comes most often: the category bought most is tea",
    )

    def choice(self, params: PreferredValueParams, clock: Clock) -> Sql:
        return text_of(params.property)

    def wanted(self, params: PreferredValueParams) -> Sql:
        return sql("{}::text[]", params.value)

    def source(self, params: PreferredValueParams, evaluation: "Evaluation") -> Sql:
        return params.chosen(evaluation)


class ShareParams(Happening, Percent):
    part: list[Filter] = Field(
        min_length=1, max_length=20, json_schema_extra=ui(2, "其中满足", "The part that counts", "event-where")
    )
    property: str | None = Field(
        None,
        json_schema_extra=ui(3, "按属性求和(不填则按次数)", "Summed up by (times when left out)", "property-picker"),
    )

    @field_validator("property")
    @classmethod
    def _a_path(cls, path: str | None) -> str | None:
        return None if path is None else check_path(path)

    @model_validator(mode="after")
    def _one_value(self) -> "ShareParams":
        if self.property and "." in self.property:
            raise ProblemError.at("/property", Code.ONE_VALUE)
        return self


class ShareCondition(EventFigure[ShareParams]):
    """Percent of the times, or of the amount, that pass `part`; none of neither: no share."""

    key, labels, model = "share", Text("占比(品类、渠道等)", "Share of times or amount"), ShareParams
    help = Text(
        "满足条件的部分占全部的百分比,例如茶叶占消费额 ≥ 50%",
        "What passes as a percentage of all: tea is 50 % or more of the amount spent",
    )

    def figures(self, params: ShareParams, evaluation: "Evaluation") -> Sql:
        part = where_sql(params.part, Sql("e.properties"), evaluation.world.clock)
        weight = Sql("1::numeric") if params.property is None else number_sql(value_of(params.property))
        return sql(
            "SELECT e.customer_id, 100 * coalesce(sum({}) FILTER (WHERE {}), 0) / nullif(sum({}), 0) AS figure FROM {} GROUP BY 1",
            weight,
            part,
            weight,
            of_params(params, evaluation),
        )


class CoversParams(Choosing, Times):
    values: list[Name] = Field(
        min_length=1, max_length=200, json_schema_extra=ui(3, "这些值", "These values", "property-values")
    )
    value: int = Field(
        1,
        strict=True,
        ge=0,
        json_schema_extra=ui(81, "其中几种", "How many of them", "number", unit=Text("种", "of them")),
    )


class CoversCondition(EventFigure[CoversParams]):
    """How many of the listed values somebody has had: bought at least 2 of these 3 products."""

    key, labels, model = "covers", Text("选过其中几种", "Had how many of these"), CoversParams
    help = Text(
        "所列的值里有过几种,例如这 3 款商品至少买过 2 款",
        "Had how many of the listed values: bought at least 2 of these 3 products",
    )
    operators = ("eq", "ne", "gt", "gte", "lt", "lte")
    nothing = ZERO

    def figures(self, params: CoversParams, evaluation: "Evaluation") -> Sql:
        value = text_of(params.property)
        return sql(
            "SELECT e.customer_id, count(DISTINCT {})::numeric AS figure FROM {} AND {} = ANY({}) GROUP BY 1",
            value,
            params.chosen(evaluation),
            value,
            params.values,
        )


class TogetherParams(Choosing, Times):
    values: list[Name] = Field(
        min_length=2, max_length=20, json_schema_extra=ui(3, "同时有", "All of these", "property-values")
    )


class TogetherCondition(EventFigure[TogetherParams]):
    """All of the values in one and the same event: bought together."""

    key, labels, model = "together", Text("同一单里同时有", "Together in one order"), TogetherParams
    help = Text(
        "同一次里同时出现所列的值几次,例如一单里同时有茶叶和茶具",
        "How often all these values came in one event: tea and tea ware in one order",
    )
    nothing = ZERO

    def figures(self, params: TogetherParams, evaluation: "Evaluation") -> Sql:
        wanted = sorted(set(params.values))
        values = sql(
            "SELECT value #>> {} AS value FROM ({}) AS v", ROOT, values_sql(params.property, Sql("e.properties"))
        )
        found = sql("(SELECT count(DISTINCT value) FROM ({}) AS v WHERE value = ANY({}))", values, wanted)
        events = of_params(params, evaluation)
        return sql(
            "SELECT e.customer_id, count(*)::numeric AS figure FROM {} AND {} = {} GROUP BY 1",
            events,
            found,
            len(wanted),
        )


class RepeatedParams(Choosing, Numbered):
    value: int = Field(
        2, strict=True, ge=1, json_schema_extra=ui(81, "次数", "Times", "number", unit=Text("次", "times"))
    )


class RepeatedCondition(EventFigure[RepeatedParams]):
    """The most often that one and the same value came: bought the same product at least 3 times."""

    key, labels, model = "repeated", Text("反复选同一个(复购同款)", "The same one again"), RepeatedParams
    help = Text(
        "同一个值最多出现几次,例如同一款商品买过 ≥ 3 次",
        "How often one and the same value came: bought the same product 3 times or more",
    )
    operators = ("eq", "ne", "gt", "gte", "lt", "lte")
    nothing = ZERO
    cost = 20

    def figures(self, params: RepeatedParams, evaluation: "Evaluation") -> Sql:
        counted = sql(
            "SELECT e.customer_id, {} AS choice, count(DISTINCT e.id) AS n FROM {} GROUP BY 1, 2",
            text_of(params.property),
            params.chosen(evaluation),
        )
        return sql(
            "SELECT customer_id, max(n)::numeric AS figure FROM ({}) AS counted WHERE choice IS NOT NULL GROUP BY 1",
            counted,
        )


class ButNeverParams(Choosing):
    has: list[Name] = Field(
        min_length=1, max_length=200, json_schema_extra=ui(3, "有过", "Had one of", "property-values")
    )
    never: list[Name] = Field(
        min_length=1, max_length=200, json_schema_extra=ui(4, "但从未有过", "But never one of", "property-values")
    )


class ButNeverCondition(Condition[ButNeverParams]):
    """Bought A but never B: whom to offer B."""

    key, dimension, labels, model = (
        "but_never",
        "behaviour",
        Text("买过 A 但没买过 B", "Had A but never B"),
        ButNeverParams,
    )
    help = Text(
        "有过其中之一,却从未有过另外这些,例如买过茶叶但没买过茶具",
        "Had one of these but never one of those: bought tea but never tea ware",
    )
    cost = 12

    def events(self, params: ButNeverParams) -> set[str]:
        return {params.event}

    def people(self, params: ButNeverParams, evaluation: "Evaluation") -> People:
        value = text_of(params.property)
        return evaluation.select(
            sql(
                "SELECT e.customer_id FROM {} AND {} = ANY({}) GROUP BY 1 HAVING bool_and({} <> ALL({}))",
                params.chosen(evaluation),
                value,
                sorted({*params.has, *params.never}),
                value,
                params.never,
            )
        )


for condition in (
    PreferredValueCondition(), ShareCondition(), CoversCondition(), TogetherCondition(), RepeatedCondition(), ButNeverCondition()
):  # fmt: skip
    CONDITIONS.register(condition.key, condition)
