"""Aliyun's voice service (dyvmsapi 2017-05-25): a call that speaks a text template or plays a file; reports as arrays.

Not idempotent: OutId (15 bytes at most) names our message where it is short enough; else number and CallId do.
"""

from datetime import datetime
from typing import Any, ClassVar, Final

from channels.aliyun_rpc import ask, compact, number
from channels.calls import ANSWERED, told
from channels.contract import AccountNow, Answer, Callback, ErrorClass, Outbound, Outcome, Provider, ReceiptIn
from channels.fields import base_url, callback_ips, ui
from channels.preparing import read_message_key
from channels.reading import check_sender, moment, rows_of, text_of
from channels.registry import providers
from kernel.language import Text
from kernel.schema import Body

NO_SCRIPT: Final = "no_script"
_LONGEST_OUT_ID: Final = 15
_CLASSES: dict[str, ErrorClass] = {
    **dict.fromkeys(("isv.DAY_LIMIT_CONTROL", "isv.MONTH_LIMIT_CONTROL", "isv.OUT_OF_SERVICE", "isv.AMOUNT_NOT_ENOUGH"), ErrorClass.QUOTA),
    **dict.fromkeys(("isv.MOBILE_NUMBER_ILLEGAL", "isv.DOMESTIC_NUMBER_NOT_SUPPORTED"), ErrorClass.RCPT),
    **dict.fromkeys(("isv.DISPLAY_NUMBER_ILLEGAL", "isv.PRODUCT_UN_SUBSCRIPT", "isv.NO_AVAILABLE_SHORT_NUMBER", "isp.RAM_PERMISSION_DENY",
                     "SignatureDoesNotMatch", "MissingAccessKeyId", "Forbidden", "isv.DENY_IP_RANGE"), ErrorClass.CONFIG),
    **dict.fromkeys(("isp.SYSTEM_ERROR", "ServiceUnavailable", "InternalError"), ErrorClass.RETRY),
    "isv.BUSINESS_LIMIT_CONTROL": ErrorClass.RATE,
}  # fmt: skip
_BY_PREFIX = (("isv.ACCOUNT_", ErrorClass.CONFIG), ("InvalidAccessKeyId", ErrorClass.CONFIG), ("InvalidTimeStamp", ErrorClass.CONFIG),
              ("Forbidden.", ErrorClass.CONFIG), ("Throttling", ErrorClass.RATE))  # fmt: skip
_WORDS = {
    NO_SCRIPT: Text("模板里没有语音模板编号(TTS_…)或语音文件 ID;阿里云只播报审核过的内容", "The template names neither a text template (TTS_…) nor a voice file; Aliyun speaks approved texts only"),
    "SignatureDoesNotMatch": Text("AccessKey Secret 不正确", "The AccessKey secret is wrong"),
    "isp.RAM_PERMISSION_DENY": Text("这个 RAM 用户没有语音权限,请授予 AliyunDyvmsFullAccess", "This RAM user may not make calls; grant AliyunDyvmsFullAccess"),
    "isv.DISPLAY_NUMBER_ILLEGAL": Text("被叫显号不是这个账户购买的号码", "The number to be shown is none of this account's"),
    "isv.PRODUCT_UN_SUBSCRIPT": Text("阿里云账户没有开通语音服务", "The Aliyun account has not subscribed to the voice service"),
    "isv.TTS_TEMPLATE_ILLEGAL": Text("语音模板不存在或未通过审核,请核对 TTS_ 编号", "The text template does not exist or is not approved; check its code"),
    "isv.VOICE_FILE_ILLEGAL": Text("语音文件不存在或未通过审核", "The voice file does not exist or is not approved"),
    "isv.AMOUNT_NOT_ENOUGH": Text("阿里云账户余额不足", "The Aliyun account's balance is too low"),
    "isv.OUT_OF_SERVICE": Text("阿里云账户已欠费停机", "The Aliyun account is suspended for arrears"),
}  # fmt: skip
# help.aliyun.com/zh/vms/developer-reference/operators-receipt-error-code
_RESULTS = {
    "200000": ANSWERED, "200001": ANSWERED, "200008": ANSWERED, "200100": ANSWERED, "200002": "busy", "200112": "busy", "200003": "no_answer", "200113": "no_answer",
    "200004": "bad_number", "200116": "bad_number", "200005": "unreachable", "200007": "unreachable", "200120": "unreachable", "200111": "rejected",
    "200010": "switched_off", "200011": "suspended",
}  # fmt: skip


class VmsSettings(Body):
    access_key_id: str = ui("AccessKey ID", "AccessKey ID", min_length=1, max_length=200)
    access_key_secret: str = ui("AccessKey Secret", "AccessKey secret", secret=True, min_length=1, max_length=200)
    called_show_number: str = ui("被叫显号", "Number shown", "", max_length=32,
                                 help=("在阿里云购买的专属号码;公共模式请留空", "The number bought from Aliyun; leave empty for the shared ones"))  # fmt: skip
    play_times: int = ui("播放次数", "Times played", 1, widget="number", ge=1, le=3)
    opt_out_key: str = ui("退订按键", "Opt-out key", "", max_length=1, pattern="^[0-9*#]?$",
                          help=("客户按下此键即退订外呼,请在话术里说明;留空则不启用", "Whoever presses it gets no more calls; say so in the words. Empty: none"))  # fmt: skip
    region: str = ui("地域", "Region", "cn-hangzhou", max_length=40)
    base_url: str = base_url("https://dyvmsapi.aliyuncs.com")
    callback_ips: str = callback_ips()


class AliyunVms(Provider):
    key: ClassVar = "aliyun_vms"
    labels: ClassVar = Text("阿里云语音", "Aliyun voice")
    channels: ClassVar = ("call",)
    settings: ClassVar = VmsSettings
    docs: ClassVar = Text(
        "在阿里云语音服务控制台完成资质、号码、语音模板(TTS_…)或语音文件的审核,建议使用只有语音权限的 RAM 用户。在“消息接收配置”里把 VoiceReport 的 HTTP 推送地址设为下面的回调地址;"
        "推送没有签名,这个地址就是密码,也可以再限定来源 IP。接听即“送达”,占线、未接、关机等即“失败”,原因与通话时长在消息详情里。"
        "外呼请遵守时段:在画布或租户设置里配好勿扰时段(建议只在 9:00–20:00 呼出)。",
        "Have licence, number and text templates (TTS_…) or voice files approved in Aliyun's voice console; better use a RAM user who may only make calls. Under message receiving, set the HTTP address of VoiceReport to the callback address below; "
        "pushes are not signed: the address is the password, and the senders' IP addresses may be limited. An answered call is “delivered”; busy, missed, switched off and so on are “failed”, with the reason and the length of the call in the message. "
        "Mind the hours: set quiet hours for the canvas or the tenant (calls from 9:00 to 20:00 only is a good rule).",
    )
    concurrency: ClassVar = 32

    def classify(self, code: str) -> ErrorClass:
        by_prefix = next((error for prefix, error in _BY_PREFIX if code.startswith(prefix)), ErrorClass.CONTENT)
        return _CLASSES.get(code, by_prefix)

    def explain(self, code: str) -> Text | None:
        return _WORDS.get(code)

    async def send(self, account: AccountNow, batch: list[Outbound]) -> list[Outcome]:
        return [await self._one(account, message) for message in batch]  # one, that is

    async def _one(self, account: AccountNow, message: Outbound) -> Outcome:
        action, query = request(account.settings, message)
        return await self._ask(account, action, query) if action else Outcome(ErrorClass.CONTENT, NO_SCRIPT)

    async def probe(self, account: AccountNow) -> Outcome | None:
        """The report of no call: whatever it says of that, the credentials were good."""
        day = {"CallId": "0", "ProdId": "11000000300006", "QueryDate": "0"}
        outcome = await self._ask(account, "QueryCallDetailByCallId", day)
        return Outcome() if outcome.error in (ErrorClass.CONTENT, ErrorClass.RCPT) else outcome

    async def _ask(self, account: AccountNow, action: str, query: dict[str, str]) -> Outcome:
        seconds = self.deadline_seconds
        return await ask(account.settings, action, query, {}, seconds, taken="CallId", classify=self.classify)

    def parse_callback(self, account: AccountNow, callback: Callback, now: datetime) -> list[ReceiptIn]:
        check_sender(callback, account.settings.callback_ips)
        rows = [row for row in rows_of(callback) if "callee" in row]
        return [receipt for row in rows for receipt in _receipts(account, row, now)]

    def acknowledge(self, account: AccountNow, callback: Callback) -> Answer:
        return Answer('{"code":0,"msg":"接收成功"}'.encode(), "application/json; charset=utf-8")


def request(settings: VmsSettings, message: Outbound) -> tuple[str, dict[str, str]]:
    """(action, query); ("", {}) when the content names nothing that Aliyun could speak."""
    content = message.content
    query = {"CalledNumber": number(message.to), "PlayTimes": str(settings.play_times)}
    if settings.called_show_number:
        query["CalledShowNumber"] = settings.called_show_number
    if len(message.id) <= _LONGEST_OUT_ID and read_message_key(message.id):
        query["OutId"] = message.id
    if content.get("tts_code"):
        params = {k: str(v) for k, v in (content.get("params") or {}).items()}
        return "SingleCallByTts", {**query, "TtsCode": content["tts_code"], **({"TtsParam": compact(params)} if params else {})}  # fmt: skip
    return ("SingleCallByVoice", {**query, "VoiceCode": content["voice_code"]}) if content.get("voice_code") else ("", {})  # fmt: skip


def _receipts(account: AccountNow, row: dict[str, Any], now: datetime) -> list[ReceiptIn]:
    """VoiceReport. Whoever spoke for more than no time has answered, whatever the code says."""
    code, keys = text_of(row, "status_code"), text_of(row, "dtmf")
    seconds = _whole(text_of(row, "duration"))
    result = ANSWERED if seconds > 0 else _RESULTS.get(code, "not_placed")
    event, detail = told(result, {"code": code, "duration": seconds, **_more(row)})
    if event == "failed" and text_of(row, "status_msg") and code not in _RESULTS:
        detail["reason"] = text_of(row, "status_msg")
    known = read_message_key(text_of(row, "out_id"))
    message = text_of(row, "out_id") if known and known[0] == account.tenant_id else ""
    at = moment(text_of(row, "end_time") or text_of(row, "originate_time"), now)
    place = (text_of(row, "call_id"), text_of(row, "callee"))
    found = [ReceiptIn(message, event, at, detail, *place)]
    if keys and account.settings.opt_out_key and account.settings.opt_out_key in keys:
        found.append(ReceiptIn(message, "unsubscribed", at, {"dtmf": keys}, *place))
    return found


def _more(row: dict[str, Any]) -> dict[str, str]:
    by = {"用户": "customer", "机器": "machine"}.get(text_of(row, "hangup_direction"), text_of(row, "hangup_direction"))
    told = {"dtmf": text_of(row, "dtmf"), "hangup_by": by}
    return {name: value for name, value in told.items() if value}


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


providers.register(AliyunVms.key, AliyunVms())
