"""Wake-ups: a Celery message that says "there may be work of this kind". Losing, doubling or delaying one is harmless.

The only place that publishes to Celery. Nothing but the kind travels; what is to be done stands in PostgreSQL.
"""

import logging
from collections.abc import Callable
from functools import partial

import redis
from celery import current_app
from django.conf import settings
from django.db import transaction

log = logging.getLogger(__name__)

TRIGGER, BULK, SEND, SLOW = "trigger", "bulk", "send", "slow"
KINDS = (TRIGGER, BULK, SEND, SLOW)
_EXPIRES_SECONDS = 30
_HELD_SECONDS = 2  # a wake-up that is queued but not begun need not be queued again
_LINGER_SECONDS = 0.25
# a worker that lingers is rung, once; else it is answered whether a message to Celery is needed
_CALL = """
if redis.call('DEL', KEYS[1]) == 1 then redis.call('LPUSH', KEYS[2], 1) return 0 end
if redis.call('SET', KEYS[3], 1, 'NX', 'EX', ARGV[1]) then return 1 end
return 0
"""
_LEAVE = "redis.call('DEL', KEYS[1]) return redis.call('DEL', KEYS[2])"
_client: "redis.Redis | None" = None


def redis_client() -> "redis.Redis":
    """One client and its pool a process, with short time-outs: Redis may be away and nothing may hang on it."""
    global _client
    if _client is None:
        _client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2)
    return _client


def wake(kind: str) -> None:
    """Wake the workers of `kind` after this transaction commits (at once when there is none)."""
    transaction.on_commit(partial(wake_now, kind), robust=True)


def wake_now(kind: str) -> None:
    """Publish now. A broker that is away is logged and not an error: the sweeper finds the work."""
    try:
        if redis_client().eval(_CALL, 3, *_bell(kind), f"canvas:wake:{kind}", _HELD_SECONDS):
            current_app.send_task(f"config.tasks.wake_{kind}", queue=kind, expires=_EXPIRES_SECONDS, ignore_result=True)
    except Exception as error:  # the broker's client raises many unrelated types
        log.warning("wake-up %s not sent, the sweeper will find the work: %s", kind, error)


def _bell(kind: str) -> tuple[str, str]:
    return f"canvas:linger:{kind}", f"canvas:ring:{kind}"


def linger(kind: str, look: Callable[[], bool]) -> bool:
    """For a worker that has done all its work: stay a moment, and be rung instead of woken through Celery's queue.

    `look` is asked once when everybody can see us: what was committed before may have told Celery, which would come to us
    only after we left. True: there is work again. A worker that dies here leaves a bell that rings for nobody for a
    moment; the sweeper finds the work.
    """
    here, ring = _bell(kind)
    try:
        client = redis_client()
        client.set(here, 1, px=int(_LINGER_SECONDS * 1000))
        if look() or client.blpop([ring], timeout=_LINGER_SECONDS):
            return True
        return bool(client.eval(_LEAVE, 2, here, ring))  # rung at the last moment
    except redis.RedisError as error:
        log.warning("redis away: %s", error)
        return False


def awake(kind: str) -> None:
    """Called when a wake-up begins: from here on a new one is published again."""
    try:
        redis_client().delete(f"canvas:wake:{kind}")
    except redis.RedisError as error:
        log.warning("redis away: %s", error)
