"""Answers to questions of other rooms: what a customer was given, for their timeline; the ledger, for conditions on rewards."""

from typing import Any

from django.utils import timezone

from customers.fragments import Sql, sql
from rewards.items import default_name
from rewards.selectors import grant_show, recent_grants


def timeline(customer_id: int, limit: int) -> list[dict[str, Any]]:
    """Grants of a customer, newest first, in the shape of the timeline."""
    now = timezone.now()
    return [
        {"at": g.issued_at, "kind": "grant", "name": default_name(g.item), "detail": grant_show(g, now)}
        for g in recent_grants(customer_id, limit)
    ]


def grants(tenant_id: int) -> Sql:
    """The ledger as a statement, for conditions that count in it."""
    return sql(
        "SELECT customer_id, package_id, canvas_id, status, issued_at, expires_at, used_at FROM rewards_grant "
        "WHERE status NOT IN ('pending', 'rejected', 'unknown') AND tenant_id = {}",
        tenant_id,
    )
