"""What WeChat pushes to a callback address, read: outcomes of messages, words of customers, who follows."""

from datetime import UTC, datetime
from typing import Any
from xml.etree.ElementTree import Element

from channels.contract import Callback, HappenedIn, ReceiptIn, Told
from channels.wxcrypt import Door, fields

FOLLOWED, UNFOLLOWED = "wechat.followed", "wechat.unfollowed"
_EXPIRES_SECONDS = 300
_REFUSED = ("failed:user block", "failed: user block")


def read(door: Door, callback: Callback) -> Element:
    """Raises FORGED."""
    return door.read(callback.query, callback.body)


def told(tree: Element, *, follow_consents: bool) -> list[Told]:
    """Everything that one push says. What we have no use for says nothing."""
    said = fields(tree)
    kind = (said.get("Event") or said.get("MsgType") or "").lower()
    reader = _READERS.get(kind)
    if reader is None or "FromUserName" not in said:
        return []
    return reader(said, follow_consents)


def _at(said: dict[str, str]) -> datetime:
    raw = said.get("CreateTime", "")
    return datetime.fromtimestamp(int(raw), UTC) if raw.isascii() and raw.isdigit() else datetime.now(UTC)


def _once(said: dict[str, str]) -> str:
    """As the documents say repeats are told: by MsgId, for events by who and when."""
    return said.get("MsgId") or f"{said['FromUserName']}:{said.get('CreateTime', '')}:{said.get('Event', '')}"


def _template(said: dict[str, str], follow_consents: bool) -> list[Told]:
    status = said.get("Status", "")
    about: dict[str, Any] = {"provider_id": said.get("MsgID", ""), "to": said["FromUserName"]}
    event = "delivered" if status == "success" else "failed"
    found: list[Told] = [ReceiptIn("", event, _at(said), {"status": status}, **about)]
    if status.lower() in _REFUSED:
        found.append(ReceiptIn("", "unsubscribed", _at(said), **about))
    return found


def _words(said: dict[str, str], follow_consents: bool) -> list[Told]:
    text = said.get("Content") or said.get("Recognition") or ""
    return [ReceiptIn("", "replied", _at(said), {"text": text}, to=said["FromUserName"], once=_once(said))]


def _follows(said: dict[str, str], follow_consents: bool) -> list[Told]:
    scene = {"scene": said["EventKey"]} if said.get("EventKey") else {}
    agrees = True if follow_consents else None
    return [_happened(said, FOLLOWED, scene, agrees)]


def _leaves(said: dict[str, str], follow_consents: bool) -> list[Told]:
    return [_happened(said, UNFOLLOWED, {}, False)]


def _clicks(said: dict[str, str], follow_consents: bool) -> list[Told]:
    return [_happened(said, f"wechat.menu_{said['Event'].lower()}", {"key": said.get("EventKey", "")}, None)]


def _scans(said: dict[str, str], follow_consents: bool) -> list[Told]:
    return [_happened(said, "wechat.scanned", {"scene": said.get("EventKey", "")}, None)]


def _happened(said: dict[str, str], name: str, properties: dict[str, Any], consents: bool | None) -> HappenedIn:
    return HappenedIn(name, ("openid", said["FromUserName"]), _at(said), properties, _once(said), consents)


_READERS = {
    "templatesendjobfinish": _template, "text": _words, "voice": _words, "subscribe": _follows, "unsubscribe": _leaves,
    "click": _clicks, "view": _clicks, "scan": _scans,
}  # fmt: skip
