"""What an SMTP server's refusal means: by the enhanced status (RFC 3463) where there is one, else by the reply code and where it came.

A code of ours reads `550 5.1.1 rcpt`: reply code, enhanced status, the command that was refused (connect, auth, mail, rcpt, data),
or what its words say (relay, policy).
"""

import re
from typing import Final

from channels.contract import ErrorClass
from kernel.language import Text

_ENHANCED: Final = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_POLICY: Final = re.compile(r"spam|block|black|policy|reputation|\bspf\b|dkim|dmarc", re.IGNORECASE)  # in words alone
_NO_RELAY: Final = re.compile(r"relay", re.IGNORECASE)
_BY_STATUS: Final = (  # the first that begins so
    ("5.2.2", ErrorClass.RETRY),  # the mailbox is full
    ("5.2.3", ErrorClass.CONTENT),
    ("5.1.7", ErrorClass.CONFIG), ("5.1.8", ErrorClass.CONFIG),  # the sender's address
    ("5.1", ErrorClass.RCPT), ("5.2", ErrorClass.RCPT), ("5.4.5", ErrorClass.QUOTA), ("5.4", ErrorClass.RCPT),
    ("5.7", ErrorClass.CONTENT), ("5.6", ErrorClass.CONTENT), ("5.3.4", ErrorClass.CONTENT),
)  # fmt: skip
_BY_CODE: Final = {"550": ErrorClass.RCPT, "551": ErrorClass.RCPT, "553": ErrorClass.RCPT, "556": ErrorClass.RCPT}
_NEEDS_LOGIN: Final = frozenset({"530", "534", "535", "538"})
_WORDS: Final = {
    "auth": Text("邮件服务器不接受这个用户名或密码", "The mail server does not accept this user name or password"),
    "no_auth": Text("邮件服务器不提供登录;请去掉用户名,或改用加密连接", "The mail server offers no log-in: leave out the user name, or encrypt the connection"),
    "no_starttls": Text("邮件服务器不支持 STARTTLS;请改用 TLS 或核对端口", "The mail server does not support STARTTLS; use TLS or check the port"),
    "tls_refused": Text("邮件服务器的证书不可信、与地址不符,或端口不使用 TLS", "The mail server's certificate is not trusted or of another name, or the port does not speak TLS"),
    "mail": Text("邮件服务器不接受这个发件人;请核对发件人地址和账号权限", "The mail server does not accept this sender; check the address and what the account may do"),
    "relay": Text("邮件服务器不替此账号转发;请填写用户名和密码", "The mail server does not relay for this account; enter user name and password"),
    "bad_header": Text("邮件的主题、地址或邮件头无法发送", "The mail's subject, addresses or headers can't be sent"),
    "5.4.5": Text("邮箱当天的发送额度已用完", "The mailbox's quota for today is used up"),
}  # fmt: skip


def code_of(reply: int, message: str, command: str) -> str:
    """Of a server's refusal."""
    found = _ENHANCED.search(message)
    place = command
    if command == "rcpt" and reply >= 500:
        place = "relay" if _NO_RELAY.search(message) else "policy" if not found and _POLICY.search(message) else command
    return " ".join(part for part in (str(reply), found[1] if found else "", place) if part)


def class_of(code: str) -> ErrorClass:
    """Of a code of `code_of`, or one of our own words."""
    reply, _, rest = code.partition(" ")
    if not (reply.isascii() and reply.isdigit()):
        return ErrorClass.CONTENT if code == "bad_header" else ErrorClass.CONFIG
    if reply in _NEEDS_LOGIN:
        return ErrorClass.CONFIG
    if not reply.startswith("5"):
        return ErrorClass.RETRY
    status, place = (_ENHANCED.search(rest) or [""])[0], code.rpartition(" ")[2]
    if status.startswith("5.4.5"):
        return ErrorClass.QUOTA
    if place in ("connect", "auth", "relay") or (place == "mail" and reply != "552"):
        return ErrorClass.CONFIG
    by_status = next((error for begin, error in _BY_STATUS if status.startswith(begin)), None)
    return by_status or (_BY_CODE.get(reply, ErrorClass.CONTENT) if place == "rcpt" else ErrorClass.CONTENT)


def words_of(code: str) -> Text | None:
    status, place = _ENHANCED.search(code), code.rpartition(" ")[2]
    return (_WORDS.get(status[1]) if status else None) or _WORDS.get(place)
