"""Tencent Cloud SMS (sms 2021-01-11): SendSms for up to 200 numbers with the same parameters, an outcome for each number.

Not idempotent; receipts name a message by its serial number and its number.
"""

from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import urlsplit

import orjson

from channels.batch_ids import echo_of
from channels.calling import call, without_code
from channels.contract import AccountNow, Answer, Callback, ErrorClass, Outbound, Outcome, Provider, ReceiptIn
from channels.fields import base_url, callback_ips, ui
from channels.grouping import grouped
from channels.reading import check_sender, moment, rows_of, text_of
from channels.registry import providers
from channels.resets import until_tomorrow
from channels.signing import tc3
from kernel.clock import kept_now
from kernel.language import Text
from kernel.schema import Body

_CLASSES: dict[str, ErrorClass] = {
    "FailedOperation.InsufficientBalanceInSmsPackage": ErrorClass.QUOTA, "UnauthorizedOperation.ServiceSuspendDueToArrears": ErrorClass.QUOTA,
    "FailedOperation.PhoneNumberInBlacklist": ErrorClass.OPTOUT, "FailedOperation.MarketingSendTimeConstraint": ErrorClass.WINDOW,
    "InvalidParameterValue.IncorrectPhoneNumber": ErrorClass.RCPT, "InternalError.RequestTimeException": ErrorClass.CONFIG,
    # whether it went out is open
    "InternalError.Timeout": ErrorClass.AMBIGUOUS, "InternalError.SendAndRecvFail": ErrorClass.AMBIGUOUS, "InternalError.OtherError": ErrorClass.AMBIGUOUS,
}  # fmt: skip
_BY_PREFIX = (
    ("LimitExceeded.App", ErrorClass.QUOTA), ("LimitExceeded.PhoneNumberCountLimit", ErrorClass.CONTENT), ("LimitExceeded", ErrorClass.RATE),
    ("GlobalSmsSendingRateLimit", ErrorClass.RATE), ("RequestLimitExceeded", ErrorClass.RATE), ("AuthFailure", ErrorClass.CONFIG), ("UnauthorizedOperation", ErrorClass.CONFIG),
    ("InternalError", ErrorClass.RETRY), ("InvalidAction", ErrorClass.CONFIG), ("ResourceUnavailable", ErrorClass.RETRY),
)  # fmt: skip
_LIMIT_SECONDS = {"ThirtySecond": 30.0, "OneHour": 3600.0, "DeliveryFrequency": 60.0}
_WORDS = {
    "AuthFailure.SecretIdNotFound": Text("SecretId 不存在", "There is no such SecretId"),
    "AuthFailure.SignatureFailure": Text("SecretKey 不正确", "The SecretKey is wrong"),
    "AuthFailure.SignatureExpire": Text("服务器时间与腾讯云相差太大", "This server's clock is too far off"),
    "UnauthorizedOperation.SmsSdkAppIdVerifyFail": Text("SdkAppId 不属于这个账号", "The SdkAppId is not this account's"),
    "FailedOperation.InsufficientBalanceInSmsPackage": Text("短信套餐包余量不足", "The message package is used up"),
    "FailedOperation.TemplateIncorrectOrUnapproved": Text("模板不存在或未审核通过", "The template does not exist or is not approved"),
    "FailedOperation.SignatureIncorrectOrUnapproved": Text("签名不存在或未审核通过", "The signature does not exist or is not approved"),
    "InvalidParameterValue.MarketingTemplateWithoutUnsubscribe": Text("营销短信模板里必须有退订方式", "A marketing template must say how to unsubscribe"),
    "FailedOperation.MarketingSendTimeConstraint": Text("营销短信只能在 8:00–22:00 发送", "Marketing messages may go out from 8:00 to 22:00 only"),
}  # fmt: skip


class TencentSettings(Body):
    secret_id: str = ui("SecretId", "SecretId", min_length=1, max_length=200)
    secret_key: str = ui("SecretKey", "SecretKey", secret=True, min_length=1, max_length=200)
    sdk_app_id: str = ui("SdkAppId", "SdkAppId", min_length=1, max_length=40, help=("短信控制台的应用 ID", "The application's id in the SMS console"))  # fmt: skip
    sign_name: str = ui("短信签名", "Signature", "", max_length=40, help=("模板未写签名时使用", "Where the template names none"))  # fmt: skip
    region: str = ui("地域", "Region", "ap-guangzhou", max_length=40)
    base_url: str = base_url("https://sms.tencentcloudapi.com")
    callback_ips: str = callback_ips()


class Tencent(Provider):
    key: ClassVar = "tencent"
    labels: ClassVar = Text("腾讯云短信", "Tencent Cloud SMS")
    channels: ClassVar = ("sms",)
    settings: ClassVar = TencentSettings
    docs: ClassVar = Text(
        "在腾讯云短信控制台创建应用并完成签名与正文模板审核。在应用的“回调配置”里把“短信下发状态”和“短信回复”的地址都设为下面的回调地址;腾讯云的推送没有签名,这个地址就是密码,"
        "请勿公开,也可以再限定来源 IP。短信模板里填写模板 ID,参数按 1、2、3 编号。",
        "Create an application in Tencent Cloud's SMS console and have signature and template approved. In its callback settings, set both addresses (delivery status and replies) to the "
        "callback address below. Tencent signs none of its pushes: the address is the password, so keep it to yourself, and limit the senders' IP addresses if you like. "
        "The template here takes the template's id; its parameters are numbered 1, 2, 3.",
    )
    concurrency: ClassVar = 16

    def batch(self, settings: TencentSettings) -> int:
        return 200

    def classify(self, code: str) -> ErrorClass:
        by_prefix = next((error for prefix, error in _BY_PREFIX if code.startswith(prefix)), ErrorClass.CONTENT)
        return _CLASSES.get(code, by_prefix)

    def explain(self, code: str) -> Text | None:
        return _WORDS.get(code)

    async def send(self, account: AccountNow, batch: list[Outbound]) -> list[Outcome]:
        async def one(messages: list[Outbound], seconds: float) -> list[Outcome]:
            answer = await self._ask(account.settings, "SendSms", payload(account.settings, messages), seconds)
            return [answer] * len(messages) if isinstance(answer, Outcome) else self._each(answer, messages)

        same = lambda m: (m.content.get("template_code"), m.content.get("sign"), tuple(_params(m)), _is_mainland(m.to))  # noqa: E731
        return await grouped(batch, same, one, seconds=self.deadline_seconds)

    async def probe(self, account: AccountNow) -> Outcome | None:
        sent = {"SmsSdkAppId": account.settings.sdk_app_id, "BeginTime": "2026010100", "EndTime": "2026010100", "Limit": 0, "Offset": 0}  # fmt: skip
        answer = await self._ask(account.settings, "SmsPackagesStatistics", sent, self.deadline_seconds)
        return answer if isinstance(answer, Outcome) else Outcome()

    async def _ask(
        self, settings: TencentSettings, action: str, sent: dict[str, Any], seconds: float
    ) -> dict[str, Any] | Outcome:
        """The `Response`, or the outcome of the whole call."""
        headers, body = signed(settings, action, sent, now=kept_now())
        answer = await call("POST", settings.base_url.rstrip("/") + "/", headers=headers, body=body, seconds=seconds, exact=True)  # fmt: skip
        if isinstance(answer, Outcome):
            return answer
        response = (answer.json() or {}).get("Response")
        if not isinstance(response, dict):
            return without_code(answer)
        if isinstance(error := response.get("Error"), dict):
            return self._refusal(text_of(error, "Code"))
        return response

    def _refusal(self, code: str) -> Outcome:
        error, narrow, wait = self.classify(code), code.startswith("LimitExceeded.PhoneNumber"), None
        if narrow or error is ErrorClass.RATE:
            wait = next((seconds for word, seconds in _LIMIT_SECONDS.items() if word in code), None)
        if (narrow and wait is None) or code.startswith("LimitExceeded.App"):
            wait = until_tomorrow(kept_now())
        return Outcome(error, code[:80], retry_after=wait, narrow=narrow or "DeliveryFrequency" in code)

    def _each(self, response: dict[str, Any], messages: list[Outbound]) -> list[Outcome]:
        """In the order of the numbers, as it is answered; held to the number where it is told."""
        rows = response.get("SendStatusSet")
        rows = rows if isinstance(rows, list) else []
        by_number = {text_of(row, "PhoneNumber"): row for row in rows if isinstance(row, dict)}
        return [self._one(by_number.get(_e164(m.to))) for m in messages]

    def _one(self, row: dict[str, Any] | None) -> Outcome:
        if row is None:
            return Outcome(ErrorClass.AMBIGUOUS, "not_in_answer")
        code = text_of(row, "Code")
        return Outcome(provider_id=text_of(row, "SerialNo")[:200]) if code.lower() == "ok" else self._refusal(code)

    def parse_callback(self, account: AccountNow, callback: Callback, now: datetime) -> list[ReceiptIn]:
        check_sender(callback, account.settings.callback_ips)
        return [_word(row) if "text" in row else _receipt(row, now) for row in rows_of(callback)]

    def acknowledge(self, account: AccountNow, callback: Callback) -> Answer:
        return Answer(b'{"result":0,"errmsg":"OK"}')


def payload(settings: TencentSettings, messages: list[Outbound]) -> dict[str, Any]:
    """The body of SendSms for messages with the same parameters, in the order of the documents."""
    content, echo = messages[0].content, echo_of(messages)
    return {
        "PhoneNumberSet": [_e164(m.to) for m in messages], "SmsSdkAppId": settings.sdk_app_id, "TemplateId": content.get("template_code") or "",
        "SignName": content.get("sign") or settings.sign_name, "TemplateParamSet": _params(messages[0]), **({"SessionContext": echo} if echo else {}),
    }  # fmt: skip


def signed(settings: TencentSettings, action: str, sent: dict[str, Any], *, now: float) -> tuple[dict[str, str], bytes]:
    """(headers, body) of a call."""
    parts, body, stamp = urlsplit(settings.base_url), orjson.dumps(sent), int(now)
    asked = tc3.canonical(parts.netloc, "application/json", body, parts.path.rstrip("/") + "/")
    headers = {
        "Host": parts.netloc, "Content-Type": "application/json", "X-TC-Action": action, "X-TC-Version": "2021-01-11", "X-TC-Region": settings.region, "X-TC-Timestamp": str(stamp),
        "X-TC-Language": "zh-CN", "Authorization": tc3.authorization(settings.secret_id, settings.secret_key, "sms", asked, stamp),
    }  # fmt: skip
    return headers, body


def _params(message: Outbound) -> list[str]:
    """Numbered ones in their order, others as they stand."""
    given = message.content.get("params") or {}
    names = sorted(given, key=int) if all(name.isdecimal() for name in given) else list(given)
    return [str(given[name]) for name in names]


def _is_mainland(to: str) -> bool:
    return not to.startswith("+") or to.startswith("+86")


def _e164(to: str) -> str:
    return to if to.startswith("+") else f"+86{to}"


def _receipt(row: dict[str, Any], now: datetime) -> ReceiptIn:
    good = text_of(row, "report_status") == "SUCCESS"
    detail = {} if good else {"code": text_of(row, "errmsg"), "reason": text_of(row, "description")}
    at = moment(text_of(row, "user_receive_time"), now)
    return ReceiptIn("", "delivered" if good else "failed", at, detail, text_of(row, "sid"), _to(row))


def _word(row: dict[str, Any]) -> ReceiptIn:
    """A reply has no id of its own: the same text at the same second is the same."""
    stamp = row.get("time")
    at = datetime.fromtimestamp(stamp if isinstance(stamp, int) else 0, UTC)
    return ReceiptIn("", "replied", at, {"text": text_of(row, "text")}, to=_to(row))


def _to(row: dict[str, Any]) -> str:
    nation, number = text_of(row, "nationcode"), text_of(row, "mobile")
    return number if number.startswith("+") or nation in ("", "86") else f"+{nation}{number}"


providers.register(Tencent.key, Tencent())
