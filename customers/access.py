"""The one door from an id in a URL to a row: missing, malformed, erased and another tenant's are the same 404."""

from customers.models import AttributeDefinition, Customer, Staff, StaffTask, Tag
from customers.selectors import there
from kernel.access import one_or_404
from kernel.errors import Code, ProblemError


def access_customer(customer_id: str) -> Customer:
    return one_or_404(there(), customer_id)


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
