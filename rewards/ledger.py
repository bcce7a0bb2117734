"""Writes the ledger of grants: one row for each item and customer, by COPY."""

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

_COLUMNS = (
    "tenant_id, package_id, item_no, item, status, canvas_id, run_id, node, wave_id, round, variant, issued_at, expires_at, "
    "customer_id, code"
)
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def write(
    package: Package, step: Step, people: People, codes: Sequence[list[str] | None], now: datetime
) -> None:
    """codes: for each item, one code a person in order of id, or None. All columns but two are the same in all rows."""
    ids = to_array(people).tolist()
    for number, (item, own) in enumerate(zip(package.items, codes, strict=True)):
        stem = "\t".join(map(_cell, _stem(package, step, number, item, now))) + "\t"
        if own is None:
            lines = [f"{stem}{customer}\t\\N\n" for customer in ids]
        else:
            # uploaded codes may hold a backslash; a translation that changes nothing is cheap
            safe = [code.translate(_ESCAPES) for code in own] if item["kind"] == "code" else own
            lines = [f"{stem}{customer}\t{code}\n" for customer, code in zip(ids, safe, strict=True)]
        _copy("".join(lines))


def _stem(package: Package, step: Step, number: int, item: dict[str, Any], now: datetime) -> list[Any]:
    redeemable = item["kind"] in REDEEMABLE
    start = valid_from(package.validity) if redeemable else None
    kept = {**item, "valid_from": start} if start else item
    return [
        current_tenant_id(), package.pk, number, json.dumps(kept).decode(), "issued", step.canvas_id, step.run_id, step.node,
        step.wave_id, step.round, step.variant, now, expires_at(package.validity, now) if redeemable else None,
    ]  # fmt: skip


def _cell(value: Any) -> str:
    return "\\N" if value is None else str(value).translate(_ESCAPES)


def _copy(text: str) -> None:
    with connection.cursor() as wrapper:
        wrapper.cursor.copy_expert(f"COPY rewards_grant ({_COLUMNS}) FROM STDIN", io.StringIO(text))
