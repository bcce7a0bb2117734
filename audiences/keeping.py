"""Answers that are kept in Redis under the version of the data that they were worked out from.

A kept answer is found only while nothing that it depends on has changed (customers/versions.py), so it is never old; Redis
may lose it or be away. Each tenant keeps so many, for so long, none larger than LARGEST.
"""

import hashlib
import logging
import re
import struct
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import redis

from customers import versions
from customers.fragments import Sql
from kernel.sets import People, dump, load
from kernel.wake import redis_client

log = logging.getLogger(__name__)

KEPT, LARGEST, SECONDS = 64, 2 * 2**20, 900
_TABLES = re.compile(r"\b(?:customers|audiences|rewards|channels|canvas_app|tenants)_[a-z_]+\b")
_MOMENT = re.compile(r"\b(?:now|clock_timestamp|random)\(|\bcurrent_")
_SPAN = struct.Struct(">dd")
# keep the newest KEPT of a tenant: KEYS list, entry; ARGV bytes, seconds, how many
_KEEP = """
redis.call('SET', KEYS[2], ARGV[1], 'EX', ARGV[2])
redis.call('LPUSH', KEYS[1], KEYS[2]) redis.call('EXPIRE', KEYS[1], ARGV[2])
while redis.call('LLEN', KEYS[1]) > tonumber(ARGV[3]) do redis.call('DEL', redis.call('RPOP', KEYS[1])) end
"""


class Keeping:
    """The kept answers of a tenant as of one moment: versions are read once, before anything is worked out."""

    def __init__(self, tenant_id: int) -> None:
        self._tenant, self._versions = tenant_id, versions.versions()

    def key(self, what: str, tables: Iterable[str], events: Iterable[str]) -> str | None:
        """The name of an answer to `what` that depends on these; None: it can't be kept."""
        kinds = versions.kinds_of(tables, events)
        if kinds is None or "customers" not in self._versions:
            return None
        state = ";".join(f"{kind}={self._versions.get(kind, '')}" for kind in sorted(kinds))
        told = hashlib.blake2b(f"{what}\n{state}".encode(), digest_size=20).hexdigest()
        return f"canvas:kept:{self._tenant}:{told}"

    def key_of(self, statement: Sql, events: Iterable[str], now: datetime) -> str | None:
        """Of a statement. One that depends on this very moment is not asked again."""
        if any(_of_the_moment(p, now) for p in statement.params) or _MOMENT.search(statement.text):
            return None
        return self.key(f"{statement.text}\n{statement.params!r}", set(_TABLES.findall(statement.text)), events)

    def find(self, key: str) -> tuple[People, tuple[float, float]] | None:
        """The people, and the span of time that they were asked about."""
        try:
            raw: Any = redis_client().get(key)
        except redis.RedisError as error:
            log.warning("redis away: %s", error)
            return None
        return None if raw is None else (load(raw[_SPAN.size :]), _SPAN.unpack_from(raw))

    def keep(self, key: str, people: People, span: tuple[float, float] = (0.0, 0.0)) -> None:
        raw = _SPAN.pack(*span) + dump(people)
        if len(raw) > LARGEST:
            return
        try:
            redis_client().eval(_KEEP, 2, f"canvas:kept:{self._tenant}", key, raw, SECONDS, KEPT)
        except redis.RedisError as error:
            log.warning("redis away: %s", error)


def _of_the_moment(value: Any, now: datetime) -> bool:
    """Whole lengths of time before or after now share its microseconds; what people write has none."""
    return isinstance(value, datetime) and bool(now.microsecond) and value.microsecond == now.microsecond
