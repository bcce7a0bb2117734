"""The link by which a customer stops marketing on a channel: a signed token, so that nobody can speak for another."""

from dataclasses import dataclass

from django.conf import settings
from django.core import signing

_SALT = "channels.unsubscribe"


@dataclass(frozen=True)
class Unsubscriber:
    """Who, where, and by which message (0: by a preview)."""

    tenant_id: int
    customer_id: int
    channel: str
    message_id: int


def link(who: Unsubscriber) -> str:
    raw = f"{who.tenant_id}.{who.customer_id}.{who.channel}.{who.message_id}"
    return f"{settings.BASE_URL}/u/{signing.Signer(salt=_SALT).sign(raw)}"


def read(token: str) -> Unsubscriber | None:
    """None when the token is not one of ours. It never expires: the law wants old mails to work too."""
    try:
        tenant, customer, channel, message = signing.Signer(salt=_SALT).unsign(token).split(".")
    except (signing.BadSignature, ValueError):
        return None
    return Unsubscriber(int(tenant), int(customer), channel, int(message))
