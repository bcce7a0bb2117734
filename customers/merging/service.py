"""Merging two customers who are one person, and taking it back. One transaction each, alone with the list of who there is.

Everything said of the merged one is the survivor's from then on; the rooms above answer `customers.merged` with what they
need to undo their part, and hear `customers.unmerged`. What runs inside canvases follows when it next moves.
"""

from datetime import timedelta
from typing import Any

from customers.errors import CustomerCode
from customers.locks import change_people
from customers.merging import person, rows
from customers.merging.identities import identities_back, identities_over
from customers.merging.secrets import secrets_back, secrets_over
from customers.models import Customer, Merge, MergeProposal
from customers.selectors import there
from customers.touched import MERGED, touch
from kernel.clock import db_now
from kernel.errors import ProblemError
from kernel.events import ask, publish
from kernel.sets import people
from tenants.audit import audit

UNDO_WITHIN = timedelta(days=30)
_TASK_ONCE = ("run_id", "node", "wave_id", "round", "kind", "staff_id")
_TAG, _STAFF = ("tag_id", "at"), ("staff_id", "since")


def customer_merge(merged_id: int, survivor_id: int, *, actor: str, reason: str = "") -> Merge:
    """Raises SAME_CUSTOMER, MERGED_ALREADY (one of them is not there any more)."""
    if merged_id == survivor_id:
        raise ProblemError(CustomerCode.SAME_CUSTOMER)
    change_people()
    found = {c.pk: c for c in there().filter(pk__in=(merged_id, survivor_id)).select_for_update().order_by("pk")}
    if len(found) < 2:
        raise ProblemError(CustomerCode.MERGED_ALREADY)
    kept = _merge(found[merged_id], found[survivor_id])
    merge = Merge.objects.create(
        survivor_id=survivor_id, merged_id=merged_id, actor=actor, reason=reason, at=db_now(), kept=kept,
        events=rows.move_events(merged_id, survivor_id),
    )  # fmt: skip
    first, second = sorted(found)
    proposed = MergeProposal.objects.filter(first_id=first, second_id=second, status__in=("open", "queued"))
    proposed.update(status="accepted", decided_by=actor, decided_at=merge.at, merge_id=merge.pk)
    touch(people(found), MERGED)
    audit(actor, "customer.merge", f"customer:{survivor_id}", merged=str(merged_id), reason=reason)
    return merge


def _merge(merged: Customer, survivor: Customer) -> dict[str, Any]:
    source, target = merged.pk, survivor.pk
    older = list(Customer.objects.filter(merged_into=source).values_list("pk", flat=True))
    Customer.objects.filter(pk__in=older).update(merged_into=target)
    rows.move("customers_eventinbox", source, target)
    kept: dict[str, Any] = {
        "aliases": older,
        "person": person.merge_rows(merged, survivor),
        "consents": person.merge_consents(source, target),
        "secrets": secrets_over(source, target),
        "identities": identities_over(source, target),
        "tasks": rows.move("customers_stafftask", source, target, once=_TASK_ONCE),
        "tags": rows.move_pairs("customers_customertag", _TAG, source, target),
        "staff": rows.move_pairs("customers_staffrelation", _STAFF, source, target),
    }
    kept["rooms"] = {
        name: part for said in ask("customers.merged", merged=source, survivor=target) for name, part in said.items()
    }
    return kept


def merge_undo(merge: Merge, *, actor: str) -> None:
    """What the merge moved and is still as it was goes back. What happened since stays the survivor's.

    Raises MERGE_UNDONE, MERGE_TOO_OLD, MERGED_SINCE (the survivor was merged on: undo that first).
    """
    change_people()
    merge.refresh_from_db()
    if merge.undone_at is not None:
        raise ProblemError(CustomerCode.MERGE_UNDONE)
    if merge.kept is None or merge.at < db_now() - UNDO_WITHIN:
        raise ProblemError(CustomerCode.MERGE_TOO_OLD, days=UNDO_WITHIN.days)
    pair = (merge.merged_id, merge.survivor_id)
    found = {c.pk: c for c in Customer.objects.filter(pk__in=pair).select_for_update().order_by("pk")}
    merged, survivor = (found[pk] for pk in pair)
    if survivor.merged_into is not None:
        raise ProblemError(CustomerCode.MERGED_SINCE)
    _take_apart(merge, merged, survivor)
    merge.undone_at, merge.undone_by, merge.kept, merge.events = db_now(), actor, None, None
    merge.save()
    # whoever takes a merge back says that they are two: nothing proposes them, let alone merges them by itself, again
    said = MergeProposal.objects.filter(merge_id=merge.pk)
    said.update(status="dismissed", decided_by=actor, decided_at=merge.undone_at)
    touch(people(found), MERGED)
    audit(actor, "customer.unmerge", f"customer:{survivor.pk}", merged=str(merged.pk))


def _take_apart(merge: Merge, merged: Customer, survivor: Customer) -> None:
    kept: dict[str, Any] = merge.kept  # type: ignore[assignment]  # looked at by the caller
    source, target = merged.pk, survivor.pk
    person.rows_apart(kept["person"], merged, survivor)
    person.consents_apart(kept["consents"], source, target)
    Customer.objects.filter(pk__in=kept["aliases"], merged_into=target).update(merged_into=source)
    secrets_back(kept.get("secrets", {}), target)
    identities_back(kept["identities"], source, target)
    rows.move_back("customers_stafftask", kept["tasks"], source, target)
    rows.move_back("customers_event", rows.ids_of(merge.events), source, target)
    rows.pairs_back("customers_customertag", _TAG, kept["tags"], source, target)
    rows.pairs_back("customers_staffrelation", _STAFF, kept["staff"], source, target)
    publish("customers.unmerged", merged=source, survivor=target, kept=kept["rooms"])


def merges_of(customer: Customer) -> list[dict[str, Any]]:
    """Who was merged into this customer, newest first, those that were undone too."""
    now = db_now()
    return [_show(m, now) for m in Merge.objects.filter(survivor=customer).select_related("merged").order_by("-pk")]


def _show(merge: Merge, now: Any) -> dict[str, Any]:
    until = merge.at + UNDO_WITHIN
    open_ = merge.undone_at is None and merge.kept is not None and now <= until
    had = (merge.kept or {}).get("person", {}).get("had", {})
    return {
        "id": str(merge.pk), "merged": str(merge.merged_id), "survivor": str(merge.survivor_id),
        "external_id": had.get("external_id") or merge.merged.external_id, "name": (had.get("attributes") or {}).get("name"),
        "actor": merge.actor, "reason": merge.reason, "at": merge.at, "undo_until": until if open_ else None,
        "undone_at": merge.undone_at, "undone_by": merge.undone_by,
    }  # fmt: skip
