"""Aliyun's text messages (dysmsapi 2017-05-25): ACS3-HMAC-SHA256, SendSms, SendBatchSms, and the pushes SmsReport and SmsUp."""

import hashlib
import hmac
import itertools
import json
import time
from typing import Any, ClassVar
from urllib.parse import quote

from fakes.desk import Account, Arrival, Desk, Push
from fakes.magic import ACCEPTED, Case, case_of
from fakes.vendor import FRONT, Heard, Said, Vendor

_ALGORITHM = "ACS3-HMAC-SHA256"
_NEWEST_SECONDS = 900
_ACTIONS = ("SendSms", "SendBatchSms", "QuerySmsSign")
_CODES = {
    Case.LIMIT: ("isv.BUSINESS_LIMIT_CONTROL", "触发小时级流控Permits:5"),
    Case.RCPT: ("isv.MOBILE_NUMBER_ILLEGAL", "手机号码格式错误"),
    Case.QUOTA: ("isv.AMOUNT_NOT_ENOUGH", "账户余额不足"),
    Case.CONTENT: ("isv.SMS_TEMPLATE_ILLEGAL", "模板不合法(不存在或被拉黑)"),
    Case.CONFIG: ("isv.ACCOUNT_ABNORMAL", "账户异常"),
    Case.RETRY: ("isp.SYSTEM_ERROR", "系统错误"),
}
_numbers = itertools.count(int(time.time() * 1000) * 100_000)


def refused(status: int, code: str, message: str, **headers: str) -> Said:
    body = {"Code": code, "Message": message, "RequestId": _request_id(), "HostId": "dysmsapi.aliyuncs.com"}
    return Said(status, body, headers)


def business(code: str, message: str) -> Said:
    return Said(200, {"Code": code, "Message": message, "RequestId": _request_id()})


def _request_id() -> str:
    raw = hashlib.md5(str(next(_numbers)).encode(), usedforsecurity=False).hexdigest().upper()
    return f"{raw[:8]}-{raw[8:12]}-{raw[12:16]}-{raw[16:20]}-{raw[20:]}"


def signature(secret: str, heard: Heard, signed: list[str]) -> str:
    """help.aliyun.com/zh/sdk/product-overview/v3-request-structure-and-signature, read anew."""
    query = "&".join(sorted(f"{quote(k, safe='-_.~')}={quote(v, safe='-_.~')}" for k, v in heard.query))
    lines = "".join(f"{name}:{heard.headers.get(name, '').strip()}\n" for name in signed)
    canonical = "\n".join([heard.method, heard.path or "/", query, lines, ";".join(signed), hashlib.sha256(heard.body).hexdigest()])  # fmt: skip
    string = f"{_ALGORITHM}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    return hmac.new(secret.encode(), string.encode(), hashlib.sha256).hexdigest()


class Aliyun(Vendor):
    key: ClassVar = "aliyun"
    labels: ClassVar = {"zh": "阿里云短信", "en": "Aliyun SMS"}
    default: ClassVar = Account("aliyun", "testId", "testSecret")

    def claims(self, heard: Heard) -> bool:
        return heard.headers.get("x-acs-action") in _ACTIONS

    def answer(self, heard: Heard, desk: Desk) -> Said:
        account = verified(heard, desk, self.key)
        if isinstance(account, Said):
            return account
        params = dict(heard.query) | heard.form()
        action = heard.headers.get("x-acs-action")
        if action == "SendSms":
            return _send(account, params, desk)
        if action == "SendBatchSms":
            return _send_batch(account, params, desk)
        return Said(200, {"Code": "OK", "Message": "OK", "RequestId": _request_id(), "SignName": params.get("SignName", ""), "SignStatus": 1})  # fmt: skip

    def receipt(self, account: Account, arrivals: list[Arrival], event: str) -> list[Push]:
        if event not in ("delivered", "failed") or not account.callback_url:
            return []
        good, now = event == "delivered", time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(time.time() + 8 * 3600))
        rows = [
            {"phone_number": a.to, "send_time": now, "report_time": now, "success": good, "err_code": "DELIVERED" if good else "MOBILE_NOT_ON_SERVICE",
             "err_msg": "用户接收成功" if good else "停机", "sms_size": "1", "biz_id": a.ref, "out_id": a.facts.get("out_id", "")}
            for a in arrivals
        ]  # fmt: skip
        return [_push(account, rows[i : i + 100]) for i in range(0, len(rows), 100)]

    def word(self, account: Account, arrival: Arrival, text: str) -> Push | None:
        now = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(time.time() + 8 * 3600))
        row = {"phone_number": arrival.to, "content": text, "send_time": now, "dest_code": "1069000000", "sequence_id": str(next(_numbers)), "sign_name": arrival.facts.get("sign", "")}  # fmt: skip
        return _push(account, [row]) if account.callback_url else None


def _push(account: Account, rows: list[dict[str, Any]]) -> Push:
    return Push(account.callback_url, json.dumps(rows, ensure_ascii=False).encode(), {"Content-Type": "application/json;charset=utf-8"})  # fmt: skip


def verified(heard: Heard, desk: Desk, vendor: str) -> Account | Said:
    given = heard.headers.get("authorization", "")
    if not given.startswith(_ALGORITHM + " "):
        return refused(400, "MissingAccessKeyId", "AccessKeyId is mandatory for this action.")
    parts = dict(part.split("=", 1) for part in given[len(_ALGORITHM) + 1 :].split(","))
    account = desk.account(vendor, parts.get("Credential", ""))
    if account is None:
        return refused(404, "InvalidAccessKeyId.NotFound", "Specified access key is not found.")
    stamp = heard.headers.get("x-acs-date", "")
    try:
        age = time.time() - time.mktime(time.strptime(stamp, "%Y-%m-%dT%H:%M:%SZ")) + time.timezone
    except ValueError:
        return refused(400, "InvalidTimeStamp.Format", "Specified time stamp or date value is not well formatted.")
    if abs(age) > _NEWEST_SECONDS:
        return refused(400, "InvalidTimeStamp.Expired", "Specified time stamp or date value is expired.")
    names = parts.get("SignedHeaders", "").split(";")
    needed = {"host", "x-acs-action", "x-acs-version", "x-acs-date", "x-acs-signature-nonce", "x-acs-content-sha256"}
    body_right = heard.headers.get("x-acs-content-sha256") == hashlib.sha256(heard.body).hexdigest()
    right = hmac.compare_digest(signature(account.secret, heard, names), parts.get("Signature", ""))
    if not (right and body_right and needed <= set(names) and names == sorted(names)):
        return refused(400, "SignatureDoesNotMatch", "Specified signature is not matched with our calculation.")
    return account


def _send(account: Account, params: dict[str, str], desk: Desk) -> Said:
    numbers = [n for n in params.get("PhoneNumbers", "").split(",") if n]
    if len(numbers) > 1000:
        return business("isv.MOBILE_COUNT_OVER_LIMIT", "手机号码数量超过限制")
    sign, raw = params.get("SignName", ""), params.get("TemplateParam", "")
    return _take(account, params, numbers, [sign] * len(numbers), [raw or "{}"] * len(numbers), desk)


def _send_batch(account: Account, params: dict[str, str], desk: Desk) -> Said:
    try:
        numbers, signs = json.loads(params.get("PhoneNumberJson", "")), json.loads(params.get("SignNameJson", ""))
        given = json.loads(params["TemplateParamJson"]) if params.get("TemplateParamJson") else [{}] * len(numbers)
    except ValueError:
        return business("isv.INVALID_JSON_PARAM", "参数格式错误,请修改为字符串值")
    if len(numbers) > 100:
        return business("isv.MOBILE_COUNT_OVER_LIMIT", "手机号码数量超过限制")
    if not len(numbers) == len(signs) == len(given):
        return business("isv.INVALID_PARAMETERS", "参数格式不正确")
    return _take(account, params, numbers, signs, [json.dumps(one) for one in given], desk)


def _take(account: Account, params: dict[str, str], numbers: list[str], signs: list[str], given: list[str], desk: Desk) -> Said:  # fmt: skip
    fault = _fault(params, numbers, signs, given)
    if fault is not None:
        return fault
    cases = [case_of(n) for n in numbers]
    for case in cases:  # one bad number refuses the whole call, as it does there
        if case is Case.FRONT:
            return FRONT
        if case is Case.RATE:
            return refused(400, "Throttling.User", "Request was denied due to user flow control.", **{"x-acs-retry-after": "1000"})  # fmt: skip
        if case in _CODES:
            return business(*_CODES[case])
    biz = f"{next(_numbers)}^0"
    for number, sign, raw, case in zip(numbers, signs, given, cases, strict=True):
        words = " ".join(f"{k}={v}" for k, v in json.loads(raw).items())
        text = f"【{sign}】[{params.get('TemplateCode')}] {words}".strip()
        desk.take(account, number, text, biz, out_id=params.get("OutId", ""), sign=sign, case=case)
    manner = next((c for c in cases if c in ACCEPTED and c is not Case.FAILS), None)
    return Said(200, {"Code": "OK", "Message": "OK", "BizId": biz, "RequestId": _request_id()}, manner=manner)


def _fault(params: dict[str, str], numbers: list[str], signs: list[str], given: list[str]) -> Said | None:
    if not numbers or not all(n.lstrip("+").isdigit() for n in numbers):
        return business("isv.MOBILE_NUMBER_ILLEGAL", "手机号码格式错误")
    if not all(signs):
        return business("isv.SMS_SIGNATURE_ILLEGAL", "短信签名不合法")
    if not params.get("TemplateCode", "").startswith("SMS_"):
        return business("isv.SMS_TEMPLATE_ILLEGAL", "模板不合法(不存在或被拉黑)")
    for raw in given:
        try:
            found = json.loads(raw)
        except ValueError:
            return business("isv.INVALID_JSON_PARAM", "参数格式错误,请修改为字符串值")
        if not isinstance(found, dict) or not all(isinstance(v, str) for v in found.values()):
            return business("isv.INVALID_JSON_PARAM", "参数格式错误,请修改为字符串值")
    if len(params.get("OutId", "").encode()) > 256:
        return business("isv.PARAM_LENGTH_LIMIT", "参数超出长度限制")
    return None
