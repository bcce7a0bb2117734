"""A mail server that speaks SMTP (RFC 5321): one's own, or that of any service. What comes back, comes as mail (channels.kinds.email.bounces)."""

import asyncio
import re
import time
from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar, Final, Literal

from channels.contract import AccountNow, Callback, ErrorClass, Outbound, Outcome, Provider, ReceiptIn
from channels.errors import ChannelCode
from channels.fields import ui
from channels.kinds.email.bounces import receipts_of
from channels.kinds.email.mail import (
    AdPrefix,
    Mail,
    ad_prefix,
    ascii_domain,
    check_mailboxes,
    mail_of,
    mailbox,
    reply_to,
    sender,
)
from channels.kinds.email.mime import mime, signed_id
from channels.kinds.email.smtp_codes import class_of, words_of
from channels.kinds.email.smtp_line import CONNECTIONS, Pool, Refused, Server, pool_of
from channels.registry import providers
from kernel.clock import kept_now
from kernel.egress import check_url
from kernel.errors import FieldProblem, problem_at
from kernel.language import Text
from kernel.schema import Body

_LEAST_SECONDS: Final = 1.0  # a mail that could not be begun with so much time left is not begun
_NOT_BEGUN: Final = Outcome(
    ErrorClass.RATE, "slow_server", retry_after=1.0
)  # no fault of the mail's: no try is used up
_QUEUED: Final = re.compile(r"queued as ([^\s>]{1,100})", re.IGNORECASE)


class SmtpSettings(Body):
    host: str = ui("服务器", "Server", min_length=1, max_length=253, pattern=r"^[^\s/@:]+$", help=("例如 smtp.example.com", "Such as smtp.example.com"))  # fmt: skip
    port: int = ui("端口", "Port", 587, widget="number", ge=1, le=65535,
                   help=("STARTTLS 一般是 587,TLS 一般是 465", "Mostly 587 for STARTTLS and 465 for TLS"))  # fmt: skip
    username: str = ui("用户名", "User name", "", max_length=300)
    password: str = ui("密码", "Password", "", secret=True, max_length=500, help=("很多邮箱要用“授权码”,不是登录密码", "Many mailboxes want an app password"))  # fmt: skip
    tls: Literal["none", "starttls", "tls"] = ui("加密", "Encryption", "starttls", widget="select",
        options={"none": ("不加密(只用于内网)", "none (private networks only)"), "starttls": ("STARTTLS", "STARTTLS"), "tls": ("TLS", "TLS")})  # fmt: skip
    sender: str = sender()
    reply_to: str = reply_to()
    bounce_address: str = ui("退信地址", "Bounce address", "", max_length=300,
                             help=("退信寄到“名称+编号@域名”;留空则寄给发件人", "Bounces go to “name+id@domain”; empty: to the sender"))  # fmt: skip
    ad_prefix: AdPrefix = ad_prefix()


class Smtp(Provider):
    key: ClassVar = "smtp"
    labels: ClassVar = Text("SMTP 邮件服务器", "SMTP server")
    channels: ClassVar = ("email",)
    settings: ClassVar = SmtpSettings
    docs: ClassVar = Text(
        "填写邮件服务器的地址、端口和账号。请为发件域名配置 SPF、DKIM 与 DMARC,并让 DKIM 覆盖 List-Unsubscribe 与 List-Unsubscribe-Post 两个邮件头(一键退订的要求)。"
        "要收到退信与投诉:让收退信的邮箱把来信原样 POST(Content-Type: message/rfc822)到下面的回调地址,做法见文档 docs/email.md;硬退信的地址之后不再发送。",
        "Enter server, port and log-in. Set up SPF, DKIM and DMARC of the sending domain, and let DKIM cover the headers List-Unsubscribe and List-Unsubscribe-Post (one-click unsubscribe wants that). "
        "For bounces and complaints, let the mailbox that gets them POST each mail as it is (Content-Type: message/rfc822) to the callback address below; docs/email.md shows how. "
        "Addresses that bounced for good are not written to again.",
    )
    concurrency: ClassVar = CONNECTIONS
    deadline_seconds: ClassVar = 20.0

    def check(self, settings: SmtpSettings) -> list[FieldProblem]:
        reason = check_url(f"http://{settings.host}/")
        found = [problem_at("/settings/host", ChannelCode.URL_REFUSED, reason=reason)] if reason else []
        if settings.bounce_address and not _bare(settings.bounce_address):
            found.append(problem_at("/settings/bounce_address", ChannelCode.NO_MAILBOX))
        return found + check_mailboxes(settings)

    def batch(self, settings: SmtpSettings) -> int:
        return 25

    def classify(self, code: str) -> ErrorClass:
        return class_of(code)

    def explain(self, code: str) -> Text | None:
        return words_of(code)

    async def send(self, account: AccountNow, batch: list[Outbound]) -> list[Outcome]:
        ends, pool = time.monotonic() + self.deadline_seconds, _pool(account)
        return list(await asyncio.gather(*(_one(account, pool, message, ends) for message in batch)))

    async def probe(self, account: AccountNow) -> Outcome | None:
        """Connects, logs in and says NOOP."""
        pool = _pool(account)
        try:
            async with pool.line(self.deadline_seconds) as (line, _):
                await line.client.noop(timeout=5)
        except Refused as refused:
            return refused.outcome
        except Exception:
            return Outcome(ErrorClass.RETRY, "disconnected")
        return Outcome()

    def parse_callback(self, account: AccountNow, callback: Callback, now: datetime) -> Sequence[ReceiptIn]:
        return receipts_of(callback.body, account.callback_secret, now)


def _pool(account: AccountNow) -> Pool:
    known: SmtpSettings = account.settings
    server = Server(known.host, known.port, known.tls, known.username, known.password)
    return pool_of(account.tenant_id, account.id, server)


async def _one(account: AccountNow, pool: Pool, message: Outbound, ends: float) -> Outcome:
    try:
        mail = mail_of(account.settings, message)
        if not mail.to.isascii():
            return Outcome(ErrorClass.RCPT, "not_ascii")
        raw = mime(mail, account.callback_secret, kept_now())
    except (ValueError, UnicodeError):
        return Outcome(ErrorClass.CONTENT, "bad_header")
    try:
        said = await _sent(pool, _return_path(account, mail), mail.to, raw, ends)
    except Refused as refused:
        return refused.outcome
    queued = _QUEUED.search(said)
    return Outcome(provider_id=queued[1] if queued else signed_id(account.callback_secret, mail.id))


async def _sent(pool: Pool, sender: str, to: str, raw: bytes, ends: float) -> str:
    """A line that was kept may have been closed meanwhile: then a new one, once, for nothing of the mail has left."""
    for last in (False, True):
        async with pool.line(ends - time.monotonic()) as (line, kept):
            left = ends - time.monotonic()
            if left < _LEAST_SECONDS:
                raise Refused(_NOT_BEGUN)
            try:
                return await line.send(sender, to, raw, left)
            except Refused as refused:
                lost = refused.outcome.code == "disconnected" or refused.outcome.code.startswith("421")
                if last or not kept or not lost or refused.outcome.error is not ErrorClass.RETRY:
                    raise
    raise AssertionError("unreachable")


def _return_path(account: AccountNow, mail: Mail) -> str:
    """Where bounces go: to the sender, or to an address that says which mail it was."""
    name = _bare(account.settings.bounce_address)
    if not name:
        return mail.sender.addr_spec
    local, _, domain = name.rpartition("@")
    return f"{local}+{signed_id(account.callback_secret, mail.id)}@{domain}"


def _bare(raw: str) -> str:
    """An address without a name; empty for what is none."""
    found = mailbox(raw) if raw else None
    return ascii_domain(found.addr_spec) if found and not found.display_name else ""


providers.register(Smtp.key, Smtp())
