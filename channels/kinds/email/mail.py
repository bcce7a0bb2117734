"""What every provider of e-mail is told of one mail, and the settings that they share. Knows no wire.

Chinese rules (《互联网电子邮件服务管理办法》 13): the subject of an advertisement begins with 广告 or AD.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from email.headerregistry import Address
from email.utils import getaddresses
from typing import Any, Final, Literal

from channels.contract import Outbound
from channels.errors import ChannelCode
from channels.fields import ui
from customers.identities import EMAIL, normalise
from kernel.errors import FieldProblem, problem_at

AdPrefix = Literal["none", "zh", "en"]
_PREFIXES: Final[Mapping[AdPrefix, str]] = {"none": "", "zh": "(广告)", "en": "AD "}
_MARKS: Final = ("广告", "(广告", "(广告", "[广告", "【广告", "ad ", "ad:", "ad:", "(ad)", "[ad]")


def sender() -> Any:
    return ui("发件人", "From", alias="from", min_length=3, max_length=300,
              help=("地址,或“名称 <地址>”", "An address, or “Name <address>”"))  # fmt: skip


def reply_to() -> Any:
    return ui("回复地址", "Reply to", "", max_length=300,
              help=("客户回复的邮件寄到这里;留空则寄给发件人", "Where answers go; empty: to the sender"))  # fmt: skip


def ad_prefix() -> Any:
    return ui("营销邮件主题前缀", "Subject of marketing mails", "none", widget="select",
              options={"none": ("不加", "as it is"), "zh": ("(广告)", "begins with (广告)"), "en": ("AD", "begins with AD")},
              help=("中国的规定:商业广告邮件的主题须以“广告”或“AD”开头;已经带有的不重复加,服务邮件不加",
                    "Chinese rules want advertisements to begin with 广告 or AD; not put twice, and never before service mails"))  # fmt: skip


@dataclass(frozen=True)
class Mail:
    """One mail, ready to be put on any wire. Addresses are ASCII but for what stands before their @."""

    id: str  # our own, which its receipts bring back
    sender: Address
    to: str
    reply_to: Address | None
    subject: str
    text: str
    html: str
    headers: Mapping[str, str]


def mail_of(settings: Any, message: Outbound) -> Mail:
    """settings: any with `sender`, `reply_to` and `ad_prefix`."""
    content = message.content
    return Mail(
        message.id, mailbox(settings.sender) or Address(addr_spec="invalid@invalid"), ascii_domain(message.to),
        mailbox(settings.reply_to), subject_of(settings.ad_prefix, message), content.get("text") or "",
        content.get("html") or "", {name: _line(value) for name, value in (content.get("headers") or {}).items()},
    )  # fmt: skip


def subject_of(prefix: AdPrefix, message: Outbound) -> str:
    """On one line; marked as an advertisement where the account wants that."""
    said = _line(str(message.content.get("subject") or ""))
    mark = _PREFIXES[prefix] if message.purpose == "marketing" else ""
    return said if not mark or said.lower().startswith(_MARKS) else mark + said


def mailbox(raw: str) -> Address | None:
    """`Name <address>` or an address; None for what is neither, or more than one."""
    found = getaddresses([raw])
    if len(found) != 1 or normalise(EMAIL, found[0][1]) is None:
        return None
    local, _, domain = ascii_domain(found[0][1]).rpartition("@")
    return Address(_line(found[0][0]), local, domain)


def ascii_domain(address: str) -> str:
    """x@例子.com → x@xn--fsqu00a.com; what can't be written so stays as it is."""
    local, _, domain = address.rpartition("@")
    if domain.isascii():
        return address
    try:
        return f"{local}@{domain.encode('idna').decode()}"
    except UnicodeError:
        return address


def check_mailboxes(settings: Any) -> list[FieldProblem]:
    """Of settings with `sender` and `reply_to`."""
    wrong = [] if mailbox(settings.sender) else ["from"]
    wrong += ["reply_to"] if settings.reply_to and not mailbox(settings.reply_to) else []
    return [problem_at(f"/settings/{name}", ChannelCode.NO_MAILBOX) for name in wrong]


def _line(text: str) -> str:
    """A header is one line, whatever was filled in."""
    return " ".join(text.split())
