"""Frequency caps: counters in PostgreSQL that commit or roll back with the intent. A cap of n means at most n.

Every marketing message counts under "*" and under its channel, on the calendar day of the tenant's zone. The row of
("*", day, customer) is locked first, in order of customer: whoever holds it may judge the other caps in peace.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection

from kernel.copy import fetch_people, id_list
from kernel.sets import People, people
from tenants.scope import current_tenant_id

ALL = "*"
_LOOK_UP = 20_000  # so many people are looked up one by one; for more the counters are read whole
_ANCHOR = ("#", date(1970, 1, 1))  # locked in place of a day when a cap spans several: days change at midnight


@dataclass(frozen=True)
class Cap:
    """At most `limit` in the last `days` calendar days; scope is a channel or ALL."""

    scope: str
    limit: int
    days: int


def caps_for(settings: list[dict[str, Any]], channel: str) -> list[Cap]:
    """The tenant's caps (settings `caps`) that bind a message of this channel."""
    return [
        Cap(c["channel"] or ALL, int(c["limit"]), int(c["per"]["days"]))
        for c in settings
        if c["channel"] in (None, channel)
    ]


def spent(caps: Sequence[Cap], group: People, day: date) -> People:
    """Those of `group` who have reached one of the caps. Reads only."""
    reached = People()
    for cap in caps:
        reached |= group if cap.limit == 0 else _at(cap, group, day)
    return reached


def _at(cap: Cap, group: People, day: date) -> People:
    # no upper end: at midnight another worker may already count on the day after ours
    few = len(group) <= _LOOK_UP
    return (
        fetch_people(
            "SELECT customer_id FROM channels_capcount WHERE tenant_id = %s AND scope = %s AND day > %s "
            + ("AND customer_id = ANY(%s::bigint[]) " if few else "")
            + "GROUP BY customer_id HAVING sum(n) >= %s",
            [
                current_tenant_id(),
                cap.scope,
                day - timedelta(days=cap.days),
                *([id_list(group)] if few else []),
                cap.limit,
            ],
        )
        & group
    )


def raise_counts(caps: Sequence[Cap], channel: str, group: People, day: date) -> People:
    """Count one message for each of `group` under all scopes or none; returns those who are let through."""
    if not group or any(cap.limit == 0 for cap in caps):
        return People()
    if any(cap.days > 1 for cap in caps):
        _add(*_ANCHOR, group, 0, None)
    today = [cap.limit for cap in caps if cap.scope == ALL and cap.days == 1]
    through = _add(ALL, day, group, 1, min(today, default=None))
    # the counts of "*" are one higher by now, so a cap over several days is judged by what was there before
    others = [cap for cap in caps if cap.scope != ALL]
    refused = spent(others, through, day) | _over_days(caps, through, day)
    if refused:
        _add(ALL, day, refused, -1, None)
    _add(channel, day, through - refused, 1, None)
    return through - refused


def _over_days(caps: Sequence[Cap], group: People, day: date) -> People:
    over = People()
    for cap in caps:
        if cap.scope == ALL and cap.days > 1:
            over |= _at(Cap(ALL, cap.limit + 1, cap.days), group, day)
    return over


def give_back(channel: str, group: People, day: date) -> None:
    """A definite refusal: the message did not go out, so it does not count."""
    _add(ALL, day, group, -1, None)
    _add(channel, day, group, -1, None)


def _add(scope: str, day: date, group: People, step: int, below: int | None) -> People:
    """n += step for each of the group in order of id, where n < below; returns whom it was done for."""
    if not group:
        return People()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO channels_capcount AS c (tenant_id, scope, day, customer_id, n) "
            "SELECT %s, %s, %s, id, greatest(%s, 0) FROM unnest(%s::bigint[]) AS id ORDER BY id "
            "ON CONFLICT (tenant_id, scope, day, customer_id) DO UPDATE SET n = greatest(c.n + %s, 0) "
            "WHERE %s::int IS NULL OR c.n < %s RETURNING customer_id",
            [current_tenant_id(), scope, day, step, id_list(group), step, below, below],
        )
        return people(row[0] for row in cursor.fetchall())
