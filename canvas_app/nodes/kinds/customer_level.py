"""customer.level: the member level, as a package with a level gives it."""

from collections.abc import Iterable
from typing import Any

from pydantic import Field

from canvas_app.nodes.base import Arrivals, Context, NodeType, Port, Ports, Result, register, ui
from kernel.language import Text
from kernel.schema import Body
from rewards.facade import LEVEL_ATTRIBUTE


class Config(Body):
    level: str = Field(min_length=1, max_length=200, json_schema_extra=ui("text", "会员等级", "Member level", order=1))


@register
class CustomerLevel(NodeType[Config]):
    type = "customer.level"
    family = "customer"
    labels = Text("调整会员等级", "Set the member level")
    help = Text("把这些人的会员等级改为指定的等级", "Gives these people this member level")
    pinyin = "tiaozhenghuiyuandengji tzhydj"
    summary = Text("会员等级设为 {{level}}", "Member level {{level}}")
    ports = Ports(inputs=(Port("in", "人群", "people"),), outputs=(Port("out", "之后", "then"),))
    chunk = 50_000
    model = Config

    def process(self, ctx: Context, config: Config, arrived: Arrivals) -> Result:
        ctx.set_level(arrived.everybody, config.level)
        return Result(out={"out": arrived.everybody})

    def assigns(self, config: dict[str, Any]) -> Iterable[tuple[str, str, Any, str]]:
        if config.get("level"):
            yield LEVEL_ATTRIBUTE, "set", config["level"], "/level"
