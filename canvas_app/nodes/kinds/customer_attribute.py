"""customer.attribute: give people a value, take it away, or count it up."""

from collections.abc import Iterable
from typing import Any, Literal

from pydantic import Field

from canvas_app.nodes.base import Arrivals, Context, NodeType, Port, Ports, Result, register, ui
from kernel.language import Text
from kernel.schema import Body

_ACTIONS = {
    "set": {"zh": "设为", "en": "set to"}, "clear": {"zh": "清除", "en": "clear"}, "add": {"zh": "增加", "en": "add"},
}  # fmt: skip


class Config(Body):
    """The value is read as the attribute's type, so text from a form will do: "3", "true", "2026-11-22"."""

    key: str = Field(
        min_length=1, max_length=100, json_schema_extra=ui("attribute-picker", "属性", "Attribute", order=1)
    )
    action: Literal["set", "clear", "add"] = Field(
        "set", json_schema_extra=ui("select", "动作", "Action", order=2, options=_ACTIONS)
    )
    value: str | int | float | bool | list[str | int | float | bool] | None = Field(
        None, json_schema_extra=ui(
            "text", "值", "Value", order=3, visibleWhen={"field": "action", "equals": ["set", "add"]},
            help={"zh": "增加时填数字,负数为减少", "en": "A number when adding; negative takes away"},
        )
    )  # fmt: skip


@register
class CustomerAttribute(NodeType[Config]):
    type = "customer.attribute"
    family = "customer"
    labels = Text("修改属性", "Change an attribute")
    help = Text("给这些人设置、清除或累加一个属性", "Sets an attribute of these people, clears it, or counts it up")
    pinyin = "xiugaishuxing xgsx"
    summary = Text("{{key}} {{action}} {{value}}", "{{key}}: {{action}} {{value}}")
    ports = Ports(inputs=(Port("in", "人群", "people"),), outputs=(Port("out", "之后", "then"),))
    chunk = 50_000
    model = Config

    def process(self, ctx: Context, config: Config, arrived: Arrivals) -> Result:
        if config.action == "add":
            ctx.add_to_attribute(arrived.everybody, config.key, config.value)
        else:
            ctx.set_attribute(arrived.everybody, config.key, config.value if config.action == "set" else None)
        return Result(out={"out": arrived.everybody})

    def unset(self, config: dict[str, Any]) -> str | None:
        needs = config.get("action", "set") != "clear"
        return "value" if needs and config.get("value") in (None, "") else None

    def assigns(self, config: dict[str, Any]) -> Iterable[tuple[str, str, Any, str]]:
        action = config.get("action") or "set"
        if config.get("key") and (action == "clear" or config.get("value") not in (None, "")):
            yield str(config["key"]), str(action), config.get("value"), "/value"

    def references(self, config: dict[str, Any]) -> Iterable[tuple[str, str, str]]:
        if config.get("key"):
            yield "attribute", str(config["key"]), "/key"
