"""Frequency caps: counters in PostgreSQL that commit or roll back with the intent. A cap of n means at most n.

Every marketing message counts under "*" and under its channel, on the calendar day of the customer's zone. The row of
("*", customer, day) is locked first, in order of customer: whoever holds it may judge the other caps in peace.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from django.db import connection

from kernel.copy import fetch_people, id_list
from kernel.sets import People, people
from tenants.scope import current_tenant_id

ALL: Final = "*"
LONGEST: Final = 365
_LOOK_UP = 20_000  # so many people are looked up one by one; for more their range of ids is read
_ANCHOR = ("#", date(1970, 1, 1))  # locked in place of a day when a cap spans several: days change at midnight
_KEPT_DAYS = 8  # at least: a weekly cap that is new on Sunday still finds what went out on Monday
_BATCH = 20_000

Days = Sequence[tuple[date, People]]  # people by their own calendar day, disjoint


@dataclass(frozen=True)
class Cap:
    """At most `limit` in any `days` calendar days on end, or (weekly) from Monday to Sunday; scope is a channel or ALL."""

    scope: str
    limit: int
    days: int = 1
    weekly: bool = False

    def span(self, day: date) -> tuple[date, date]:
        """First and last day that count together with `day`.

        Several days on end have no last day: at midnight, or after a move to another zone, a message of the day after
        may have been counted already, and both are in one such span.
        """
        if self.weekly:
            monday = day - timedelta(days=day.weekday())
            return monday, monday + timedelta(days=6)
        return day - timedelta(days=self.days - 1), day if self.days == 1 else date.max

    @property
    def one_day(self) -> bool:
        return self.days == 1 and not self.weekly

    def with_limit(self, limit: int) -> "Cap":
        return Cap(self.scope, limit, self.days, self.weekly)


def caps_for(settings: list[dict[str, Any]], channel: str) -> list[Cap]:
    """The tenant's caps (settings `caps`) that bind a message of this channel."""
    return [_cap(c) for c in settings if c.get("channel") in (None, channel)]


def _cap(raw: dict[str, Any]) -> Cap:
    per = raw.get("per") or {"days": 1}
    return Cap(raw.get("channel") or ALL, int(raw["limit"]), int(per.get("days") or 1), bool(per.get("weeks")))


def spent(caps: Sequence[Cap], days: Days) -> People:
    """Those who have reached one of the caps. Reads only."""
    reached = People()
    for cap in caps:
        for day, group in days:
            reached |= group if cap.limit <= 0 else _at(cap, group, day)
    return reached


def _at(cap: Cap, group: People, day: date) -> People:
    if not group:
        return People()
    few = len(group) <= _LOOK_UP
    return (
        fetch_people(
            "SELECT customer_id FROM channels_capcount WHERE tenant_id = %s AND scope = %s AND day BETWEEN %s AND %s AND "
            + ("customer_id = ANY(%s::bigint[]) " if few else "customer_id BETWEEN %s AND %s ")
            + "GROUP BY customer_id HAVING sum(n) >= %s",
            [
                current_tenant_id(), cap.scope, *cap.span(day), *([id_list(group)] if few else [group.min(), group.max()]),
                cap.limit,
            ],
        )
        & group
    )  # fmt: skip


@dataclass
class Raised:
    """Who was let through, and (by scope of the cap) which of them took the last place under one."""

    through: People = field(default_factory=People)
    last: dict[str, People] = field(default_factory=dict)

    def _took(self, scope: str, group: People) -> None:
        if group:
            self.last[scope] = self.last.get(scope, People()) | group


def raise_counts(caps: Sequence[Cap], channel: str, days: Days) -> Raised:
    """Count one message for each of them under all scopes or none."""
    raised = Raised()
    if any(cap.limit <= 0 for cap in caps):
        return raised
    if any(not cap.one_day for cap in caps):
        _lock(days)
    below = min((cap.limit for cap in caps if cap.scope == ALL and cap.one_day), default=None)
    others = [cap for cap in caps if cap.scope != ALL or not cap.one_day]
    for day, group in sorted(days, key=lambda pair: pair[0]):
        counts = _raise(channel, day, group, below)
        through, over = people(counts), People()
        for cap in others:  # this message is counted by now
            sums = _sums(cap, through, day)
            over |= people(c for c, n in sums.items() if n > cap.limit)
            raised._took(cap.scope, people(c for c, n in sums.items() if n == cap.limit))
        give_back(channel, over, day)
        raised.through |= through - over
        raised._took(ALL, people(c for c, n in counts.items() if n == below))
    raised.last = {scope: part for scope, group in raised.last.items() if (part := group & raised.through)}
    return raised


def _sums(cap: Cap, group: People, day: date) -> dict[int, int]:
    """customer → messages that count under the cap, for those who have reached it."""
    if not group:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT customer_id, sum(n) FROM channels_capcount WHERE tenant_id = %s AND scope = %s AND day BETWEEN %s AND %s "
            "AND customer_id = ANY(%s::bigint[]) GROUP BY customer_id HAVING sum(n) >= %s",
            [current_tenant_id(), cap.scope, *cap.span(day), id_list(group), cap.limit],
        )
        return dict(cursor.fetchall())


_COUNT = """
    INSERT INTO channels_capcount AS c (tenant_id, scope, day, customer_id, n)
    SELECT %(tenant)s, {scope}, %(day)s, id, 1 FROM {ids} ORDER BY id
    ON CONFLICT (tenant_id, scope, customer_id, day) DO UPDATE SET n = c.n + 1{unless} RETURNING customer_id, n
"""
_RAISE = (
    "WITH through AS ("
    + _COUNT.format(
        scope=f"'{ALL}'", ids="unnest(%(ids)s::bigint[]) AS id",
        unless=" WHERE %(below)s::int IS NULL OR c.n < %(below)s",
    )
    + "), of_channel AS ("
    + _COUNT.format(scope="%(channel)s", ids="(SELECT customer_id AS id FROM through) t", unless="")
    + ") SELECT customer_id, n FROM through"
)  # fmt: skip


def _raise(channel: str, day: date, group: People, below: int | None) -> dict[int, int]:
    """One statement: n += 1 in order of id where n < below, and the same for the channel. Customer → n, where it was done."""
    if not group:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            _RAISE,
            {"tenant": current_tenant_id(), "channel": channel, "day": day, "ids": id_list(group), "below": below},
        )
        return dict(cursor.fetchall())


def _lock(days: Days) -> None:
    everybody = People()
    for _, group in days:
        everybody |= group
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO channels_capcount AS c (tenant_id, scope, day, customer_id, n) "
            "SELECT %s, %s, %s, id, 0 FROM unnest(%s::bigint[]) AS id ORDER BY id "
            "ON CONFLICT (tenant_id, scope, customer_id, day) DO UPDATE SET n = 0",
            [current_tenant_id(), *_ANCHOR, id_list(everybody)],
        )


def give_back(channel: str, group: People, day: date) -> None:
    """A definite refusal: the message did not go out, so it does not count. Locks in the order in which counts are raised."""
    if not group:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH mine AS MATERIALIZED (SELECT scope, customer_id FROM channels_capcount WHERE tenant_id = %(tenant)s "
            "AND scope IN (%(all)s, %(channel)s) AND customer_id = ANY(%(ids)s::bigint[]) AND day = %(day)s "
            "ORDER BY scope <> %(all)s, customer_id FOR UPDATE) "
            "UPDATE channels_capcount c SET n = greatest(c.n - 1, 0) FROM mine WHERE c.tenant_id = %(tenant)s "
            "AND c.scope = mine.scope AND c.customer_id = mine.customer_id AND c.day = %(day)s",
            {"tenant": current_tenant_id(), "all": ALL, "channel": channel, "ids": id_list(group), "day": day},
        )


def forget_before(settings: list[dict[str, Any]], today: date) -> int:
    """Delete counters that no cap of the tenant looks at any more, at most a batch; how many it were."""
    longest = max([_KEPT_DAYS, *(_cap(c).days for c in settings)])
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM channels_capcount WHERE ctid = ANY(ARRAY(SELECT ctid FROM channels_capcount "
            "WHERE tenant_id = %(tenant)s AND scope <> %(anchor)s AND day < %(before)s LIMIT %(batch)s)) "
            "AND tenant_id = %(tenant)s",
            {
                "tenant": current_tenant_id(), "anchor": _ANCHOR[0], "batch": _BATCH,
                "before": today - timedelta(days=longest + 2),  # today in the last zone, and a day for good measure
            },
        )  # fmt: skip
        return int(cursor.rowcount)
