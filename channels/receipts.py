"""Works off what providers tell of messages: each receipt counts once, a status never goes backwards, opt-outs act at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.db import connection

from channels import bad_addresses
from channels.contract import AccountNow, ReceiptIn
from channels.errors import ChannelCode
from channels.matching import FACTS, find_messages
from channels.opt_out import is_opt_out
from channels.parcel import TO_CUSTOMERS
from channels.preparing import message_key
from channels.replies import refusing, said
from customers import consents
from customers.events import NewEvent, record
from kernel.clock import db_now
from kernel.errors import problem_at
from kernel.sets import people
from tenants.scope import current_tenant_id

_TELLING = ("delivered", "failed", "opened", "clicked", "replied")  # become events of the customer
_COLUMN = {"delivered": "delivered_at", "opened": "opened_at", "clicked": "clicked_at"}
# status → what a receipt may turn into it
_FROM: dict[str, tuple[str, ...]] = {
    "delivered": ("queued", "in_flight", "sent", "unknown", "failed"),
    "opened": ("queued", "in_flight", "sent", "unknown", "failed", "delivered"),
    "clicked": ("queued", "in_flight", "sent", "unknown", "failed", "delivered", "opened"),
    "failed": ("in_flight", "sent", "unknown"),
}


_Messages = dict[int, tuple[int, dict[str, Any], str]]


@dataclass(frozen=True)
class _Known:
    """A receipt whose message is ours."""

    message_id: int
    customer_id: int
    receipt: ReceiptIn
    at: datetime
    facts: dict[str, Any]
    to_customer: bool


def take_receipts(account: AccountNow, receipts: Sequence[ReceiptIn]) -> dict[str, Any]:
    """{"accepted", "duplicates", "rejected": [{index, code, detail}]}; all in the caller's transaction. By our own ids."""
    messages = find_messages(account, receipts)
    mine = _messages(account, [m for m in messages if m is not None])
    rejected = []
    for i, message in enumerate(messages):
        if message not in mine:
            problem = problem_at(f"/receipts/{i}/id", ChannelCode.UNKNOWN_MESSAGE)
            rejected.append({"index": i, "code": problem.code, "detail": problem.detail})
    known = _known(mine, zip(messages, receipts, strict=True))
    fresh = _take(account, known)
    return {"accepted": fresh, "duplicates": len(known) - fresh, "rejected": rejected}


def take_found(account: AccountNow, found: Sequence[tuple[int, ReceiptIn]]) -> set[int]:
    """The same for receipts whose message was looked up; those messages that were there and that nobody held just now."""
    mine = _messages(account, [message for message, _ in found], skip=True)
    _take(account, _known(mine, found))
    return set(mine)


def _take(account: AccountNow, known: list[_Known]) -> int:
    """How many of them are new."""
    fresh = _store(account, known)
    for event in ("failed", "delivered", "opened", "clicked"):
        advance(event, [(k.message_id, k.at) for k in fresh if k.receipt.event == event])
    _record([k for k in fresh if k.receipt.event in _TELLING and k.to_customer])
    _withdraw(account, [k for k in known if k.to_customer])
    _note_bad(account, [k for k in known if k.receipt.bad_address and k.to_customer])
    return len(fresh)


def _known(mine: _Messages, found: Iterable[tuple[int | None, ReceiptIn]]) -> list[_Known]:
    now, known = db_now(), []
    for message, receipt in found:
        row = mine.get(message) if message is not None else None
        if row is not None and message is not None:
            known.append(_Known(message, row[0], receipt, min(receipt.at, now), row[1], row[2] in TO_CUSTOMERS))
    return known


def _messages(account: AccountNow, ids: list[int], *, skip: bool = False) -> _Messages:
    """message → (customer, facts, purpose), locked in order of id. Messages that never left have no receipts.

    skip: without those that somebody else holds, so that senders and whoever works off receipts never wait for one another.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT m.id, m.customer_id, {FACTS}, m.purpose FROM channels_message m "
            "WHERE tenant_id = %s AND account_id = ANY(%s) AND id = ANY((SELECT %s::bigint[])::bigint[]) "
            f"AND status <> 'suppressed' AND content IS NOT NULL ORDER BY id FOR UPDATE{' SKIP LOCKED' if skip else ''}",
            [current_tenant_id(), account.at_this_door, ids],
        )
        return {id_: (customer, orjson.loads(facts), purpose) for id_, customer, facts, purpose in cursor.fetchall()}


def _store(account: AccountNow, known: list[_Known]) -> list[_Known]:
    """Those that were not there before."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO channels_receipt (tenant_id, account_id, message_id, event, at, detail, received_at) "
            "SELECT %s, %s, v.message, v.event, v.at, v.detail::jsonb, clock_timestamp() "
            "FROM unnest(%s::bigint[], %s::text[], %s::timestamptz[], %s::text[]) AS v(message, event, at, detail) "
            "ORDER BY v.message, v.event ON CONFLICT (tenant_id, message_id, event) DO NOTHING RETURNING message_id, event",
            [
                current_tenant_id(), account.id, [k.message_id for k in known], [k.receipt.event for k in known],
                [k.at for k in known], [orjson.dumps(k.receipt.detail).decode() for k in known],
            ],
        )  # fmt: skip
        fresh = set(cursor.fetchall())
    first = {(k.message_id, k.receipt.event): k for k in reversed(known)}
    return [k for key, k in first.items() if key in fresh]


def advance(event: str, fresh: list[tuple[int, datetime]]) -> None:
    """(message, when) of those of whom `event` is told for the first time. A status never goes backwards."""
    if not fresh:
        return
    column = _COLUMN.get(event)
    stamp = f", {column} = coalesce(m.{column}, v.at)" if column else ", reason = 'receipt:failed'"
    unless = "" if column else " AND m.status = ANY(%s)"
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE channels_message m SET status = CASE WHEN m.status = ANY(%s) THEN %s ELSE m.status END{stamp} "
            "FROM unnest(%s::bigint[], %s::timestamptz[]) AS v(id, at) WHERE m.tenant_id = %s AND m.id = v.id" + unless,
            [
                list(_FROM[event]), event, [message for message, _ in fresh], [at for _, at in fresh], current_tenant_id(),
                *([] if column else [list(_FROM[event])]),
            ],
        )  # fmt: skip


def _record(fresh: list[_Known]) -> None:
    if fresh:
        record(
            NewEvent(
                f"message:{message_key(current_tenant_id(), k.message_id)}:{k.receipt.event}", k.customer_id,
                f"message.{k.receipt.event}", k.at, {**k.facts, **_words(k.receipt)},
            )
            for k in fresh
        )  # fmt: skip


def _words(receipt: ReceiptIn) -> dict[str, Any]:
    detail = {k: v for k, v in receipt.detail.items() if isinstance(v, str | int | float | bool)}
    return {"detail": detail} if detail else {}


def _withdraw(account: AccountNow, known: list[_Known]) -> None:
    """Repeats too: a second reply may be the one that says stop, and saying no twice changes nothing."""
    refused = [k.customer_id for k in known if k.receipt.event == "unsubscribed" or _says_stop(k.receipt)]
    for channel in refusing(account) if refused else ():
        consents.consent_set(people(refused), channel, False, source="callback")


def _note_bad(account: AccountNow, known: list[_Known]) -> None:
    """The address that the receipt names, if it is still the customer's; else the one that they have now."""
    for reason in {k.receipt.bad_address for k in known}:
        mine = [k for k in known if k.receipt.bad_address == reason]
        bad_addresses.note(account.channel, {k.customer_id: k.receipt.to for k in mine}, reason)


def _says_stop(receipt: ReceiptIn) -> bool:
    """By a reply, or by what was understood in a call."""
    intent = receipt.detail.get("intent")
    return (receipt.event == "replied" and is_opt_out(said(receipt.detail))) or (
        isinstance(intent, str) and is_opt_out(intent)
    )
