"""When a scheduled canvas runs: RFC 5545 rules on the tenant's wall clock.

Daylight saving: a time that does not exist is taken right after the gap, one that happens twice is taken once, the first.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from dateutil.rrule import DAILY, MONTHLY, WEEKLY, rrule
from dateutil.rrule import weekday as by_weekday
from pydantic import AwareDatetime, Field, model_validator

from canvas_app.errors import Code
from kernel.errors import Code as Common
from kernel.errors import ProblemError
from kernel.schema import Body
from tenants.settings import ClockTime

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_FREQUENCY: dict[str, Literal[1, 2, 3]] = {"daily": DAILY, "weekly": WEEKLY, "monthly": MONTHLY}
_HORIZON = timedelta(
    days=366 * 12
)  # 29 February comes within eight years; a rule that stays silent for longer never fires


class Active(Body):
    """Date range of a canvas, both ends optional; [from, to]."""

    from_: AwareDatetime | None = Field(None, alias="from")
    to: AwareDatetime | None = None

    @model_validator(mode="after")
    def _ordered(self) -> "Active":
        if self.from_ and self.to and self.to <= self.from_:
            raise ProblemError.at("/to", Code.BAD_RANGE)
        return self


class Schedule(Body):
    """Times of day in the tenant's zone, and on which days. monthdays count from the end when negative."""

    at: list[ClockTime] = Field(min_length=1, max_length=24)
    repeat: Literal["once", "daily", "weekly", "monthly"] = "once"
    weekdays: list[Literal["MO", "TU", "WE", "TH", "FR", "SA", "SU"]] = Field(default_factory=list, max_length=7)
    monthdays: list[int] = Field(default_factory=list, max_length=31)
    interval: int = Field(1, ge=1, le=400)
    missed: Literal["run_once", "skip"] = "run_once"  # of occurrences when the system was down: one run, or none

    @model_validator(mode="after")
    def _month_days(self) -> "Schedule":
        for i, day in enumerate(self.monthdays):
            if not (1 <= day <= 31 or -31 <= day <= -1):
                raise ProblemError.at(f"/monthdays/{i}", Common.BAD_VALUE, reason="1…31, -1…-31")
        return self


def _days(schedule: Schedule, first: date) -> Iterator[date]:
    start = datetime.combine(first, datetime.min.time())
    if schedule.repeat == "once":
        yield first
        return
    weekdays = [by_weekday(DAYS.index(d)) for d in schedule.weekdays] or None
    monthdays = schedule.monthdays or ([first.day] if schedule.repeat == "monthly" and not weekdays else None)
    rule = rrule(
        _FREQUENCY[schedule.repeat], dtstart=start, interval=schedule.interval,
        byweekday=weekdays, bymonthday=monthdays if schedule.repeat == "monthly" else None,
        until=start + _HORIZON,
    )  # fmt: skip
    for moment in rule:
        yield moment.date()


def rfc5545(schedule: Schedule, first: date) -> str:
    """The rule as text, for people and exports."""
    if schedule.repeat == "once":
        return f"DTSTART:{first:%Y%m%d}"
    parts = [f"FREQ={schedule.repeat.upper()}", f"INTERVAL={schedule.interval}"]
    if schedule.weekdays:
        parts.append("BYDAY=" + ",".join(schedule.weekdays))
    if schedule.repeat == "monthly" and (schedule.monthdays or not schedule.weekdays):
        parts.append("BYMONTHDAY=" + ",".join(map(str, schedule.monthdays or [first.day])))
    return f"DTSTART:{first:%Y%m%d}\nRRULE:" + ";".join(parts)


def _moment(day: date, clock: str, zone: ZoneInfo) -> datetime:
    naive = datetime.combine(day, datetime.strptime(clock, "%H:%M:%S" if clock.count(":") == 2 else "%H:%M").time())  # noqa: DTZ007
    # through UTC and back: a time inside a gap moves behind it, fold 0 is the first of two
    return naive.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)


def occurrences(
    schedule: Schedule, active: Active | None, zone: ZoneInfo, after: datetime, *, anchor: datetime | None = None
) -> Iterator[datetime]:
    """Moments strictly after `after`, ascending, inside the range; aware, in `zone`.

    Days are counted from the range's first day (interval 2 = every second week from there); without one from `anchor`,
    the moment of publishing, of which "once" is the next such time of day; without that from `after`.
    """
    begin, end = (active.from_, active.to) if active else (None, None)
    start = begin or anchor or after
    first = start.astimezone(zone).date()
    if schedule.repeat == "once" and begin is None and not any(_moment(first, c, zone) > start for c in schedule.at):
        first += timedelta(days=1)
    for day in _days(schedule, first):
        for moment in sorted({_moment(day, clock, zone) for clock in schedule.at}):
            if end and moment > end:
                return
            if moment > after and moment >= start:
                yield moment


def next_occurrence(schedule: Schedule, active: Active | None, zone: ZoneInfo, after: datetime) -> datetime | None:
    return next(occurrences(schedule, active, zone, after), None)
