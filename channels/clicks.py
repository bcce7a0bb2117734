"""Somebody followed a link of a message, or opened the mail: told once for each message and link, and the ledger moves on."""

from dataclasses import dataclass
from typing import Any, Final

import orjson
from django.db import connection

from channels.declaring import LINKS, leads_to, place
from channels.links import OPENED, Followed
from channels.matching import FACTS
from channels.parcel import TO_CUSTOMERS
from channels.preparing import message_key
from channels.receipts import advance
from customers.events import NewEvent, record
from kernel.clock import db_now
from tenants.scope import current_tenant_id

_AT_ONCE_SECONDS: Final = 2.0  # after it was handed over


@dataclass(frozen=True)
class Target:
    """Where a link leads, and of which message it is; message None: of a preview, or of one that is gone."""

    url: str
    link_id: int
    message: tuple[Any, ...] | None = None  # id, customer, facts, purpose


def target(of: Followed) -> Target | None:
    """None: there is no such link, or its message does not say where it leads. Runs in the tenant's scope."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT l.url, m.id, m.customer_id, {FACTS}, m.purpose, m.content -> '{LINKS}' ->> %s "
            "FROM channels_link l LEFT JOIN channels_message m ON m.tenant_id = l.tenant_id AND m.id = %s "
            "AND m.template_id = l.template_id AND m.content IS NOT NULL WHERE l.tenant_id = %s AND l.id = %s",
            [place(of.link_id), of.message_id, of.tenant_id, of.link_id],
        )
        row = cursor.fetchone()
    if row is None:
        return None
    declared, message, filled = row[0], row[1:5] if row[1] is not None else None, row[5]
    url = declared if "{{" not in declared else leads_to(declared, filled or "")
    return Target(url, of.link_id, message) if url else None


def note_click(at: Target) -> None:
    """Once for each message and link, however often and at once it is followed."""
    if at.message is not None:
        _note("clicked", at.message, f":{at.link_id}", {"link": str(at.link_id), "url": at.url})


def note_open(of: Followed) -> None:
    """Once for each message. A mail that is opened at once is opened by a machine: that is not counted, a reader's still will be."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT m.id, m.customer_id, {FACTS}, m.purpose FROM channels_message m "
            "WHERE m.tenant_id = %s AND m.id = %s AND m.content IS NOT NULL "
            "AND (m.channel <> 'email' OR coalesce(m.sent_at, m.created_at) <= clock_timestamp() - make_interval(secs => %s))",
            [of.tenant_id, of.message_id, _AT_ONCE_SECONDS],
        )
        row = cursor.fetchone()
    if row is not None and of.link_id == OPENED:
        _note("opened", row, "", {})


def _note(event: str, message: tuple[Any, ...], suffix: str, more: dict[str, str]) -> None:
    message_id, customer, facts, purpose = message
    now = db_now()
    advance(event, [(message_id, now)])
    if purpose in TO_CUSTOMERS:
        key = f"message:{message_key(current_tenant_id(), message_id)}:{event}{suffix}"
        record([NewEvent(key, customer, f"message.{event}", now, {**orjson.loads(facts), **more})])
