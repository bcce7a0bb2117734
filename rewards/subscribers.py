"""Answers to questions from lower floors: what a customer was given, for their timeline."""

from typing import Any

from django.utils import timezone

from rewards.items import default_name
from rewards.selectors import grant_show, recent_grants


def timeline(customer_id: int, limit: int) -> list[dict[str, Any]]:
    """Grants of a customer, newest first, in the shape of the timeline."""
    now = timezone.now()
    return [
        {"at": g.issued_at, "kind": "grant", "name": default_name(g.item), "detail": grant_show(g, now)}
        for g in recent_grants(customer_id, limit)
    ]
