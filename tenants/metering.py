"""Counting against quotas: a row for each meter and period, raised in the transaction of what it counts.

Whoever asks for room holds the row until the transaction ends, so that a limit is exact however many ask at once.
Nothing is read or written for a meter without a limit.
"""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from kernel.clock import db_now
from tenants.models import Usage
from tenants.quotas import EVENTS, MESSAGES_DAY, MESSAGES_MONTH, WORDS, count_of, limit_of, quotas_of
from tenants.scope import current_tenant_id
from tenants.settings import tenant_now

_DAILY, _MONTHLY = (EVENTS, MESSAGES_DAY), (MESSAGES_MONTH,)
_EVER = date(1970, 1, 1)
_LOOK = """
    INSERT INTO tenants_usage AS u (tenant_id, meter, since, n) VALUES (%s, %s, %s, %s)
    ON CONFLICT (tenant_id, meter, since) DO UPDATE SET n = {n} RETURNING n
"""


def room(key: str, wanted: int) -> int:
    """How many of `wanted` fit. Nobody else of the tenant gets an answer before this transaction ends."""
    limit = limit_of(key)
    if limit is None:
        return wanted
    since = _since(key)
    used = _raised(key, since, 0)
    if used is None or (used + wanted > limit and since == _EVER):  # what is there may have become less meanwhile
        used = _seen(key, since)
    return max(0, min(wanted, limit - used))


def use(key: str, count: int) -> None:
    """So many more, in the transaction that makes them."""
    if count and limit_of(key) is not None and _raised(key, _since(key), count) is None:
        _seen(key, _since(key))


def used(key: str) -> int | None:
    """For people to read; None where nothing is counted."""
    there = count_of(key)
    if there is None and key in (*_DAILY, *_MONTHLY) and limit_of(key) is not None:
        row = Usage.objects.filter(meter=key, since=_since(key)).first()
        return row.n if row else 0
    return there


def usage_show() -> list[dict[str, Any]]:
    """[{"key", "label", "limit", "used"}] in the order in which people think of them."""
    limits = quotas_of(current_tenant_id())
    return [
        {"key": key, "label": text.say(), "limit": limits.get(key), "used": used(key)} for key, text in WORDS.items()
    ]


def _since(key: str) -> date:
    """First day of the period, by the clock on the tenant's wall."""
    if key not in (*_DAILY, *_MONTHLY):
        return _EVER
    today = db_now().astimezone(ZoneInfo(tenant_now().timezone)).date()
    return today if key in _DAILY else today.replace(day=1)


def _raised(key: str, since: date, count: int) -> int | None:
    """The row's count after raising it, the row being ours from now on. None: of what is there now, and not counted yet."""
    with connection.cursor() as cursor:
        if since == _EVER:
            cursor.execute(
                "UPDATE tenants_usage SET n = n + %s WHERE tenant_id = %s AND meter = %s AND since = %s RETURNING n",
                [count, current_tenant_id(), key, since],
            )
        else:
            cursor.execute(_LOOK.format(n="u.n + excluded.n"), [current_tenant_id(), key, since, count])
        row = cursor.fetchone()
    return int(row[0]) if row else None


def _seen(key: str, since: date) -> int:
    """Counted by looking, once the row is ours: those who wait for it are not in the count, and count themselves after it."""
    with connection.cursor() as cursor:
        cursor.execute(_LOOK.format(n="u.n"), [current_tenant_id(), key, since, 0])
        there = count_of(key) or 0
        cursor.execute(_LOOK.format(n="%s"), [current_tenant_id(), key, since, there, there])
    return there
