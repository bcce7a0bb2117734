"""The span of time in which events count: {"last": duration} or {"from", "to"}, half-open. Never reads the clock."""

from datetime import date, datetime
from typing import Any

from pydantic import Field, field_validator, model_validator

from audiences.errors import Code
from customers.compile_day import EXPECTS_MOMENT
from customers.fragments import Sql, joined, sql
from customers.moments import Clock, Duration
from customers.readings import read_date, read_moment
from kernel.errors import Code as KernelCode
from kernel.errors import ProblemError
from kernel.schema import Body


class Window(Body):
    """`last` ends now. A date as an end means the beginning of that day in the tenant's zone."""

    last: Duration | None = None
    from_: str | None = Field(None, alias="from")
    to: str | None = None

    @field_validator("from_", "to")
    @classmethod
    def _an_end(cls, text: str | None) -> str | None:
        if text is not None and (text >= "9999" or (read_date(text) is None and read_moment(text) is None)):
            raise ProblemError.at("", KernelCode.WRONG_TYPE, expected=EXPECTS_MOMENT.say())
        return text

    @model_validator(mode="after")
    def _one_kind(self) -> "Window":
        ends = [end for end in (self.from_, self.to) if end is not None]
        if bool(self.last) == bool(ends):
            raise ProblemError.at("", Code.WINDOW_EMPTY)
        if len(ends) == 2 and len(ends[0]) == len(ends[1]) == 10 and ends[0] >= ends[1]:
            raise ProblemError.at("/to", Code.WINDOW_ORDER)
        read = [read_moment(end) for end in ends]
        if len(read) == 2 and read[0] and read[1] and read[0] >= read[1]:
            raise ProblemError.at("/to", Code.WINDOW_ORDER)
        return self

    def ends(self, clock: Clock) -> tuple[datetime | None, datetime | None]:
        """[from, to)."""
        if self.last is not None:
            return self.last.from_now(clock, -1), clock.now
        return _moment(self.from_, clock), _moment(self.to, clock)

    def sql(self, column: str, clock: Clock) -> Sql:
        start, end = self.ends(clock)
        bounds = [(">=", start), ("<", end)]
        return joined("AND", [sql(column + " " + sign + " {}", at) for sign, at in bounds if at is not None])


def _moment(text: str | None, clock: Clock) -> datetime | None:
    if text is None:
        return None
    day: Any = read_date(text)
    return clock.day_start(date.fromisoformat(day)) if day else read_moment(text)
