"""The one door from an id in a URL to a row: missing, malformed, erased and another tenant's are the same 404."""

from customers.aliases import survivors
from customers.models import (
    AttributeDefinition,
    Customer,
    EventType,
    Identity,
    Merge,
    MergeProposal,
    Staff,
    StaffTask,
    Tag,
)
from customers.selectors import there
from customers.standard_events import STANDARD
from kernel.access import one_or_404, row_id
from kernel.errors import Code, ProblemError


def access_customer(customer_id: str) -> Customer:
    """Who was merged is found as the survivor: other systems go on knowing the old id."""
    number = row_id(customer_id)
    found = there().filter(pk=number).first() if number is not None else None
    if found is None and number is not None and (known := survivors([number])):
        found = there().filter(pk=known[number]).first()
    if found is None:
        raise ProblemError(Code.NOT_FOUND)
    return found


def access_identity(customer: Customer, identity_id: str) -> Identity:
    return one_or_404(Identity.objects.filter(customer=customer), identity_id)


def access_merge(customer: Customer, merge_id: str) -> Merge:
    return one_or_404(Merge.objects.filter(survivor=customer), merge_id)


def access_merge_proposal(proposal_id: str) -> MergeProposal:
    return one_or_404(MergeProposal.objects.all(), proposal_id)


def access_tag(tag_id: str) -> Tag:
    return one_or_404(Tag.objects.all(), tag_id)


def access_staff(staff_id: str) -> Staff:
    return one_or_404(Staff.objects.all(), staff_id)


def access_staff_task(task_id: str) -> StaffTask:
    """Locked: two people may close it at once."""
    return one_or_404(StaffTask.objects.select_for_update(), task_id)


def access_attribute(key: str) -> AttributeDefinition:
    found = AttributeDefinition.objects.filter(key=key).first()
    if found is None:
        raise ProblemError(Code.NOT_FOUND)
    return found


def change_attribute(key: str) -> AttributeDefinition:
    """Locked: what is changed of it depends on what it is."""
    found = AttributeDefinition.objects.select_for_update().filter(key=key).first()
    if found is None:
        raise ProblemError(Code.NOT_FOUND)
    return found


def access_event_type(name: str) -> str:
    """The name of an event that came or is a standard one; else 404."""
    if name not in STANDARD and not EventType.objects.filter(name=name).exists():
        raise ProblemError(Code.NOT_FOUND)
    return name
