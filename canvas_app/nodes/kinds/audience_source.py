"""audience.source: where people of a scheduled canvas come from: a saved audience, or a rule of its own."""

from collections.abc import Iterable
from typing import Any

from pydantic import Field

from canvas_app.nodes.base import Arrivals, Context, NodeType, Port, Ports, Result, register, ui
from kernel.language import Text
from kernel.schema import Body


class Config(Body):
    """One of the two; the check says so when both are missing."""

    audience: str | None = Field(None, json_schema_extra=ui("audience-picker", "人群", "Audience", order=1))
    rule: dict[str, Any] | None = Field(
        None, json_schema_extra=ui("rule", "或直接写条件", "Or a rule of its own", order=2)
    )


@register
class AudienceSource(NodeType[Config]):
    type = "audience.source"
    family = "audience"
    labels = Text("目标客群", "Target audience")
    help = Text(
        "选出参加活动的人:用已保存的人群,或现场写条件",
        "Who takes part: a saved audience, or a rule written here",
    )
    pinyin = "mubiaokequn mbkq"
    summary = Text("{{audience}}", "{{audience}}")
    kinds = ("scheduled",)
    ports = Ports(outputs=(Port("out", "客群", "people"),))
    starts = True
    model = Config

    def process(self, ctx: Context, config: Config, arrived: Arrivals) -> Result:
        people = ctx.people_of_audience(config.audience) if config.audience else ctx.people_of_rule(config.rule or {})
        return Result(out={"out": people})

    def unset(self, config: dict[str, Any]) -> str | None:
        return None if config.get("audience") or config.get("rule") else "audience"

    def references(self, config: dict[str, Any]) -> Iterable[tuple[str, str, str]]:
        if config.get("audience"):
            yield "audience", str(config["audience"]), "/audience"

    def rules(self, config: dict[str, Any]) -> Iterable[tuple[Any, str]]:
        if config.get("rule") is not None:
            yield config["rule"], "/rule"
