"""Twilio (2010-04-01): one message a call with its own status callback, callbacks signed over the address that they call."""

import base64
from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar
from urllib.parse import parse_qs, urlencode, urlsplit

from channels.calling import Reply, call
from channels.contract import AccountNow, Answer, Callback, ErrorClass, Outbound, Outcome, Provider, ReceiptIn
from channels.errors import ChannelCode
from channels.fields import base_url, callback_url, ui
from channels.kinds.sms.content import full_text
from channels.registry import providers
from channels.signing import twilio as signing
from kernel.errors import Code, ProblemError
from kernel.language import Text
from kernel.schema import Body

MESSAGE = "message"  # in the query of a status callback: our own id
_CLASSES = {
    "20429": ErrorClass.RATE, "14107": ErrorClass.RATE, "21211": ErrorClass.RCPT, "21614": ErrorClass.RCPT, "21635": ErrorClass.RCPT, "21612": ErrorClass.RCPT, "21610": ErrorClass.OPTOUT,
    "20003": ErrorClass.CONFIG, "20404": ErrorClass.CONFIG, "21603": ErrorClass.CONFIG, "21606": ErrorClass.CONFIG, "21608": ErrorClass.CONFIG, "21659": ErrorClass.CONFIG,
    "21408": ErrorClass.CONFIG, "20503": ErrorClass.RETRY, "30003": ErrorClass.RETRY, "30005": ErrorClass.RCPT, "30006": ErrorClass.RCPT, "30007": ErrorClass.CONTENT,
    "30001": ErrorClass.RATE, "21611": ErrorClass.RATE,
}  # fmt: skip
_WORDS = {
    "20003": Text("Account SID 或 Auth Token 不正确", "The account SID or the auth token is wrong"),
    "20404": Text("没有这个 Account SID", "There is no such account SID"),
    "21606": Text("发送号码不能用来发短信", "The sender can't send messages"),
    "21608": Text("试用账号只能发给已验证的号码", "A trial account may only write to verified numbers"),
    "21408": Text("没有开通向这个国家或地区发送的权限", "Sending to this country or region is not enabled"),
}
_EVENTS = {"delivered": "delivered", "undelivered": "failed", "failed": "failed", "read": "opened"}


class TwilioSettings(Body):
    account_sid: str = ui("Account SID", "Account SID", min_length=1, max_length=64)
    auth_token: str = ui("Auth Token", "Auth token", secret=True, min_length=1, max_length=200)
    sender: str = ui("发送号码", "Sender", alias="from", min_length=1, max_length=64,
                     help=("E.164 号码、短码、字母发件人,或 MG… 开头的 Messaging Service SID", "A number in E.164, short code, alphanumeric sender, or the SID (MG…) of a messaging service"))  # fmt: skip
    base_url: str = base_url("https://api.twilio.com")
    callback_url: str = callback_url()


class Twilio(Provider):
    key: ClassVar = "twilio"
    labels: ClassVar = Text("Twilio 短信", "Twilio SMS")
    channels: ClassVar = ("sms",)
    settings: ClassVar = TwilioSettings
    docs: ClassVar = Text(
        "在 Twilio 控制台取得 Account SID 与 Auth Token。状态回执的地址会随每条消息带上;要接收回复与退订,请在号码(或 Messaging Service)的“A message comes in”里填写下面的回调地址。"
        "回调签名包含地址本身:经过代理时请把对外地址填在“对外回调地址”。",
        "Take the account SID and the auth token from Twilio's console. Each message brings the address for its status along; for replies and opt-outs, enter the callback address below under "
        "“A message comes in” of the number or messaging service. The signature covers the address itself: behind a proxy, enter the public one as the public callback address.",
    )
    concurrency: ClassVar = 64

    def classify(self, code: str) -> ErrorClass:
        return _CLASSES.get(code, ErrorClass.CONTENT)

    def explain(self, code: str) -> Text | None:
        return _WORDS.get(code)

    async def send(self, account: AccountNow, batch: list[Outbound]) -> list[Outcome]:
        return [await self._one(account, message) for message in batch]  # one, that is

    async def _one(self, account: AccountNow, message: Outbound) -> Outcome:
        settings: TwilioSettings = account.settings
        url = f"{_account_url(settings)}/Messages.json"
        headers = {**_basic(settings), "Content-Type": "application/x-www-form-urlencoded"}
        body = urlencode(form(account, message)).encode()
        answer = await call("POST", url, headers=headers, body=body, seconds=self.deadline_seconds)
        return answer if isinstance(answer, Outcome) else self._read(answer)

    async def probe(self, account: AccountNow) -> Outcome | None:
        url = f"{_account_url(account.settings)}.json"
        answer = await call("GET", url, headers=_basic(account.settings), seconds=self.deadline_seconds)
        return answer if isinstance(answer, Outcome) else self._read(answer)

    def _read(self, answer: Reply) -> Outcome:
        found = answer.json()
        if answer.status < 300:
            sid = (found or {}).get("sid")
            return Outcome(provider_id=sid[:200]) if isinstance(sid, str) else Outcome(ErrorClass.AMBIGUOUS, "no_sid")
        code = str((found or {}).get("code") or "")
        if code in _CLASSES:
            return Outcome(_CLASSES[code], code, retry_after=answer.retry_after)
        return Outcome(_of_status(answer.status), code or f"http_{answer.status}", retry_after=answer.retry_after)

    def parse_callback(self, account: AccountNow, callback: Callback, now: datetime) -> list[ReceiptIn]:
        posted = parse_qs(callback.body.decode("utf-8", "replace"), keep_blank_values=True)
        given = callback.headers.get("x-twilio-signature", "")
        if not signing.verify(account.settings.auth_token, _urls(account, callback), callback.body, posted, given):
            raise ProblemError(ChannelCode.FORGED)
        said = {name: values[0] for name, values in posted.items()}
        if said.get("AccountSid", account.settings.account_sid) != account.settings.account_sid:
            raise ProblemError(ChannelCode.FORGED)
        return _receipts(said, callback.query, now)

    def acknowledge(self, account: AccountNow, callback: Callback) -> Answer:
        return Answer(b'<?xml version="1.0" encoding="UTF-8"?><Response/>', "text/xml; charset=utf-8")


def form(account: AccountNow, message: Outbound) -> dict[str, str]:
    """The fields of a new message."""
    sender = account.settings.sender
    joint = "&" if urlsplit(account.callback_url).query else "?"
    return {
        "To": message.to if message.to.startswith("+") else f"+86{message.to}",
        "StatusCallback": f"{account.callback_url}{joint}{urlencode({MESSAGE: message.id})}",
        "MessagingServiceSid" if sender.startswith("MG") else "From": sender,
        "Body": full_text(message.content, message.purpose),
    }


def _account_url(settings: TwilioSettings) -> str:
    return f"{settings.base_url.rstrip('/')}/2010-04-01/Accounts/{settings.account_sid}"


def _basic(settings: TwilioSettings) -> dict[str, str]:
    both = f"{settings.account_sid}:{settings.auth_token}".encode()
    return {"Authorization": "Basic " + base64.b64encode(both).decode(), "Accept": "application/json"}


def _of_status(status: int) -> ErrorClass:
    """Of an answer whose code says nothing to us; what failed inside may have been sent."""
    if status in (429, 503):
        return ErrorClass.RATE if status == 429 else ErrorClass.RETRY
    if status >= 500 or status == 408:
        return ErrorClass.AMBIGUOUS
    return ErrorClass.CONFIG if status in (401, 403, 404) else ErrorClass.CONTENT


def _urls(account: AccountNow, callback: Callback) -> list[str]:
    """As Twilio may know the address: as it was called, and as it is known outside, with the query that came."""
    query, public = urlsplit(callback.url).query, account.callback_url
    joint = "&" if urlsplit(public).query else "?"
    return [callback.url, public, *([f"{public}{joint}{query}"] if query else [])]


def _receipts(said: Mapping[str, str], query: Mapping[str, str], now: datetime) -> list[ReceiptIn]:
    """A status of one of ours, or a customer's message."""
    sid, status = said.get("MessageSid") or said.get("SmsSid") or "", said.get("MessageStatus")
    if status is None and "Body" in said:
        word = ReceiptIn("", "replied", now, {"text": said["Body"]}, to=said.get("From", ""), once=sid)
        stop = ReceiptIn("", "unsubscribed", now, {}, to=said.get("From", ""), once=sid)
        return [word, stop] if said.get("OptOutType") == "STOP" else [word]
    event = _EVENTS.get(status or "")
    if event is None:
        return []
    if not sid:
        raise ProblemError.at("/MessageSid", Code.MISSING)
    detail = {"code": said["ErrorCode"]} if said.get("ErrorCode") else {}
    return [ReceiptIn(query.get(MESSAGE, ""), event, now, detail, sid, said.get("To", ""))]


providers.register(Twilio.key, Twilio())
