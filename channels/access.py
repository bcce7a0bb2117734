"""The one door from an id in a URL to a row of this room: missing, malformed and another tenant's are the same 404."""

from typing import TypeVar

from django.db import models

from channels.models import Account, Template
from kernel.errors import Code, ProblemError

M = TypeVar("M", bound=models.Model)
_MAX_DIGITS = 18  # what surely fits a bigint


def is_id(raw: str) -> bool:
    return raw.isascii() and raw.isdigit() and len(raw) <= _MAX_DIGITS


def _one(rows: "models.QuerySet[M]", raw: str) -> M:
    found = rows.filter(pk=int(raw)).first() if is_id(raw) else None
    if found is None:
        raise ProblemError(Code.NOT_FOUND)
    return found


def account_or_404(raw: str) -> Account:
    found: Account = _one(Account.objects.all(), raw)
    return found


def template_or_404(raw: str) -> Template:
    found: Template = _one(Template.objects.select_related("account"), raw)
    return found
