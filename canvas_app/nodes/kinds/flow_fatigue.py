"""flow.fatigue: those who got many messages lately are let rest."""

from datetime import timedelta

from pydantic import Field

from canvas_app.nodes.base import Arrivals, Context, NodeType, Port, Ports, Result, register, ui
from kernel.language import Text
from kernel.schema import Body


class Config(Body):
    """tired: at least `messages` in the last `days` times 24 hours, of one channel or of all."""

    messages: int = Field(
        3, ge=1, le=1000, json_schema_extra=ui("number", "收到几条算疲劳", "Tired from (messages)", order=1)
    )
    days: int = Field(7, ge=1, le=365, json_schema_extra=ui("number", "最近几天", "In the last (days)", order=2))
    channel: str | None = Field(
        None, max_length=40, json_schema_extra=ui(
            "text", "渠道", "Channel", order=3, help={"zh": "不填:所有渠道,如 sms、email", "en": "Empty: all; such as sms, email"}
        )
    )  # fmt: skip


@register
class Fatigue(NodeType[Config]):
    type = "flow.fatigue"
    family = "flow"
    labels = Text("疲劳度判断", "Fatigue")
    help = Text(
        "最近收到的消息(营销与服务都算)够多的人走“疲劳”,其余走“可打扰”",
        "Those who got so many messages lately (of any purpose) go by “tired”, the others by “rested”",
    )
    pinyin = "pilaodupanduan pldpd"
    summary = Text("{{days}} 天内收到 {{messages}} 条算疲劳", "Tired from {{messages}} messages in {{days}} days")
    ports = Ports(
        inputs=(Port("in", "人群", "people"),),
        outputs=(Port("rested", "可打扰", "rested"), Port("tired", "疲劳", "tired")),
    )
    chunk = 50_000
    model = Config

    def process(self, ctx: Context, config: Config, arrived: Arrivals) -> Result:
        everybody, since = arrived.everybody, ctx.now - timedelta(days=config.days)
        tired = ctx.messaged(everybody, config.messages, since, config.channel or None) & everybody
        return Result(out={"rested": everybody - tired, "tired": tired})
