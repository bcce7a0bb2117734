"""One HTTP call to a provider: signed bytes go out, an answer or an outcome comes back. Knows no provider.

A request that never left may be repeated; one that was written and has no answer is unknown. Redirects are never followed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
import orjson
from yarl import URL

from channels import wire
from channels.contract import ErrorClass, Outcome
from kernel.egress import EgressRefused, check_url

_LONGEST_WAIT_SECONDS = 3600.0


@dataclass(frozen=True)
class Reply:
    """What came back; `json()` is None for what is no JSON object."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> dict[str, Any] | None:
        try:
            found = orjson.loads(self.body)
        except orjson.JSONDecodeError:
            return None
        return found if isinstance(found, dict) else None

    @property
    def retry_after(self) -> float | None:
        """Seconds of the Retry-After header."""
        raw = self.headers.get("Retry-After", "")
        return min(float(raw), _LONGEST_WAIT_SECONDS) if raw.isascii() and raw.isdigit() else None


async def call(
    method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes = b"", seconds: float, exact: bool = False
) -> Reply | Outcome:  # fmt: skip
    """An Outcome when there is no answer. exact: `url` is sent as it is written, for what was signed is what must leave."""
    if check_url(url):
        return Outcome(ErrorClass.CONFIG, "egress_refused")
    try:
        async with wire.session().request(
            method, URL(url, encoded=exact), data=body or None, headers=headers, allow_redirects=False,
            timeout=wire.timeout(seconds), skip_auto_headers=("Content-Type",),
        ) as answer:  # fmt: skip
            return Reply(answer.status, answer.headers, await _body(answer))
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        return of_error(error)


async def _body(answer: aiohttp.ClientResponse) -> bytes:
    """Of a refusal, whatever can be read: its status has said enough."""
    try:
        return await answer.content.read(wire.MAX_ANSWER_BYTES)
    except (aiohttp.ClientError, TimeoutError, OSError):
        if answer.status < 300:
            raise
        return b""


def of_error(error: BaseException) -> Outcome:
    """A request that never arrived may be repeated; one that may have arrived is unknown."""
    if isinstance(getattr(error, "os_error", None) or error.__cause__, EgressRefused):
        return Outcome(ErrorClass.CONFIG, "egress_refused")
    if isinstance(error, aiohttp.ClientSSLError | aiohttp.InvalidURL | ValueError):
        return Outcome(ErrorClass.CONFIG, type(error).__name__)
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
        return Outcome(ErrorClass.RETRY, "not_connected")
    return Outcome(ErrorClass.AMBIGUOUS, "timeout" if isinstance(error, TimeoutError) else "disconnected")


def without_code(answer: Reply) -> Outcome:
    """Of an answer that says nothing of the provider's own: something in front of the service gave it."""
    code = f"http_{answer.status}"
    if answer.status == 504 or answer.status < 300:
        return Outcome(ErrorClass.AMBIGUOUS, code)
    if answer.status >= 500:
        return Outcome(ErrorClass.RETRY, code, retry_after=answer.retry_after)
    return Outcome(ErrorClass.RATE if answer.status == 429 else ErrorClass.CONFIG, code, retry_after=answer.retry_after)
