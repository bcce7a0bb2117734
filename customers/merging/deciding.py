"""What becomes of a proposal: accepted (one at once, many by a worker), dismissed for ever, or merged by itself within limits.

A worker first stands alone with the list of who there is and then takes the row, as everybody does who merges: so two
workers, or a worker and a person, never wait for one another in a circle.
"""

from customers.aliases import aliases, survivors
from customers.errors import CustomerCode
from customers.locks import change_people
from customers.merging import policy
from customers.merging.proposals import shared
from customers.merging.service import customer_merge
from customers.models import Customer, Merge, MergeProposal
from customers.selectors import there
from kernel.clock import db_now
from kernel.errors import ProblemError
from kernel.wake import BULK
from tenants.audit import audit
from tenants.ready import announce
from tenants.scope import tenant_tx

BY_ITSELF = "automatic"
OPEN, QUEUED, ACCEPTED, DISMISSED = "open", "queued", "accepted", "dismissed"


def survivor_of(one: Customer, other: Customer) -> tuple[Customer, Customer]:
    """(who stays, who goes): whoever the shop knows by its own id, else whoever was there first. The same whoever asks."""
    first, second = sorted((one, other), key=lambda c: (c.external_id is None, c.pk))
    return first, second


def proposal_accept(proposal: MergeProposal, *, into: str | None, actor: str) -> Merge:
    """Merged here and now. Raises PROPOSAL_DECIDED, MERGED_ALREADY, and NOT_ONE_OF_THEM when `into` is neither."""
    change_people()
    row = MergeProposal.objects.select_for_update().get(pk=proposal.pk)
    if row.status not in (OPEN, QUEUED):
        raise ProblemError(CustomerCode.PROPOSAL_DECIDED)
    pair = _pair(row)
    if pair is None:
        raise ProblemError(CustomerCode.MERGED_ALREADY)
    stays, goes = pair
    if into is not None and into not in (str(stays.pk), str(goes.pk)):
        raise ProblemError.at("/into", CustomerCode.NOT_ONE_OF_THEM)
    if into == str(goes.pk):
        stays, goes = goes, stays
    return _merge(row, stays, goes, actor, "proposal: " + _kinds(row))


def proposals_accept(ids: list[int], *, actor: str) -> int:
    """Left to a worker, one transaction each: nobody else has to wait for all of them. How many are open still."""
    found = MergeProposal.objects.filter(pk__in=ids, status=OPEN).update(status=QUEUED, decided_by=actor)
    if found:
        announce(BULK)
        audit(actor, "merge_proposals.accept", "merge_proposals", proposals=[str(pk) for pk in sorted(ids)])
    return found


def proposal_dismiss(proposal: MergeProposal, *, actor: str) -> MergeProposal:
    """They are two people; nobody is asked again. Raises PROPOSAL_DECIDED."""
    row = MergeProposal.objects.select_for_update().get(pk=proposal.pk)
    if row.status != OPEN:
        raise ProblemError(CustomerCode.PROPOSAL_DECIDED)
    _decide(row, DISMISSED, actor)
    audit(actor, "merge_proposal.dismiss", f"customer:{row.first_id}", other=str(row.second_id))
    return row


def unit(tenant_id: int) -> bool:
    """One proposal that waits for the worker; False when none does."""
    with tenant_tx(tenant_id):
        if not has_due():
            return False
        change_people()
        row = MergeProposal.objects.select_for_update().filter(status=QUEUED).order_by("pk").first()
        if row is not None:
            _work(row)
        return True


def has_due() -> bool:
    return MergeProposal.objects.filter(status=QUEUED).exists()


def _work(row: MergeProposal) -> None:
    pair, by = _pair(row), row.decided_by or BY_ITSELF
    if pair is None:
        _decide(row, DISMISSED, by)
    elif by == BY_ITSELF and (why := _held(row, *pair)):
        row.status, row.held = OPEN, why
        row.save()
    else:
        reason = f"{BY_ITSELF}: {_kinds(row)}" if by == BY_ITSELF else "proposal: " + _kinds(row)
        _merge(row, *pair, by, reason)


def _pair(row: MergeProposal) -> tuple[Customer, Customer] | None:
    """(who stays, who goes) as they are today; None when one is gone or they are one already."""
    today = survivors([row.first_id, row.second_id])
    ids = {today.get(pk, pk) for pk in (row.first_id, row.second_id)}
    found = list(there().filter(pk__in=ids))
    return survivor_of(*found) if len(found) == 2 else None


def _held(row: MergeProposal, stays: Customer, goes: Customer) -> str:
    """The limit that keeps these two from becoming one by themselves, "" when none does."""
    said = policy.settings()
    if stays.external_id and goes.external_id and not said.across_external_ids:
        return "external_ids"
    if 2 + len(aliases([stays.pk, goes.pk])) > said.most_people:
        return "too_many"
    pairs = {(one["kind"], bytes.fromhex(one["digest"])) for one in row.evidence}
    return "" if pairs - shared(pairs, said) else "shared"


def _merge(row: MergeProposal, stays: Customer, goes: Customer, actor: str, reason: str) -> Merge:
    merge = customer_merge(goes.pk, stays.pk, actor=actor, reason=reason[:200])
    row.merge_id = merge.pk  # of an alias, perhaps: then the merge itself knows nothing of this proposal
    _decide(row, ACCEPTED, actor)
    return merge


def _decide(row: MergeProposal, status: str, actor: str) -> None:
    row.status, row.decided_by, row.decided_at = status, actor, db_now()
    row.save()


def _kinds(row: MergeProposal) -> str:
    return ", ".join(dict.fromkeys(str(one["kind"]) for one in row.evidence))
