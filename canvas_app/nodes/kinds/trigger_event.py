"""trigger.event: people enter a triggered canvas the moment they do something."""

from collections.abc import Iterable
from typing import Any

from pydantic import Field

from canvas_app.nodes.base import Arrivals, Context, NodeType, Port, Ports, Result, register, ui
from customers.where import Filter
from kernel.language import Text
from kernel.schema import Body


class Config(Body):
    event: str = Field(
        min_length=1,
        max_length=200,
        json_schema_extra=ui("event-picker", "当客户发生", "When a customer does", order=1),
    )
    where: list[Filter] = Field(
        default_factory=list, json_schema_extra=ui("event-where", "且事件满足", "And the event has", order=2)
    )
    rule: dict[str, Any] | None = Field(
        None, json_schema_extra=ui("rule", "且客户满足", "And the customer is", order=3)
    )


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
        """Only for the estimate: those who did it lately. At run time the inbox makes the waves."""
        people = ctx.people_who_did(config.event, [f.model_dump(mode="json") for f in config.where])
        return Result(out={"out": ctx.people_of_rule(config.rule, people) if config.rule else people})

    def rules(self, config: dict[str, Any]) -> Iterable[tuple[Any, str]]:
        if config.get("rule") is not None:
            yield config["rule"], "/rule"

    def watches(self, config: dict[str, Any]) -> set[str]:
        return {config["event"]} if config.get("event") else set()
