"""Answers to questions of other rooms: what a customer was given, for their timeline; the ledger, for conditions on rewards."""

from typing import Any

from django.utils import timezone

from customers.fragments import Sql, sql
from customers.timeline import Window
from rewards.items import default_name
from rewards.models import Grant
from rewards.selectors import grant_show


def timeline(customer_id: int, window: Window) -> list[dict[str, Any]]:
    """Grants of a customer, newest first, in the shape of the timeline."""
    now = timezone.now()
    return [
        {"at": g.issued_at, "kind": "grant", "number": g.pk, "name": default_name(g.item), "detail": grant_show(g, now)}
        for g in window.of(Grant.objects.filter(customer_id=customer_id), "issued_at")
    ]


def grants(tenant_id: int) -> Sql:
    """The ledger as a statement, for conditions that count in it."""
    return sql(
        "SELECT customer_id, package_id, canvas_id, status, issued_at, expires_at, used_at FROM rewards_grant "
        "WHERE status NOT IN ('pending', 'rejected', 'unknown') AND tenant_id = {}",
        tenant_id,
    )
