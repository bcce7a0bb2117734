"""Packages that the merchant's shop issues: what is asked of it, and what its answers do to the ledger (REW-4).

The grant is written as pending, in stock and budget, before anything leaves; the road there is the canvas's (the channels
room carries the request, with one key for each person and step).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from customers.aliases import with_survivors
from customers.events import NewEvent, record
from kernel.copy import id_list
from kernel.sets import People
from kernel.step import Step
from rewards.items import default_name, item_span
from rewards.models import Grant, Package
from rewards.redeeming import event_of
from tenants.scope import current_tenant_id
from tenants.settings import tenant_now

Answers = Mapping[int, tuple[str, str]]  # customer → (the shop's id, code)
_PENDING = """
    UPDATE rewards_grant g SET status = %(status)s FROM unnest((SELECT %(ids)s::bigint[])) AS v(id)
    WHERE g.tenant_id = %(tenant)s AND g.run_id = %(run)s AND g.node = %(node)s AND g.wave_id = %(wave)s AND g.round = %(round)s
    AND g.customer_id = v.id AND g.status = 'pending' RETURNING g.id
"""


def connector_of(package_id: int) -> int | None:
    """The channel account that a package is issued through; None: the own ledger."""
    found = Package.objects.filter(pk=package_id).values_list("connector", flat=True).first()
    return int(found["account"]) if found else None


def offer(package_id: int, now: datetime) -> dict[str, Any]:
    """The body of the request, but for whom it is about."""
    package = Package.objects.get(pk=package_id)
    item = package.items[0]
    start, end = item_span(item, package.validity, now, ZoneInfo(tenant_now().timezone))
    valid = {"from": start.isoformat() if start else now.isoformat(), "to": end.isoformat() if end else None}
    worth = {k: item.get(k) for k in ("threshold", "percent_off", "max_discount", "products", "sku") if item.get(k)}
    amount = item.get("discount") or item.get("amount") or item.get("points")
    return {
        "reward": {
            "kind": item["kind"], "ref": (package.connector or {}).get("ref", ""), "name": default_name(item), "amount": amount,
            **worth, "valid": valid, "package": str(package.pk),
        }
    }  # fmt: skip


def settle(step: Step, issued: People, refused: People, unknown: People, answers: Answers, now: datetime) -> None:
    """What became of those of a step (wave and round) who were pending. Refused ones give stock and budget back."""
    _issued(_mark(step, issued, "issued"), answers, now)
    _mark(step, unknown, "unknown")
    _give_back(_mark(step, refused, "rejected"))


def _mark(step: Step, group: People, status: str) -> list[Grant]:
    if not group:
        return []
    values: dict[str, Any] = {
        "status": status, "ids": id_list(group | with_survivors(group)), "tenant": current_tenant_id(), "run": step.run_id,
        "node": step.node, "wave": step.wave_id, "round": step.round,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_PENDING, values)
        ids = [number for (number,) in cursor.fetchall()]
    return list(Grant.objects.filter(pk__in=ids).order_by("pk"))


def _issued(grants: list[Grant], answers: Answers, now: datetime) -> None:
    if not grants:
        return
    told: list[NewEvent] = []
    for grant in grants:
        grant.external_id, code = answers.get(grant.customer_id, ("", ""))
        grant.code = code or None
        told.append(event_of("issued", grant, now))
    taken = set(Grant.objects.filter(code__in=[g.code for g in grants if g.code]).values_list("code", flat=True))
    for grant in grants:  # a code that somebody has already is the shop's fault; the grant stands by the shop's own id
        if grant.code in taken:
            grant.code = None
        elif grant.code:
            taken.add(grant.code)
    Grant.objects.bulk_update(grants, ["external_id", "code"], batch_size=1000)
    record(told)


def _give_back(grants: list[Grant]) -> None:
    if grants:
        package = Package.objects.select_for_update(no_key=True).get(pk=grants[0].package_id)
        package.issued -= len(grants)
        package.spent -= sum(grant.cost for grant in grants)
        package.save(update_fields=["issued", "spent"])
