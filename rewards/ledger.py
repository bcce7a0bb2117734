"""Writes the ledger of grants: one row for each item and customer, set-based.

PostgreSQL refuses COPY into a table with row-level security, so ids and codes are copied to a temporary table of the
session and one INSERT makes the rows of it; all other columns are the same in every row.
"""

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from kernel import json
from kernel.sets import People, to_array
from kernel.step import Step
from rewards.items import REDEEMABLE, expires_at, valid_from
from rewards.models import Package
from tenants.scope import current_tenant_id

_INSERT = """
    INSERT INTO rewards_grant (tenant_id, package_id, item_no, item, status, canvas_id, run_id, node, wave_id, round, variant,
                               issued_at, expires_at, customer_id, code)
    SELECT %(tenant)s, %(package)s, %(number)s, %(item)s::jsonb, 'issued', %(canvas)s, %(run)s, %(node)s, %(wave)s, %(round)s,
           %(variant)s, %(now)s, %(expires)s, customer_id, code FROM stage_grant
"""
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def write(package: Package, step: Step, people: People, codes: Sequence[list[str] | None], now: datetime) -> None:
    """codes: for each item, one code a person in order of id, or None."""
    ids = to_array(people).tolist()
    for number, (item, own) in enumerate(zip(package.items, codes, strict=True)):
        if own is None:
            lines = [f"{customer}\t\\N\n" for customer in ids]
        else:
            # uploaded codes may hold a backslash
            safe = [code.translate(_ESCAPES) for code in own] if item["kind"] == "code" else own
            lines = [f"{customer}\t{code}\n" for customer, code in zip(ids, safe, strict=True)]
        _stage("".join(lines))
        with connection.cursor() as cursor:
            cursor.execute(_INSERT, _same_in_all(package, step, number, item, now))


def _same_in_all(package: Package, step: Step, number: int, item: dict[str, Any], now: datetime) -> dict[str, Any]:
    redeemable = item["kind"] in REDEEMABLE
    start = valid_from(package.validity) if redeemable else None
    return {
        "tenant": current_tenant_id(), "package": package.pk, "number": number, "canvas": step.canvas_id, "run": step.run_id,
        "item": json.dumps({**item, "valid_from": start} if start else item).decode(),
        "node": step.node, "wave": step.wave_id, "round": step.round, "variant": step.variant, "now": now,
        "expires": expires_at(package.validity, now) if redeemable else None,
    }  # fmt: skip


def _stage(text: str) -> None:
    """stage_grant holds exactly these rows until the next call or the end of the transaction."""
    with connection.cursor() as wrapper:
        wrapper.execute("SELECT to_regclass('pg_temp.stage_grant') IS NULL")
        if wrapper.fetchone()[0]:
            wrapper.execute("CREATE TEMPORARY TABLE stage_grant (customer_id bigint, code text) ON COMMIT DELETE ROWS")
        else:
            wrapper.execute("TRUNCATE stage_grant")
        wrapper.cursor.copy_expert("COPY stage_grant FROM STDIN", io.StringIO(text))
