"""The jobs that move values of an attribute under the seal, or out of it, some thousand a transaction.

While they run the attribute counts as sensitive: what is written goes under the seal, what is read is masked, and rules ask
both places. The last look is taken alone with the list of who there is, so nothing is left behind.
"""

from collections.abc import Callable
from typing import Any

import orjson
from django.db import connection

from customers import sealed
from customers.attributes import MASK
from customers.imports import trace
from customers.locks import change_people
from customers.models import AttributeDefinition, Customer, FileImport, ImportBatch, Merge, Secret
from kernel.copy import id_list
from kernel.sets import people
from tenants.jobs import LATER, Progress
from tenants.models import Job
from tenants.scope import current_tenant_id, tenant_tx

SEAL, OPEN = "attribute.seal", "attribute.open"
_AT_ONCE = 5000
_NEXT = """
    SELECT id, (attributes -> %(key)s)::text FROM customers_customer
    WHERE tenant_id = %(tenant)s AND id > %(after)s AND attributes ? %(key)s ORDER BY id LIMIT %(limit)s FOR NO KEY UPDATE
"""
_TAKE_OUT = "UPDATE customers_customer SET attributes = attributes - %(key)s WHERE tenant_id = %(tenant)s AND id = ANY(%(ids)s::bigint[])"
_PUT_BACK = """
    UPDATE customers_customer c SET attributes = c.attributes || jsonb_build_object(%(key)s::text, v.value)
    FROM ROWS FROM (unnest((SELECT %(ids)s::bigint[])), unnest((SELECT array_agg(e) FROM jsonb_array_elements(%(values)s::jsonb) AS e)))
        AS v(id, value)
    WHERE c.tenant_id = %(tenant)s AND c.id = v.id AND c.merged_into IS NULL AND c.erased_at IS NULL
"""
Params = dict[str, str | int]
Chunk = Callable[[AttributeDefinition, int], list[int]]


def seal(params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    return _all(params, progress, _seal_some, _settle_sealed)


def open_(params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    return _all(params, progress, _open_some, _settle_open)


def _all(
    params: dict[str, Any], progress: Progress, some: Chunk, settle: Callable[[AttributeDefinition], None]
) -> dict[str, Any]:
    with tenant_tx(params["tenant"]):
        done, after = Job.objects.get(pk=progress.job_id).done, 0
        total = done + _left(params["attribute"])
    while not progress.turn_is_over:
        with tenant_tx(params["tenant"]):
            row = AttributeDefinition.objects.filter(pk=params["attribute"], move_job=progress.job_id).first()
            if row is None:  # deleted, or settled by a run of this job that died before it could say so
                return {"moved": done}
            moved = some(row, after)
            if not moved:
                _settle(row, some, settle)
                progress(done, done)
                return {"moved": done}
            done, after = done + len(moved), moved[-1]
            progress(done, max(total, done))
    return LATER


def _left(attribute: int) -> int:
    """How many values there are, under the seal or in the open: one of the two is to be empty."""
    row = AttributeDefinition.objects.filter(pk=attribute).first()
    if row is None:
        return 0
    sealed_now = Secret.objects.filter(key=row.key).count()
    in_the_open = Customer.objects.filter(attributes__has_key=row.key).count()
    return in_the_open if Job.objects.filter(pk=row.move_job, kind=SEAL).exists() else sealed_now


def _settle(row: AttributeDefinition, some: Chunk, settle: Callable[[AttributeDefinition], None]) -> None:
    """Alone: whatever was written behind us is moved too, and then nothing is left."""
    change_people()
    row = AttributeDefinition.objects.select_for_update().get(pk=row.pk)
    after = 0
    while found := some(row, after):
        after = found[-1]
    settle(row)
    row.move_job = None
    row.save(update_fields=["sensitive", "move_job"])


def _seal_some(row: AttributeDefinition, after: int) -> list[int]:
    params: Params = {"tenant": current_tenant_id(), "key": row.key, "after": after, "limit": _AT_ONCE}
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, params)
        values = {customer: orjson.loads(value) for customer, value in cursor.fetchall()}
        newer = set(
            Secret.objects.filter(key=row.key, customer_id__in=list(values)).values_list("customer_id", flat=True)
        )
        sealed.write(
            (customer, row.key, row.type, value)
            for customer, value in values.items()
            if value is not None and customer not in newer
        )
        cursor.execute(_TAKE_OUT, {**params, "ids": id_list(people(values))})
    return list(values)


def _open_some(row: AttributeDefinition, after: int) -> list[int]:
    rows = Secret.objects.filter(key=row.key, customer_id__gt=after).order_by("customer_id")
    found = list(rows.values_list("customer_id", "sealed")[:_AT_ONCE])
    if found:
        ids = [customer for customer, _ in found]
        values = [sealed.unseal(customer, row.key, value) for customer, value in found]
        _open_merges(row.key, dict(zip(ids, values, strict=True)))
        params: Params = {"tenant": current_tenant_id(), "key": row.key, "ids": "{" + ",".join(map(str, ids)) + "}"}
        with connection.cursor() as cursor:
            cursor.execute(_PUT_BACK, {**params, "values": orjson.dumps(values).decode()})
        Secret.objects.filter(key=row.key, customer_id__in=ids).delete()
        return ids
    return []


def _settle_sealed(row: AttributeDefinition) -> None:
    """What undoing keeps, and what was seen of files, holds old values too."""
    _seal_merges(row.key, row.type)
    for batch in ImportBatch.objects.exclude(changes=b"").iterator(chunk_size=20):
        entries = trace.unpack(bytes(batch.changes))
        if any(row.key in entry.get("attributes", {}) for entry in entries):
            batch.changes = trace.pack([_seal_entry(entry, row.key, row.type) for entry in entries])
            batch.save(update_fields=["changes"])
    for one in FileImport.objects.filter(mapping__contains=[{"to": f"attributes.{row.key}"}]):
        one.shape["samples"] = [
            [MASK for _ in seen] if target and target["to"] == f"attributes.{row.key}" else seen
            for seen, target in zip(one.shape.get("samples", []), one.mapping, strict=False)
        ]
        one.save(update_fields=["shape"])
    row.sensitive = True


def _seal_entry(entry: trace.Entry, key: str, kind: str) -> trace.Entry:
    pair = entry.get("attributes", {}).pop(key, None)
    if pair is not None:
        old, new = (None if value is None else sealed.seal(entry["id"], key, kind, value) for value in pair)
        entry.setdefault("secrets", {})[key] = [old and [old[0].hex(), old[1].hex()], new and new[0].hex()]
    return entry


def _seal_merges(key: str, kind: str) -> None:
    for merge in Merge.objects.filter(kept__person__had__attributes__has_key=key):
        person: dict[str, Any] = merge.kept["person"]  # type: ignore[index]  # the filter looked at it
        value = person["had"]["attributes"].pop(key)
        took = person["took"]["attributes"].pop(key, None)
        if value is not None:
            sealed.write([(merge.merged_id, key, kind, value)])
        if took is not None:
            merge.kept.setdefault("secrets", {})[key] = sealed.digest_of(key, kind, took).hex()  # type: ignore[union-attr]
        merge.save(update_fields=["kept"])


def _open_merges(key: str, values: dict[int, Any]) -> None:
    """What merged people had is kept where an undo looks for it."""
    for merge in Merge.objects.filter(merged_id__in=list(values), kept__isnull=False):
        kept: dict[str, Any] = merge.kept  # type: ignore[assignment]  # the filter looked at it
        value = values[merge.merged_id]
        kept["person"]["had"]["attributes"][key] = value
        if kept.get("secrets", {}).pop(key, None) is not None:
            kept["person"]["took"]["attributes"][key] = value
        merge.save(update_fields=["kept"])


def _settle_open(row: AttributeDefinition) -> None:
    row.sensitive = False
