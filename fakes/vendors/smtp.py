"""A mail server: SMTP (RFC 5321) with AUTH and, given a certificate, STARTTLS or TLS from the start; bounces and reports as mail.

Written over asyncio's streams alone, so that it shares nothing with the client it tests.
"""

import asyncio
import base64
import re
import ssl
from email.utils import formatdate
from typing import ClassVar, Final
from uuid import uuid4

from fakes.desk import Account, Arrival, Desk, Push
from fakes.magic import ACCEPTED, Case, case_of
from fakes.vendor import SLOW_SECONDS, Heard, Said, Vendor
from fakes.vendors.mailbox import mail_facts

_LONGEST: Final = 32 << 20
# (where, reply)
_REFUSALS: Final = {
    Case.RCPT: ("rcpt", "550 5.1.1 <{to}>: Recipient address rejected: User unknown"),
    Case.CONTENT: ("data", "554 5.7.1 Message rejected as spam by content filter"),
    Case.CONFIG: ("mail", "535 5.7.8 Authentication credentials invalid"),
    Case.QUOTA: ("rcpt", "550 5.4.5 Daily user sending limit exceeded"),
    Case.RETRY: ("rcpt", "451 4.3.0 Temporary lookup failure"),
    Case.FRONT: ("rcpt", "421 4.3.2 Service shutting down"),
}


class Smtp(Vendor):
    key: ClassVar = "smtp"
    labels: ClassVar = {"zh": "SMTP 邮件", "en": "SMTP mail"}
    default: ClassVar = Account("smtp", "mailer", "mail-secret")

    def answer(self, heard: Heard, desk: Desk) -> Said:
        return Said(404, {"error": "this one speaks SMTP"})

    async def listen(self, desk: Desk, port: int, tls: ssl.SSLContext | None = None) -> asyncio.Server:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            desk.connections["smtp"] = desk.connections.get("smtp", 0) + 1
            desk.open.setdefault("smtp", set()).add(writer)
            try:
                await Session(desk, reader, writer, tls).run()
            except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError, ssl.SSLError, ValueError):
                pass  # the other side is gone, or this one is stopped
            finally:
                desk.open["smtp"].discard(writer)
                writer.close()

        return await asyncio.start_server(serve, "127.0.0.1", port, limit=_LONGEST)

    def receipt(self, account: Account, arrivals: list[Arrival], event: str) -> list[Push]:
        if event not in ("delivered", "failed", "complained"):
            return []
        made = [complaint(a) if event == "complained" else report(a, event) for a in arrivals]
        return [
            Push(account.callback_url, raw, {"Content-Type": "message/rfc822"}) for raw in made if account.callback_url
        ]


class Session:
    """One connection."""

    def __init__(self, desk: Desk, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, tls: ssl.SSLContext | None) -> None:  # fmt: skip
        self.desk, self.reader, self.writer, self.tls = desk, reader, writer, tls
        self.account: Account | None = None
        self.encrypted = False
        self.sender: str | None = None
        self.to: list[str] = []

    async def say(self, *lines: str) -> None:
        for i, line in enumerate(lines):
            code, rest = line[:3], line[4:]
            self.writer.write(f"{code}{' ' if i == len(lines) - 1 else '-'}{rest}\r\n".encode())
        await self.writer.drain()

    async def run(self) -> None:
        await self.say("220 mail.fakes.local ESMTP")
        while line := await self.reader.readline():
            verb, _, rest = line.decode("utf-8", "replace").strip().partition(" ")
            handle = getattr(self, f"_{verb.lower()}", None)
            if handle is None or not verb.isalpha():
                await self.say("502 5.5.2 Error: command not recognized")
            elif await handle(rest):
                return

    async def _ehlo(self, rest: str) -> None:
        offers = ["250 mail.fakes.local", "250 SIZE 33554432", "250 ENHANCEDSTATUSCODES", "250 AUTH PLAIN LOGIN"]
        await self.say(*offers, *(["250 STARTTLS"] if self.tls and not self.encrypted else []))

    async def _helo(self, rest: str) -> None:
        await self.say("250 mail.fakes.local")

    async def _noop(self, rest: str) -> None:
        await self.say("250 2.0.0 Ok")

    async def _rset(self, rest: str) -> None:
        self.sender, self.to = None, []
        await self.say("250 2.0.0 Ok")

    async def _quit(self, rest: str) -> bool:
        await self.say("221 2.0.0 Bye")
        return True

    async def _starttls(self, rest: str) -> None:
        if self.tls is None or self.encrypted:
            return await self.say("502 5.5.1 Error: command not implemented")
        await self.say("220 2.0.0 Ready to start TLS")
        await self.writer.start_tls(self.tls)
        self.encrypted = True
        return None

    async def _auth(self, rest: str) -> None:
        mechanism, _, first = rest.partition(" ")
        if mechanism.upper() == "PLAIN":
            _, user, password = _decoded(first or await self._ask("")).split("\0")
        elif mechanism.upper() == "LOGIN":
            user = _decoded(first or await self._ask("VXNlcm5hbWU6"))
            password = _decoded(await self._ask("UGFzc3dvcmQ6"))
        else:
            return await self.say("504 5.5.4 Unrecognized authentication type")
        account = self.desk.account("smtp", user)
        if account is None or account.secret != password:
            return await self.say("535 5.7.8 Error: authentication failed: authentication failure")
        self.account = account
        return await self.say("235 2.7.0 Authentication successful")

    async def _ask(self, challenge: str) -> str:
        await self.say(f"334 {challenge}")
        return (await self.reader.readline()).decode().strip()

    async def _mail(self, rest: str) -> None:
        if self.account is None:
            return await self.say("530 5.7.0 Authentication required")
        if self.sender is not None:
            return await self.say("503 5.5.1 Error: nested MAIL command")
        self.sender = _path(rest)
        return await self.say("250 2.1.0 Ok")

    async def _rcpt(self, rest: str) -> bool:
        to = _path(rest)
        if self.sender is None or not to:
            await self.say(
                "503 5.5.1 Error: need MAIL command"
                if self.sender is None
                else "501 5.1.3 Bad recipient address syntax"
            )
            return False
        place, reply = _REFUSALS.get(case_of(to), ("", ""))  # type: ignore[arg-type]
        if place in ("mail", "rcpt"):
            await self.say(reply.format(to=to))
            return reply.startswith("421")
        self.to.append(to)
        await self.say("250 2.1.5 Ok")
        return False

    async def _data(self, rest: str) -> bool:
        if not self.to:
            await self.say("503 5.5.1 Error: need RCPT command")
            return False
        await self.say("354 End data with <CR><LF>.<CR><LF>")
        raw = (await self.reader.readuntil(b"\r\n.\r\n"))[:-3].replace(b"\r\n..", b"\r\n.")
        to, sender, self.sender, self.to = self.to[0], self.sender or "", None, []
        case = case_of(to)
        place, reply = _REFUSALS.get(case, ("", ""))  # type: ignore[arg-type]
        if place == "data":
            await self.say(reply)
            return False
        return await self._take(to, sender, raw, case)

    async def _take(self, to: str, sender: str, raw: bytes, case: Case | None) -> bool:
        """True: the connection ends here."""
        ref = uuid4().hex[:12].upper()
        if self.account is not None:
            facts = mail_facts(raw)
            self.desk.take(
                self.account,
                to,
                facts["subject"],
                ref,
                case=case,
                return_path=sender,
                raw=raw,
                encrypted=self.encrypted,
                **facts,
            )
        if case is Case.HANG:
            await asyncio.sleep(3600)
        if case is Case.SLOW:
            await asyncio.sleep(SLOW_SECONDS)
        if case is not Case.DROP:
            await self.say(f"250 2.0.0 Ok: queued as {ref}")
        return case in ACCEPTED and case is Case.DROP


def _path(rest: str) -> str:
    found = re.match(r"(?:FROM|TO):\s*<([^>]*)>", rest, re.IGNORECASE)
    return found[1] if found else ""


def _decoded(text: str) -> str:
    return base64.b64decode(text).decode()


def report(arrival: Arrival, event: str) -> bytes:
    """RFC 3464, as Postfix writes it: to the mail's return path, with its headers."""
    action, status, said = ("delivered", "2.0.0", "smtp; 250 2.0.0 Ok") if event == "delivered" else (
        "failed", "5.1.1", f"smtp; 550 5.1.1 <{arrival.to}>: Recipient address rejected: User unknown")  # fmt: skip
    status_part = (f"Reporting-MTA: dns; mail.fakes.local\r\nArrival-Date: {formatdate(arrival.at)}\r\n\r\nFinal-Recipient: rfc822; {arrival.to}\r\n"
                   f"Action: {action}\r\nStatus: {status}\r\nDiagnostic-Code: {said}\r\n")  # fmt: skip
    return _report(arrival, "delivery-status", "message/delivery-status", status_part)


def complaint(arrival: Arrival) -> bytes:
    """RFC 5965."""
    part = f"Feedback-Type: abuse\r\nUser-Agent: fakes/1\r\nVersion: 1\r\nOriginal-Mail-From: <{arrival.facts['return_path']}>\r\n"
    return _report(arrival, "feedback-report", "message/feedback-report", part)


def _report(arrival: Arrival, kind: str, part_type: str, part: str) -> bytes:
    original: bytes = arrival.facts["raw"].partition(b"\r\n\r\n")[0] + b"\r\n"
    lines = [
        "From: MAILER-DAEMON@mail.fakes.local (Mail Delivery System)", f"To: {arrival.facts['return_path']}", "Subject: Mail delivery report",
        f"Date: {formatdate()}", "MIME-Version: 1.0", f'Content-Type: multipart/report; report-type={kind}; boundary="=_b"', "",
        "--=_b", "Content-Type: text/plain; charset=us-ascii", "", "This is the mail system at host mail.fakes.local.", "",
        "--=_b", f"Content-Type: {part_type}", "", part,
        "--=_b", "Content-Type: text/rfc822-headers", "", "",
    ]  # fmt: skip
    return "\r\n".join(lines).encode() + original + b"\r\n--=_b--\r\n"
