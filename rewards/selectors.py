"""Reads of packages and grants, and how they look in JSON."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Q, QuerySet

from kernel.copy import PAIRS, fetch_people, id_list, pairs
from kernel.sets import People
from kernel.step import Step
from rewards import pool
from rewards.items import default_name, unit_cost
from rewards.limits import shares_left
from rewards.models import Grant, Package
from tenants.scope import current_tenant_id
from tenants.settings import tenant_now

GIVEN = (
    "status NOT IN ('pending', 'rejected', 'unknown')"  # the others a connector has not issued, or nobody knows it has
)


def packages_show(packages: Iterable[Package]) -> list[dict[str, Any]]:
    """Packages with what is left of them; one query for all pools."""
    rows = list(packages)
    free = pool.free_counts([p.pk for p in rows if _has_pool(p)])
    return [_package_show(p, free.get(p.pk, 0) if _has_pool(p) else None) for p in rows]


def package_show(package: Package) -> dict[str, Any]:
    return packages_show([package])[0]


def _has_pool(package: Package) -> bool:
    return any(item["kind"] == "code" for item in package.items)


def _package_show(package: Package, free_codes: int | None) -> dict[str, Any]:
    left = shares_left(package)
    limits = [number for number in (left, free_codes) if number is not None]
    available = min(limits) if limits else None
    return {
        "id": str(package.pk), "name": package.name, "items": package.items, "stock": package.stock, "issued": package.issued,
        "available": available, "per_customer": package.per_customer, "per_customer_days": package.per_customer_days,
        "validity": package.validity, "connector": package.connector, "budget": _money(package.budget), "spent": _money(package.spent),
        "unit_cost": _money(unit_cost(package.items)), "low_stock": package.low_stock,
        "low": package.low_stock is not None and available is not None and available <= package.low_stock,
        "status": package.status, "created_at": package.created_at,
    }  # fmt: skip


def grants_list(filters: dict[str, Any], status: str | None, now: datetime) -> QuerySet:
    """Grants by columns; `status` as it is read now: one that ran out counts as expired before it is written down."""
    rows = Grant.objects.filter(**filters)
    if status is None:
        return rows
    over = Q(status="issued", expires_at__lte=now)
    if status == "expired":
        return rows.filter(Q(status="expired") | over)
    return rows.filter(status=status).exclude(over) if status == "issued" else rows.filter(status=status)


def status_of(grant: Grant, now: datetime) -> str:
    over = grant.status == "issued" and grant.expires_at is not None and grant.expires_at <= now
    return "expired" if over else grant.status


def _money(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:.2f}"


def _text(number: int | None) -> str | None:
    return None if number is None else str(number)


def grant_show(grant: Grant, now: datetime) -> dict[str, Any]:
    return {
        "id": str(grant.pk), "package": str(grant.package_id), "customer": str(grant.customer_id),
        "item": {**grant.item, "name": default_name(grant.item)}, "code": grant.code, "status": status_of(grant, now),
        "issued_at": grant.issued_at, "expires_at": grant.expires_at, "used_at": grant.used_at, "order_id": grant.order_id,
        "amount": None if grant.amount is None else str(grant.amount), "cost": f"{grant.cost:.2f}", "canvas": _text(grant.canvas_id), "run": _text(grant.run_id),
        "node": grant.node, "variant": grant.variant, "external_id": grant.external_id or None,
    }  # fmt: skip


def latest_grants(run_id: int, waves: Mapping[int, People]) -> dict[int, dict[str, Any]]:
    """What each of them last got in their wave, for {{ reward.code }}: the newest step's first item with a code, else its first."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT ON (customer_id) customer_id, code, item, expires_at FROM {PAIRS} CROSS JOIN LATERAL (SELECT * "
            f"FROM rewards_grant x WHERE x.tenant_id = %s AND {GIVEN} AND x.customer_id = v.id AND x.run_id + 0 = %s AND x.wave_id + 0 = v.wave "
            "OFFSET 0) AS g "  # + 0: by the customer's index, never by the run's
            "ORDER BY customer_id, issued_at DESC, (code IS NULL), g.id",
            [*pairs(waves), current_tenant_id(), run_id],
        )
        found = cursor.fetchall()
    zone = ZoneInfo(tenant_now().timezone)  # a customer reads the day in the shop's time
    return {customer: _reward(code, json.loads(item), expires, zone) for customer, code, item, expires in found}


def _reward(code: str | None, item: dict[str, Any], expires: datetime | None, zone: ZoneInfo) -> dict[str, Any]:
    until = None if expires is None else expires.astimezone(zone)
    return {**item, "code": code or "", "name": default_name(item), "expires_at": until}


def grant_counts(run_id: int) -> dict[str, dict[str, int]]:
    """By node: people served, and items by status."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT node, status, count(*), count(*) FILTER (WHERE item_no = 0) FROM rewards_grant "
            "WHERE tenant_id = %s AND run_id = %s GROUP BY node, status",
            [current_tenant_id(), run_id],
        )
        counts: dict[str, dict[str, int]] = {}
        for node, status, items, people in cursor.fetchall():
            at_node = counts.setdefault(node, {"people": 0})
            at_node[status] = items
            at_node["people"] += people
    return counts


def served_people(step: Step, group: People) -> People:
    """Those of `group` who got something at this very step (run, node, wave, round)."""
    return fetch_people(
        "SELECT customer_id FROM rewards_grant WHERE tenant_id = %s AND run_id = %s AND node = %s AND wave_id = %s AND round = %s "
        "AND item_no = 0 AND status <> 'rejected' AND customer_id = ANY(%s::bigint[])",
        [current_tenant_id(), step.run_id, step.node, step.wave_id, step.round, id_list(group)],
    )


def granted_people(run_id: int, node: str) -> People:
    """Who was served by this node of the run."""
    return fetch_people(
        f"SELECT customer_id FROM rewards_grant WHERE tenant_id = %s AND run_id = %s AND node = %s AND item_no = 0 AND {GIVEN}",
        [current_tenant_id(), run_id, node],
    )
