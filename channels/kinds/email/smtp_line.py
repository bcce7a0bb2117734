"""Connections to SMTP servers: a few for each account and worker, kept while there is work, each carrying one mail at a time.

A mail whose last byte was not written may be tried again; one that was written whole and has no answer is unknown.
"""

import asyncio
import os
import socket
import ssl
import time
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from aiosmtplib import SMTP
from aiosmtplib.errors import (
    SMTPAuthenticationError,
    SMTPException,
    SMTPResponseException,
    SMTPServerDisconnected,
)
from django.conf import settings

from channels.contract import ErrorClass, Outcome
from channels.kinds.email.smtp_codes import class_of, code_of
from kernel.egress import EgressRefused, GuardedResolver

CONNECTIONS: Final = 8  # at once, of an account in a worker
_IDLE_SECONDS: Final = 20.0
_MAILS: Final = 500  # through one connection; servers refuse more sooner or later
_POOLS: Final = 64  # accounts of which a worker keeps connections
_CONNECT_SECONDS: Final = 5.0
_DOT: Final = b".\r\n"


@dataclass(frozen=True)
class Server:
    """Where to, and as whom. tls: none, starttls or tls."""

    host: str
    port: int
    tls: str
    username: str
    password: str = field(repr=False)


class Refused(Exception):
    """What became of it, when it did not go well."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.code)
        self.outcome = outcome


def refusal(code: str) -> Refused:
    return Refused(Outcome(class_of(code), code[:80]))


@dataclass
class Line:
    """One connection, logged in. `mails`: how many went through it."""

    client: SMTP
    mails: int = 0
    idle_since: float = 0.0
    broken: bool = False

    async def send(self, sender: str, to: str, raw: bytes, seconds: float) -> str:
        """The server's words when it took the mail. Raises Refused. sender, to: ASCII; raw: whole lines."""
        ends, place = time.monotonic() + seconds, "mail"
        try:
            self.client.timeout = seconds
            await self.client.mail(sender)
            place = "rcpt"
            await self.client.rcpt(to)
            place = "data"
            begun = await self.client.execute_command(b"DATA", timeout=max(0.1, ends - time.monotonic()))
            if begun.code != 354:
                raise SMTPResponseException(begun.code, begun.message)
        except (SMTPServerDisconnected, TimeoutError, OSError) as error:
            self.close()
            raise Refused(Outcome(ErrorClass.RETRY, _how(error))) from error
        except SMTPResponseException as error:
            await self._reset(error.code)
            raise refusal(code_of(error.code, error.message, place)) from error
        return await self._body(raw, max(0.1, ends - time.monotonic()))

    async def _body(self, raw: bytes, seconds: float) -> str:
        protocol, self.mails = self.client.protocol, self.mails + 1
        try:
            if protocol is None:
                raise SMTPServerDisconnected("lost")
            protocol.write(raw.replace(b"\r\n.", b"\r\n..") + _DOT)
            answer = await protocol.read_response(timeout=seconds)
        except (SMTPException, TimeoutError, OSError) as error:
            self.close()
            raise Refused(Outcome(ErrorClass.AMBIGUOUS, _how(error))) from error
        if answer.code != 250:
            await self._reset(answer.code)
            raise refusal(code_of(answer.code, answer.message, "data"))
        return answer.message

    async def _reset(self, code: int) -> None:
        """The next mail begins anew; after a 421 there is none."""
        if code == 421 or not self.client.is_connected:
            return self.close()
        try:
            await self.client.rset(timeout=_CONNECT_SECONDS)
        except (SMTPException, TimeoutError, OSError):
            self.close()
        return None

    def close(self) -> None:
        self.broken = True
        self.client.close()

    @property
    def usable(self) -> bool:
        return not self.broken and self.client.is_connected and self.mails < _MAILS


def _how(error: BaseException) -> str:
    return "timeout" if isinstance(error, TimeoutError) else "disconnected"


async def connect(server: Server, seconds: float) -> Line:
    """Raises Refused."""
    sock = await _socket(server.host, server.port)
    client = SMTP(
        hostname=server.host, sock=sock, timeout=min(seconds, 2 * _CONNECT_SECONDS), use_tls=server.tls == "tls",
        start_tls=server.tls == "starttls", tls_context=_tls() if server.tls != "none" else None, local_hostname=_our_name(),
        username=server.username or None, password=server.password if server.username else None,
    )  # fmt: skip
    try:
        await client.connect()
    except (SMTPException, OSError) as error:
        client.close()
        sock.close()
        raise _unable(error) from error
    return Line(client)


def _unable(error: BaseException) -> Refused:
    """Why there is no connection, in our words."""
    if isinstance(error, SMTPAuthenticationError):
        return refusal(code_of(error.code, error.message, "auth"))
    if isinstance(error, SMTPResponseException):
        return refusal(code_of(error.code, error.message, "connect"))
    if any(isinstance(cause, ssl.SSLError) for cause in (error, error.__cause__, error.__context__)):
        return refusal("tls_refused")
    words = str(error)
    if "STARTTLS" in words:
        return refusal("no_starttls")
    if "AUTH" in words or "authentication method" in words:
        return refusal("no_auth")
    return Refused(Outcome(ErrorClass.RETRY, "not_connected"))


async def _socket(host: str, port: int) -> socket.socket:
    """To an address that may be called; the one that was checked is the one that is connected to. Raises Refused."""
    try:
        found = await GuardedResolver().resolve(host, port)
    except EgressRefused as error:
        raise Refused(Outcome(ErrorClass.CONFIG, "egress_refused")) from error
    except OSError as error:
        raise Refused(Outcome(ErrorClass.RETRY, "not_connected")) from error
    for entry in found:
        sock = socket.socket(entry["family"], socket.SOCK_STREAM)
        sock.setblocking(False)
        try:
            async with asyncio.timeout(_CONNECT_SECONDS):
                await asyncio.get_running_loop().sock_connect(sock, (entry["host"], port))
        except OSError:  # TimeoutError is one
            sock.close()
            continue
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return sock
    raise Refused(Outcome(ErrorClass.RETRY, "not_connected"))


def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def _our_name() -> str:
    """As which we say hello: the name under which the installation is known."""
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    return f"[{host}]" if host.replace(".", "").isdigit() else host


class Pool:
    """The lines of one account."""

    def __init__(self, server: Server) -> None:
        self.server, self.idle = server, list[Line]()
        self._free = asyncio.Semaphore(CONNECTIONS)

    @asynccontextmanager
    async def line(self, seconds: float) -> AsyncIterator[tuple[Line, bool]]:
        """(a line, was it kept from before). Raises Refused."""
        async with self._free:
            kept = self._kept()
            line = kept or await connect(self.server, seconds)
            try:
                yield line, kept is not None
            except BaseException as error:
                if not isinstance(error, Refused):  # stopped in the middle: who knows what comes next on it
                    line.close()
                raise
            finally:
                self._give_back(line)

    def _kept(self) -> Line | None:
        while self.idle:
            line = self.idle.pop()
            if line.usable and time.monotonic() - line.idle_since < _IDLE_SECONDS:
                return line
            line.close()
        return None

    def _give_back(self, line: Line) -> None:
        if not line.usable:
            return line.close()
        line.idle_since = time.monotonic()
        self.idle.append(line)
        asyncio.get_running_loop().call_later(_IDLE_SECONDS + 1, self._sweep)
        return None

    def _sweep(self) -> None:
        """Nobody keeps a connection for nothing."""
        old = [line for line in self.idle if time.monotonic() - line.idle_since >= _IDLE_SECONDS]
        self.idle = [line for line in self.idle if line not in old]
        for line in old:
            line.close()

    async def close(self) -> None:
        lines, self.idle = self.idle, []
        for line in lines:
            with suppress(SMTPException, OSError):
                await line.client.quit(timeout=1)


_pools: dict[int, "OrderedDict[tuple[int, int, Server], Pool]"] = {}


def pool_of(tenant_id: int, account_id: int, server: Server) -> Pool:
    """Called on the loop of channels.wire. What was changed of an account is another pool; the old one is left to its sweep."""
    mine = _pools.setdefault(os.getpid(), OrderedDict())  # a forked worker has none of its parent's
    key = (tenant_id, account_id, server)
    pool = mine.pop(key, None) or Pool(server)
    mine[key] = pool
    if len(mine) > _POOLS:
        mine.popitem(last=False)
    return pool
