"""Content of a text message and how long it is (GSM 03.38 and UCS-2 segments; mainland gateways count 70 / 67)."""

from typing import Any, Final

from pydantic import Field

from channels.errors import ChannelCode
from channels.fields import ui
from channels.registry import Kind, kinds
from kernel.errors import FieldProblem, problem_at
from kernel.language import Text
from kernel.schema import Body

SINGLE, PART = 70, 67
OPT_OUT_WORDS = "拒收请回复R"
_GSM: Final = frozenset("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà")  # fmt: skip
_GSM_TWICE: Final = frozenset("\f^{}\\[~]|€")
_OFTEN_REFUSED: Final = (
    "领取优惠券",
    "积分兑换",
    "积分清零",
    "邀请好友",
    "中奖",
    "免费领",
)  # Tencent's rules of templates


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
    opt_out: str | None = ui("退订提示", "Opt-out words", None, max_length=40,
                             help=("营销短信自动加在正文之后;不填则为“拒收请回复R”", "Put behind the text of marketing messages; else “拒收请回复R”"))  # fmt: skip


def full_text(content: dict[str, str], purpose: str) -> str:
    """What the phone shows: signature in front, opt-out words behind a marketing message."""
    sign, behind = content.get("sign"), content.get("opt_out") if purpose == "marketing" else None
    text = content["text"] + (f" {behind}" if behind and behind not in content["text"] else "")
    return f"【{sign}】{text}" if sign else text


def composed(content: dict[str, Any], purpose: str) -> dict[str, Any]:
    """Marketing always tells how to stop it."""
    return {**content, "opt_out": content.get("opt_out") or OPT_OUT_WORDS} if purpose == "marketing" else content


def segments(text: str) -> int:
    """How many messages a mainland gateway bills."""
    units = len(text.encode("utf-16-le")) // 2
    return 1 if units <= SINGLE else -(-units // PART)


def international_segments(text: str) -> int:
    """Elsewhere: 160 / 153 septets where GSM 03.38 has every letter, else 70 / 67. Letters of its second table take two."""
    if not all(letter in _GSM or letter in _GSM_TWICE for letter in text):
        return segments(text)
    septets = sum(2 if letter in _GSM_TWICE else 1 for letter in text)
    return 1 if septets <= 160 else -(-septets // 153)


def _doubtful(content: dict[str, Any], purpose: str) -> list[FieldProblem]:
    text, found = content["text"], []
    if "【" in text or "】" in text:
        found.append(problem_at("/content/text", ChannelCode.SIGN_IN_TEXT))
    words = [word for word in _OFTEN_REFUSED if word in text] if purpose == "marketing" else []
    if words:
        found.append(problem_at("/content/text", ChannelCode.OFTEN_REFUSED, words="、".join(words)))
    return found


kinds.register(
    "sms",
    Kind(
        "sms",
        Text("短信", "SMS"),
        "phone",
        SmsContent,
        links={"text": "text", "params": "map"},
        composed=composed,
        doubtful=_doubtful,
    ),
)
