"""Use, refund and expiry of what was granted, each recorded as an event of the customer."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from customers.events import NewEvent, record
from kernel.errors import ProblemError
from rewards.errors import RewardCode
from rewards.items import KINDS, REDEEMABLE, default_name
from rewards.models import Grant, Package
from rewards.selectors import status_of
from tenants.scope import current_tenant_id

EXPIRY_BATCH = 10_000


def redeem(grant: Grant, *, order_id: str, amount: Decimal | None, now: datetime) -> Grant:
    """Mark as used; the same order again gives the same answer. `grant` must be locked."""
    if grant.status == "used" and grant.order_id == order_id:
        return grant
    _refuse_unusable(grant, now)
    grant.status, grant.used_at, grant.order_id, grant.amount = "used", now, order_id, amount
    grant.save(update_fields=["status", "used_at", "order_id", "amount"])
    record([event_of("used", grant, now)])
    return grant


def _refuse_unusable(grant: Grant, now: datetime) -> None:
    if grant.item["kind"] not in REDEEMABLE:
        raise ProblemError(RewardCode.NOT_REDEEMABLE, kind=KINDS[grant.item["kind"]].say())
    status = status_of(grant, now)
    if status == "used":
        raise ProblemError(RewardCode.ALREADY_USED, order_id=grant.order_id)
    if status in ("pending", "rejected"):  # of an unknown one the shop has just told us that it was issued
        raise ProblemError(RewardCode.NOT_ISSUED)
    if status == "refunded":
        raise ProblemError(RewardCode.REFUNDED)
    if status == "expired":
        raise ProblemError(RewardCode.EXPIRED, at=grant.expires_at.isoformat() if grant.expires_at else "")
    start = grant.item.get("valid_from")
    if start and now < datetime.fromisoformat(start):
        raise ProblemError(RewardCode.NOT_YET_VALID, at=start)


def refund(grant: Grant, *, order_id: str, now: datetime, reason: str = "", restock: bool = False) -> Grant:
    """The order fell through: its reward is refunded and not usable again. Repeating it changes nothing. `grant` must be locked.

    restock: the share may be given to somebody else, in stock and budget.
    """
    if grant.order_id != order_id or grant.status not in ("used", "refunded"):
        raise ProblemError(RewardCode.NOT_USED)
    if grant.status == "used":
        if restock:
            _give_back(grant)
        grant.status = "refunded"
        grant.save(update_fields=["status"])
        record([event_of("refunded", grant, now, reason=reason)])
    return grant


def _give_back(grant: Grant) -> None:
    """`issued` stays what was ever issued, as the ledger has it: stock and budget rise instead. A share of several items once."""
    share = {f: getattr(grant, f) for f in ("package_id", "customer_id", "run_id", "node", "wave_id", "round")}
    package = Package.objects.select_for_update(no_key=True).get(pk=grant.package_id)
    if package.stock is not None and not Grant.objects.filter(**share, status="refunded").exists():
        package.stock += 1
    package.spent -= grant.cost
    package.save(update_fields=["stock", "spent"])


def expire_due(now: datetime, limit: int = EXPIRY_BATCH) -> int:
    """Write down up to `limit` grants of the open tenant that ran out; the number that was."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH due AS MATERIALIZED (SELECT id FROM rewards_grant WHERE tenant_id = %(tenant)s AND status = 'issued' "
            "AND expires_at <= %(now)s ORDER BY expires_at, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED) "
            "UPDATE rewards_grant g SET status = 'expired' FROM due WHERE g.tenant_id = %(tenant)s AND g.id = due.id RETURNING g.id",
            {"tenant": current_tenant_id(), "now": now, "limit": limit},
        )
        ids = [number for (number,) in cursor.fetchall()]
    record([event_of("expired", grant, grant.expires_at or now) for grant in Grant.objects.filter(pk__in=ids)])
    return len(ids)


def event_of(what: str, grant: Grant, at: datetime, *, reason: str = "") -> NewEvent:
    return NewEvent(
        event_id=f"reward.{what}:{grant.pk}", customer_id=grant.customer_id, name=f"reward.{what}", occurred_at=at,
        properties={**_properties(grant), **({"reason": reason} if reason else {})},
    )  # fmt: skip


def _properties(grant: Grant) -> dict[str, Any]:
    known = {
        "grant": str(grant.pk), "package": str(grant.package_id), "kind": grant.item["kind"], "name": default_name(grant.item),
        "code": grant.code, "order_id": grant.order_id,
        # a JSON number, so that conditions and reports can add it up; two decimals below 10^12 print exactly
        "amount": None if grant.amount is None else float(grant.amount), "cost": float(grant.cost) or None,
        "canvas": None if grant.canvas_id is None else str(grant.canvas_id), "run": None if grant.run_id is None else str(grant.run_id),
        "node": grant.node or None, "variant": grant.variant or None,
    }  # fmt: skip
    return {key: value for key, value in known.items() if value is not None}
