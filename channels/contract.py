"""What a provider is: it hands a batch over, classifies refusals, and reads its own callbacks. Knows no tables.

A provider never retries and never decides: it tells what happened, and the sender acts on the class.
"""

import enum
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from channels.errors import ChannelCode
from kernel.errors import FieldProblem, ProblemError
from kernel.language import Text
from kernel.schema import Body


class ErrorClass(enum.Enum):
    """What a refusal means for the sender. AMBIGUOUS alone leaves open whether the message went out."""

    RETRY = "retry"
    RATE = "rate"
    TOKEN = "token"
    RCPT = "recipient"
    OPTOUT = "opt_out"
    WINDOW = "window"
    QUOTA = "quota"
    CONTENT = "content"
    CONFIG = "config"
    DUP = "duplicate"
    AMBIGUOUS = "ambiguous"


@dataclass(slots=True)  # not frozen, which makes each of millions three times as dear
class Outbound:
    """One message ready to leave. `id` is its idempotency key outside and never changes between attempts."""

    id: str
    channel: str
    purpose: str
    to: str
    customer_id: int
    external_id: str | None
    content: dict[str, Any]
    canvas: str
    run: str
    node: str
    variant: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one message. error None: accepted."""

    error: ErrorClass | None = None
    code: str = ""
    provider_id: str = ""
    retry_after: float | None = None


ACCEPTED = Outcome()


@dataclass(frozen=True)
class AccountNow:
    """An account with its secrets, for the length of one piece of work. Never logged, never stored."""

    id: int
    tenant_id: int
    channel: str
    provider: "Provider"
    settings: Any = field(repr=False)  # the provider's own settings model
    per_second: int | None
    callback_secret: str = field(repr=False)

    @property
    def batch(self) -> int:
        return self.provider.batch(self.settings)

    @property
    def idempotent(self) -> bool:
        return self.provider.idempotent(self.settings)


@dataclass(frozen=True)
class Callback:
    """A request that arrived at an account's callback address. Header names are lower-case."""

    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class ReceiptIn:
    """One thing that a provider tells of a message. event: delivered, failed, opened, clicked, replied, unsubscribed."""

    message: str
    event: str
    at: datetime
    detail: dict[str, Any] = field(default_factory=dict)


EVENTS = ("delivered", "failed", "opened", "clicked", "replied", "unsubscribed")


class Provider(ABC):
    """Subclass it in channels/kinds/<kind>/providers/<vendor>.py and register an instance there."""

    key: ClassVar[str]
    labels: ClassVar[Text]
    channels: ClassVar[tuple[str, ...]]  # empty: serves every channel
    settings: ClassVar[type[Body]]  # secret fields are marked by json_schema_extra={"writeOnly": True}
    concurrency: ClassVar[int] = 32
    deadline_seconds: ClassVar[float] = 10.0  # shorter than the lease of a send job

    def serves(self, channel: str) -> bool:
        return not self.channels or channel in self.channels

    def check(self, settings: Any) -> list[FieldProblem]:
        """What only matters when an account is saved; pointers begin with /settings."""
        return []

    def batch(self, settings: Any) -> int:
        """Most messages in one call."""
        return 1

    def idempotent(self, settings: Any) -> bool:
        """Does the other side drop a repeat of the same id?"""
        return False

    def classify(self, code: str) -> ErrorClass:
        """The class of the provider's own code."""
        return ErrorClass.CONTENT

    @abstractmethod
    async def send(self, account: AccountNow, batch: list[Outbound]) -> list[Outcome]:
        """Hand over; one outcome for each message, in order."""

    def parse_callback(self, account: AccountNow, callback: Callback, now: datetime) -> list[ReceiptIn]:
        """Verify and read a callback. Raises ProblemError (FORGED, EXPIRED, NO_CALLBACKS, INVALID)."""
        raise ProblemError(ChannelCode.NO_CALLBACKS)
