"""The one door from an id or code in a request to a row: missing, malformed and another tenant's are the same 404."""

from kernel.access import one_or_404, row_id
from kernel.errors import ProblemError
from rewards.errors import RewardCode
from rewards.models import Grant, Package


def access_package(raw: str, *, lock: bool = False) -> Package:
    """Raises NOT_FOUND."""
    return one_or_404(Package.objects.select_for_update(no_key=True) if lock else Package.objects.all(), raw)


def access_grant(*, grant: str | None, code: str | None) -> Grant:
    """The grant by its id or its code, locked. Raises NO_REWARD."""
    rows = Grant.objects.select_for_update()
    rows = rows.filter(code=code.strip()) if code is not None else rows.filter(pk=row_id(grant or ""))
    found: Grant | None = rows.first()
    if found is None:
        raise ProblemError(RewardCode.NO_REWARD)
    return found
