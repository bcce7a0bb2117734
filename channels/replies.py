"""What customers say to the merchant, found by their address: an event each, and a refusal acts at once."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import orjson
from django.db import connection

from channels.contract import AccountNow, ReceiptIn
from channels.matching import FACTS, customers_at
from channels.opt_out import is_opt_out
from customers import consents
from customers.events import NewEvent, record
from kernel.clock import db_now
from kernel.sets import people
from tenants.scope import current_tenant_id

# a reply within three days belongs to the last message that this account sent them
_ANSWERED = f"""
    SELECT v.customer, m.id, {FACTS} FROM unnest((SELECT %s::bigint[])) AS v(customer)
    CROSS JOIN LATERAL (
        SELECT x.*
        FROM channels_message x WHERE x.tenant_id = %s AND x.customer_id = v.customer AND x.account_id = ANY(%s) AND x.content IS NOT NULL
            AND x.purpose IN ('marketing', 'service') AND x.status NOT IN ('queued', 'suppressed')
            AND x.created_at > clock_timestamp() - interval '3 days'
        ORDER BY x.id DESC LIMIT 1 OFFSET 0
    ) AS m
"""


def take_words(account: AccountNow, words: Sequence[ReceiptIn]) -> int:
    """In the caller's transaction; how many were from customers of ours."""
    customers = customers_at(account, [w.to for w in words])
    known = [(w, customers[w.to]) for w in words if w.to in customers]
    if not known:
        return 0
    answered = _answered(account, sorted({customer for _, customer in known}))
    _keep(account, known, answered)
    replied = [(w, customer) for w, customer in known if w.event == "replied"]
    record(_event(account, w, customer, answered.get(customer)) for w, customer in replied)
    refused = [c for w, c in known if w.event == "unsubscribed" or is_opt_out(said(w.detail))]
    for channel in refusing(account) if refused else ():
        consents.consent_set(people(refused), channel, False, source="callback")
    return len(known)


def refusing(account: AccountNow) -> tuple[str, ...]:
    """Channels that a refusal is about: all of an app that customers know as one."""
    return account.provider.channels if account.provider.one_door else (account.channel,)


def said(detail: dict[str, Any]) -> str:
    """The words of a reply; empty when there are none."""
    found = detail.get("text") or detail.get("content") or detail.get("message")
    return found if isinstance(found, str) else ""


def _answered(account: AccountNow, customers: list[int]) -> dict[int, tuple[int, dict[str, Any]]]:
    """customer → (the message, its facts)."""
    with connection.cursor() as cursor:
        cursor.execute(_ANSWERED, [customers, current_tenant_id(), account.at_this_door])
        return {customer: (message, orjson.loads(facts)) for customer, message, facts in cursor.fetchall()}


def _keep(
    account: AccountNow, known: list[tuple[ReceiptIn, int]], answered: dict[int, tuple[int, dict[str, Any]]]
) -> None:
    """The first reply to each message is a receipt of it: canvases ask by that who replied."""
    rows = sorted((answered[c][0], w.event, w.at) for w, c in known if c in answered)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO channels_receipt (tenant_id, account_id, message_id, event, at, detail, received_at) "
            "SELECT %s, %s, v.message, v.event, v.at, '{}', clock_timestamp() "
            "FROM unnest(%s::bigint[], %s::text[], %s::timestamptz[]) AS v(message, event, at) "
            "ON CONFLICT (tenant_id, message_id, event) DO NOTHING",
            [
                current_tenant_id(),
                account.id,
                [m for m, _, _ in rows],
                [e for _, e, _ in rows],
                [at for *_, at in rows],
            ],
        )


def _event(
    account: AccountNow, word: ReceiptIn, customer: int, answered: tuple[int, dict[str, Any]] | None
) -> NewEvent:
    once = word.once or f"{word.at.isoformat()}|{said(word.detail)}"
    digest = sha256(f"{word.to}|{once}".encode()).hexdigest()[:32]
    facts = answered[1] if answered else {"channel": account.channel}
    detail = {k: v for k, v in word.detail.items() if isinstance(v, str | int | float | bool)}
    return NewEvent(
        f"reply:{current_tenant_id()}:{account.id}:{digest}", customer, f"message.{word.event}", min(word.at, db_now()),
        {**facts, **({"detail": detail} if detail else {})},
    )  # fmt: skip
