"""The one door from an id in a URL to a row of this room: missing, malformed and another tenant's are the same 404."""

from channels.models import Account, Template
from kernel.access import one_or_404


def account_or_404(raw: str) -> Account:
    return one_or_404(Account.objects.all(), raw)


def template_or_404(raw: str) -> Template:
    return one_or_404(Template.objects.select_related("account"), raw)
