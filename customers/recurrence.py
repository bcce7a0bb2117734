"""Did somebody do something n times within a length of time? Asked of the stored events, for events at hand."""

from collections.abc import Sequence
from datetime import timedelta

from django.db import connection

from customers.fragments import Sql, joined, sql
from customers.inbox import InboxEvent
from customers.moments import Clock
from customers.where import Filter, where_sql
from tenants.scope import current_tenant_id

Pattern = tuple[str, Sequence[Filter]]  # name of an event, and what its properties must fulfil
_EVER = timedelta(days=36_500)


def often_enough(
    events: Sequence[InboxEvent], patterns: Sequence[Pattern], *, times: int, within: timedelta | None, clock: Clock
) -> set[int]:
    """Inbox ids of those that are the n-th of a span, or complete one: n or more within `within` (None: ever).

    The span ends at the event itself; events that happened after it count only where they arrived before it, so that
    one that comes late still completes its span, and those of one delivery do not all count as the last.
    """
    of_kind = {alias: _of_kind(alias, patterns, clock) for alias in ("x", "y")}
    query = sql(
        "SELECT w.id FROM unnest({}::bigint[], {}::text[], {}::bigint[], {}::timestamptz[]) AS w (id, event_id, customer, at) "
        "JOIN customers_event e ON e.tenant_id = {} AND e.customer_id = w.customer AND e.occurred_at = w.at "
        "AND e.event_id = w.event_id WHERE EXISTS (SELECT 1 FROM customers_event x WHERE x.tenant_id = {} AND x.customer_id = w.customer "
        "AND x.occurred_at >= w.at AND x.occurred_at < w.at + {}::interval + interval '1 microsecond' "
        "AND (x.occurred_at = w.at OR x.received_at < e.received_at) AND {} AND (SELECT count(*) FROM customers_event y "
        "WHERE y.tenant_id = {} AND y.customer_id = w.customer AND y.occurred_at > x.occurred_at - {}::interval "
        "AND y.occurred_at <= x.occurred_at AND {}) >= {})",
        [e.id for e in events], [e.event_id for e in events], [e.customer_id for e in events],
        [e.occurred_at for e in events], current_tenant_id(), current_tenant_id(), within or _EVER, of_kind["x"], current_tenant_id(),
        within or _EVER, of_kind["y"], times,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(query.text, query.params)
        return {row[0] for row in cursor.fetchall()}


def _of_kind(alias: str, patterns: Sequence[Pattern], clock: Clock) -> Sql:
    columns = Sql(f"{alias}.name"), Sql(f"{alias}.properties")
    return joined(
        "OR", [sql("{} = {} AND {}", columns[0], name, where_sql(where, columns[1], clock)) for name, where in patterns]
    )
