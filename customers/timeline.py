"""One customer's story: their events, and what the rooms above have of them (messages, grants, canvases)."""

from datetime import datetime
from typing import Any

from customers.aliases import with_aliases
from customers.event_masks import EventMasks
from customers.models import Customer, Event
from kernel.events import ask
from kernel.sets import people


def timeline(customer: Customer, limit: int, *, plain: bool) -> list[dict[str, Any]]:
    """The newest `limit` entries: {"at", "kind", "name", "detail"}. plain: personal data in events is not masked."""
    masks = EventMasks(plain=plain)
    rows = Event.objects.filter(customer_id=customer.pk).order_by("-occurred_at", "-id")[:limit]
    entries = [
        {"at": e.occurred_at, "kind": "event", "name": e.name, "detail": masks.of(e.name, e.properties)} for e in rows
    ]
    for one in with_aliases(people([customer.pk])):  # canvases know who was merged by their old id
        for answer in ask("customers.timeline", customer_id=one, limit=limit):
            entries += answer
    return sorted(entries, key=_at, reverse=True)[:limit]


def _at(entry: dict[str, Any]) -> datetime:
    at = entry["at"]
    return at if isinstance(at, datetime) else datetime.fromisoformat(at)
