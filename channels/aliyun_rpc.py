"""Alibaba Cloud's RPC services (SMS, voice): a signed call, its answer as an outcome, and how long a limit asks to wait.

What is the same for every service stands here; its own codes and fields stand with its provider.
"""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

import orjson

from channels.calling import Reply, call, without_code
from channels.contract import ErrorClass, Outcome
from channels.reading import text_of
from channels.resets import until_next_month, until_tomorrow
from channels.signing import acs3
from kernel.clock import kept_now

VERSION: Final = "2017-05-25"  # of dysmsapi and dyvmsapi alike
_LIMIT_SECONDS = {"分钟": 60.0, "小时": 3600.0}


class Keys(Protocol):
    """What the settings of every such account have."""

    access_key_id: str
    access_key_secret: str
    base_url: str


def signed(keys: Keys, action: str, query: dict[str, str], form: dict[str, str], *, now: float, nonce: str) -> tuple[str, dict[str, str], bytes]:  # fmt: skip
    """(address, headers, body) of a call."""
    parts, body = urlsplit(keys.base_url), acs3.query_string(form).encode()
    headers = {
        "host": parts.netloc, "x-acs-action": action, "x-acs-version": VERSION, "x-acs-signature-nonce": nonce, "x-acs-content-sha256": acs3.digest(body),
        "x-acs-date": datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), "accept": "application/json",
    }  # fmt: skip
    if body:
        headers["content-type"] = "application/x-www-form-urlencoded"
    asked = acs3.Call("POST", parts.path or "/", query, headers, body)
    authorization = acs3.authorization(keys.access_key_id, keys.access_key_secret, asked)
    url = f"{parts.scheme}://{parts.netloc}{asked.path}?{acs3.query_string(query)}"
    return url, {**headers, "Authorization": authorization}, body


async def ask(
    keys: Keys, action: str, query: dict[str, str], form: dict[str, str], seconds: float, *, taken: str, classify: Callable[[str], ErrorClass]
) -> Outcome:  # fmt: skip
    """taken: the field of a good answer that names what was taken."""
    url, headers, body = signed(keys, action, query, form, now=kept_now(), nonce=secrets.token_hex(16))
    answer = await call("POST", url, headers=headers, body=body, seconds=seconds, exact=True)
    return answer if isinstance(answer, Outcome) else _read(answer, taken, classify)


def _read(answer: Reply, taken: str, classify: Callable[[str], ErrorClass]) -> Outcome:
    found = answer.json() or {}
    code = text_of(found, "Code")
    if not code:
        return without_code(answer)
    if code == "OK":
        return Outcome(provider_id=text_of(found, taken)[:200])
    wait, narrow = _wait(code, text_of(found, "Message"), answer)
    return Outcome(classify(code), code[:80], retry_after=wait, narrow=narrow)


def _wait(code: str, message: str, answer: Reply) -> tuple[float | None, bool]:
    """(seconds to wait, only this recipient)."""
    if code == "isv.BUSINESS_LIMIT_CONTROL":  # says which of its limits it is: 触发分钟级流控, 小时级, 天级
        known = next((seconds for word, seconds in _LIMIT_SECONDS.items() if word in message), None)
        return known or until_tomorrow(kept_now()), True
    if code == "isv.DAY_LIMIT_CONTROL":
        return until_tomorrow(kept_now()), False
    if code == "isv.MONTH_LIMIT_CONTROL":
        return until_next_month(kept_now()), False
    told = answer.headers.get("x-acs-retry-after", "")  # milliseconds
    return (int(told) / 1000 if told.isascii() and told.isdigit() else None), False


def number(to: str) -> str:
    """The mainland's without a prefix; others with their country's digits."""
    return to.removeprefix("+86").removeprefix("+")


def compact(value: Any) -> str:
    """JSON as a parameter."""
    return orjson.dumps(value).decode()
