"""Content of a text message and how long it is (GSM 03.38 and UCS-2 segments; mainland gateways count 70 / 67)."""

from pydantic import Field

from channels.fields import ui
from channels.registry import Kind, kinds
from kernel.language import Text
from kernel.schema import Body

SINGLE, PART = 70, 67
OPT_OUT_WORDS = "拒收请回复R"


class SmsContent(Body):
    text: str = ui("正文", "Text", liquid=True, widget="textarea", min_length=1, max_length=2000)
    sign: str | None = ui(
        "签名",
        "Signature",
        None,
        max_length=40,
        help=("显示为【签名】,在正文之前", "Shown as 【signature】 before the text"),
    )
    template_code: str | None = ui("服务商模板编号", "Provider's template code", None, max_length=100)
    params: dict[str, str] = Field(default_factory=dict, json_schema_extra={
        "x-liquid": True, "x-ui": {"labels": {"zh": "模板参数", "en": "Template parameters"}, "widget": "map"}})  # fmt: skip
    opt_out: str | None = ui("退订提示", "Opt-out words", OPT_OUT_WORDS, max_length=40,
                             help=("营销短信自动加在正文之后", "Put behind the text of marketing messages"))  # fmt: skip


def full_text(content: dict[str, str], purpose: str) -> str:
    """What the phone shows: signature in front, opt-out words behind a marketing message."""
    sign, behind = content.get("sign"), content.get("opt_out") if purpose == "marketing" else None
    text = content["text"] + (f" {behind}" if behind and behind not in content["text"] else "")
    return f"【{sign}】{text}" if sign else text


def segments(text: str) -> int:
    """How many messages the gateway bills."""
    units = len(text.encode("utf-16-le")) // 2
    return 1 if units <= SINGLE else -(-units // PART)


kinds.register("sms", Kind("sms", Text("短信", "SMS"), "phone", SmsContent, links={"text": "text", "params": "map"}))
