"""Reads rows of events: plain Python for the same reason as rows.py. Knows no database."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson

from customers.errors import CustomerCode, Rejected
from customers.event_log import Line
from customers.events import MAX_NAME
from customers.identities import is_kind, normalise
from customers.intake.change import Change
from customers.intake.rows import KIND, MAX_EXTERNAL_ID, OBJECT, TEXT
from customers.vault import Vault
from kernel.language import Text

MAX_EVENT_ID, MAX_PROPERTIES_BYTES = 500, 64 * 1024
AHEAD = timedelta(days=1)
_FIELDS = frozenset({"event_id", "customer", "name", "occurred_at", "properties"})
_NUL = Text("不能含有 NUL 字符", "NUL characters are not allowed")

Who = tuple[tuple[str, str], ...]  # what the event says about its customer, in one spelling


@dataclass(slots=True)
class EventRow(Line):
    """customer_id: 0 until it is known whom `who` means."""

    index: int
    who: Who


def _wrong(place: str, expected: Text) -> Rejected:
    return Rejected(CustomerCode.WRONG_TYPE, place=place, expected=expected.say())


def _text(raw: dict[str, Any], key: str, limit: int) -> str:
    value = raw.get(key)
    if value is None:
        raise Rejected(CustomerCode.MISSING, place=f"/{key}")
    if type(value) is not str:
        raise _wrong(f"/{key}", TEXT)
    if not 0 < len(value) <= limit or "\0" in value:
        raise Rejected(CustomerCode.BAD_VALUE, place=f"/{key}", reason=f"1–{limit}")
    return value


class EventReader:
    """One for a request: `now` is the time that future dates are measured against and that fills absent ones."""

    def __init__(self, now: datetime) -> None:
        self._latest, self._now = now + AHEAD, now

    def read(self, index: int, raw: Any) -> EventRow:
        """Raises Rejected when anything about the row is wrong."""
        if type(raw) is not dict:
            raise _wrong("", OBJECT)
        if not raw.keys() <= _FIELDS:
            raise Rejected(CustomerCode.UNKNOWN_FIELD, place=f"/{min(raw.keys() - _FIELDS)}")
        event_id, name = _text(raw, "event_id", MAX_EVENT_ID), _text(raw, "name", MAX_NAME)
        properties = raw.get("properties") or {}
        at = self._time(raw.get("occurred_at"))
        who = _who(raw.get("customer"))
        month = date(at.year, at.month, 1)
        return EventRow(event_id, 0, name, at.isoformat(), month, properties, _json(properties), index, who)

    def _time(self, value: Any) -> datetime:
        if value is None:
            return self._now
        try:
            at = datetime.fromisoformat(value)
            if at.tzinfo is None:
                raise ValueError
            at = at if at.tzinfo is UTC else at.astimezone(UTC)
        except (TypeError, ValueError, OverflowError) as error:
            raise Rejected(CustomerCode.BAD_TIME, place="/occurred_at") from error
        if at > self._latest:
            raise Rejected(CustomerCode.IN_THE_FUTURE, place="/occurred_at")
        return at


def _json(properties: Any) -> str:
    if type(properties) is not dict:
        raise _wrong("/properties", OBJECT)
    raw = orjson.dumps(properties)
    if len(raw) > MAX_PROPERTIES_BYTES:
        raise Rejected(CustomerCode.BAD_VALUE, place="/properties", reason=f"≤ {MAX_PROPERTIES_BYTES} B")
    if b"\\u0000" in raw.replace(b"\\\\", b""):
        raise Rejected(CustomerCode.BAD_VALUE, place="/properties", reason=_NUL.say())
    return raw.decode()


def _who(raw: Any) -> Who:
    if raw is None:
        raise Rejected(CustomerCode.MISSING, place="/customer")
    if type(raw) is not dict:
        raise _wrong("/customer", OBJECT)
    if len(raw) == 1 and type(raw.get("external_id")) is str and 0 < len(raw["external_id"]) <= MAX_EXTERNAL_ID:
        external_id = raw["external_id"]
        if "\0" not in external_id:
            return (("external_id", external_id),)
    who = tuple((kind, _spelled(kind, value)) for kind, value in raw.items() if value is not None)
    if not who:
        raise Rejected(CustomerCode.NO_KEY)
    return who


def _spelled(kind: str, value: Any) -> str:
    place = f"/customer/{kind}"
    if type(value) is not str:
        raise _wrong(place, TEXT)
    if kind == "external_id":
        if not 0 < len(value) <= MAX_EXTERNAL_ID or "\0" in value:
            raise Rejected(CustomerCode.BAD_VALUE, place=place, reason=f"1–{MAX_EXTERNAL_ID}")
        return value
    if not is_kind(kind):
        raise Rejected(CustomerCode.BAD_VALUE, place=place, reason=KIND.say())
    normal = normalise(kind, value)
    if normal is None:
        raise Rejected(CustomerCode.BAD_IDENTITY, place=place, kind=kind)
    return normal


def change_of(who: Who, vault: Vault) -> Change:
    """The customer that an event speaks of, as a row of customers."""
    change = Change(0)
    change.external_id = next((value for kind, value in who if kind == "external_id"), None)
    change.identities = {kind: (vault.digest(kind, value), value) for kind, value in who if kind != "external_id"}
    return change
