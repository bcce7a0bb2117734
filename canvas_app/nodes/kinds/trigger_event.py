"""trigger.event: people enter a triggered canvas the moment they do something, or do it for the n-th time."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from pydantic import Field

from canvas_app.nodes.base import Arrivals, Context, NodeType, Port, Ports, Result, register, ui
from customers.where import Filter
from kernel.language import Text
from kernel.schema import Body
from kernel.sets import union


class Pattern(Body):
    """An event by name and properties."""

    event: str = Field(min_length=1, max_length=200, json_schema_extra=ui("event-picker", "事件", "Event", order=1))
    where: list[Filter] = Field(
        default_factory=list, json_schema_extra=ui("event-where", "且事件满足", "And the event has", order=2)
    )


class Span(Body):
    days: int = Field(0, ge=0, le=365)
    hours: int = Field(0, ge=0, le=24 * 365)
    minutes: int = Field(0, ge=0, le=60 * 24 * 365)

    @property
    def delta(self) -> timedelta:
        return timedelta(days=self.days, hours=self.hours, minutes=self.minutes)


class Config(Body):
    """One event, or any of several; at once, or from the n-th time within a span on (without a span: ever)."""

    event: str = Field(
        min_length=1,
        max_length=200,
        json_schema_extra=ui("event-picker", "当客户发生", "When a customer does", order=1),
    )
    where: list[Filter] = Field(
        default_factory=list, json_schema_extra=ui("event-where", "且事件满足", "And the event has", order=2)
    )
    events: list[Pattern] = Field(
        default_factory=list, max_length=19, json_schema_extra=ui("list", "或者发生", "Or does", order=3)
    )
    times: int = Field(1, ge=1, le=1000, json_schema_extra=ui("number", "第几次起触发", "From which time on", order=4))
    within: Span | None = Field(
        None,
        json_schema_extra=ui(
            "duration", "次数在多久之内", "Times counted within", order=5, units=["days", "hours", "minutes"]
        ),
    )
    rule: dict[str, Any] | None = Field(
        None, json_schema_extra=ui("rule", "且客户满足", "And the customer is", order=6)
    )

    def patterns(self) -> list[Pattern]:
        """All events that may trigger."""
        return [Pattern.model_construct(event=self.event, where=self.where), *self.events]


@register
class TriggerEvent(NodeType[Config]):
    type = "trigger.event"
    family = "audience"
    labels = Text("事件触发", "Event trigger")
    help = Text("客户做了某件事,马上进入画布", "A customer who does this enters the canvas at once")
    pinyin = "shijianchufa sjcf"
    summary = Text("当客户发生 {{event}}", "When a customer does {{event}}")
    kinds = ("triggered",)
    ports = Ports(outputs=(Port("out", "触发", "triggered"),))
    starts = True
    model = Config

    def process(self, ctx: Context, config: Config, arrived: Arrivals) -> Result:
        """Only for the estimate: those who did it lately, however often. At run time the inbox makes the waves."""
        people = union(
            ctx.people_who_did(p.event, [f.model_dump(mode="json") for f in p.where]) for p in config.patterns()
        )
        return Result(out={"out": ctx.people_of_rule(config.rule, people) if config.rule else people})

    def rules(self, config: dict[str, Any]) -> Iterable[tuple[Any, str]]:
        if config.get("rule") is not None:
            yield config["rule"], "/rule"

    def watches(self, config: dict[str, Any]) -> set[str]:
        names = [config.get("event"), *(p.get("event") for p in config.get("events") or [])]
        return {name for name in names if name}
