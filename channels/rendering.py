"""What templates may read of a customer, as plain JSON, and the link to unsubscribe."""

from collections.abc import Iterable
from typing import Any

from channels.unsubscribe import Unsubscriber, link
from customers import people as customers

Context = dict[str, Any]


def contexts(ids: Iterable[int], *, tags: bool = True) -> dict[int, Context]:
    """What templates may read of each customer; people who are gone are missing."""
    return {customer: context_of(profile) for customer, profile in customers.profiles(list(ids), tags=tags).items()}


def context_of(profile: dict[str, Any]) -> Context:
    return {"customer": profile, "event": {}, "reward": {}}


def unsubscribe_url(tenant_id: int, customer_id: int, channel: str, message_id: int) -> str:
    return link(Unsubscriber(tenant_id, customer_id, channel, message_id))
