"""What the stand-ins know and what arrived at them: accounts, messages (append-only, the last so many), and what they pushed."""

import itertools
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

KEPT = 20_000


@dataclass
class Account:
    """An account at a provider: what its console knows. `callback_url`: where receipts and replies go."""

    vendor: str
    key: str
    secret: str = field(repr=False)
    callback_url: str = ""
    more: dict[str, str] = field(default_factory=dict)


@dataclass
class Arrival:
    """One message that was taken, as the recipient would see it. `ref`: the provider's id; `facts`: what its receipt repeats."""

    n: int
    at: float
    vendor: str
    account: str
    to: str
    text: str
    ref: str
    facts: dict[str, Any] = field(default_factory=dict)
    pushed: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Push:
    """A request of the provider to the merchant."""

    url: str
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    method: str = "POST"


class Desk:
    """Shared by all vendors of one server; safe to read from other threads."""

    def __init__(self) -> None:
        self.accounts: dict[tuple[str, str], Account] = {}
        self.arrivals: deque[Arrival] = deque(maxlen=KEPT)
        self.requests: deque[dict[str, Any]] = deque(maxlen=2000)
        self.tokens: dict[str, dict[str, float]] = {}  # vendor → token → until
        self.ports: dict[str, int] = {}  # vendor → where it listens besides HTTP
        self.connections: dict[str, int] = {}  # vendor → how many were made there
        self.open: dict[str, set[Any]] = {}  # vendor → the writers of those that are open
        self.auto = False  # receipts are pushed by themselves
        self.total = 0
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()

    def know(self, account: Account) -> Account:
        """The vendor's console has this account from now on."""
        self.accounts[account.vendor, account.key] = account
        return account

    def account(self, vendor: str, key: str) -> Account | None:
        return self.accounts.get((vendor, key))

    def take(self, account: Account, to: str, text: str, ref: str, **facts: Any) -> Arrival:
        """A message was accepted."""
        with self._lock:
            found = Arrival(next(self._numbers), time.time(), account.vendor, account.key, to, text, ref, facts)
            self.arrivals.append(found)
            self.total += 1
        return found

    def search(self, to: str = "", vendor: str = "", limit: int = 200) -> list[Arrival]:
        """Newest first; `to` may be a part of the address."""
        found = (a for a in reversed(list(self.arrivals)) if to in a.to and vendor in ("", a.vendor))
        return list(itertools.islice(found, limit))

    def expire(self, vendor: str) -> None:
        """Its tokens are no good any more."""
        self.tokens.pop(vendor, None)

    def issue(self, vendor: str, token: str, seconds: float) -> str:
        self.tokens.setdefault(vendor, {})[token] = time.time() + seconds
        return token

    def holds(self, vendor: str, token: str) -> bool:
        return self.tokens.get(vendor, {}).get(token, 0.0) > time.time()
