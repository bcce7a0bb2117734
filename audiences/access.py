"""The one door from an id in a URL or body to an audience: missing, malformed and other tenants' are the same 404."""

from audiences.models import Audience
from audiences.world import audience_id_of
from kernel.errors import Code, ProblemError


def access_audience(text: str) -> Audience:
    known = audience_id_of(text)
    found = Audience.objects.filter(pk=known, archived_at=None).first() if known is not None else None
    if found is None:
        raise ProblemError(Code.NOT_FOUND)
    return found
