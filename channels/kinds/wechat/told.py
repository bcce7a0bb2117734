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


def told(tree: Element, *, follow_consents: bool = False) -> list[Told]:
    """Everything that one push says. What we have no use for says nothing."""
    said = fields(tree)
    kind = (said.get("Event") or said.get("MsgType") or "").lower()
    if "FromUserName" not in said:
        return []
    if kind in _SUBSCRIPTIONS:
        return [_SUBSCRIPTIONS[kind](said, fields(part)) for part in tree.iter("List")]
    reader = _READERS.get(kind)
    return reader(said, follow_consents) if reader else []


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


def _asked(said: dict[str, str], part: dict[str, str]) -> Told:
    """The customer was asked whether they want a subscription message: once for each acceptance one may be sent."""
    accepted = part.get("SubscribeStatusString") == "accept"
    name = "miniprogram.subscribed" if accepted else "miniprogram.subscription_refused"
    return _about(said, part, name)


def _changed(said: dict[str, str], part: dict[str, str]) -> Told:
    return _about(said, part, "miniprogram.subscription_refused")


def _about(said: dict[str, str], part: dict[str, str], name: str) -> HappenedIn:
    template = part.get("TemplateId", "")
    once = f"{_once(said)}:{template}"
    return HappenedIn(name, ("openid", said["FromUserName"]), _at(said), {"template_id": template}, once)


def _sent(said: dict[str, str], part: dict[str, str]) -> Told:
    """What became of a subscription message."""
    event = "delivered" if part.get("ErrorCode") == "0" else "failed"
    detail = {"code": part.get("ErrorCode", ""), "status": part.get("ErrorStatus", "")}
    return ReceiptIn("", event, _at(said), detail, provider_id=part.get("MsgID", ""), to=said["FromUserName"])


_SUBSCRIPTIONS = {
    "subscribe_msg_popup_event": _asked, "subscribe_msg_change_event": _changed, "subscribe_msg_sent_event": _sent,
}  # fmt: skip
_READERS = {
    "templatesendjobfinish": _template, "text": _words, "voice": _words, "subscribe": _follows, "unsubscribe": _leaves,
    "click": _clicks, "view": _clicks, "scan": _scans,
}  # fmt: skip
