"""message.send: touch people with a template. Who may not be touched, or not now, is decided by the channels' policy."""

from collections.abc import Iterable
from typing import Any, Literal

from pydantic import Field

from canvas_app.nodes.base import HOLD_BACK, Arrivals, Context, NodeType, Port, Ports, Result, register, ui
from canvas_app.nodes.handing import (
    FAILED_PORT,
    OUT_PORT,
    SENT_PORT,
    Retry,
    carried,
    handed,
    on_failure_field,
    retry_field,
)
from kernel.language import Text
from kernel.schema import Body


class Config(Body):
    template: str = Field(json_schema_extra=ui("template-picker", "消息模板", "Template", order=1))
    when_capped: Literal["skip", "wait"] = Field(
        "skip",
        json_schema_extra=ui(
            "select", "超出频次时", "Over the cap", order=2,
            options=[
                {"value": "skip", "labels": {"zh": "不打扰", "en": "Leave in peace"}},
                {"value": "wait", "labels": {"zh": "等到可以发", "en": "Wait for room"}},
            ],
        ),
    )  # fmt: skip
    retry: Retry | None = retry_field(3)
    on_failure: Literal["leave", "task"] = on_failure_field(4)


@register
class MessageSend(NodeType[Config]):
    type = "message.send"
    family = "message"
    labels = Text("内容触达", "Send a message")
    help = Text(
        "按模板发送;未授权、已退订、超频次的人不会打扰",
        "Sends the template; those without consent, unsubscribed or over the cap are left in peace",
    )
    pinyin = "neirongchuda nrcd fasongxiaoxi fsxx"
    summary = Text("发送 {{template}}", "Send {{template}}")
    ports = Ports(
        inputs=(Port("in", "人群", "people"),),
        outputs=(SENT_PORT, FAILED_PORT, Port("suppressed", "未打扰", "held back", optional=True), OUT_PORT),
    )
    chunk = 50_000
    waves = 2000
    outcomes = ("clicked", "replied", "opened", "delivered", "failed")
    catch_all = "out"
    when_overdue = HOLD_BACK
    model = Config

    def process(self, ctx: Context, config: Config, arrived: Arrivals) -> Result:
        waits, retry = config.when_capped == "wait", carried(config.retry)
        return handed(ctx.touch(config.template, arrived.everybody, waits=waits, retry=retry))

    def references(self, config: dict[str, Any]) -> Iterable[tuple[str, str, str]]:
        if config.get("template"):
            yield "template", str(config["template"]), "/template"
