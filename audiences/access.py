"""The one door from an id in a URL or body to an audience: missing, malformed and other tenants' are the same 404."""

from audiences.models import Audience
from kernel.access import one_or_404


def access_audience(text: str) -> Audience:
    return one_or_404(Audience.objects.filter(archived_at=None), text)


def access_archived(text: str) -> Audience:
    return one_or_404(Audience.objects.exclude(archived_at=None), text)
