"""JPush (push v3): Basic, push ids (cid) under which a repeat gives the first answer, and callbacks with the same Basic."""

import base64
import hmac
import itertools
import json
import re
import time
import uuid
from typing import Any, ClassVar

from fakes.desk import Account, Arrival, Desk, Push
from fakes.magic import ACCEPTED, Case, case_of
from fakes.vendor import FRONT, Heard, Said, Vendor

_DEVICE = re.compile(r"[0-9A-Za-z_-]{6,64}")
_LARGEST = 4000  # bytes of a notification
_CODES = {
    Case.CONTENT: (400, 1003, "The parameter value is invalid"), Case.CONFIG: (401, 1004, "Authen failed"),
    Case.RETRY: (500, 1000, "System error"), Case.RATE: (429, 2002, "Rate limit exceeded"),
}  # fmt: skip
_TYPES = {"delivered": 4, "failed": 5, "opened": 6}
_numbers = itertools.count(int(time.time() * 1000) * 1000)


def _refused(status: int, code: int, message: str) -> Said:
    headers = {"X-Rate-Limit-Limit": "600", "X-Rate-Limit-Remaining": "0", "X-Rate-Limit-Reset": "1"} if status == 429 else {}  # fmt: skip
    return Said(status, {"error": {"code": code, "message": message}}, headers)


def authorization(account: Account) -> str:
    return "Basic " + base64.b64encode(f"{account.key}:{account.secret}".encode()).decode()


class JPush(Vendor):
    key: ClassVar = "jpush"
    labels: ClassVar = {"zh": "极光推送", "en": "JPush"}
    paths: ClassVar = ("/v3/push", "/v3/push/cid", "/v3/push/validate")
    default: ClassVar = Account("jpush", "7d431e42dfa6a6d693ac2d04", "5e987ac6d2e04d95a9d8f0d1")
    screen: ClassVar = "push"

    def __init__(self) -> None:
        self._given: set[str] = set()  # cids
        self._answered: dict[str, Said] = {}  # cid → the first answer

    def answer(self, heard: Heard, desk: Desk) -> Said:
        account = _account(heard, desk)
        if account is None:
            return _refused(401, 1004, "Authen failed")
        if heard.path == "/v3/push/cid":
            return self._cids(account, dict(heard.query)) if heard.method == "GET" else _refused(405, 1001, "Only support HTTP GET")  # fmt: skip
        if heard.method != "POST":
            return _refused(405, 1001, "Only support HTTP POST")
        sent = heard.json()
        cid = sent.get("cid")
        if cid is not None and cid not in self._given:
            return _refused(400, 1003, "cid is invalid")
        if cid in self._answered:
            return self._answered[cid]
        said = _push(account, sent, desk, dry=heard.path.endswith("/validate"))
        if cid is not None and said.status == 200:
            self._answered[cid] = Said(said.status, said.body)
        return said

    def _cids(self, account: Account, asked: dict[str, str]) -> Said:
        count = min(int(asked.get("count") or 1), 10)
        fresh = [f"{account.key}-{uuid.uuid4()}" for _ in range(count)]
        self._given.update(fresh)
        return Said(200, {"cidlist": fresh})

    def receipt(self, account: Account, arrivals: list[Arrival], event: str) -> list[Push]:
        """In hundreds. To VIPs only, which every account here is."""
        if event not in _TYPES or not account.callback_url:
            return []
        rows = [
            {"type": _TYPES[event], "channelkey": account.key, "msgid": a.ref, "sender_id": a.to, "time": int(time.time() * 1000)}
            for a in arrivals
        ]  # fmt: skip
        headers = {"Content-Type": "application/json", "Authorization": authorization(account)}
        parts = [rows[i : i + 100] for i in range(0, len(rows), 100)]
        return [Push(account.callback_url, json.dumps(part).encode(), headers) for part in parts]


def _account(heard: Heard, desk: Desk) -> Account | None:
    given = heard.headers.get("authorization", "")
    try:
        key = base64.b64decode(given.removeprefix("Basic ")).decode().partition(":")[0]
    except ValueError:
        return None
    account = desk.account("jpush", key)
    return account if account and hmac.compare_digest(given.encode(), authorization(account).encode()) else None


def _fault(sent: dict[str, Any]) -> Said | None:
    notification, audience = sent.get("notification"), sent.get("audience")
    if not sent.get("platform"):
        return _refused(400, 1002, "The platform is missing")
    if not isinstance(audience, dict) or not audience.get("registration_id"):
        return _refused(400, 1002, "The audience is missing")
    devices = audience["registration_id"]
    if not isinstance(devices, list) or len(devices) > 1000:
        return _refused(400, 1003, "registration_id is more than 1000")
    if not all(isinstance(d, str) and _DEVICE.fullmatch(d) for d in devices):
        return _refused(400, 1003, "The registration_id is invalid")
    if not isinstance(notification, dict):
        return _refused(400, 1002, "The notification and message are both missing")
    if isinstance(notification.get("hmos"), dict) and not notification["hmos"].get("category"):
        return _refused(400, 1003, "hmos category is missing")
    if max(len(json.dumps(part, ensure_ascii=False).encode()) for part in notification.values()) > _LARGEST:
        return _refused(400, 1005, "The message is too large")
    return None


def _push(account: Account, sent: dict[str, Any], desk: Desk, *, dry: bool) -> Said:
    fault = _fault(sent)
    if fault is not None:
        return fault
    devices: list[str] = sent["audience"]["registration_id"]
    cases = {d: case_of(d) for d in devices}
    for case in cases.values():
        if case is Case.FRONT:
            return FRONT
        if case in _CODES:
            return _refused(*_CODES[case])
    known = [d for d in devices if cases[d] is not Case.RCPT]
    if not known:
        return _refused(400, 1011, "cannot find user by this audience")
    ref = str(next(_numbers))
    title, body = _shown(sent["notification"])
    for device in known if not dry else ():
        desk.take(account, device, f"{title}\n{body}".strip(), ref, case=cases[device], title=title, body=body)
    manner = next((c for c in cases.values() if c in ACCEPTED and c is not Case.FAILS), None)
    return Said(200, {"sendno": str((sent.get("options") or {}).get("sendno", 0)), "msg_id": ref}, manner=manner)


def _shown(notification: dict[str, Any]) -> tuple[str, str]:
    """As an Android phone would."""
    android = notification.get("android") or {}
    return str(android.get("title", "")), str(android.get("alert") or notification.get("alert") or "")
