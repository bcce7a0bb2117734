"""What every stand-in is made of: a request as it was heard, an answer with its manners, and the vendor between them."""

import asyncio
import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar
from urllib.parse import parse_qsl

from fakes.desk import Account, Arrival, Desk, Push
from fakes.magic import Case

SLOW_SECONDS = 2.0


@dataclass(frozen=True)
class Heard:
    """A request, word for word. Header names are lower-case."""

    method: str
    path: str
    raw_query: str
    headers: Mapping[str, str]
    body: bytes
    host: str = ""

    @property
    def query(self) -> list[tuple[str, str]]:
        return parse_qsl(self.raw_query, keep_blank_values=True)

    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))

    def json(self) -> dict[str, Any]:
        """Empty when the body is no JSON object."""
        try:
            found = json.loads(self.body)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


@dataclass(frozen=True)
class Said:
    """An answer. `manner`: HANG never gives it, DROP cuts the connection, SLOW gives it late."""

    status: int = 200
    body: Any = None  # a dict becomes JSON
    headers: dict[str, str] = field(default_factory=dict)
    manner: Case | None = None


class Vendor(ABC):
    """Subclass it in fakes/vendors/<vendor>.py, where it is found."""

    key: ClassVar[str]
    labels: ClassVar[dict[str, str]]  # zh, en
    paths: ClassVar[tuple[str, ...]] = ()  # aiohttp routes besides "/", where `claims` is asked
    default: ClassVar[Account]  # an account that is known from the start
    screen: ClassVar[str] = "chat"  # how the page shows it: chat, push (a lock screen) or call

    def claims(self, heard: Heard) -> bool:
        """Is this request to "/" ours?"""
        return False

    @abstractmethod
    def answer(self, heard: Heard, desk: Desk) -> Said:
        """Verify, take, answer. What it takes goes to the desk."""

    async def listen(self, desk: Desk, port: int) -> asyncio.Server | None:
        """What it listens on besides HTTP, on 127.0.0.1; port 0: any free one."""
        return None

    def receipt(self, account: Account, arrivals: list[Arrival], event: str) -> list[Push]:
        """What tells the merchant that these messages were `delivered`, `failed` … Empty: this provider tells no such thing."""
        return []

    def word(self, account: Account, arrival: Arrival, text: str) -> Push | None:
        """The recipient's reply."""
        return None


FRONT = Said(503, b"<html><body><h1>503 Service Temporarily Unavailable</h1></body></html>", {"Content-Type": "text/html"})  # fmt: skip
