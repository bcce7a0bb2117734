"""Aliyun's voice service (dyvmsapi 2017-05-25): signed as its SMS, calls that speak a template or play a file, and VoiceReport."""

import itertools
import json
import time
from typing import Any, ClassVar

from fakes.desk import Account, Arrival, Desk, Push
from fakes.magic import ACCEPTED, Case, case_of
from fakes.vendor import FRONT, Heard, Said, Vendor
from fakes.vendors.aliyun import business, refused, verified

_ACTIONS = ("SingleCallByTts", "SingleCallByVoice", "QueryCallDetailByCallId")
_CODES = {
    Case.LIMIT: ("isv.BUSINESS_LIMIT_CONTROL", "触发分钟级流控Permits:1"),
    Case.RCPT: ("isv.MOBILE_NUMBER_ILLEGAL", "手机号码格式错误"),
    Case.QUOTA: ("isv.AMOUNT_NOT_ENOUGH", "账户余额不足"),
    Case.CONTENT: ("isv.TTS_TEMPLATE_ILLEGAL", "未找到审核通过的文本转语音模板"),
    Case.CONFIG: ("isv.DISPLAY_NUMBER_ILLEGAL", "号显不合法"),
    Case.RETRY: ("isp.SYSTEM_ERROR", "系统错误"),
}
# what the page's buttons and the tests bring about → (code, message, seconds spoken, smart code)
_ENDS = {
    "delivered": ("200000", "用户听完语音", 18, "ANSWERED"),
    "failed": ("200003", "用户收到呼叫但未接听", 0, ""),
    "busy": ("200002", "用户占线", 0, ""),
    "off": ("200010", "关机", 0, ""),
}
_numbers = itertools.count(int(time.time() * 1000))


class Vms(Vendor):
    key: ClassVar = "aliyun_vms"
    labels: ClassVar = {"zh": "阿里云语音", "en": "Aliyun voice"}
    default: ClassVar = Account("aliyun_vms", "testVoiceId", "testSecret")
    screen: ClassVar = "call"

    def claims(self, heard: Heard) -> bool:
        return heard.headers.get("x-acs-action") in _ACTIONS

    def answer(self, heard: Heard, desk: Desk) -> Said:
        account = verified(heard, desk, self.key)
        if isinstance(account, Said):
            return account
        params = dict(heard.query) | heard.form()
        if heard.headers["x-acs-action"] == "QueryCallDetailByCallId":
            return business("isv.INVALID_PARAMETERS", "参数不合法")
        fault = _fault(heard.headers["x-acs-action"], params)
        return fault or _call(account, params, desk)

    def receipt(self, account: Account, arrivals: list[Arrival], event: str) -> list[Push]:
        if event not in _ENDS or not account.callback_url:
            return []
        rows = [_report(a, event, "") for a in arrivals]
        return [_push(account, rows[i : i + 100]) for i in range(0, len(rows), 100)]

    def word(self, account: Account, arrival: Arrival, text: str) -> Push | None:
        """The keys that the recipient presses while it speaks."""
        return _push(account, [_report(arrival, "delivered", text)]) if account.callback_url else None


def _fault(action: str, params: dict[str, str]) -> Said | None:
    if not params.get("CalledNumber", "").isdigit():
        return business("isv.MOBILE_NUMBER_ILLEGAL", "手机号码格式错误")
    if len(params.get("OutId", "").encode()) > 15:
        return business("isv.PARAM_LENGTH_LIMIT", "OutId 长度超出限制")
    if params.get("PlayTimes", "1") not in ("1", "2", "3"):
        return business("isv.INVALID_PARAMETERS", "PlayTimes 不合法")
    if action == "SingleCallByVoice":
        return None if params.get("VoiceCode") else business("isv.VOICE_FILE_ILLEGAL", "语音文件不合法")
    if not params.get("TtsCode", "").startswith("TTS_"):
        return business("isv.TTS_TEMPLATE_ILLEGAL", "未找到审核通过的文本转语音模板")
    try:
        given = json.loads(params.get("TtsParam") or "{}")
    except ValueError:
        return business("isv.INVALID_JSON_PARAM", "JSON参数不合法")
    good = isinstance(given, dict) and all(isinstance(v, str) for v in given.values())
    return None if good else business("isv.INVALID_JSON_PARAM", "JSON参数不合法")


def _call(account: Account, params: dict[str, str], desk: Desk) -> Said:
    case = case_of(params["CalledNumber"])
    if case is Case.FRONT:
        return FRONT
    if case is Case.RATE:
        return refused(400, "Throttling.User", "Request was denied due to user flow control.", **{"x-acs-retry-after": "1000"})  # fmt: skip
    if case in _CODES:
        return business(*_CODES[case])
    ref = f"{next(_numbers)}^{next(_numbers)}"
    words = " ".join(f"{k}={v}" for k, v in json.loads(params.get("TtsParam") or "{}").items())
    spoken = f"[{params.get('TtsCode') or params.get('VoiceCode')}] {words}".strip()
    desk.take(account, params["CalledNumber"], spoken, ref, out_id=params.get("OutId", ""), case=case,
              title=params.get("CalledShowNumber", ""), body=spoken)  # fmt: skip
    body: dict[str, Any] = {"Code": "OK", "Message": "OK", "CallId": ref, "RequestId": "DC4F0C1C-0000-0000-0000-000000000000"}  # fmt: skip
    return Said(200, body, manner=case if case in ACCEPTED and case is not Case.FAILS else None)


def _report(arrival: Arrival, event: str, keys: str) -> dict[str, str]:
    code, message, seconds, smart = _ENDS[event]
    shown = [time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(time.time() + 8 * 3600 - ago)) for ago in (seconds + 6, seconds + 4, seconds, 0)]  # fmt: skip
    return {
        "call_id": arrival.ref, "out_id": arrival.facts.get("out_id", ""), "status_code": code, "smart_status_code": smart, "status_msg": message,
        "caller": arrival.facts.get("title", ""), "callee": arrival.to, "originate_time": shown[0], "ring_time": shown[1], "start_time": shown[2] if seconds else "",
        "end_time": shown[3], "duration": str(seconds), "hangup_direction": "用户", "voice_type": "voice", "dtmf": keys, "dialog_id": "", "early_media_code": "", "toll_type": "LOCAL",
    }  # fmt: skip


def _push(account: Account, rows: list[dict[str, str]]) -> Push:
    return Push(account.callback_url, json.dumps(rows, ensure_ascii=False).encode(), {"Content-Type": "application/json;charset=utf-8"})  # fmt: skip
