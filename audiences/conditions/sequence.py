"""Did A, then B, then C: each strictly later than the one before, the last no later than `within` after the first."""

from typing import TYPE_CHECKING

from pydantic import Field

from audiences.condition import CONDITIONS, Condition
from audiences.forms import ui
from audiences.window import Window
from customers.fragments import Sql, joined, sql
from customers.moments import Clock, Duration
from customers.where import Filter, where_sql
from kernel.language import Text
from kernel.schema import Body
from kernel.sets import People

if TYPE_CHECKING:
    from audiences.evaluate import Evaluation


class Step(Body):
    event: str = Field(min_length=1, max_length=200, json_schema_extra=ui(1, "事件", "Event", "event-picker"))
    where: list[Filter] = Field([], max_length=20, json_schema_extra=ui(2, "并且", "Where", "event-where"))

    def sql(self, clock: Clock) -> Sql:
        return sql("e.name = {} AND {}", self.event, where_sql(self.where, Sql("e.properties"), clock))


class SequenceParams(Body):
    steps: list[Step] = Field(min_length=2, max_length=10, json_schema_extra=ui(1, "步骤", "Steps", "list"))
    within: Duration | None = Field(
        None, json_schema_extra=ui(2, "从第一步到最后一步", "From the first to the last", "duration")
    )
    window: Window | None = Field(None, json_schema_extra=ui(3, "时间范围", "Window"))


class SequenceCondition(Condition[SequenceParams]):
    """One pass over the events in order of time. Each event carries, for each step, the latest start of a chain
    that it ends: a later start leaves more time, so no other need be kept."""

    key, dimension, labels, model = "sequence", "behaviour", Text("依次做过", "Did in order"), SequenceParams
    help = Text(
        "按先后顺序依次做过,例如先加企微、7 天内再注册会员",
        "Did one after the other in this order: added on WeCom, registered within 7 days",
    )
    cost = 20

    def events(self, params: SequenceParams) -> set[str]:
        return {step.event for step in params.steps}

    def people(self, params: SequenceParams, evaluation: "Evaluation") -> People:
        clock, chains = evaluation.world.clock, self._first(params, evaluation)
        for number in range(2, len(params.steps) + 1):
            chains = _next(chains, number)
        last = f"s{len(params.steps)}"
        ends = Sql(f"{last} IS NOT NULL")
        if params.within is not None:
            ends = sql("at <= {}", params.within.after(Sql(last), clock))
        return evaluation.select(sql("SELECT DISTINCT customer_id FROM ({}) AS chains WHERE {}", chains, ends))

    def _first(self, params: SequenceParams, evaluation: "Evaluation") -> Sql:
        clock = evaluation.world.clock
        steps = [step.sql(clock) for step in params.steps]
        flags = [sql("({}) IS TRUE AS m" + str(i), step) for i, step in enumerate(steps, 1)]
        listed = Sql(", ".join(f.text for f in flags), tuple(p for f in flags for p in f.params))
        rows = sql(
            "SELECT e.customer_id, e.occurred_at AS at, {} FROM customers_event e "
            "WHERE e.tenant_id = {} AND e.name = ANY({}) AND {} AND {}{}",
            listed,
            evaluation.world.tenant_id,
            sorted(self.events(params)),
            params.window.sql("e.occurred_at", clock) if params.window else Sql("true"),
            joined("OR", steps),
            evaluation.only("e.customer_id"),
        )
        return sql("SELECT rows.*, CASE WHEN m1 THEN at END AS s1 FROM ({}) AS rows", rows)


def _next(chains: Sql, number: int) -> Sql:
    """Adds s<number>: the latest start of a chain that this event continues. Times are whole microseconds."""
    before = "PARTITION BY customer_id ORDER BY at RANGE BETWEEN UNBOUNDED PRECEDING AND '1 microsecond' PRECEDING"
    latest = f"CASE WHEN m{number} THEN max(s{number - 1}) OVER ({before}) END AS s{number}"
    return sql(f"SELECT chains{number}.*, {latest} FROM ({{}}) AS chains{number}", chains)


CONDITIONS.register(SequenceCondition.key, SequenceCondition())
