"""Use, refund and expiry of what was granted, each recorded as an event of the customer."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from customers.events import NewEvent, record
from kernel.errors import ProblemError
from rewards.errors import RewardCode
from rewards.items import KINDS, REDEEMABLE, default_name
from rewards.models import Grant
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
    record([_event("used", grant, now)])
    return grant


def _refuse_unusable(grant: Grant, now: datetime) -> None:
    if grant.item["kind"] not in REDEEMABLE:
        raise ProblemError(RewardCode.NOT_REDEEMABLE, kind=KINDS[grant.item["kind"]].say())
    status = status_of(grant, now)
    if status == "used":
        raise ProblemError(RewardCode.ALREADY_USED, order_id=grant.order_id)
    if status == "refunded":
        raise ProblemError(RewardCode.REFUNDED)
    if status == "expired":
        raise ProblemError(RewardCode.EXPIRED, at=grant.expires_at.isoformat() if grant.expires_at else "")
    start = grant.item.get("valid_from")
    if start and now < datetime.fromisoformat(start):
        raise ProblemError(RewardCode.NOT_YET_VALID, at=start)


def refund(grant: Grant, *, order_id: str, now: datetime) -> Grant:
    """The order fell through: its reward is refunded and not usable again. Repeating it changes nothing."""
    if grant.order_id != order_id or grant.status not in ("used", "refunded"):
        raise ProblemError(RewardCode.NOT_USED)
    if grant.status == "used":
        grant.status = "refunded"
        grant.save(update_fields=["status"])
        record([_event("refunded", grant, now)])
    return grant


def expire_due(now: datetime, limit: int = EXPIRY_BATCH) -> int:
    """Write down up to `limit` grants of the open tenant that ran out; the number that was."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE rewards_grant SET status = 'expired' WHERE tenant_id = %(tenant)s AND id IN (SELECT id FROM rewards_grant "
            "WHERE tenant_id = %(tenant)s AND status = 'issued' AND expires_at <= %(now)s ORDER BY id LIMIT %(limit)s "
            "FOR UPDATE SKIP LOCKED) RETURNING id",
            {"tenant": current_tenant_id(), "now": now, "limit": limit},
        )
        ids = [number for (number,) in cursor.fetchall()]
    record([_event("expired", grant, grant.expires_at or now) for grant in Grant.objects.filter(pk__in=ids)])
    return len(ids)


def _event(what: str, grant: Grant, at: datetime) -> NewEvent:
    return NewEvent(
        event_id=f"reward.{what}:{grant.pk}", customer_id=grant.customer_id, name=f"reward.{what}", occurred_at=at,
        properties=_properties(grant),
    )  # fmt: skip


def _properties(grant: Grant) -> dict[str, Any]:
    known = {
        "grant": str(grant.pk), "package": str(grant.package_id), "kind": grant.item["kind"], "name": default_name(grant.item),
        "code": grant.code, "order_id": grant.order_id,
        # a JSON number, so that conditions and reports can add it up; two decimals below 10^12 print exactly
        "amount": None if grant.amount is None else float(grant.amount),
        "canvas": None if grant.canvas_id is None else str(grant.canvas_id), "run": None if grant.run_id is None else str(grant.run_id),
        "node": grant.node or None, "variant": grant.variant or None,
    }  # fmt: skip
    return {key: value for key, value in known.items() if value is not None}
