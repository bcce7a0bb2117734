"""Reads for lists: messages with their masked address, and a customer's messages for the timeline."""

import re
from collections.abc import Sequence
from typing import Any

from django.db.models.functions import Coalesce

from channels.models import Message
from channels.parcel import STAFF, TO_CUSTOMERS
from channels.registry import kinds
from customers import identities
from customers.timeline import Window
from kernel.access import row_id
from kernel.errors import Code, ProblemError

STATUSES = ("queued", "in_flight", "sent", "failed", "suppressed", "unknown", "delivered", "opened", "clicked")
_IDS = {
    "canvas": "canvas_id",
    "run": "run_id",
    "customer": "customer_id",
    "template": "template_id",
    "account": "account_id",
}
FILTERS = (*_IDS, "node", "status")


def messages_filter(params: dict[str, str]) -> dict[str, Any]:
    """Query parameters as a filter. Raises a 400 problem for a status that does not exist."""
    found: dict[str, Any] = {}
    for name, column in _IDS.items():
        if params.get(name):
            found[column] = int(params[name]) if row_id(params[name]) is not None else -1
    if params.get("node"):
        found["node__regex"] = rf"^{re.escape(params['node'])}(/.*)?$"  # a step may be made of several: "f/1"
    if params.get("status"):
        wanted = params["status"].split(",")
        if not set(wanted) <= set(STATUSES):
            raise ProblemError.at("/status", Code.BAD_VALUE, reason=", ".join(STATUSES))
        found["status__in"] = wanted
    return found


def message_show(message: Message, to: dict[str, str]) -> dict[str, Any]:
    """`to`: masked identities of the customer by kind."""
    identity, to_staff = kinds[message.channel].identity if message.channel in kinds else None, message.purpose == STAFF
    return {
        "id": str(message.pk), "canvas": str(message.canvas_id), "run": str(message.run_id), "node": message.node,
        "variant": message.variant or None, "customer": None if to_staff else str(message.customer_id), "staff": str(message.customer_id) if to_staff else None, "channel": message.channel,
        "account": str(message.account_id), "template": str(message.template_id) if message.template_id else None, "attempts": message.attempts, "purpose": message.purpose,
        "status": message.status, "reason": message.reason or None, "content": message.content,
        "to": to.get(identity) if identity else None, "provider_id": message.provider_id or None,
        "created_at": message.created_at, "sent_at": message.sent_at, "delivered_at": message.delivered_at,
        "opened_at": message.opened_at, "clicked_at": message.clicked_at,
    }  # fmt: skip


def messages_show(rows: Sequence[Message]) -> list[dict[str, Any]]:
    masked = identities.masked(sorted({m.customer_id for m in rows if m.purpose != STAFF}))
    return [message_show(m, masked.get(m.customer_id, {}) if m.purpose != STAFF else {}) for m in rows]


def timeline(customer_id: int, window: Window) -> list[dict[str, Any]]:
    """A customer's messages, newest first, as entries of the timeline."""
    rows = Message.objects.filter(customer_id=customer_id, purpose__in=TO_CUSTOMERS)
    return [
        {
            "at": m.sent_at or m.created_at,
            "kind": "message",
            "number": m.pk,
            "name": m.channel,
            "detail": {
                "id": str(m.pk), "status": m.status, "reason": m.reason or None, "canvas": str(m.canvas_id), "node": m.node,
                "content": m.content, "delivered_at": m.delivered_at, "opened_at": m.opened_at, "clicked_at": m.clicked_at,
            },
        }
        for m in window.of(rows.annotate(at=Coalesce("sent_at", "created_at")), "at")
    ]  # fmt: skip
