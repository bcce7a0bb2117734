"""JPush (push v3): those who get the same in one call, and a call whose answer was lost is repeated under its cid.

Wire format: docs.jiguang.cn/jpush/server/push/rest_api_v3_push; cid: …/rest_api_v3_push_advanced. What receipts look like is
published for JUMS alone (docs.jiguang.cn/jums/advanced/callback); JPush shares the address check, Basic and the types.
"""

import base64
import hmac
from datetime import datetime
from hashlib import sha256
from typing import Any, ClassVar, Final

import orjson

from channels.calling import Reply, call, without_code
from channels.contract import AccountNow, Answer, Callback, ErrorClass, Outbound, Outcome, Provider, ReceiptIn
from channels.errors import ChannelCode
from channels.fields import base_url, ui
from channels.grouping import grouped, halving
from channels.kinds.push import cids
from channels.reading import rows_of, text_of
from channels.registry import providers
from kernel.errors import ProblemError
from kernel.language import Text
from kernel.schema import Body

_FIRST: Final = 0.6  # of the time of a call is for its first try; the rest is for asking again
_NOBODY: Final = "1011"  # none of the devices is known, so looking for the bad one is in vain
_CLASSES: dict[str, ErrorClass] = {
    **dict.fromkeys(("1002", "1003", "1005", "1009"), ErrorClass.CONTENT),
    **dict.fromkeys(("1001", "1004", "1008", "1020", "2003"), ErrorClass.CONFIG),
    _NOBODY: ErrorClass.RCPT, "1000": ErrorClass.RETRY, "1030": ErrorClass.AMBIGUOUS, "2002": ErrorClass.RATE,
}  # fmt: skip
_WORDS = {
    "1004": Text("AppKey 或 Master Secret 不正确", "The AppKey or the Master Secret is wrong"),
    "1008": Text("没有这个 AppKey", "There is no such AppKey"),
    "2003": Text("这台服务器的 IP 不在极光的白名单里", "This server's IP address is not on JPush's list"),
    "1003": Text("极光不接受其中一个参数,多半是设备的 Registration ID 格式不对", "JPush takes one of the fields not; most often a registration id is malformed"),
    _NOBODY: Text("极光不认识这台设备,或它已超过 255 天不活跃", "JPush does not know this device, or it was silent for more than 255 days"),
}  # fmt: skip
# 0 and 2 say that it is on its way, 7 and 8 are about taking it back
_TYPES = {"1": "failed", "3": "failed", "4": "delivered", "5": "failed", "6": "opened"}
_WHY = {
    "1": Text("设备无效", "The device is not valid"), "3": Text("提交失败", "It could not be submitted"),
    "5": Text("未送达", "It was not delivered"),
}  # fmt: skip


class JPushSettings(Body):
    app_key: str = ui("AppKey", "AppKey", min_length=1, max_length=64)
    master_secret: str = ui("Master Secret", "Master Secret", secret=True, min_length=1, max_length=200)
    apns_production: bool = ui("iOS 生产环境", "iOS production", True, widget="switch",
                               help=("关闭后推到 iOS 开发环境", "Off: the development environment of APNs"))  # fmt: skip
    hmos_category: str = ui("鸿蒙消息分类", "HarmonyOS category", "MARKETING", max_length=40, pattern="^[A-Z_]+$",
                            help=("在华为申请到的自分类权益,例如 MARKETING、SUBSCRIPTION", "The category that Huawei granted to the app, such as MARKETING or SUBSCRIPTION"))  # fmt: skip
    base_url: str = base_url("https://api.jpush.cn")


class JPush(Provider):
    key: ClassVar = "jpush"
    labels: ClassVar = Text("极光推送", "JPush")
    channels: ClassVar = ("push",)
    settings: ClassVar = JPushSettings
    docs: ClassVar = Text(
        "在极光控制台“应用设置”取得 AppKey 和 Master Secret。客户的设备身份(device)填写 App 里取得的 Registration ID;同一客户以最近一次上报的设备为准。"
        "送达与点击的回调需要极光 VIP:在“回调设置”里填写下面的回调地址。没有 VIP 时消息停在“已发出”,App 可在打开通知时请求附加字段里的 {{ opened_url }}。",
        "Take AppKey and Master Secret from the app's settings in JPush's console. A customer's device identity is the registration id that the app gets from the SDK; the one that was reported last counts. "
        "Callbacks of deliveries and taps need JPush VIP: enter the callback address below under callback settings. Without it messages stay “sent”, and the app may fetch {{ opened_url }}, put into the extra fields, when a notification is opened.",
    )
    concurrency: ClassVar = 8

    def batch(self, settings: JPushSettings) -> int:
        return 1000

    def classify(self, code: str) -> ErrorClass:
        return _CLASSES.get(code, ErrorClass.CONTENT)

    def explain(self, code: str) -> Text | None:
        return _WORDS.get(code)

    async def send(self, account: AccountNow, batch: list[Outbound]) -> list[Outcome]:
        async def one(messages: list[Outbound], seconds: float) -> list[Outcome]:
            return [await self._push(account, messages, seconds)] * len(messages)

        same = lambda message: (message.purpose, orjson.dumps(message.content, option=orjson.OPT_SORT_KEYS))  # noqa: E731
        by_halves = halving(one, spare=(_NOBODY,))
        return await grouped(batch, same, by_halves, seconds=self.deadline_seconds, at_once=32)

    async def _push(self, account: AccountNow, messages: list[Outbound], seconds: float) -> Outcome:
        cid = await cids.take(_name(account), lambda: self._cids(account, seconds))
        if isinstance(cid, Outcome):
            return cid
        body = orjson.dumps(payload(account.settings, messages, cid))
        outcome = await self._ask(account, "POST", "/v3/push", body, seconds * _FIRST)
        if outcome.error is ErrorClass.AMBIGUOUS:
            outcome = await self._ask(account, "POST", "/v3/push", body, seconds * (1 - _FIRST))
        return outcome

    async def _cids(self, account: AccountNow, seconds: float) -> list[str] | Outcome:
        """Nothing was pushed when there is no answer."""
        answer = await self._call(account, "GET", "/v3/push/cid?count=10", b"", seconds * _FIRST)
        if isinstance(answer, Outcome):
            return Outcome(ErrorClass.RETRY, answer.code) if answer.error is ErrorClass.AMBIGUOUS else answer
        found = (answer.json() or {}).get("cidlist") if answer.status < 300 else None
        if isinstance(found, list) and found and all(isinstance(cid, str) for cid in found):
            return found
        return self._read(answer) if answer.status >= 300 else Outcome(ErrorClass.RETRY, "no_cid")

    async def probe(self, account: AccountNow) -> Outcome | None:
        answer = await self._call(account, "GET", "/v3/push/cid?count=1", b"", self.deadline_seconds)
        if isinstance(answer, Outcome):
            return answer
        return Outcome() if answer.status < 300 else self._read(answer)

    async def _ask(self, account: AccountNow, method: str, path: str, body: bytes, seconds: float) -> Outcome:
        answer = await self._call(account, method, path, body, seconds)
        return answer if isinstance(answer, Outcome) else self._read(answer)

    async def _call(self, account: AccountNow, method: str, path: str, body: bytes, seconds: float) -> Reply | Outcome:
        headers = {"Authorization": basic(account.settings), "Content-Type": "application/json", "Accept": "application/json"}  # fmt: skip
        url = account.settings.base_url.rstrip("/") + path
        return await call(method, url, headers=headers, body=body, seconds=seconds)

    def _read(self, answer: Reply) -> Outcome:
        found = answer.json() or {}
        if answer.status < 300:
            taken = text_of(found, "msg_id")
            return Outcome(provider_id=taken[:200]) if taken else Outcome(ErrorClass.AMBIGUOUS, "no_msg_id")
        error = found.get("error")
        code = text_of(error, "code") if isinstance(error, dict) else ""
        if code not in _CLASSES:
            return without_code(answer) if not code else Outcome(_of_status(answer.status), code[:80])
        return Outcome(_CLASSES[code], code, retry_after=_reset(answer))

    def answer_check(self, account: AccountNow, callback: Callback) -> Answer:
        _verify(account, callback)
        return Answer(callback.query.get("echostr", "").encode(), "text/plain")

    def parse_callback(self, account: AccountNow, callback: Callback, now: datetime) -> list[ReceiptIn]:
        _verify(account, callback)
        return [found for row in rows_of(callback) if (found := _receipt(row, now)) is not None]


def basic(settings: JPushSettings) -> str:
    """Value of the Authorization header, in both directions."""
    return "Basic " + base64.b64encode(f"{settings.app_key}:{settings.master_secret}".encode()).decode()


def payload(settings: JPushSettings, messages: list[Outbound], cid: str) -> dict[str, Any]:
    """For messages with the same content and purpose."""
    content, service = messages[0].content, messages[0].purpose == "service"
    title, body = content.get("title") or "", content.get("body") or ""
    extras = {"extras": content["extras"]} if content.get("extras") else {}
    return {
        "platform": "all",
        "audience": {"registration_id": [m.to for m in messages]},
        "notification": {
            "alert": body,
            "android": {"alert": body, "title": title, **extras},
            "ios": {"alert": {"title": title, "body": body}, "sound": "default", "badge": "+1", **extras},
            "hmos": {"alert": body, "title": title, "category": settings.hmos_category, **extras},
        },
        "options": {"apns_production": settings.apns_production, "classification": 1 if service else 0},
        "cid": cid,
    }


def _name(account: AccountNow) -> str:
    return f"{account.tenant_id}:{account.id}:{sha256(account.sealed).hexdigest()[:16]}"


def _of_status(status: int) -> ErrorClass:
    """Of a code that says nothing to us."""
    if status == 429:
        return ErrorClass.RATE
    return ErrorClass.CONFIG if status in (401, 403) else ErrorClass.RETRY if status >= 500 else ErrorClass.CONTENT


def _reset(answer: Reply) -> float | None:
    """Seconds until the minute's limit begins anew."""
    raw = answer.headers.get("X-Rate-Limit-Reset", "")
    return min(float(raw), 3600.0) if raw.isascii() and raw.isdigit() else answer.retry_after


def _verify(account: AccountNow, callback: Callback) -> None:
    if not hmac.compare_digest(callback.headers.get("authorization", "").encode(), basic(account.settings).encode()):
        raise ProblemError(ChannelCode.FORGED)


def _receipt(row: dict[str, Any], now: datetime) -> ReceiptIn | None:
    """Of one device. Fields are spelt in two ways in the documents."""
    kind = text_of(row, "type")
    event = _TYPES.get(kind)
    device = text_of(row, "registration_id") or text_of(row, "sender_id")
    if event is None or not device:
        return None
    detail = {"code": kind, "reason": f"{_WHY[kind].zh} · {_WHY[kind].en}"} if kind in _WHY else {}
    return ReceiptIn("", event, now, detail, text_of(row, "msg_id") or text_of(row, "msgid"), device)


providers.register(JPush.key, JPush())
