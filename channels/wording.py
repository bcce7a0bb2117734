"""What went wrong with an account or a message, in words for the merchant. Holds no rules."""

from channels.contract import ErrorClass, Outcome, Provider
from kernel.language import Text

_BY_CODE = {
    "egress_refused": Text("不允许访问这个地址(内网或本机),请让管理员放行", "This address may not be called (private or loopback); ask the operator to allow it"),
    "not_connected": Text("连不上服务商的地址", "The provider's address can't be reached"),
    "timeout": Text("服务商没有及时答复,不知道是否已收下", "The provider did not answer in time; whether it accepted is not known"),
    "disconnected": Text("服务商没有答复就断开了,不知道是否已收下", "The provider hung up without an answer; whether it accepted is not known"),
}  # fmt: skip
_BY_CLASS = {
    ErrorClass.RETRY: Text("服务商暂时出错", "The provider has a temporary fault"),
    ErrorClass.RATE: Text("发送太快,服务商要求稍候", "Too fast: the provider asks to wait"),
    ErrorClass.TOKEN: Text("访问令牌无效", "The access token is not valid"),
    ErrorClass.RCPT: Text("这个接收地址不可用", "This address can't be reached"),
    ErrorClass.OPTOUT: Text("接收人已拒收", "The recipient has refused messages"),
    ErrorClass.WINDOW: Text("现在不能给这个接收人发送", "This recipient can't be written to now"),
    ErrorClass.QUOTA: Text("账号额度已用完或已欠费", "The account's quota is used up, or it is in arrears"),
    ErrorClass.CONTENT: Text("内容、签名或模板不被接受", "The text, signature or template is not accepted"),
    ErrorClass.CONFIG: Text("服务商不接受此账号的凭证、权限或设置", "The provider does not accept this account's credentials, permissions or settings"),
    ErrorClass.AMBIGUOUS: Text("结果未知", "The outcome is not known"),
}  # fmt: skip


def words_of(provider: Provider, outcome: Outcome) -> Text:
    """One sentence with the code at its end; empty for what was accepted."""
    if outcome.error is None:
        return Text("", "")
    known = provider.explain(outcome.code) or _BY_CODE.get(outcome.code) or _BY_CLASS.get(outcome.error)
    said = known or Text("没有成功", "It did not work")
    tail = f"({outcome.error.value}:{outcome.code})"
    return Text(f"{said.zh} {tail}", f"{said.en} {tail}")


def read_reason(raw: str) -> Outcome | None:
    """The outcome behind `class:code`, as it is kept."""
    name, found, code = raw.partition(":")
    known = {c.value: c for c in ErrorClass}
    return Outcome(known[name], code) if found and name in known else None
