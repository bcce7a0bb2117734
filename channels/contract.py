"""What a provider is: it hands a batch over, classifies refusals, and reads its own callbacks. Knows no tables.

A provider never retries and never decides: it tells what happened, and the sender acts on the class.
"""

import enum
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Final

from channels.errors import ChannelCode
from kernel.egress import check_url
from kernel.errors import FieldProblem, ProblemError, problem_at
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
    """What became of one message. error None: accepted.

    narrow: a RATE or QUOTA of this recipient alone, so that the account goes on with the others.
    """

    error: ErrorClass | None = None
    code: str = ""
    provider_id: str = ""
    retry_after: float | None = None
    narrow: bool = False


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
    callback_url: str = field(default="", repr=False)  # as the provider knows it
    sealed: bytes = field(default=b"", repr=False)  # tells these credentials from those that came after
    neighbours: tuple[int, ...] = ()  # other accounts of the same app, whose callbacks arrive at this one's address

    @property
    def batch(self) -> int:
        return self.provider.batch_on(self.channel, self.settings)

    @property
    def at_this_door(self) -> list[int]:
        """Accounts of whose messages a callback to this one may speak."""
        return [self.id, *self.neighbours]

    @property
    def idempotent(self) -> bool:
        return self.provider.idempotent(self.settings)


@dataclass(frozen=True)
class Callback:
    """A request that arrived at an account's callback address. Header names are lower-case; url: the whole address, as called."""

    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes
    method: str = "POST"
    url: str = ""
    sender: str = ""  # IP address


@dataclass(frozen=True)
class Answer:
    """What the provider wants to read when we have its callback."""

    body: bytes = b""
    content_type: str = "application/json"
    status: int = 200


@dataclass(frozen=True)
class ReceiptIn:
    """One thing that a provider tells. event: delivered, failed, opened, clicked, replied, unsubscribed.

    It names the message by our own id (`message`); else by `to` (the address, in any spelling) with the provider's id, or with
    the first and last of our ids in its batch (`within`). With `to` alone it is word from a customer (a reply), and `once`
    tells one such word from another. bad_address: why nothing is to be sent to the message's address any more (BOUNCED, COMPLAINED).
    """

    message: str
    event: str
    at: datetime
    detail: dict[str, Any] = field(default_factory=dict)
    provider_id: str = ""
    to: str = ""
    within: tuple[int, int] | None = None
    once: str = ""
    bad_address: str = ""

    @property
    def is_word(self) -> bool:
        """From a customer, about no message in particular."""
        return not self.message and not self.provider_id and self.within is None


@dataclass(frozen=True)
class HappenedIn:
    """Something that a customer did, as the provider tells it: an event of theirs. An unknown one is made.

    identity: (kind, value), proved by the provider. once: tells one such event from another. consents: what it says of the
    channels of this provider's accounts; None: nothing.
    """

    name: str
    identity: tuple[str, str]
    at: datetime
    properties: dict[str, Any]
    once: str
    consents: bool | None = None


Told = ReceiptIn | HappenedIn
BOUNCED: Final = "bounced"  # of an address: there is nobody, for good
COMPLAINED: Final = "complained"  # whoever is there calls our messages spam
EVENTS = ("delivered", "failed", "opened", "clicked", "replied", "unsubscribed")


class Provider(ABC):
    """Subclass it in channels/kinds/<kind>/providers/<vendor>.py and register an instance there."""

    key: ClassVar[str]
    labels: ClassVar[Text]
    channels: ClassVar[tuple[str, ...]]  # empty: serves every channel
    settings: ClassVar[type[Body]]  # secret fields are marked by json_schema_extra={"writeOnly": True}
    docs: ClassVar[Text | None] = None  # what the merchant does at the provider's console; shown beside the settings
    concurrency: ClassVar[int] = 32
    deadline_seconds: ClassVar[float] = 10.0  # of a whole send(); shorter than the lease of a send job
    pauses: ClassVar[bool] = (
        True  # a refused account stops and its messages wait; False: they fail, the gateway's word counts
    )
    tells_at_once: ClassVar[bool] = False  # its callback is answered with what became of each receipt, so none waits

    one_door: ClassVar[str] = ""  # accounts with the same value of this setting share one callback address

    def serves(self, channel: str) -> bool:
        return not self.channels or channel in self.channels

    def check(self, settings: Any) -> list[FieldProblem]:
        """What only matters when an account is saved; pointers begin with /settings."""
        reason = check_url(settings.base_url) if getattr(settings, "base_url", "") else None
        return [problem_at("/settings/base_url", ChannelCode.URL_REFUSED, reason=reason)] if reason else []

    def batch(self, settings: Any) -> int:
        """Most messages in one call of send()."""
        return 1

    def batch_on(self, channel: str, settings: Any) -> int:
        """The same where it depends on the channel."""
        return self.batch(settings)

    def idempotent(self, settings: Any) -> bool:
        """Does the other side drop a repeat of the same id?"""
        return False

    def classify(self, code: str) -> ErrorClass:
        """The class of the provider's own code."""
        return ErrorClass.CONTENT

    def explain(self, code: str) -> Text | None:
        """What the merchant should know or do about this code, where there is more to say than its class."""
        return None

    @abstractmethod
    async def send(self, account: AccountNow, batch: list[Outbound]) -> list[Outcome]:
        """Hand over; one outcome for each message, in order."""

    async def probe(self, account: AccountNow) -> Outcome | None:
        """Ask something harmless that only the right credentials are answered. None: there is no such thing."""
        return None

    def answer_check(self, account: AccountNow, callback: Callback) -> Answer:
        """The GET by which some providers check the address. Raises ProblemError (FORGED, NO_CALLBACKS)."""
        raise ProblemError(ChannelCode.NO_CALLBACKS)

    def parse_callback(self, account: AccountNow, callback: Callback, now: datetime) -> Sequence[Told]:
        """Verify and read a callback. Raises ProblemError (FORGED, EXPIRED, NO_CALLBACKS, INVALID)."""
        raise ProblemError(ChannelCode.NO_CALLBACKS)

    def acknowledge(self, account: AccountNow, callback: Callback) -> Answer:
        """What a callback that was taken in is answered with."""
        return Answer(b"{}")
