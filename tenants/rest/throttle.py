"""Requests per second and tenant, counted in Redis by an atomic token bucket. Redis away: requests pass."""

import logging

import redis
from django.conf import settings

from kernel.errors import Code, ProblemError
from kernel.wake import redis_client
from tenants.quotas import RATE, quotas_of

log = logging.getLogger(__name__)

# KEYS[1] bucket; ARGV: rate per second, burst. Time is Redis's own, in seconds.
_BUCKET = """
local t = redis.call('TIME'); local now = t[1] + t[2] / 1000000
local b = redis.call('HMGET', KEYS[1], 'n', 'at')
local n = math.min(tonumber(ARGV[2]), (tonumber(b[1]) or tonumber(ARGV[2])) + (now - (tonumber(b[2]) or now)) * tonumber(ARGV[1]))
local ok = n >= 1
if ok then n = n - 1 end
redis.call('HSET', KEYS[1], 'n', n, 'at', tostring(now)); redis.call('EXPIRE', KEYS[1], 60)
return ok and 1 or 0
"""


def check_rate(tenant_id: int) -> None:
    """Raises RATE_LIMITED (429 with Retry-After)."""
    rate = quotas_of(tenant_id).get(RATE) or settings.RATE_LIMIT_PER_SECOND
    try:
        granted = redis_client().eval(_BUCKET, 1, f"canvas:rate:{tenant_id}", rate, rate * 2)
    except redis.RedisError as error:
        log.warning("rate limit not checked, redis away: %s", error)
        return
    if not granted:
        raise ProblemError(Code.RATE_LIMITED, seconds=1, extra={"retry_after": 1})
