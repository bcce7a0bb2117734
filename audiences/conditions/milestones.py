"""Single events out of somebody's row of them: what the first or last was, when the n-th came, the day it comes round again."""

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from audiences.condition import CONDITIONS, Condition
from audiences.conditions.attribute import anniversary_days
from audiences.figure import EventFigure
from audiences.forms import ui
from audiences.happened import local, of_params
from audiences.params import Happening, Moment
from customers.fragments import Sql, sql
from customers.operators import operators_of
from customers.where import Filter, where_sql
from kernel.language import Text
from kernel.sets import People

if TYPE_CHECKING:
    from audiences.evaluate import Evaluation

EDGES = {"first": Text("第一次", "the first"), "last": Text("最近一次", "the latest")}
Edge = Literal["first", "last"]
_EDGE = {"first": "min", "last": "max"}


class WasParams(Happening):
    which: Edge = Field("first", json_schema_extra=ui(2, "哪一次", "Which", "select", options=EDGES))
    was: list[Filter] = Field(min_length=1, max_length=20, json_schema_extra=ui(3, "当时满足", "It was", "event-where"))


class WasCondition(Condition[WasParams]):
    """The first (latest) of the events passes `was`; of several at the same instant one is enough."""

    key, dimension, model = "edge_was", "behaviour", WasParams
    labels = Text("首次或最近一次的特征", "What the first or latest was like")
    help = Text(
        "首次或最近一次做某事时的情形,例如首单金额 > 500",
        "What the first or latest time was like: the first order was above 500",
    )
    cost = 12

    def events(self, params: WasParams) -> set[str]:
        return {params.event}

    def people(self, params: WasParams, evaluation: "Evaluation") -> People:
        at = f"{_EDGE[params.which]}(at)"
        rows = sql(  # OFFSET 0: so the properties are looked at before they are grouped, and not carried along
            "SELECT e.customer_id, e.occurred_at AS at, ({}) AS was FROM {} OFFSET 0",
            where_sql(params.was, Sql("e.properties"), evaluation.world.clock),
            of_params(params, evaluation),
        )
        return evaluation.select(
            sql("SELECT customer_id FROM ({}) AS e GROUP BY 1 HAVING " + at + " = " + at + " FILTER (WHERE was)", rows)
        )


class NthParams(Happening, Moment):
    number: int = Field(2, ge=1, le=1000, strict=True, json_schema_extra=ui(2, "第几次", "Which one", "number"))


class NthCondition(EventFigure[NthParams]):
    """When the n-th such event came; whoever has fewer has no such time."""

    key, labels, model = "nth", Text("第 N 次发生的时间", "When the n-th time was"), NthParams
    help = Text(
        "第几次做某事发生在什么时候,例如第 2 单在过去 7 天内",
        "When the n-th time was: the second order was in the last 7 days",
    )
    operators = tuple(operators_of("datetime"))
    cost = 20

    def figures(self, params: NthParams, evaluation: "Evaluation") -> Sql:
        return sql(
            "SELECT e.customer_id, (array_agg(e.occurred_at ORDER BY e.occurred_at))[{}] AS figure FROM {} "
            "GROUP BY 1 HAVING count(*) >= {}",
            params.number,
            of_params(params, evaluation),
            params.number,
        )


class RoundParams(Happening):
    which: Edge = Field("first", json_schema_extra=ui(2, "哪一次", "Which", "select", options=EDGES))
    offset_days: int = Field(
        0, ge=-366, le=366, strict=True,
        json_schema_extra=ui(3, "还有几天", "Days from now", "number", unit=Text("天", "days"),
                             help=Text("0 是今天,3 是三天后", "0 is today, 3 is in three days")),
    )  # fmt: skip


class RoundCondition(Condition[RoundParams]):
    """A year or several after the first (latest) time, to the day; 29 February is kept on the 28th in common years."""

    key, dimension, model = "event_anniversary", "behaviour", RoundParams
    labels = Text("首购等行为的周年", "Anniversary of an event")
    help = Text(
        "首次(或最近一次)做某事满整年,例如首购一周年的当天",
        "Whole years after the first (or latest) time: the day one year after the first order",
    )
    cost = 12

    def events(self, params: RoundParams) -> set[str]:
        return {params.event}

    def people(self, params: RoundParams, evaluation: "Evaluation") -> People:
        clock = evaluation.world.clock
        days = anniversary_days(clock.today, params.offset_days)
        at = local(f"{_EDGE[params.which]}(e.occurred_at)", clock)
        return evaluation.select(
            sql(
                "SELECT e.customer_id FROM {} GROUP BY 1 HAVING to_char({}, 'MM-DD') = ANY({}) AND {}::date < {}::date - 300",
                of_params(params, evaluation),
                at,
                days,
                at,
                clock.today,
            )
        )


for condition in (WasCondition(), NthCondition(), RoundCondition()):
    CONDITIONS.register(condition.key, condition)
