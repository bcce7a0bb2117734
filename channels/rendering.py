"""What templates may read of a customer, as plain JSON, and the link to unsubscribe."""

from collections.abc import Iterable
from typing import Any

from channels import templating
from channels.unsubscribe import Unsubscriber, link
from customers import people as customers
from tenants.scope import current_tenant_id

Context = dict[str, Any]


def contexts(ids: Iterable[int]) -> dict[int, Context]:
    """What templates may read of each customer; people who are gone are missing."""
    return {
        customer: {"customer": profile, "event": {}, "reward": {}}
        for customer, profile in customers.profiles(list(ids)).items()
    }


def unsubscribe_url(customer_id: int, channel: str, message_id: int) -> str:
    return link(Unsubscriber(current_tenant_id(), customer_id, channel, message_id))


def needs_link(content: Any, html: frozenset[str]) -> bool:
    """Signing takes longer than rendering, so it is done only for contents that show the link."""
    return any("unsubscribe_url" in source for _, source, _ in templating.texts(content, html))
