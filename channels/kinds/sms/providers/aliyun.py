"""Aliyun SMS (dysmsapi 2017-05-25): SendSms for one text, SendBatchSms for up to a hundred, receipts and replies as arrays.

Not idempotent: OutId names our messages, and the receipt says what became of a call that has no answer.
"""

from datetime import datetime
from typing import Any, ClassVar

from channels.aliyun_rpc import ask, compact, number
from channels.batch_ids import echo_of, read_echo, tenant_of
from channels.contract import AccountNow, Answer, Callback, ErrorClass, Outbound, Outcome, Provider, ReceiptIn
from channels.fields import base_url, callback_ips, ui
from channels.grouping import grouped, halving
from channels.reading import check_sender, moment, rows_of, text_of
from channels.registry import providers
from kernel.language import Text
from kernel.schema import Body

_CLASSES: dict[str, ErrorClass] = {
    **dict.fromkeys(("isv.DAY_LIMIT_CONTROL", "isv.MONTH_LIMIT_CONTROL", "isv.OUT_OF_SERVICE", "isv.AMOUNT_NOT_ENOUGH"), ErrorClass.QUOTA),
    **dict.fromkeys(("isv.MOBILE_NUMBER_ILLEGAL", "isv.DOMESTIC_NUMBER_NOT_SUPPORTED"), ErrorClass.RCPT),
    **dict.fromkeys(
        ("isp.RAM_PERMISSION_DENY", "isv.PRODUCT_UN_SUBSCRIPT", "isv.PRODUCT_UNSUBSCRIBE", "isv.DENY_IP_RANGE", "SignatureDoesNotMatch", "IncompleteSignature",
         "MissingAccessKeyId", "SignatureNonceUsed", "NoPermission", "Forbidden", "InvalidAction.NotFound", "InvalidVersion"), ErrorClass.CONFIG),
    **dict.fromkeys(("isp.SYSTEM_ERROR", "ServiceUnavailable", "InternalError"), ErrorClass.RETRY),
    "isv.BUSINESS_LIMIT_CONTROL": ErrorClass.RATE,
}  # fmt: skip
_BY_PREFIX = (("isv.ACCOUNT_", ErrorClass.CONFIG), ("InvalidAccessKeyId", ErrorClass.CONFIG), ("InvalidTimeStamp", ErrorClass.CONFIG),
              ("Forbidden.", ErrorClass.CONFIG), ("Throttling", ErrorClass.RATE))  # fmt: skip
_WORDS = {
    "SignatureDoesNotMatch": Text("AccessKey Secret 不正确", "The AccessKey secret is wrong"),
    "isp.RAM_PERMISSION_DENY": Text("这个 RAM 用户没有短信权限,请授予 AliyunDysmsFullAccess", "This RAM user may not send messages; grant AliyunDysmsFullAccess"),
    "isv.AMOUNT_NOT_ENOUGH": Text("阿里云账户余额不足", "The Aliyun account's balance is too low"),
    "isv.OUT_OF_SERVICE": Text("阿里云账户已欠费停机", "The Aliyun account is suspended for arrears"),
    "isv.SMS_SIGNATURE_ILLEGAL": Text("签名未通过审核或不存在", "The signature does not exist or is not approved"),
    "isv.SMS_TEMPLATE_ILLEGAL": Text("模板不存在或未通过审核,请核对模板 CODE", "The template does not exist or is not approved; check its code"),
    "isv.DENY_IP_RANGE": Text("这台服务器的 IP 不在阿里云短信的白名单里", "This server's IP address is not on Aliyun's list"),
}  # fmt: skip


class AliyunSettings(Body):
    access_key_id: str = ui("AccessKey ID", "AccessKey ID", min_length=1, max_length=200)
    access_key_secret: str = ui("AccessKey Secret", "AccessKey secret", secret=True, min_length=1, max_length=200)
    sign_name: str = ui("短信签名", "Signature", "", max_length=40, help=("模板未写签名时使用", "Where the template names none"))  # fmt: skip
    region: str = ui("地域", "Region", "cn-hangzhou", max_length=40)
    base_url: str = base_url("https://dysmsapi.aliyuncs.com")
    callback_ips: str = callback_ips()


class Aliyun(Provider):
    key: ClassVar = "aliyun"
    labels: ClassVar = Text("阿里云短信", "Aliyun SMS")
    channels: ClassVar = ("sms",)
    settings: ClassVar = AliyunSettings
    docs: ClassVar = Text(
        "在阿里云短信控制台完成签名与模板审核,建议使用只有短信权限的 RAM 用户的 AccessKey。在“系统设置 → 回执消息”里把 SmsReport 和 SmsUp 的 HTTP 推送地址都设为下面的回调地址;"
        "阿里云的推送没有签名,这个地址就是密码,请勿公开,也可以再限定来源 IP。短信模板里填写模板 CODE(SMS_…)和模板参数。",
        "Have signature and template approved in Aliyun's SMS console; better use the AccessKey of a RAM user who may only send messages. There, under receipts, set the HTTP addresses "
        "of SmsReport and SmsUp to the callback address below. Aliyun signs none of its pushes: the address is the password, so keep it to yourself, and limit the senders' IP addresses if you like. "
        "The template here takes the template's code (SMS_…) and its parameters.",
    )
    concurrency: ClassVar = 32

    def batch(self, settings: AliyunSettings) -> int:
        return 100

    def classify(self, code: str) -> ErrorClass:
        by_prefix = next((error for prefix, error in _BY_PREFIX if code.startswith(prefix)), ErrorClass.CONTENT)
        return _CLASSES.get(code, by_prefix)

    def explain(self, code: str) -> Text | None:
        return _WORDS.get(code)

    async def send(self, account: AccountNow, batch: list[Outbound]) -> list[Outcome]:
        async def one(messages: list[Outbound], seconds: float) -> list[Outcome]:
            action, query, form = _request(account.settings, messages)
            return [await self._ask(account.settings, action, query, form, seconds)] * len(messages)

        by_template = lambda message: message.content.get("template_code") or ""  # noqa: E731  # reads better than a def here
        return await grouped(batch, by_template, halving(one), seconds=self.deadline_seconds)

    async def probe(self, account: AccountNow) -> Outcome | None:
        query = {"SignName": account.settings.sign_name}
        return await self._ask(account.settings, "QuerySmsSign", query, {}, self.deadline_seconds)

    async def _ask(
        self, settings: AliyunSettings, action: str, query: dict[str, str], form: dict[str, str], seconds: float
    ) -> Outcome:
        return await ask(settings, action, query, form, seconds, taken="BizId", classify=self.classify)

    def parse_callback(self, account: AccountNow, callback: Callback, now: datetime) -> list[ReceiptIn]:
        check_sender(callback, account.settings.callback_ips)
        return [_word(row, now) if "content" in row else _receipt(account, row, now) for row in rows_of(callback)]

    def acknowledge(self, account: AccountNow, callback: Callback) -> Answer:
        return Answer('{"code":0,"msg":"接收成功"}'.encode(), "application/json; charset=utf-8")


def _request(settings: AliyunSettings, messages: list[Outbound]) -> tuple[str, dict[str, str], dict[str, str]]:
    """(action, query, form) for messages of one template."""
    signs = [m.content.get("sign") or settings.sign_name for m in messages]
    params = [{k: str(v) for k, v in (m.content.get("params") or {}).items()} for m in messages]
    query = {"TemplateCode": messages[0].content.get("template_code") or ""}
    if echo := echo_of(messages):
        query["OutId"] = echo
    if all(sign == signs[0] for sign in signs) and all(given == params[0] for given in params):
        query |= {"PhoneNumbers": ",".join(number(m.to) for m in messages), "SignName": signs[0]}
        return "SendSms", query | ({"TemplateParam": compact(params[0])} if params[0] else {}), {}
    form = {"PhoneNumberJson": compact([number(m.to) for m in messages]), "SignNameJson": compact(signs)}
    return "SendBatchSms", query, form | {"TemplateParamJson": compact(params)}


def _receipt(account: AccountNow, row: dict[str, Any], now: datetime) -> ReceiptIn:
    """SmsReport: out_id names a message or its batch; without it there are number and BizId."""
    raw = text_of(row, "out_id")
    message, within = read_echo(raw) if tenant_of(raw) == account.tenant_id else ("", None)
    good = row.get("success") is True or text_of(row, "success").lower() == "true"
    detail = {} if good else {"code": text_of(row, "err_code"), "reason": text_of(row, "err_msg")}
    return ReceiptIn(
        message, "delivered" if good else "failed", moment(text_of(row, "report_time"), now), detail,
        text_of(row, "biz_id"), text_of(row, "phone_number"), within,
    )  # fmt: skip


def _word(row: dict[str, Any], now: datetime) -> ReceiptIn:
    """SmsUp."""
    at = moment(text_of(row, "send_time"), now)
    return ReceiptIn("", "replied", at, {"text": text_of(row, "content")}, to=text_of(row, "phone_number"), once=text_of(row, "sequence_id"))  # fmt: skip


providers.register(Aliyun.key, Aliyun())
