"""audience.save: keep everybody who passes as an audience (生成人群)."""

from collections.abc import Iterable
from typing import Any

from pydantic import Field

from canvas_app.nodes.base import Arrivals, Context, NodeType, Port, Ports, Result, register, ui
from kernel.language import Text
from kernel.schema import Body


class Config(Body):
    """Into an existing static audience, or a new one by this name (the next runs add to the same)."""

    name: str = Field(
        "", max_length=200, json_schema_extra=ui("text", "新人群名称", "Name of the new audience", order=1)
    )
    audience: str | None = Field(
        None,
        json_schema_extra=ui(
            "audience-picker", "或存入已有人群", "Or into an existing audience", order=2, kind="static"
        ),
    )


@register
class AudienceSave(NodeType[Config]):
    type = "audience.save"
    family = "audience"
    labels = Text("生成人群", "Save as audience")
    help = Text("把经过这里的人存成人群,供以后使用", "Keeps everybody who passes as an audience for later")
    pinyin = "shengchengrenqun scrq baocunrenqun"
    summary = Text("存为人群 {{name}}{{audience}}", "Save as {{name}}{{audience}}")
    ports = Ports(inputs=(Port("in", "人群", "people"),), outputs=(Port("out", "之后", "then", optional=True),))
    model = Config

    def process(self, ctx: Context, config: Config, arrived: Arrivals) -> Result:
        ctx.save_audience(arrived.everybody, audience=config.audience, name=config.name)
        return Result(out={"out": arrived.everybody})

    def unset(self, config: dict[str, Any]) -> str | None:
        return None if config.get("name") or config.get("audience") else "name"

    def references(self, config: dict[str, Any]) -> Iterable[tuple[str, str, str]]:
        if config.get("audience"):
            yield "audience", str(config["audience"]), "/audience"
