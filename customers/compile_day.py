"""Comparisons of dates and of moments. Days are days of the tenant's zone; a bound may depend on the clock.

A date on the right of a moment means that whole day: after it is from the next midnight on, up to it includes
all of it.
"""

import operator
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from customers.comparisons import Comparison
from customers.compile_plain import at_value, in_order
from customers.fragments import Sql, joined, sql
from customers.moments import Clock, Duration
from customers.readings import DAY, MOMENT_OF, Reading, read_date, read_moment
from kernel.errors import Code, ProblemError
from kernel.language import Text
from kernel.schema import parse

EXPECTS_DATE = Text('日期,如 "2026-01-31"', 'a date such as "2026-01-31"')
EXPECTS_MOMENT = Text(
    '日期或带时区的时间,如 "2026-01-31T10:00:00+08:00"',
    'a date or a time with offset such as "2026-01-31T10:00:00+08:00"',
)
WHOLE_DAYS = Text("日期只能按天、周、月、年计算", "a date is counted in days, weeks, months or years")

_LAST_DAY = "9999-12-31"

Bound = Callable[[Clock], Any]
_SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    ">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le, "=": operator.eq,
}  # fmt: skip
_SYNONYMS = {"before": "lt", "after": "gt", "on": "eq"}


@dataclass(frozen=True)
class Span:
    """Bounds that all hold: [(sign, bound)]."""

    bounds: tuple[tuple[str, Bound], ...]

    def sql(self, value: Sql, clock: Clock) -> Sql:
        return joined("AND", [sql("{} " + sign + " {}", value, bound(clock)) for sign, bound in self.bounds])

    def holds(self, value: Any, clock: Clock) -> bool:
        return all(_SIGNS[sign](value, bound(clock)) for sign, bound in self.bounds)


def _span(*bounds: tuple[str, Bound]) -> Span:
    return Span(bounds)


def _within(reading: Reading, spans: list[Span], *, negative: bool = False) -> Comparison:
    def over(x: Sql, clock: Clock) -> Sql:
        inside = joined("OR", [span.sql(x, clock) for span in spans])
        return sql("NOT ({})", inside) if negative else inside

    def holds(value: Any, clock: Clock) -> bool:
        return any(span.holds(value, clock) for span in spans) != negative

    return Comparison(reading, over, holds)


def _duration(value: Any) -> Duration:
    return parse(Duration, value, "/value")


# ---- dates


def _day(value: Any) -> str:
    if read_date(value) is None or value > _LAST_DAY:
        raise ProblemError.at("", Code.WRONG_TYPE, expected=EXPECTS_DATE.say())
    return str(value)


def _whole_days(value: Any) -> Duration:
    duration = _duration(value)
    if not duration.whole_days:
        raise ProblemError.at("/value", Code.BAD_VALUE, reason=WHOLE_DAYS.say())
    return duration


def _today(clock: Clock) -> str:
    return clock.today.isoformat()


def _relative(reading: Reading, op: str, now: Bound, edge: Callable[[Clock, int], Any]) -> Comparison:
    """within_last is [now − d, now], within_next is [now, now + d]."""
    if op == "within_last":
        return _within(reading, [_span((">=", lambda clock: edge(clock, -1)), ("<=", now))])
    return _within(reading, [_span((">=", now), ("<=", lambda clock: edge(clock, 1)))])


def day_comparison(op: str, value: Any) -> Comparison:
    """Dates; today counts as inside of within_last and within_next."""
    if op in ("within_last", "within_next"):
        days = _whole_days(value)
        return _relative(DAY, op, _today, lambda clock, sign: days.from_today(clock, sign).isoformat())
    checked = at_value(value, _day)
    return _ordered(DAY, _SYNONYMS.get(op, op), checked, _of_day)


def _of_day(op: str, day: str) -> Span:
    signs = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<=", "eq": "="}
    return _span((signs[op], lambda _: day))


# ---- moments


def _moment(value: Any) -> date | datetime:
    if isinstance(value, str) and value >= _LAST_DAY:  # the day after must exist too
        raise ProblemError.at("", Code.WRONG_TYPE, expected=EXPECTS_MOMENT.say())
    if read_date(value) is not None:
        return date.fromisoformat(value)
    found = read_moment(value)
    if found is None:
        raise ProblemError.at("", Code.WRONG_TYPE, expected=EXPECTS_MOMENT.say())
    return found.astimezone(UTC)


def _now(clock: Clock) -> datetime:
    return clock.now


def moment_comparison(op: str, value: Any) -> Comparison:
    """Moments, to the microsecond."""
    if op in ("within_last", "within_next"):
        return _relative(MOMENT_OF, op, _now, _duration(value).from_now)
    checked = at_value(value, _moment)
    if op == "on":
        return _within(MOMENT_OF, [_same_day(checked)])
    return _ordered(MOMENT_OF, _SYNONYMS.get(op, op), checked, _of_moment)


def _same_day(value: date | datetime) -> Span:
    def day(clock: Clock) -> date:
        return value.astimezone(clock.zone).date() if isinstance(value, datetime) else value

    return _span((">=", lambda c: c.day_start(day(c))), ("<", lambda c: c.day_start(day(c) + timedelta(days=1))))


def _of_moment(op: str, value: date | datetime) -> Span:
    if isinstance(value, datetime):
        signs = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<=", "eq": "="}
        return _span((signs[op], lambda _: value))

    def start(clock: Clock) -> datetime:
        return clock.day_start(value)

    def following(clock: Clock) -> datetime:
        return clock.day_start(value + timedelta(days=1))

    spans = {
        "gt": _span((">=", following)),
        "gte": _span((">=", start)),
        "lt": _span(("<", start)),
        "lte": _span(("<", following)),
        "eq": _span((">=", start), ("<", following)),
    }
    return spans[op]


def _ordered(reading: Reading, op: str, checked: Any, of: Callable[[str, Any], Span]) -> Comparison:
    """eq ne gt gte lt lte between in not_in from the spans of single values."""
    if op == "between":
        if type(checked[0]) is type(checked[1]):
            in_order(checked)
        low, high = of("gte", checked[0]), of("lte", checked[1])
        return _within(reading, [Span(low.bounds + high.bounds)])
    if op in ("in", "not_in"):
        return _within(reading, [of("eq", v) for v in checked], negative=op == "not_in")
    if op == "ne":
        return _within(reading, [of("eq", checked)], negative=True)
    return _within(reading, [of(op, checked)])
