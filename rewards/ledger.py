"""Writes the ledger of grants: one row for each item and customer, set-based.

Ids and codes go in as two array literals, the rest is the same in every row. PostgreSQL refuses COPY into a table with
row-level security; a temporary table on the way is no faster for many and ten times slower for one.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from kernel import json
from kernel.copy import id_list
from kernel.sets import People
from kernel.step import Step
from rewards.items import cost_of, item_span
from rewards.models import Package
from tenants.scope import current_tenant_id
from tenants.settings import tenant_now

_INSERT = """
    WITH written AS (
    INSERT INTO rewards_grant (tenant_id, package_id, item_no, item, status, canvas_id, run_id, node, wave_id, round, variant,
                               issued_at, expires_at, cost, customer_id, code)
    SELECT %(tenant)s, %(package)s, %(number)s, %(item)s::jsonb, %(status)s, %(canvas)s, %(run)s, %(node)s, %(wave)s, %(round)s,
           %(variant)s, %(now)s, %(expires)s, %(cost)s, p.customer_id, p.code
    FROM unnest(%(people)s::bigint[], %(codes)s::text[]) AS p (customer_id, code)
    RETURNING id) SELECT min(id), max(id) FROM written
"""


def write(
    package: Package, step: Step, people: People, codes: Sequence[list[str] | None], now: datetime
) -> tuple[int, int]:
    """codes: for each item, one code a person in order of id, or None. The first and last id of what was written."""
    ids, written = id_list(people), list[int]()
    for number, (item, own) in enumerate(zip(package.items, codes, strict=True)):
        values = {**_same_in_all(package, step, number, item, now), "people": ids, "codes": _code_list(own or [])}
        with connection.cursor() as cursor:
            cursor.execute(_INSERT, values)
            written += cursor.fetchone()
    return min(written), max(written)


def _code_list(codes: list[str]) -> str:
    """A literal of text[]; uploaded codes may hold quotes and backslashes. Shorter than the people: the rest is NULL."""
    return "{" + ",".join('"' + code.replace("\\", "\\\\").replace('"', '\\"') + '"' for code in codes) + "}"


def _same_in_all(package: Package, step: Step, number: int, item: dict[str, Any], now: datetime) -> dict[str, Any]:
    start, end = item_span(item, package.validity, now, ZoneInfo(tenant_now().timezone))
    return {
        "tenant": current_tenant_id(), "package": package.pk, "number": number, "canvas": step.canvas_id, "run": step.run_id,
        "item": json.dumps(_as_given(package, item, start)).decode(),
        "status": "pending" if package.connector else "issued",
        "node": step.node, "wave": step.wave_id, "round": step.round, "variant": step.variant, "now": now,
        "expires": end, "cost": cost_of(item),
    }  # fmt: skip


def _as_given(package: Package, item: dict[str, Any], start: datetime | None) -> dict[str, Any]:
    more = {"valid_from": start.isoformat()} if start else {}
    return {**item, **more, **({"connector": package.connector["account"]} if package.connector else {})}
