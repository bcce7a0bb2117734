"""Now in a tenant's zone, and lengths of time as marketers write them. Never reads the clock itself."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from customers.fragments import Sql, sql
from kernel.errors import Code, ProblemError
from kernel.language import Text
from kernel.schema import Body

POSITIVE = Text("时长必须大于 0", "the length of time must be more than 0")
TOO_LONG = Text("时长不能超过 100 年", "the length of time is over 100 years")
_LIMIT_DAYS = 36_600


@dataclass(frozen=True)
class Clock:
    """The moment of a decision and the zone in which its days are counted."""

    now: datetime
    zone: ZoneInfo

    @cached_property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    def day_start(self, day: date) -> datetime:
        """Midnight of `day` in the zone, as UTC."""
        return datetime.combine(day, time.min, self.zone).astimezone(UTC)


def add_months(day: date, months: int) -> date:
    """The same day of another month, or its last day when it is shorter (31 January + 1 month)."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


class Duration(Body):
    """{"days": 3}; several units add up. A day is 24 hours, a month is one of the tenant's calendar."""

    seconds: int = Field(0, ge=0, le=10**10, strict=True)
    minutes: int = Field(0, ge=0, le=10**9, strict=True)
    hours: int = Field(0, ge=0, le=10**7, strict=True)
    days: int = Field(0, ge=0, le=10**6, strict=True)
    weeks: int = Field(0, ge=0, le=10**5, strict=True)
    months: int = Field(0, ge=0, le=1200, strict=True)
    years: int = Field(0, ge=0, le=100, strict=True)

    @model_validator(mode="after")
    def _some_length(self) -> "Duration":
        whole = self.exact + timedelta(days=31) * self.calendar_months
        if not whole:
            raise ProblemError.at("", Code.BAD_VALUE, reason=POSITIVE.say())
        if whole > timedelta(days=_LIMIT_DAYS):
            raise ProblemError.at("", Code.BAD_VALUE, reason=TOO_LONG.say())
        return self

    @property
    def exact(self) -> timedelta:
        days = self.days + 7 * self.weeks
        return timedelta(days=days, hours=self.hours, minutes=self.minutes, seconds=self.seconds)

    @property
    def calendar_months(self) -> int:
        return self.months + 12 * self.years

    @property
    def whole_days(self) -> bool:
        """Can it be counted on a calendar, without a time of day?"""
        return not (self.hours or self.minutes or self.seconds)

    @property
    def longest(self) -> timedelta:
        """No moment so long `after` another is later than this; a day for the clocks that are put forward."""
        return self.exact + timedelta(days=31 * self.calendar_months + 1)

    def from_now(self, clock: Clock, sign: int) -> datetime:
        """The moment so long after (sign 1) or before (sign -1) now, UTC."""
        local = clock.now.astimezone(clock.zone)
        moved = datetime.combine(add_months(local.date(), sign * self.calendar_months), local.timetz())
        return moved.astimezone(UTC) + sign * self.exact

    def from_today(self, clock: Clock, sign: int) -> date:
        return add_months(clock.today, sign * self.calendar_months) + sign * timedelta(days=self.exact.days)

    def after(self, moment: Sql, clock: Clock) -> Sql:
        """`moment` (timestamptz) plus this length, in SQL."""
        seconds = self.exact.total_seconds()
        if not self.calendar_months:
            return sql("{} + make_interval(secs => {})", moment, seconds)
        zone = clock.zone.key
        months = self.calendar_months
        template = "({} AT TIME ZONE {} + make_interval(months => {})) AT TIME ZONE {} + make_interval(secs => {})"
        return sql(template, moment, zone, months, zone, seconds)
