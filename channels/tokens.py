"""Access tokens: one holder for each account over all workers, kept in Redis, fetched by one at a time.

Whoever is told that a token is no good fetches another and tries once more, in the same attempt; refused again, it is the
account that is at fault. Redis empty or away: somebody fetches again, which every provider allows.
"""

import asyncio
import logging
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Final

import redis
from cryptography.exceptions import InvalidTag
from django.conf import settings

from channels.contract import AccountNow, ErrorClass, Outbound, Outcome
from kernel import crypto
from kernel.wake import redis_client

log = logging.getLogger(__name__)

EARLY_SECONDS: Final = 300  # before its end a token is not used any more
_LOCK_SECONDS, _POLL_SECONDS = 15, 0.05
_LOCAL_SECONDS = (
    20.0  # a process asks Redis this seldom; a token that was replaced meanwhile is refused, and asked for anew
)
_RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"


@dataclass(frozen=True)
class Token:
    value: str = field(repr=False)
    seconds: float


Fetch = Callable[[], Awaitable[Token | Outcome]]
Send = Callable[[str, list[Outbound]], Awaitable[list[Outcome]]]

_local: dict[str, tuple[float, str]] = {}  # account → until (monotonic), token
_queues: dict[str, asyncio.Lock] = {}


async def with_token(account: AccountNow, fetch: Fetch, batch: list[Outbound], send: Send) -> list[Outcome]:
    """`send` with a token, and once more with a fresh one for those whose token was refused."""
    held = await token(account, fetch)
    if isinstance(held, Outcome):
        return [held] * len(batch)
    outcomes = await send(held, batch)
    refused = [i for i, outcome in enumerate(outcomes) if outcome.error is ErrorClass.TOKEN]
    if not refused:
        return outcomes
    fresh = await token(account, fetch, refused=held)
    some = [batch[i] for i in refused]
    again = [fresh] * len(some) if isinstance(fresh, Outcome) else await send(fresh, some)
    outcomes = list(outcomes)
    for i, outcome in zip(refused, again, strict=True):
        outcomes[i] = _final(outcome)
    return outcomes


def _final(outcome: Outcome) -> Outcome:
    return replace(outcome, error=ErrorClass.CONFIG) if outcome.error is ErrorClass.TOKEN else outcome


async def token(account: AccountNow, fetch: Fetch, *, refused: str = "") -> str | Outcome:
    """The account's token, or why there is none. refused: the one that the provider did not take."""
    name = _name(account)
    kept = _local.get(name)
    if kept and kept[0] > time.monotonic() and kept[1] != refused:
        return kept[1]
    async with _queues.setdefault(name, asyncio.Lock()):
        kept = _local.get(name)
        if kept and kept[0] > time.monotonic() and kept[1] != refused:
            return kept[1]
        return await _shared(account, name, fetch, refused)


async def _shared(account: AccountNow, name: str, fetch: Fetch, refused: str) -> str | Outcome:
    """By one worker at a time; the others wait for what it finds.

    What is kept is read again under the lock: it may have been written between one look and the lock.
    """
    nonce, ends = uuid.uuid4().hex, time.monotonic() + _LOCK_SECONDS
    while True:
        found = await asyncio.to_thread(_look, account, name)
        if found and found != refused:
            return _remember(name, found, _LOCAL_SECONDS)
        if await asyncio.to_thread(_lock, name, nonce) or time.monotonic() > ends:
            break
        await asyncio.sleep(_POLL_SECONDS)
    try:
        found = await asyncio.to_thread(_look, account, name)
        if found and found != refused:
            return _remember(name, found, _LOCAL_SECONDS)
        fetched = await fetch()
        if isinstance(fetched, Outcome):
            return _final(fetched)
        seconds = max(fetched.seconds - EARLY_SECONDS, min(fetched.seconds, 1.0))
        await asyncio.to_thread(_keep, account, name, fetched.value, seconds)
        return _remember(name, fetched.value, min(seconds, _LOCAL_SECONDS))
    finally:
        await asyncio.to_thread(_unlock, name, nonce)


def _remember(name: str, value: str, seconds: float) -> str:
    _local[name] = (time.monotonic() + seconds, value)
    return value


def _name(account: AccountNow) -> str:
    """Other credentials are another holder."""
    return f"canvas:token:{account.tenant_id}:{account.id}:{sha256(account.sealed).hexdigest()[:16]}"


def _key(account: AccountNow) -> bytes:
    """In Redis a token is sealed: it is as good as a password while it lasts."""
    return sha256(settings.MASTER_KEY + b"|token|" + account.callback_secret.encode()).digest()


def _look(account: AccountNow, name: str) -> str | None:
    try:
        raw = redis_client().get(name)
        return crypto.unseal(_key(account), raw, name.encode()).decode() if isinstance(raw, bytes) else None
    except (redis.RedisError, InvalidTag) as error:
        log.warning("token of account %s not read: %s", account.id, type(error).__name__)
        return None


def _keep(account: AccountNow, name: str, value: str, seconds: float) -> None:
    try:
        redis_client().set(
            name, crypto.seal(_key(account), value.encode(), name.encode()), px=max(1, int(seconds * 1000))
        )
    except redis.RedisError as error:
        log.warning("token of account %s not kept: %s", account.id, type(error).__name__)


def _lock(name: str, nonce: str) -> bool:
    try:
        return bool(redis_client().set(f"{name}:lock", nonce, nx=True, ex=_LOCK_SECONDS))
    except redis.RedisError:
        return True  # each process for itself


def _unlock(name: str, nonce: str) -> None:
    try:
        redis_client().eval(_RELEASE, 1, f"{name}:lock", nonce)
    except redis.RedisError as error:
        log.warning("redis away: %s", type(error).__name__)
