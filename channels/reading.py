"""What callbacks of several providers have in common to read: JSON, times without a zone, who may call."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from channels.contract import Callback
from channels.errors import ChannelCode
from channels.resets import MAINLAND
from kernel.errors import Code, ProblemError


def json_of(callback: Callback) -> Any:
    """Raises MALFORMED_JSON."""
    try:
        return orjson.loads(callback.body)
    except orjson.JSONDecodeError as error:
        raise ProblemError(Code.MALFORMED_JSON, line=error.lineno, column=error.colno) from error


def rows_of(callback: Callback) -> list[dict[str, Any]]:
    """An array of objects, or one object. Raises MALFORMED_JSON or INVALID."""
    found = json_of(callback)
    rows = found if isinstance(found, list) else [found]
    if not all(isinstance(row, dict) for row in rows):
        raise ProblemError.at("/", Code.BAD_VALUE, reason="object")
    return rows


def text_of(row: dict[str, Any], name: str) -> str:
    """A field as text; numbers too, empty when it is missing."""
    value = row.get(name)
    return str(value) if isinstance(value, str | int | float) else ""


def moment(text: str, now: datetime, zone: ZoneInfo = MAINLAND) -> datetime:
    """`2017-01-01 00:00:00` in the provider's zone; `now` for what is no time."""
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=zone)
    except ValueError:
        return now


def check_sender(callback: Callback, allowed: str) -> None:
    """allowed: IP addresses, by comma or blank; empty: everybody who knows the address. Raises FORGED."""
    wanted = allowed.replace(",", " ").split()
    if wanted and callback.sender not in wanted:
        raise ProblemError(ChannelCode.FORGED)
