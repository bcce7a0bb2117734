"""Who of a set did something in a span of time: asked of the event log. Reads only."""

from collections.abc import Sequence
from datetime import datetime

from customers.fragments import Sql, sql
from customers.moments import Clock
from customers.people import fetch_within
from customers.where import Filter, where_sql
from kernel.sets import People
from tenants.scope import current_tenant_id


def who_did(
    name: str, where: Sequence[Filter], within: People, since: datetime, until: datetime, clock: Clock
) -> People:
    """Those of `within` with an event `name` that occurred in [since, until] and passes every filter."""
    select = sql(
        "SELECT e.customer_id FROM customers_event e WHERE e.tenant_id = {} AND e.name = {} AND e.occurred_at BETWEEN {} AND {} AND {}",
        current_tenant_id(), name, since, until, where_sql(where, Sql("e.properties"), clock),
    )  # fmt: skip
    return fetch_within(select.text, select.params, "e.customer_id", within)
