"""webhook.push: hand people to the merchant's own system. No message to a person, so no consent, caps or quiet hours."""

from collections.abc import Iterable
from typing import Any, Literal

from pydantic import Field

from canvas_app.nodes.base import Arrivals, Context, NodeType, Port, Ports, Result, register, ui
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
    """body: any JSON, or text; texts in it take customer, event, reward, canvas, run and node. None: the ids alone."""

    account: str = Field(
        json_schema_extra=ui("account-picker", "Webhook 账号", "Webhook account", order=1, channel="webhook")
    )
    body: dict[str, Any] | list[Any] | str | None = Field(
        None,
        json_schema_extra={"x-liquid": True, **ui(
            "json", "内容", "Body", order=2,
            help={"zh": "文字里可用 {{ customer.attributes.name }}、{{ event.… }}、{{ reward.code }}、{{ canvas }}、{{ run }}、{{ node }};不填则只推送客户编号",
                  "en": "Texts take {{ customer.attributes.name }}, {{ event.… }}, {{ reward.code }}, {{ canvas }}, {{ run }}, {{ node }}; left out: the ids alone"},
        )},
    )  # fmt: skip
    retry: Retry | None = retry_field(3)
    on_failure: Literal["leave", "task"] = on_failure_field(4)


@register
class WebhookPush(NodeType[Config]):
    type = "webhook.push"
    family = "message"
    labels = Text("推送到系统", "Push to a system")
    help = Text(
        "把人推送到你自己的系统(Webhook);每人每步只推一次,失败可重试",
        "Hands people to your own system by webhook; once a person and step, tried again when it fails",
    )
    pinyin = "tuisongdaoxitong tsdxt webhook"
    summary = Text("推送到 {{account}}", "Push to {{account}}")
    ports = Ports(inputs=(Port("in", "人群", "people"),), outputs=(SENT_PORT, FAILED_PORT, OUT_PORT))
    chunk = 50_000
    waves = 2000
    catch_all = "out"
    model = Config

    def process(self, ctx: Context, config: Config, arrived: Arrivals) -> Result:
        return handed(ctx.push(config.account, config.body, arrived.everybody, retry=carried(config.retry)))

    def references(self, config: dict[str, Any]) -> Iterable[tuple[str, str, str]]:
        if config.get("account"):
            yield "webhook_account", str(config["account"]), "/account"

    def texts(self, config: dict[str, Any]) -> Iterable[tuple[Any, str]]:
        yield config.get("body"), "/body"
