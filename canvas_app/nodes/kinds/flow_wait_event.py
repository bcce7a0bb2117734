"""flow.wait_event: until the customer does something, or a condition holds, or the time is over."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from pydantic import Field, model_validator

from canvas_app.nodes.awaiting import stay_for_event
from canvas_app.nodes.base import (
    Arrivals,
    Context,
    Heard,
    NodeType,
    Park,
    Port,
    Ports,
    Result,
    Stay,
    register,
    ui,
)
from canvas_app.nodes.durations import UNITS, Duration
from customers import where as event_where
from customers.where import Filter
from kernel.language import Text
from kernel.schema import Body
from kernel.sets import People

_OFTEN, _RARELY, _PARTS = timedelta(minutes=1), timedelta(minutes=10), 100


class Config(Body):
    """Exactly one of `event` and `rule`."""

    event: str | None = Field(
        None, max_length=200, json_schema_extra=ui("event-picker", "等到客户发生", "Until the customer does", order=1)
    )
    where: list[Filter] = Field(
        default_factory=list, json_schema_extra=ui("event-where", "且事件满足", "And the event has", order=2)
    )
    rule: dict[str, Any] | None = Field(
        None, json_schema_extra=ui("rule", "或等到客户满足", "Or until the customer is", order=3)
    )
    within: Duration = Field(json_schema_extra=ui("duration", "最多等", "For at most", order=4, units=UNITS))

    @model_validator(mode="after")
    def _one(self) -> "Config":
        if self.event and self.rule is not None:
            raise ValueError("event or rule, not both / 事件与条件只能选一个")
        if not self.within.delta:
            raise ValueError("within must be more than 0 / 等待时长必须大于 0")
        return self


@register
class WaitEvent(NodeType[Config]):
    type = "flow.wait_event"
    family = "flow"
    labels = Text("等待事件", "Wait for an event")
    help = Text(
        "等客户在到达这一步之后做某件事(马上继续),或等到满足条件(每 1–10 分钟看一次);到时还没有,走“超时”",
        "Until the customer does something after coming here (goes on at once) or a condition holds (looked at every 1–10 "
        "minutes); when the time is over, by “timeout”",
    )
    pinyin = "dengdaishijian ddsj"
    summary = Text("等到 {{event}}{{rule}}，最多 {{within}}", "Until {{event}}{{rule}}, for at most {{within}}")
    ports = Ports(
        inputs=(Port("in", "人群", "people"),),
        outputs=(Port("happened", "已发生", "happened"), Port("timeout", "超时", "timeout")),
    )
    hears = True
    waits_out = "timeout"
    waits = True
    model = Config

    def process(self, ctx: Context, config: Config, arrived: Arrivals) -> Result:
        happened, late, park = People(), People(), list[Park]()
        for stay in arrived.by_arrival(ctx.now):
            deadline = stay.since + config.within.delta
            found = self._found(ctx, config, stay, deadline)
            happened |= found
            rest = stay.people - found
            if ctx.now >= deadline:
                late |= rest
            else:
                park.append(self._park(ctx, config, stay, rest, deadline))
        return Result(out={"happened": happened, "timeout": late}, park=park)

    def _found(self, ctx: Context, config: Config, stay: Stay, deadline: datetime) -> People:
        if config.rule is not None:
            return ctx.people_of_rule(config.rule, stay.people) & stay.people
        return ctx.who_did(config.event or "", config.where, stay.people, stay.since, deadline) & stay.people

    def _park(self, ctx: Context, config: Config, stay: Stay, rest: People, deadline: datetime) -> Park:
        if config.rule is None:
            return stay_for_event(stay, rest, ctx.now, deadline)
        every = min(max(config.within.delta / _PARTS, _OFTEN), _RARELY)
        return Park(min(deadline, ctx.now + every), rest, stay.since)

    def unset(self, config: dict[str, Any]) -> str | None:
        return None if config.get("event") or config.get("rule") else "event"

    def may_free(self, config: Config, heard: Heard) -> bool:
        return heard.name == config.event and event_where.matches(config.where, heard.properties, heard.clock)

    def watches(self, config: dict[str, Any]) -> set[str]:
        return {str(config["event"])} if config.get("event") else set()

    def rules(self, config: dict[str, Any]) -> Iterable[tuple[Any, str]]:
        if config.get("rule") is not None:
            yield config["rule"], "/rule"
