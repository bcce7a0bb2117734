"""What providers told: stored at the door, each request once, and worked off in batches by the workers.

What is about a message that can't be found yet is looked for again for a while: a receipt may come before our own call's
answer was written down. What customers say themselves (a refusal above all) is acted on at the door.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

import orjson
from django.db import connection, transaction

from channels.contract import AccountNow, Callback, HappenedIn, ReceiptIn, Told
from channels.happened import take_happened
from channels.matching import find_messages
from channels.models import Account
from channels.receipts import take_found
from channels.replies import take_words
from channels.services.accounts import at_the_door
from kernel import crypto
from kernel.wake import BULK
from tenants.ready import announce
from tenants.scope import current_tenant_id, tenant_tx
from tenants.settings import tenant_now

log = logging.getLogger(__name__)

BATCH: Final = 2000  # receipts worked off in one transaction, about
_CANDIDATES: Final = 500
_AGAIN_SECONDS: Final = (1, 2, 5, 15, 60, 300, 900)  # after that nobody knows the message
_LATE: Final = 3  # tries; our own call's answer is written long before
KEEP_DAYS: Final = 14  # a repeat of a callback is known for so long


@dataclass
class _Stored:
    id: int
    account_id: int
    receipts: list[ReceiptIn]
    tries: int


def store(account: AccountNow, callback: Callback, told: Sequence[Told]) -> bool:
    """In the caller's transaction. False: this very request was here before, and nothing is done."""
    if not told:
        return True
    receipts = [t for t in told if isinstance(t, ReceiptIn)]
    words, rest = [r for r in receipts if r.is_word], [r for r in receipts if not r.is_word]
    digest = sha256(repr(sorted(callback.query.items())).encode() + b"\0" + callback.body).digest()
    if not _insert(account, digest, rest):
        return False
    take_words(account, words)
    take_happened(account, [t for t in told if isinstance(t, HappenedIn)])
    if rest:
        announce(BULK)
    return True


def _insert(account: AccountNow, digest: bytes, rest: list[ReceiptIn]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO channels_callbackin (tenant_id, account_id, digest, items, size, tries, received_at, due_at) "
            "SELECT %s, %s, %s, %s, %s, 0, now, CASE WHEN %s > 0 THEN now END FROM clock_timestamp() AS now "
            "ON CONFLICT (tenant_id, account_id, digest) DO NOTHING RETURNING id",
            [current_tenant_id(), account.id, digest, _seal(account.id, rest) if rest else None, len(rest), len(rest)],
        )
        return cursor.fetchone() is not None


def has_due() -> bool:
    """Is anything to be worked off, by whomever?"""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM channels_callbackin WHERE tenant_id = %s AND due_at <= clock_timestamp())",
            [current_tenant_id()],
        )
        return bool(cursor.fetchone()[0])


def unit(tenant_id: int) -> bool:
    """One batch of a tenant, in a transaction of its own. False when nothing was due."""
    with tenant_tx(tenant_id):
        rows = _claim()
        for account_id in sorted({row.account_id for row in rows}):
            _work_off(account_id, [row for row in rows if row.account_id == account_id])
    return bool(rows)


def _claim() -> list[_Stored]:
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH due AS MATERIALIZED (SELECT id, account_id, items, tries, size, due_at FROM channels_callbackin "
            "WHERE tenant_id = %s AND due_at <= clock_timestamp() ORDER BY due_at, id LIMIT %s FOR UPDATE SKIP LOCKED) "
            "SELECT id, account_id, items, tries FROM (SELECT *, sum(size) OVER (ORDER BY due_at, id) - size AS before FROM due) d "
            "WHERE before < %s ORDER BY id",
            [current_tenant_id(), _CANDIDATES, BATCH],
        )
        return [_Stored(id_, account, _unseal(account, items), tries) for id_, account, items, tries in cursor]


def _work_off(account_id: int, rows: list[_Stored]) -> None:
    """All at once; if that fails, one after the other, so that one that can't be worked off keeps no others back."""
    found = Account.objects.filter(pk=account_id).first()
    if found is None:
        return _note(account_id, {row.id: ([], row.tries) for row in rows})
    account = at_the_door(found)
    try:
        with transaction.atomic():
            return _take(account, rows)
    except Exception:
        log.exception("account %s: callbacks not worked off, one by one now", account_id)
    for row in rows:
        try:
            with transaction.atomic():
                _take(account, [row])
        except Exception:
            log.exception("account %s: callback %s not worked off", account_id, row.id)
            _note(account_id, {row.id: (row.receipts, row.tries)})
    return None


def _take(account: AccountNow, rows: list[_Stored]) -> None:
    every = [(row, receipt) for row in rows for receipt in row.receipts]
    messages = find_messages(account, [receipt for _, receipt in every], [row.tries >= _LATE for row, _ in every])
    taken = take_found(account, [(message, r) for message, (_, r) in zip(messages, every, strict=True) if message])
    rest: dict[int, list[ReceiptIn]] = {}
    for message, (row, receipt) in zip(messages, every, strict=True):
        if message not in taken:
            rest.setdefault(row.id, []).append(receipt)
    _note(account.id, {row.id: (rest.get(row.id, []), row.tries) for row in rows})


def _note(account_id: int, left: dict[int, tuple[list[ReceiptIn], int]]) -> None:
    """What is left of each request is looked at again later, so many times."""
    rows = [(id_, *_next(account_id, receipts, tries)) for id_, (receipts, tries) in left.items()]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE channels_callbackin c SET items = v.items, size = v.size, tries = c.tries + 1, "
            "due_at = clock_timestamp() + make_interval(secs => v.wait) "
            "FROM unnest(%s::bigint[], %s::bytea[], %s::int[], %s::float[]) AS v(id, items, size, wait) "
            "WHERE c.tenant_id = %s AND c.id = v.id",
            [*([list(column) for column in zip(*rows, strict=True)]), current_tenant_id()],
        )
    for wait in {row[3] for row in rows if row[3] is not None}:
        announce(BULK, wait)


def _next(account_id: int, receipts: list[ReceiptIn], tries: int) -> tuple[bytes | None, int, float | None]:
    """(sealed, how many, seconds) or nothing when it is done or given up."""
    if not receipts:
        return None, 0, None
    if tries >= len(_AGAIN_SECONDS):
        log.warning("account %s: %s receipts for messages that nobody knows", account_id, len(receipts))
        return None, 0, None
    return _seal(account_id, receipts), len(receipts), float(_AGAIN_SECONDS[tries])


def forget_old(limit: int = 10_000) -> int:
    """Housekeeping: deletes a batch of requests that are long worked off; how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM channels_callbackin WHERE tenant_id = %s AND id IN (SELECT id FROM channels_callbackin WHERE tenant_id = %s "
            "AND received_at < now() - make_interval(days => %s) AND due_at IS NULL ORDER BY received_at LIMIT %s)",
            [current_tenant_id(), current_tenant_id(), KEEP_DAYS, limit],
        )
        return int(cursor.rowcount)


def _seal(account_id: int, receipts: list[ReceiptIn]) -> bytes:
    rows = [
        [r.message, r.event, r.at, r.detail, r.provider_id, r.to, r.within, r.once, r.bad_address] for r in receipts
    ]
    return crypto.seal(_key(), orjson.dumps(rows), _place(account_id))


def _unseal(account_id: int, raw: Any) -> list[ReceiptIn]:
    if raw is None:
        return []
    rows = orjson.loads(crypto.unseal(_key(), bytes(raw), _place(account_id)))
    return [_read(row) for row in rows]


def _read(row: list[Any]) -> ReceiptIn:
    message, event, at, detail, provider_id, to, within, once, *more = (
        row  # those that an older version stored end here
    )
    bounds = (int(within[0]), int(within[1])) if within else None
    return ReceiptIn(message, event, datetime.fromisoformat(at), detail, provider_id, to, bounds, once, *more)


def _key() -> bytes:
    return crypto.open_key(bytes(tenant_now().sealed_key))


def _place(account_id: int) -> bytes:
    return f"callback|{current_tenant_id()}|{account_id}".encode()
