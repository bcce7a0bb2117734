"""The one door from an id in a URL to a row: missing, malformed, erased and another tenant's are the same 404."""

from typing import TypeVar

from django.db.models import Model, QuerySet

from customers.models import AttributeDefinition, Customer, Staff, Tag
from customers.selectors import there
from kernel.errors import Code, ProblemError

M = TypeVar("M", bound=Model)
_MAX_DIGITS = 18  # beyond, an id would not fit a bigint


def _one(rows: "QuerySet[M]", raw: str) -> M:
    found = rows.filter(pk=int(raw)).first() if raw.isascii() and raw.isdigit() and len(raw) <= _MAX_DIGITS else None
    if found is None:
        raise ProblemError(Code.NOT_FOUND)
    return found


def access_customer(customer_id: str) -> Customer:
    return _one(there(), customer_id)


def access_tag(tag_id: str) -> Tag:
    return _one(Tag.objects.all(), tag_id)


def access_staff(staff_id: str) -> Staff:
    return _one(Staff.objects.all(), staff_id)


def access_attribute(key: str) -> AttributeDefinition:
    found = AttributeDefinition.objects.filter(key=key).first()
    if found is None:
        raise ProblemError(Code.NOT_FOUND)
    return found
