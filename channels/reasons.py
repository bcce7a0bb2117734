"""Why a message was held back: every reason there is, in words. The browser says the same (`messages.json`, "reasons")."""

from typing import Final

from channels import policy
from kernel.language import Text

# in the order in which they are asked; the first that holds is written down
REASONS: Final[dict[str, tuple[Text, Text]]] = {
    policy.NO_CONSENT: (
        Text("没有同意", "no consent"),
        Text("营销消息需要客户在此渠道明确同意,没说过不算同意", "marketing needs a clear yes for the channel; silence is none"),
    ),
    policy.UNSUBSCRIBED: (
        Text("已退订", "unsubscribed"),
        Text("客户在此渠道说过不要;服务消息只看覆盖服务的退订", "the customer said no; service messages heed a no that covers service"),
    ),
    policy.BLACKLISTED: (
        Text("在黑名单", "blacklisted"),
        Text("任何消息都不发,包括服务消息", "gets no message at all, service included"),
    ),
    policy.UNREACHABLE: (
        Text("没有联系方式", "no address"),
        Text("没有此渠道需要的身份,或客户已合并、已删除", "lacks the identity that the channel needs, or was merged or erased"),
    ),
    policy.BAD_ADDRESS: (
        Text("地址已失效", "bad address"),
        Text("邮件曾被永久退回,或收件人投诉过;客户换了地址后恢复", "mail to it bounced for good, or its reader complained; another address of the customer ends it"),
    ),
    policy.EXPIRED: (
        Text("来不及", "too late"),
        Text(
            "要等到勿扰时段结束才能发,等待超过了设置的时长;或者租户与画布的时段合起来没有空档",
            "it would have to wait for the end of quiet hours longer than is set, or tenant and canvas leave no free hour",
        ),
    ),
    policy.CAPPED: (
        Text("超过频次", "over the cap"),
        Text("今天、本周或最近几天收到的营销消息已经够多", "had as many marketing messages today, this week or lately as the caps allow"),
    ),
    policy.OUTRANKED: (
        Text("让给更重要的画布", "a more important canvas goes first"),
        Text(
            "频次只剩最后一条,而优先级更高的画布今天已有一条在排队",
            "the cap leaves one last message today, and one of a canvas of higher priority is queued already",
        ),
    ),
    policy.QUOTA: (
        Text("超出消息配额", "over the quota of messages"),
        Text("本租户今天或本月的消息配额已用完", "the tenant's quota of messages for today or this month is used up"),
    ),
    policy.LEFT: (
        Text("已离开画布", "left the canvas"),
        Text("发送前达成目标、符合离开条件或被删除", "reached the goal, met an exit or was erased before it was sent"),
    ),
    policy.STOPPED: (
        Text("执行已停止", "the run was stopped"),
        Text("停止执行时还没发出", "not sent yet when the run was stopped"),
    ),
}  # fmt: skip


def page() -> str:
    """docs/hold-backs.md."""
    rows = "\n".join(
        f"| `{key}` | {label.zh} | {label.en} | {means.zh} | {means.en} |" for key, (label, means) in REASONS.items()
    )
    return f"{_HEAD}\n{rows}\n"


_HEAD = """# Why a message was held back

Made from `channels/reasons.py`; a test keeps it current. Order: consent > blacklist > address > bad address > quiet hours > cap > priority;
the first reason that holds is written down, on the message (`GET messages?status=suppressed`, `reason`), on the run
(`GET runs/{id}`, `nodes.*.suppressed`; who: `GET runs/{id}/nodes/{node}/customers?port=<reason>`) and in the customer's timeline.

| reason | 中文 | English | 说明 | meaning |
| --- | --- | --- | --- | --- |"""
