"""SQL over the event log: which events count, and the values inside them. Puts pieces together, runs nothing."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from audiences.params import Happening
from audiences.window import Window
from customers.fragments import Sql, as_text, member, sql
from customers.moments import Clock
from customers.where import TRUE, Filter, values_sql, where_sql

if TYPE_CHECKING:
    from audiences.evaluate import Evaluation


def events(
    evaluation: "Evaluation", name: str, where: Sequence[Filter] = (), window: Window | None = None, alias: str = "e"
) -> Sql:
    """`customers_event e WHERE …`: the events that count; more conditions may follow with AND."""
    clock = evaluation.world.clock
    return sql(
        f"customers_event {alias} WHERE {alias}.tenant_id = {{}} AND {alias}.name = {{}} AND {{}} AND {{}}{{}}",
        evaluation.world.tenant_id,
        name,
        window.sql(f"{alias}.occurred_at", clock) if window else TRUE,
        where_sql(where, Sql(f"{alias}.properties"), clock),
        evaluation.only(f"{alias}.customer_id"),
    )


def of_params(params: Happening, evaluation: "Evaluation") -> Sql:
    """The events of a condition's own parameters."""
    return events(evaluation, params.event, params.where, params.window)


def value_of(path: str) -> Sql:
    """The JSON value at `path` in the rows of `with_values`."""
    return Sql("v.value") if "." in path else member(Sql("e.properties"), path)


def text_of(path: str) -> Sql:
    return as_text(value_of(path))


def with_values(path: str | None, counted: Sql) -> Sql:
    """FROM for `counted` (as of `events`): `e`, and `v` with each value where the path runs through a list."""
    if path is None or "." not in path:
        return counted
    # OFFSET 0: the planner takes each list for a thousand values long and would walk all events in customer order
    rows = sql("SELECT e.id, e.customer_id, e.occurred_at, e.properties FROM {} OFFSET 0", counted)
    return sql("({}) AS e CROSS JOIN LATERAL ({}) AS v WHERE true", rows, values_sql(path, Sql("e.properties")))


def local(moment: str, clock: Clock) -> Sql:
    """A timestamptz as the wall clock of the tenant."""
    return sql("(" + moment + " AT TIME ZONE {})", clock.zone.key)


def days_between(later: str, earlier: str) -> str:
    """Exact days from `earlier` to `later`, numeric."""
    return f"(extract(epoch FROM {later} - {earlier}) / 86400)"
