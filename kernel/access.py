"""From an id in a URL or a body to a row: missing, malformed and another tenant's are the same 404. Knows no models."""

from typing import TypeVar

from django.db.models import Model, QuerySet

from kernel.errors import Code, ProblemError

M = TypeVar("M", bound=Model)
_MAX_DIGITS = 18  # what surely fits a bigint


def row_id(raw: object) -> int | None:
    """The number of an opaque id, or None when it can't be one."""
    return int(raw) if isinstance(raw, str) and raw.isascii() and raw.isdigit() and len(raw) <= _MAX_DIGITS else None


def one_or_404(rows: "QuerySet[M]", raw: str) -> M:
    """The row of `rows` with this id. Raises NOT_FOUND."""
    number = row_id(raw)
    found = rows.filter(pk=number).first() if number is not None else None
    if found is None:
        raise ProblemError(Code.NOT_FOUND)
    return found
