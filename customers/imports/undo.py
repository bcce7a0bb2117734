"""Takes an import back: removes the customers that it made and nobody touched since, and gives the others what they had
before, wherever it is still as the import left it. What stays is listed with the reason.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from customers.attributes import definitions
from customers.erasing import customers_remove
from customers.errors import Rejected
from customers.imports import trace
from customers.intake.change import Change
from customers.intake.resolve import Resolver
from customers.intake.write import write
from customers.locks import change_people
from customers.models import FileImport, ImportBatch
from customers.sealed import unseal
from customers.tags import tag_people
from customers.vault import vault
from kernel.copy import fetch_people, id_list
from kernel.language import Text
from kernel.sets import People, load, people
from kernel.tables.write import CSV_TYPE, MARK, csv_bytes
from tenants.files import file_append, file_create
from tenants.jobs import Progress
from tenants.models import Job, StoredFile
from tenants.scope import current_tenant_id, tenant_tx

UNDO = "customers.import_undo"
WITHIN = timedelta(days=30)
_TOUCHED = Text("导入之后有过变化或动态,保留", "kept: it changed or something happened since")
_CHANGED = Text("导入之后又改过,保留现在的值", "left as it is: changed again since")
_TAKEN = Text("原来的身份已属于别人", "the former identity belongs to somebody else now")
_HEAD = (Text("客户", "customer"), Text("哪一项", "what"), Text("为什么没有撤销", "why it was not undone"))
_UNTOUCHED = """
    SELECT c.id FROM customers_customer c WHERE c.tenant_id = %(tenant)s AND c.id = ANY(%(ids)s::bigint[])
    AND c.merged_into IS NULL AND c.erased_at IS NULL AND c.updated_at = ANY(%(ats)s)
    AND NOT EXISTS (SELECT FROM customers_event e WHERE e.tenant_id = c.tenant_id AND e.customer_id = c.id AND e.received_at <> ALL(%(ats)s))
    AND NOT EXISTS (SELECT FROM customers_staffrelation r WHERE r.tenant_id = c.tenant_id AND r.customer_id = c.id)
"""
_THERE = """
    SELECT c.id FROM customers_customer c WHERE c.tenant_id = %(tenant)s AND c.id = ANY(%(ids)s::bigint[])
    AND c.merged_into IS NULL AND c.erased_at IS NULL
"""
Left = tuple[int, str, str]  # customer, what, why


def run(params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """First all new customers, then the changes, the latest batch first; each batch once."""
    tenant_id: int = params["tenant"]
    with tenant_tx(tenant_id):
        batches = ImportBatch.objects.filter(file_import_id=params["import"])
        ids, ats = (
            list(batches.order_by("-id").values_list("pk", flat=True)),
            list(batches.values_list("at", flat=True)),
        )
    for step, (stage, batch) in enumerate([(stage, batch) for stage in (1, 2) for batch in ids], start=1):
        with tenant_tx(tenant_id):
            progress(step, 2 * len(ids))
            _batch(params["import"], batch, stage, ats, progress)
    with tenant_tx(tenant_id):
        report: dict[str, Any] = FileImport.objects.get(pk=params["import"]).undone or {}
        return report


def _batch(import_id: int, batch_id: int, stage: int, ats: list[datetime], progress: Progress) -> None:
    batch = ImportBatch.objects.get(pk=batch_id)
    if batch.undone >= stage:
        return
    left: list[Left] = []
    if stage == 1:
        counts = _remove(load(bytes(batch.people)), ats, left)
    else:
        counts = _restore(trace.unpack(bytes(batch.changes)), left)
    batch.undone = stage
    batch.save(update_fields=["undone"])
    _report(import_id, counts, left, progress)


def _remove(made: People, ats: list[datetime], left: list[Left]) -> dict[str, int]:
    if not made:
        return {}
    change_people()  # nobody is given anything between the look and the removal
    params = {"tenant": current_tenant_id(), "ids": id_list(made), "ats": ats}
    untouched = fetch_people(_UNTOUCHED, params)
    kept = fetch_people(_THERE, params) - untouched
    if untouched:
        customers_remove(untouched)
    left += [(customer, "", _TOUCHED.say()) for customer in kept]
    return {"removed": len(untouched), "kept": len(kept)}


def _restore(entries: list[trace.Entry], left: list[Left]) -> dict[str, int]:
    now = _now([entry["id"] for entry in entries])
    backs = [(entry["id"], _back(entry, now[entry["id"]], left)) for entry in entries if entry["id"] in now]
    resolver = Resolver([change for _, change in backs])
    restored = People()
    for customer, change in backs:
        try:
            resolver.add_to(customer, change)
            restored.add(customer)
        except Rejected:
            left.append((customer, "identities", _TAKEN.say()))
    write(resolver.targets, "import-undo")
    _untag(entries, People(now))
    _unname([(entry["id"], entry["external_id"]) for entry in entries if "external_id" in entry])
    return {"restored": len(restored)}


def _now(ids: list[int]) -> dict[int, dict[str, Any]]:
    """What those who are still there have now, in the shape of a trace; locked."""
    if not ids:
        return {}
    there = fetch_people(_THERE, {"tenant": current_tenant_id(), "ids": id_list(people(ids))})
    return trace.current(sorted(there))


def _back(entry: trace.Entry, now: dict[str, Any], left: list[Left]) -> Change:
    """The change that puts back what is still as the import left it."""
    change, customer = Change(0), entry["id"]
    differs: list[str] = []
    change.attributes = _pairs(entry.get("attributes", {}), now["attributes"], differs)
    change.consents = _pairs(entry.get("consents", {}), now["consents"], differs)
    for name in ("timezone", "blocked"):
        if name in entry and now[name] != entry[name][1]:
            differs.append(name)
    if "timezone" in entry and "timezone" not in differs:
        change.timezone, change.sets_timezone = entry["timezone"][0], True
    if "blocked" in entry and "blocked" not in differs:
        change.blocked = entry["blocked"][0]
    change.identities = _names(entry, now["identities"], differs)
    change.secrets = _hidden(entry, now["secrets"], differs)
    left += [(customer, name, _CHANGED.say()) for name in differs]
    return change


def _pairs(given: dict[str, list[Any]], now: dict[str, Any], differs: list[str]) -> dict[str, Any]:
    differs += [key for key, (_, new) in given.items() if now.get(key) != new]
    return {key: old for key, (old, new) in given.items() if now.get(key) == new}


def _hidden(entry: trace.Entry, now: dict[str, str], differs: list[str]) -> dict[str, tuple[str, Any]]:
    """Values of sensitive attributes, opened to be sealed anew; of one that is sensitive no more, nothing comes back."""
    back: dict[str, tuple[str, Any]] = {}
    known = definitions() if "secrets" in entry else {}
    for key, (old, new) in entry.get("secrets", {}).items():
        if now.get(key) != new or key not in known or not known[key].sensitive:
            differs.append(key)
        else:
            back[key] = (known[key].type, old and unseal(entry["id"], key, bytes.fromhex(old[1])))
    return back


def _names(entry: trace.Entry, now: dict[str, str], differs: list[str]) -> dict[str, tuple[bytes, str] | None]:
    back: dict[str, tuple[bytes, str] | None] = {}
    for kind, new, old in entry.get("identities", []):
        if now.get(kind) != new:
            differs.append(kind)
        elif old is None:
            back[kind] = None
        else:
            digest, sealed = (bytes.fromhex(part) for part in old)
            back[kind] = (digest, vault().open(kind, digest, sealed))
    return back


def _untag(entries: list[trace.Entry], there: People) -> None:
    tagged: dict[str, People] = {}
    for entry in entries:
        for name in entry.get("tags", ()):
            tagged.setdefault(name, People()).add(entry["id"])
    for name, group in tagged.items():
        tag_people(group & there, [name], add=False)


def _unname(named: list[tuple[int, str]]) -> None:
    """An external id that the import gave to somebody who had none."""
    with connection.cursor() as cursor:
        for customer, external_id in named:
            cursor.execute(
                "UPDATE customers_customer SET external_id = NULL, updated_at = now() WHERE tenant_id = %s AND id = %s AND external_id = %s",
                [current_tenant_id(), customer, external_id],
            )


def _report(import_id: int, counts: dict[str, int], left: list[Left], progress: Progress) -> None:
    file_import = FileImport.objects.get(pk=import_id)
    sums = {"removed": 0, "kept": 0, "restored": 0, "left": 0, **(file_import.undone or {})}
    for name, count in {**counts, "left": len(left)}.items():
        sums[name] += count
    file_import.undone = sums
    file_import.save(update_fields=["undone"])
    if not left:
        return
    file_id, out = Job.objects.get(pk=progress.job_id).errors_file_id, b""
    if file_id is None:
        file_id = file_create("not-undone.csv", CSV_TYPE, scope="customers:write").pk
        progress.keep(errors=file_id)
        out = MARK + csv_bytes([[text.say() for text in _HEAD]])
    file_append(
        StoredFile.objects.get(pk=file_id),
        out + csv_bytes([[str(customer), what, why] for customer, what, why in left]),
    )
