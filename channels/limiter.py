"""An account's messages a second, over a sliding window of one second kept in Redis for all workers together.

Redis away: each process keeps its own window, so that with n processes up to n times the limit may leave; it is logged.
"""

import logging
import time
import uuid
from collections import defaultdict, deque

import redis

from kernel.wake import redis_client

log = logging.getLogger(__name__)

WINDOW_SECONDS = 1.0

# KEYS[1] sorted set of grants "<count>:<nonce>" scored by Redis's own time; ARGV: limit, wanted, nonce, window in ms. Answers {granted, wait in ms}.
_TAKE = """
local t = redis.call('TIME'); local now = t[1] * 1000 + math.floor(t[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[4])
local used = 0
for _, m in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do used = used + tonumber(string.match(m, '^%d+')) end
local granted = math.min(tonumber(ARGV[2]), tonumber(ARGV[1]) - used)
if granted > 0 then
  redis.call('ZADD', KEYS[1], now, granted .. ':' .. ARGV[3]); redis.call('PEXPIRE', KEYS[1], 2 * ARGV[4])
  return {granted, 0}
end
local oldest = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
return {0, math.max(1, tonumber(oldest[2]) + ARGV[4] + 1 - now)}
"""

_local: dict[str, deque[tuple[float, int]]] = defaultdict(deque)


def take(account: str, limit: int, wanted: int) -> tuple[int, float]:
    """(how many of `wanted` may leave now, seconds until it is worth asking again)."""
    try:
        window = int(WINDOW_SECONDS * 1000)
        granted, wait = redis_client().eval(_TAKE, 1, f"canvas:send:{account}", limit, wanted, uuid.uuid4().hex, window)
    except redis.RedisError as error:
        log.warning("redis away, sending rate of account %s kept by this process alone: %s", account, error)
        return _take_local(account, limit, wanted)
    return int(granted), int(wait) / 1000


def _take_local(account: str, limit: int, wanted: int) -> tuple[int, float]:
    grants, now = _local[account], time.monotonic()
    while grants and grants[0][0] <= now - WINDOW_SECONDS:
        grants.popleft()
    granted = min(wanted, limit - sum(count for _, count in grants))
    if granted > 0:
        grants.append((now, granted))
        return granted, 0.0
    return 0, grants[0][0] + WINDOW_SECONDS - now
