"""WeChat official account and mini-program: stable tokens, template, customer-service, mass and subscription messages, and the
pushes with their signature, encrypted where the account has a key (developers.weixin.qq.com)."""

import base64
import hashlib
import itertools
import secrets
import time
from typing import Any, ClassVar

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from fakes.desk import Account, Arrival, Desk, Push
from fakes.magic import ACCEPTED, Case, case_of
from fakes.vendor import FRONT, Heard, Said, Vendor

_SEND = "/cgi-bin/message"
_CODES = {
    Case.LIMIT: (45047, "out of response count limit"), Case.RCPT: (40003, "invalid openid"),
    Case.OPTOUT: (43004, "require subscribe"), Case.QUOTA: (45009, "reach max api daily quota limit"),
    Case.CONTENT: (40037, "invalid template_id"), Case.CONFIG: (48001, "api unauthorized"), Case.RETRY: (-1, "system error"),
    Case.WINDOW: (45015, "response out of time limit or subscription is canceled"), Case.RATE: (45011, "api minute-quota reach limit"),
}  # fmt: skip
_REFUSED = (43101, "user refuse to accept the msg")
_STATUS = {"delivered": "success", "failed": "failed:user block"}
_numbers = itertools.count(200_000_000)


def _error(code: int, message: str) -> Said:
    return Said(200, {"errcode": code, "errmsg": f"{message} rid: {secrets.token_hex(4)}-{secrets.token_hex(4)}-{secrets.token_hex(4)}"})  # fmt: skip


class WeChat(Vendor):
    key: ClassVar = "wechat"
    labels: ClassVar = {"zh": "微信公众号 / 小程序", "en": "WeChat account / mini-program"}
    paths: ClassVar = (
        "/cgi-bin/stable_token", f"{_SEND}/template/send", f"{_SEND}/custom/send", f"{_SEND}/mass/send", f"{_SEND}/mass/preview",
        f"{_SEND}/subscribe/send",
    )  # fmt: skip
    default: ClassVar = Account("wechat", "wx0123456789abcdef", "wechat-secret", more={"token": "wechat-token"})

    def __init__(self) -> None:
        self._tried: set[str] = set()

    def answer(self, heard: Heard, desk: Desk) -> Said:
        if heard.path == "/cgi-bin/stable_token":
            return _token(heard.json(), desk)
        access = dict(heard.query).get("access_token", "")
        app, _, _ = access.partition("_")
        account = desk.account("wechat", app)
        if account is None or not desk.holds("wechat", access):
            return _error(40001, "invalid credential, access_token is invalid or not latest")
        return self._send(account, heard, desk)

    def _send(self, account: Account, heard: Heard, desk: Desk) -> Said:
        sent = heard.json()
        people = sent.get("touser")
        mass = heard.path.endswith("mass/send")
        if mass != isinstance(people, list) or not people:
            return _error(47001, "data format error")
        if mass and not 2 <= len(people) <= 10_000:
            return _error(40130, "invalid openid list size, at least two openid")
        fault = _fault(heard.path.removeprefix(_SEND), sent)
        if fault is not None:
            return fault
        for person in people if mass else [people]:
            case = case_of(person)
            if case is Case.FRONT:
                return FRONT
            if case is Case.TOKEN and person not in self._tried:
                self._tried.add(person)
                return _error(42001, "access_token expired")
            if case is Case.OPTOUT and heard.path.endswith("subscribe/send"):
                return _error(*_REFUSED)
            if case in _CODES:
                return _error(*_CODES[case])
        number = next(_numbers)
        cases = [case_of(p) for p in (people if mass else [people])]
        for person, case in zip(people if mass else [people], cases, strict=True):
            desk.take(account, person, _shown(sent), str(number), case=case, kind=heard.path.rsplit("/", 2)[-2])
        manner = next((c for c in cases if c in ACCEPTED and c is not Case.FAILS), None)
        name = "msg_id" if "/mass/" in heard.path else "msgid"
        return Said(200, {"errcode": 0, "errmsg": "ok", name: number}, manner=manner)

    def receipt(self, account: Account, arrivals: list[Arrival], event: str) -> list[Push]:
        """Only of template messages there is one for each person."""
        if event not in _STATUS or not account.callback_url:
            return []
        subscribed = [a for a in arrivals if a.facts.get("kind") == "subscribe"]
        if subscribed:
            return [_subscription(account, a, event) for a in subscribed]
        templates = [a for a in arrivals if a.facts.get("kind") == "template"]
        return [_push(account, a.to, "event", Event="TEMPLATESENDJOBFINISH", MsgID=a.ref, Status=_STATUS[event]) for a in templates]  # fmt: skip

    def word(self, account: Account, arrival: Arrival, text: str) -> Push | None:
        """A message to the account; “关注” and “取消关注” are the acts."""
        if not account.callback_url:
            return None
        acts = {"关注": "subscribe", "取消关注": "unsubscribe"}
        if text in acts:
            return _push(account, arrival.to, "event", Event=acts[text], EventKey="")
        return _push(account, arrival.to, "text", Content=text, MsgId=str(next(_numbers)))


def _token(sent: dict[str, Any], desk: Desk) -> Said:
    account = desk.account("wechat", str(sent.get("appid")))
    if account is None:
        return _error(40013, "invalid appid")
    if sent.get("secret") != account.secret:
        return _error(40125, "invalid appsecret")
    if sent.get("grant_type") != "client_credential":
        return _error(40002, "invalid grant_type")
    known = [t for t, until in desk.tokens.get("wechat", {}).items() if t.startswith(f"{account.key}_") and until > time.time() + 300]  # fmt: skip
    value = known[-1] if known and not sent.get("force_refresh") else f"{account.key}_{secrets.token_hex(32)}"
    if not known:
        desk.issue("wechat", value, 7200)
    return Said(200, {"access_token": value, "expires_in": 7200})


def _fault(kind: str, sent: dict[str, Any]) -> Said | None:
    if kind in ("/template/send", "/subscribe/send"):
        if not sent.get("template_id"):
            return _error(40037, "invalid template_id")
        data = sent.get("data")
        if not isinstance(data, dict) or any(not isinstance(v, dict) or "value" not in v for v in data.values()):
            return _error(47003, "argument invalid! data is not an object of {value}")
        long = next((k for k, v in data.items() if k.startswith("thing") and len(str(v["value"])) > 20), None)
        return _error(47003, f"argument invalid! data.{long}.value is too long") if kind == "/subscribe/send" and long else None  # fmt: skip
    part = sent.get(str(sent.get("msgtype")))
    if not isinstance(part, dict) or not any(part.values()):
        return _error(40008, "invalid message type")
    return _error(45002, "content size out of limit") if len(str(part.get("content", "")).encode()) > 2048 else None


def _shown(sent: dict[str, Any]) -> str:
    if "template_id" in sent:
        rows = "\n".join(f"{name}: {part['value']}" for name, part in sent["data"].items())
        return f"[{sent['template_id']}]\n{rows}\n{sent.get('url') or sent.get('page') or ''}".strip()
    part = sent[sent["msgtype"]]
    return str(part.get("content") or f"[{sent['msgtype']}] {part.get('media_id', '')}")


def _subscription(account: Account, arrival: Arrival, event: str) -> Push:
    code, status = ("0", "success") if event == "delivered" else ("1", "user refused")
    rows = {"TemplateId": "T", "MsgID": arrival.ref, "ErrorCode": code, "ErrorStatus": status}
    inner = f"<SubscribeMsgSentEvent><List>{_elements(rows)}</List></SubscribeMsgSentEvent>"
    return _push(account, arrival.to, "event", inner, Event="subscribe_msg_sent_event")


def _elements(rows: dict[str, str]) -> str:
    return "".join(f"<{n}><![CDATA[{v}]]></{n}>" for n, v in rows.items())


def _push(account: Account, person: str, kind: str, inner: str = "", **more: str) -> Push:
    made = str(int(time.time()))
    rows = {"ToUserName": "gh_fake", "FromUserName": person, "CreateTime": made, "MsgType": kind, **more}
    xml = f"<xml>{_elements(rows)}{inner}</xml>"
    stamp, nonce, token = str(int(time.time())), secrets.token_hex(5), account.more.get("token", "")
    query = f"timestamp={stamp}&nonce={nonce}&openid={person}&signature={_sha1(token, stamp, nonce)}"
    body = xml.encode()
    if key := account.more.get("aes_key"):
        sealed = encrypt(key, account.key, body)
        query += f"&encrypt_type=aes&msg_signature={_sha1(token, stamp, nonce, sealed)}"
        body = (
            f"<xml><ToUserName><![CDATA[gh_fake]]></ToUserName><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>".encode()
        )
    return Push(f"{account.callback_url}?{query}", body, {"Content-Type": "text/xml"})


def _sha1(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def encrypt(key: str, receiver: str, message: bytes) -> str:
    """As the platform encrypts what it pushes."""
    aes = base64.b64decode(key + "=")
    plain = secrets.token_bytes(16) + len(message).to_bytes(4, "big") + message + receiver.encode()
    pad = 32 - len(plain) % 32
    done = Cipher(algorithms.AES(aes), modes.CBC(aes[:16])).encryptor()
    return base64.b64encode(done.update(plain + bytes([pad]) * pad) + done.finalize()).decode()
