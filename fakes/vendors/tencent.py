"""Tencent Cloud's text messages (sms 2021-01-11): TC3-HMAC-SHA256, SendSms, and the pushes of statuses and replies."""

import hashlib
import hmac
import itertools
import json
import time
from typing import Any, ClassVar
from uuid import uuid4

from fakes.desk import Account, Arrival, Desk, Push
from fakes.magic import ACCEPTED, Case, case_of
from fakes.vendor import FRONT, Heard, Said, Vendor

_ALGORITHM = "TC3-HMAC-SHA256"
_EACH = {  # of one number; the others go out
    Case.LIMIT: ("LimitExceeded.PhoneNumberOneHourLimit", "the number of SMS messages sent from a single mobile number within 1 hour exceeds the upper limit"),
    Case.RCPT: ("InvalidParameterValue.IncorrectPhoneNumber", "incorrect phone number format"),
    Case.OPTOUT: ("FailedOperation.PhoneNumberInBlacklist", "mobile number is in blocklist"),
    Case.CONTENT: ("FailedOperation.ContainSensitiveWord", "message contains sensitive word"),
    Case.WINDOW: ("FailedOperation.MarketingSendTimeConstraint", "marketing messages can only be sent between 8:00 and 22:00"),
}  # fmt: skip
_WHOLE = {
    Case.QUOTA: ("FailedOperation.InsufficientBalanceInSmsPackage", "insufficient balance in SMS package"),
    Case.CONFIG: ("UnauthorizedOperation.SdkAppIdIsDisabled", "sdkappid disabled"),
    Case.RETRY: ("InternalError.UnknownError", "unknown error"),
    Case.RATE: ("RequestLimitExceeded", "Your current request times exceeds the limit"),
}
_numbers = itertools.count(int(time.time() * 1000))


def _said(found: dict[str, Any], manner: Case | None = None) -> Said:
    return Said(200, {"Response": {**found, "RequestId": str(uuid4())}}, manner=manner)


def _error(code: str, message: str) -> Said:
    return _said({"Error": {"Code": code, "Message": message}})


def signature(secret: str, heard: Heard, signed: list[str], stamp: int, service: str) -> str:
    """cloud.tencent.com/document/api/382/52072, read anew."""
    lines = "".join(f"{n}:{heard.headers.get(n, '').strip().lower()}\n" for n in signed)
    canonical = "\n".join([heard.method, heard.path or "/", heard.raw_query, lines, ";".join(signed), hashlib.sha256(heard.body).hexdigest()])  # fmt: skip
    day = time.strftime("%Y-%m-%d", time.gmtime(stamp))
    string = "\n".join([_ALGORITHM, str(stamp), f"{day}/{service}/tc3_request", hashlib.sha256(canonical.encode()).hexdigest()])  # fmt: skip
    key = f"TC3{secret}".encode()
    for part in (day, service, "tc3_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return hmac.new(key, string.encode(), hashlib.sha256).hexdigest()


class Tencent(Vendor):
    key: ClassVar = "tencent"
    labels: ClassVar = {"zh": "腾讯云短信", "en": "Tencent Cloud SMS"}
    default: ClassVar = Account("tencent", "AKIDEXAMPLE", "secret", more={"sdk_app_id": "1400006666"})

    def claims(self, heard: Heard) -> bool:
        return "x-tc-action" in heard.headers

    def answer(self, heard: Heard, desk: Desk) -> Said:
        account = _verified(heard, desk)
        if isinstance(account, Said):
            return account
        action = heard.headers["x-tc-action"]
        if action == "SendSms":
            return _send(account, heard.json(), desk)
        if action == "SmsPackagesStatistics":
            return _said({"SmsPackagesStatisticsSet": []})
        return _error("InvalidAction", f"The request with action {action} is not valid.")

    def receipt(self, account: Account, arrivals: list[Arrival], event: str) -> list[Push]:
        if event not in ("delivered", "failed") or not account.callback_url:
            return []
        good, now = event == "delivered", time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(time.time() + 8 * 3600))
        rows = [
            {"user_receive_time": now, "nationcode": "86" if a.to.startswith("+86") else "", "mobile": a.to.removeprefix("+86"), "report_status": "SUCCESS" if good else "FAIL",
             "errmsg": "DELIVRD" if good else "MK:0001", "description": "用户短信送达成功" if good else "空号", "sid": a.ref}
            for a in arrivals
        ]  # fmt: skip
        return [_push(account, rows[i : i + 200]) for i in range(0, len(rows), 200)]

    def word(self, account: Account, arrival: Arrival, text: str) -> Push | None:
        row = {"extend": "", "mobile": arrival.to.removeprefix("+86"), "nationcode": "86", "sign": arrival.facts.get("sign", ""), "text": text, "time": int(time.time())}  # fmt: skip
        return _push(account, row) if account.callback_url else None


def _push(account: Account, found: Any) -> Push:
    body = json.dumps(found, ensure_ascii=False).encode()
    return Push(account.callback_url, body, {"Content-Type": "application/json"})


def _verified(heard: Heard, desk: Desk) -> Account | Said:
    given = heard.headers.get("authorization", "")
    if not given.startswith(_ALGORITHM + " "):
        return _error("AuthFailure.SignatureFailure", "The provided credentials could not be validated. Please check your signature is correct.")  # fmt: skip
    parts = dict(part.strip().split("=", 1) for part in given[len(_ALGORITHM) + 1 :].split(","))
    key, _, scope = parts.get("Credential", "").partition("/")
    account = desk.account("tencent", key)
    if account is None:
        return _error("AuthFailure.SecretIdNotFound", "The SecretId is not found, please ensure that your SecretId is correct.")  # fmt: skip
    stamp = int(heard.headers.get("x-tc-timestamp", "0"))
    if abs(time.time() - stamp) > 300:
        return _error("AuthFailure.SignatureExpire", "The provided timestamp is expired.")
    names = parts.get("SignedHeaders", "").split(";")
    expected = signature(account.secret, heard, names, stamp, scope.split("/")[1] if scope.count("/") == 2 else "")
    if not (hmac.compare_digest(expected, parts.get("Signature", "")) and {"content-type", "host"} <= set(names)):
        return _error("AuthFailure.SignatureFailure", "The provided credentials could not be validated. Please check your signature is correct.")  # fmt: skip
    return account


def _send(account: Account, sent: dict[str, Any], desk: Desk) -> Said:
    numbers = sent.get("PhoneNumberSet") or []
    if not numbers or len(numbers) > 200:
        return _error("InvalidParameterValue.ContentLengthLimit" if not numbers else "LimitExceeded.PhoneNumberCountLimit", "the number of mobile numbers is not between 1 and 200")  # fmt: skip
    if len({n.startswith("+86") for n in numbers}) > 1:
        return _error("UnsupportedOperation.ContainDomesticAndInternationalPhoneNumber", "domestic and international numbers")  # fmt: skip
    wanted = account.more.get("sdk_app_id")
    if wanted and sent.get("SmsSdkAppId") != wanted:
        return _error("UnauthorizedOperation.SmsSdkAppIdVerifyFail", "SmsSdkAppId verification failed")
    if not sent.get("TemplateId") or not sent.get("SignName"):
        return _error("FailedOperation.TemplateIncorrectOrUnapproved", "template is not approved")
    cases = [case_of(n) for n in numbers]
    for case in cases:
        if case is Case.FRONT:
            return FRONT
        if case in _WHOLE:
            return _error(*_WHOLE[case])
    rows = [_one(account, sent, n, c, desk) for n, c in zip(numbers, cases, strict=True)]
    return _said({"SendStatusSet": rows}, next((c for c in cases if c in ACCEPTED and c is not Case.FAILS), None))


def _one(account: Account, sent: dict[str, Any], number: str, case: Case | None, desk: Desk) -> dict[str, Any]:
    row = {"SerialNo": "", "PhoneNumber": number, "Fee": 0, "SessionContext": sent.get("SessionContext", ""), "IsoCode": "CN"}  # fmt: skip
    if case in _EACH:
        code, message = _EACH[case]
        return {**row, "Code": code, "Message": message}
    serial = f"2028:{next(_numbers)}"
    params = " ".join(sent.get("TemplateParamSet") or [])
    text = f"【{sent['SignName']}】[{sent['TemplateId']}] {params}".strip()
    desk.take(account, number, text, serial, sign=sent["SignName"], case=case)
    return {**row, "SerialNo": serial, "Fee": 1, "Code": "Ok", "Message": "send success"}
