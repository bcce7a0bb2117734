"""customer.tag: put tags on people, or take them off."""

from collections.abc import Iterable
from typing import Any, Literal

from pydantic import Field

from canvas_app.nodes.base import Arrivals, Context, NodeType, Port, Ports, Result, register, ui
from kernel.language import Text
from kernel.schema import Body


class Config(Body):
    tags: list[str] = Field(
        min_length=1, max_length=20, json_schema_extra=ui("tag-picker", "标签", "Tags", order=1, byHand=True)
    )
    action: Literal["add", "remove"] = Field(
        "add", json_schema_extra=ui("select", "动作", "Action", order=2, options={
            "add": {"zh": "打上", "en": "add"}, "remove": {"zh": "去掉", "en": "remove"},
        })
    )  # fmt: skip


@register
class CustomerTag(NodeType[Config]):
    type = "customer.tag"
    family = "customer"
    labels = Text("修改标签", "Change tags")
    help = Text("给这些人打上或去掉标签", "Adds tags to these people or removes them")
    pinyin = "xiugaibiaoqian xgbq dabiaoqian"
    summary = Text("{{action}} {{tags}}", "{{action}} {{tags}}")
    ports = Ports(inputs=(Port("in", "人群", "people"),), outputs=(Port("out", "之后", "then"),))
    chunk = 50_000
    model = Config

    def process(self, ctx: Context, config: Config, arrived: Arrivals) -> Result:
        ctx.tag(arrived.everybody, config.tags, add=config.action == "add")
        return Result(out={"out": arrived.everybody})

    def tags(self, config: dict[str, Any]) -> Iterable[tuple[str, str]]:
        names = config.get("tags")
        for place, name in enumerate(names if isinstance(names, list) else ()):
            yield str(name), f"/tags/{place}"
