"""How long events are kept: for ever, or for as many whole months as the tenant's settings say.

Months of other tenants stand in the same partitions, so rows are deleted, in bounded batches; with whole months (UTC, as
the partitions) nearly all of a partition's rows of the tenant go at once. What is deleted still counts once for ever:
its id stays known.
"""

from datetime import UTC, datetime

from django.db import connection

from kernel.clock import db_now
from tenants.scope import current_tenant_id
from tenants.settings import tenant_now

BATCH = 20_000

_FORGET = """
    DELETE FROM customers_event e USING (
        SELECT tenant_id, name, occurred_at, id FROM customers_event
        WHERE tenant_id = %(tenant)s AND occurred_at < %(before)s LIMIT %(batch)s
    ) AS old
    WHERE e.tenant_id = %(tenant)s AND e.occurred_at < %(before)s
      AND (e.tenant_id, e.name, e.occurred_at, e.id) = (old.tenant_id, old.name, old.occurred_at, old.id)
"""


def keep_months() -> int | None:
    """None: for ever."""
    months: int | None = tenant_now().settings.get("events_months")
    return months


def kept_from() -> datetime | None:
    """Events of before this moment are gone or going: the beginning of the month so many months ago."""
    months = keep_months()
    if months is None:
        return None
    now = db_now().astimezone(UTC)
    year, month = divmod(now.year * 12 + now.month - 1 - months, 12)
    return datetime(year, month + 1, 1, tzinfo=UTC)


def forget_old_events(batch: int = BATCH) -> int:
    """Delete up to `batch` events that are older than the tenant keeps; how many. In the caller's transaction."""
    before = kept_from()
    if before is None:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, {"tenant": current_tenant_id(), "before": before, "batch": batch})
        return int(cursor.rowcount)
