"""flow.wait: for a while, until a time of day, or until a date of the customer's (expires_on, 3 days before, 09:00)."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from pydantic import Field, model_validator

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


class ByAttribute(Body):
    attribute: str = Field(min_length=1, max_length=100)
    offset_days: int = Field(0, ge=-730, le=730)
    at: str = Field("09:00", pattern=r"^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$")


class Config(Body):
    """Exactly one of `for` and `until`. `until` "HH:MM" is the next such time of day in the tenant's zone."""

    for_: Duration | None = Field(None, alias="for", json_schema_extra=ui("duration", "等待", "Wait for", order=1))
    until: str | ByAttribute | None = Field(None, json_schema_extra=ui("wait-until", "或等到", "Or until", order=2))

    @model_validator(mode="after")
    def _one(self) -> "Config":
        if self.for_ is not None and self.until is not None:
            raise ValueError("for or until, not both / 等待时长与等到时刻只能选一个")
        if isinstance(self.until, str):
            datetime.strptime(self.until, "%H:%M:%S" if self.until.count(":") == 2 else "%H:%M")  # noqa: DTZ007  # a time of day has no zone
        return self


@register
class Wait(NodeType[Config]):
    type = "flow.wait"
    family = "flow"
    labels = Text("等待", "Wait")
    help = Text(
        "等一段时间、等到某个时刻,或等到客户的某个日期前后",
        "For a while, until a time, or relative to a date of the customer's",
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
        if not people:
            return []
        if isinstance(config.until, ByAttribute):
            return self._by_attribute(ctx, config.until, people)
        if isinstance(config.until, str):
            return [(_next_clock(ctx, config.until), people)]
        return [(ctx.now + (config.for_.delta if config.for_ else timedelta()), people)]

    def _by_attribute(self, ctx: Context, by: ByAttribute, people: People) -> list[tuple[datetime, People]]:
        found: list[tuple[datetime, People]] = []
        for day, group in ctx.dates(people, by.attribute):
            if day is None:  # the date is not known: there is nothing to wait for
                found.append((ctx.now, group))
                continue
            local: date = day + timedelta(days=by.offset_days)
            found.append((local_time(local, by.at, ctx.zone), group))
        return found

    def unset(self, config: dict[str, Any]) -> str | None:
        return None if config.get("for") or config.get("until") else "for"

    def references(self, config: dict[str, Any]) -> Iterable[tuple[str, str, str]]:
        until = config.get("until")
        if isinstance(until, dict) and until.get("attribute"):
            yield "attribute", str(until["attribute"]), "/until/attribute"


def _next_clock(ctx: Context, clock: str) -> datetime:
    today = ctx.now.astimezone(ctx.zone).date()
    moment = local_time(today, clock, ctx.zone)
    return moment if moment > ctx.now else local_time(today + timedelta(days=1), clock, ctx.zone)
