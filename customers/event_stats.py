"""How many events came on which day, and how many of them late, twice or too early; and the upkeep of those counts."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from customers.retention import keep_months, kept_from
from kernel.clock import db_now
from tenants.scope import current_tenant_id
from tenants.settings import tenant_now

KEPT_DAYS = 400  # older days are only counted in the type's total

_BY_DAY = """
    SELECT name, day, sum(stored)::bigint, sum(late)::bigint, sum(duplicates)::bigint, sum(ahead)::bigint
    FROM customers_eventtally WHERE tenant_id = %s AND day >= %s GROUP BY name, day
"""
_TOTALS = """
    SELECT t.name, coalesce(e.count, 0) + t.n, greatest(e.last_seen_at, t.last_at)
    FROM (
        SELECT name, sum(stored)::bigint AS n, max(last_at) FILTER (WHERE stored > 0) AS last_at
        FROM customers_eventtally WHERE tenant_id = %(tenant)s GROUP BY name
    ) AS t LEFT JOIN customers_eventtype e ON e.tenant_id = %(tenant)s AND e.name = t.name
"""
# One statement: whoever reads sees either the many rows or the one, and two at once take different ones.
_MERGE = """
    WITH many AS (
        SELECT id, count(*) OVER (PARTITION BY name, day) AS n FROM customers_eventtally WHERE tenant_id = %(tenant)s
    ), gone AS (
        DELETE FROM customers_eventtally WHERE tenant_id = %(tenant)s AND id IN (
            SELECT t.id FROM customers_eventtally t JOIN many USING (id)
            WHERE t.tenant_id = %(tenant)s AND n > 1 ORDER BY t.id LIMIT 50000 FOR UPDATE OF t SKIP LOCKED
        ) RETURNING name, day, stored, late, duplicates, ahead, last_at
    )
    INSERT INTO customers_eventtally (tenant_id, name, day, stored, late, duplicates, ahead, last_at)
    SELECT %(tenant)s, name, day, sum(stored), sum(late), sum(duplicates), sum(ahead), max(last_at)
    FROM gone GROUP BY name, day
"""
_FOLD = """
    WITH gone AS (
        DELETE FROM customers_eventtally WHERE tenant_id = %(tenant)s AND day < %(before)s RETURNING name, stored, last_at
    ), summed AS (SELECT name, sum(stored) AS n, max(last_at) AS last_at FROM gone GROUP BY name)
    UPDATE customers_eventtype e SET count = e.count + s.n, last_seen_at = greatest(e.last_seen_at, s.last_at)
    FROM summed s WHERE e.tenant_id = %(tenant)s AND e.name = s.name
"""


def _today() -> date:
    return db_now().astimezone(ZoneInfo(tenant_now().timezone)).date()


def totals() -> dict[str, tuple[int, Any]]:
    """name → how many ever, when the last one came; of those with tallies."""
    with connection.cursor() as cursor:
        cursor.execute(_TOTALS, {"tenant": current_tenant_id()})
        return {name: (count, last) for name, count, last in cursor.fetchall()}


def stats_show(days: int) -> dict[str, Any]:
    """{"days", "results": [{"name", "daily", "stored", "late", "duplicates", "ahead"}], ...} of the last `days` days."""
    today = _today()
    span = [today - timedelta(days=back) for back in reversed(range(days))]
    with connection.cursor() as cursor:
        cursor.execute(_BY_DAY, [current_tenant_id(), span[0]])
        rows = cursor.fetchall()
    place = {day: i for i, day in enumerate(span)}
    found: dict[str, dict[str, Any]] = {}
    for name, day, *counts in rows:
        one = found.setdefault(
            name, {"name": name, "daily": [0] * days, "stored": 0, "late": 0, "duplicates": 0, "ahead": 0}
        )
        if day in place:
            one["daily"][place[day]] += counts[0]
        for key, count in zip(("stored", "late", "duplicates", "ahead"), counts, strict=True):
            one[key] += count
    return {
        "days": span,
        "results": sorted(found.values(), key=lambda one: (-one["stored"], one["name"])),
        "events_months": keep_months(),
        "kept_from": kept_from(),
    }


def keep_tallies_small() -> None:
    """Many rows of one day become one, and days long past a part of the type's total."""
    params: dict[str, Any] = {"tenant": current_tenant_id(), "before": _today() - timedelta(days=KEPT_DAYS)}
    with connection.cursor() as cursor:
        cursor.execute(_MERGE, params)
        cursor.execute(_FOLD, params)
