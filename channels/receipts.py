"""Works off what providers tell of messages: each receipt counts once, a status never goes backwards, opt-outs act at once."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson
from django.db import connection

from channels.contract import AccountNow, ReceiptIn
from channels.errors import ChannelCode
from channels.parcel import TO_CUSTOMERS
from channels.preparing import message_key, read_message_key
from customers import consents
from customers.events import NewEvent, record
from kernel.clock import db_now
from kernel.errors import problem_at
from kernel.sets import people
from tenants.scope import current_tenant_id

OPT_OUT_WORDS: Final = frozenset(
    {"td", "t", "r", "n", "stop", "unsubscribe", "quit", "退订", "拒收", "取消订阅", "取消", "回t", "回td"}
)
_CLOSING = "\u3002.!'\"\u201c\u201d"  # full stops, exclamation mark, quotes
_TELLING = ("delivered", "failed", "opened", "clicked", "replied")  # become events of the customer
_COLUMN = {"delivered": "delivered_at", "opened": "opened_at", "clicked": "clicked_at"}
FACTS: Final = (  # of a message m, as its events tell them
    "jsonb_build_object('message', m.id::text, 'canvas', m.canvas_id::text, 'run', m.run_id::text, 'node', m.node, "
    "'variant', m.variant, 'channel', m.channel, 'template', m.template_id::text)::text"
)
# status → what a receipt may turn into it
_FROM: dict[str, tuple[str, ...]] = {
    "delivered": ("queued", "in_flight", "sent", "unknown", "failed"),
    "opened": ("queued", "in_flight", "sent", "unknown", "failed", "delivered"),
    "clicked": ("queued", "in_flight", "sent", "unknown", "failed", "delivered", "opened"),
    "failed": ("in_flight", "sent", "unknown"),
}


@dataclass(frozen=True)
class _Known:
    """A receipt whose message is ours."""

    message_id: int
    customer_id: int
    receipt: ReceiptIn
    at: datetime
    facts: dict[str, Any]
    to_customer: bool


def is_opt_out(text: str) -> bool:
    """Does a reply ask to be left alone? Width, case, blanks and closing punctuation don't matter."""
    return unicodedata.normalize("NFKC", text).strip().strip(_CLOSING).strip().casefold() in OPT_OUT_WORDS


def take_receipts(account: AccountNow, receipts: Sequence[ReceiptIn]) -> dict[str, Any]:
    """{"accepted", "duplicates", "rejected": [{index, code, detail}]}; all in the caller's transaction."""
    known, rejected = _known(account, receipts)
    fresh = _store(account, known)
    for event in ("failed", "delivered", "opened", "clicked"):
        advance(event, [(k.message_id, k.at) for k in fresh if k.receipt.event == event])
    _record([k for k in fresh if k.receipt.event in _TELLING and k.to_customer])
    _withdraw(account, [k for k in known if k.to_customer])
    return {"accepted": len(fresh), "duplicates": len(known) - len(fresh), "rejected": rejected}


def _known(account: AccountNow, receipts: Sequence[ReceiptIn]) -> tuple[list[_Known], list[dict[str, Any]]]:
    keys = [read_message_key(r.message) for r in receipts]
    mine = _messages(account, [key[1] for key in keys if key and key[0] == current_tenant_id()])
    known, rejected, now = [], [], db_now()
    for i, (receipt, key) in enumerate(zip(receipts, keys, strict=True)):
        row = mine.get(key[1]) if key and key[0] == current_tenant_id() else None
        if row is None or key is None:
            problem = problem_at(f"/receipts/{i}/id", ChannelCode.UNKNOWN_MESSAGE)
            rejected.append({"index": i, "code": problem.code, "detail": problem.detail})
        else:
            known.append(_Known(key[1], row[0], receipt, min(receipt.at, now), row[1], row[2] in TO_CUSTOMERS))
    return known, rejected


def _messages(account: AccountNow, ids: list[int]) -> dict[int, tuple[int, dict[str, Any], str]]:
    """message → (customer, facts, purpose), locked in order of id. Messages that never left have no receipts."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT m.id, m.customer_id, {FACTS}, m.purpose "
            "FROM channels_message m WHERE tenant_id = %s AND account_id = %s AND id = ANY(%s) AND status <> 'suppressed' "
            "AND content IS NOT NULL ORDER BY id FOR UPDATE",
            [current_tenant_id(), account.id, ids],
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
    if refused:
        consents.consent_set(people(refused), account.channel, False, source="callback")


def _says_stop(receipt: ReceiptIn) -> bool:
    said = receipt.detail.get("text") or receipt.detail.get("content") or receipt.detail.get("message")
    return receipt.event == "replied" and isinstance(said, str) and is_opt_out(said)
