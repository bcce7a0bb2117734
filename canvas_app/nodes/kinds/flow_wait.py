"""flow.wait: for a while, until a time of day or a weekday, or until a date of the customer's (expires_on, 3 days before, 09:00).

Times of day are those on the customer's wall, where their time zone is known.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import Discriminator, Field, Tag, model_validator

from canvas_app.nodes.base import (
    LEAVE,
    Arrivals,
    Context,
    NodeType,
    Park,
    Port,
    Ports,
    Result,
    local_time,
    register,
    ui,
)
from canvas_app.nodes.durations import Duration
from kernel.language import Text
from kernel.schema import Body
from kernel.sets import People

Weekday = Literal["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
_WEEK: tuple[Weekday, ...] = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_CLOCK = r"^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$"
Clock = Annotated[str, Field(pattern=_CLOCK)]


class ByAttribute(Body):
    attribute: str = Field(min_length=1, max_length=100)
    offset_days: int = Field(0, ge=-730, le=730)
    at: Clock = "09:00"


class ByWeekday(Body):
    weekday: Weekday | Annotated[list[Weekday], Field(min_length=1, max_length=7)]
    at: Clock = "09:00"

    @property
    def days(self) -> set[int]:
        """0 is Monday."""
        return {_WEEK.index(day) for day in ([self.weekday] if isinstance(self.weekday, str) else self.weekday)}


def _which(until: Any) -> str:
    # names in brackets: pointers leave them out
    if isinstance(until, str):
        return "[clock]"
    by_weekday = isinstance(until, ByWeekday) or (isinstance(until, dict) and "weekday" in until)
    return "[weekday]" if by_weekday else "[attribute]"


Until = Annotated[
    Annotated[Clock, Tag("[clock]")]
    | Annotated[ByAttribute, Tag("[attribute]")]
    | Annotated[ByWeekday, Tag("[weekday]")],
    Discriminator(_which),
]


class Config(Body):
    """Exactly one of `for` and `until`. `until` "HH:MM" is the next such time of day."""

    for_: Duration | None = Field(None, alias="for", json_schema_extra=ui("duration", "等待", "Wait for", order=1))
    until: Until | None = Field(None, json_schema_extra=ui("wait-until", "或等到", "Or until", order=2))

    @model_validator(mode="after")
    def _one(self) -> "Config":
        if self.for_ is not None and self.until is not None:
            raise ValueError("for or until, not both / 等待时长与等到时刻只能选一个")
        return self


@register
class Wait(NodeType[Config]):
    type = "flow.wait"
    family = "flow"
    labels = Text("等待", "Wait")
    help = Text(
        "等一段时间、等到某个时刻或星期几,或等到客户的某个日期前后;时刻按客户所在时区(知道的话)",
        "For a while, until a time or weekday, or relative to a date of the customer's; times of day are the customer's own where "
        "their zone is known",
    )
    pinyin = "dengdai dd"
    summary = Text("等待 {{for}}{{until}}", "Wait {{for}}{{until}}")
    ports = Ports(inputs=(Port("in", "人群", "people"),), outputs=(Port("out", "之后", "then"),))
    when_overdue = LEAVE
    waits = True
    model = Config

    def process(self, ctx: Context, config: Config, arrived: Arrivals) -> Result:
        groups = self._until(ctx, config, arrived.new - arrived.returned)
        through = [p for until, p in groups if until <= ctx.now]
        out = arrived.returned.union(*through) if through else arrived.returned
        return Result(out={"out": out}, park=[Park(until, p) for until, p in groups if until > ctx.now and p])

    def _until(self, ctx: Context, config: Config, people: People) -> list[tuple[datetime, People]]:
        """When each group may go on: at most one group for each moment."""
        if not people:
            return []
        if config.until is None:
            return [(ctx.now + (config.for_.delta if config.for_ else timedelta()), people)]
        found: dict[datetime, People] = {}
        for moment, group in self._moments(ctx, config.until, people):
            found[moment] = found.get(moment, People()) | group
        return list(found.items())

    def _moments(
        self, ctx: Context, until: str | ByAttribute | ByWeekday, people: People
    ) -> Iterator[tuple[datetime, People]]:
        zones = ctx.zones(people)
        if isinstance(until, ByAttribute):
            yield from self._by_attribute(ctx, until, people, zones)
            return
        clock, days = (until, None) if isinstance(until, str) else (until.at, until.days)
        for zone, group in zones:
            yield _next(ctx.now, zone, clock, days), group

    def _by_attribute(
        self, ctx: Context, by: ByAttribute, people: People, zones: list[tuple[ZoneInfo, People]]
    ) -> Iterator[tuple[datetime, People]]:
        for day, group in ctx.dates(people, by.attribute):
            if day is None:  # the date is not known: there is nothing to wait for
                yield ctx.now, group
                continue
            local: date = day + timedelta(days=by.offset_days)
            for zone, there in zones:
                if part := group & there:
                    yield local_time(local, by.at, zone), part

    def unset(self, config: dict[str, Any]) -> str | None:
        return None if config.get("for") or config.get("until") else "for"

    def references(self, config: dict[str, Any]) -> Iterable[tuple[str, str, str]]:
        until = config.get("until")
        if isinstance(until, dict) and until.get("attribute"):
            yield "attribute", str(until["attribute"]), "/until/attribute"


def _next(now: datetime, zone: ZoneInfo, clock: str, weekdays: set[int] | None) -> datetime:
    """The next such time of day in the zone after `now`, on one of the weekdays."""
    day = now.astimezone(zone).date()
    while (weekdays is not None and day.weekday() not in weekdays) or local_time(day, clock, zone) <= now:
        day += timedelta(days=1)
    return local_time(day, clock, zone)
