"""The one door from an id or code in a request to a row: missing, malformed and another tenant's are the same 404."""

from kernel.errors import Code, ProblemError
from rewards.errors import RewardCode
from rewards.models import Grant, Package

_MAX_ID = 2**63 - 1


def integer_id(raw: str) -> int | None:
    return int(raw) if raw.isascii() and raw.isdigit() and int(raw) <= _MAX_ID else None


def access_package(raw: str, *, lock: bool = False) -> Package:
    """Raises NOT_FOUND."""
    number = integer_id(raw)
    rows = Package.objects.select_for_update() if lock else Package.objects.all()
    found: Package | None = rows.filter(pk=number).first() if number is not None else None
    if found is None:
        raise ProblemError(Code.NOT_FOUND)
    return found


def access_grant(*, grant: str | None, code: str | None) -> Grant:
    """The grant by its id or its code, locked. Raises NO_REWARD."""
    rows = Grant.objects.select_for_update()
    rows = rows.filter(code=code.strip()) if code is not None else rows.filter(pk=integer_id(grant or ""))
    found: Grant | None = rows.first()
    if found is None:
        raise ProblemError(RewardCode.NO_REWARD)
    return found
