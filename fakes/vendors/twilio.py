"""Twilio's messages (2010-04-01): Basic, one recipient a call, status callbacks and replies with X-Twilio-Signature."""

import base64
import hashlib
import hmac
import time
from email.utils import formatdate
from typing import Any, ClassVar
from urllib.parse import urlencode
from uuid import uuid4

from fakes.desk import Account, Arrival, Desk, Push
from fakes.magic import ACCEPTED, Case, case_of
from fakes.vendor import FRONT, Heard, Said, Vendor

_CODES = {
    Case.LIMIT: (429, 20429, "Too Many Requests"),
    Case.RCPT: (400, 21211, "Invalid 'To' Phone Number"),
    Case.OPTOUT: (400, 21610, "Attempt to send to unsubscribed recipient"),
    Case.CONTENT: (400, 21617, "The concatenated message body exceeds the 1600 character limit"),
    Case.CONFIG: (403, 20003, "Permission Denied"),
    Case.RETRY: (503, 20503, "Service Unavailable"),
    Case.RATE: (429, 20429, "Too Many Requests"),
}


def _refused(status: int, code: int, message: str) -> Said:
    body = {
        "code": code,
        "message": message,
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": status,
    }
    return Said(status, body, {"Retry-After": "1"} if status == 429 else {})


def signature(token: str, url: str, params: dict[str, str]) -> str:
    """www.twilio.com/docs/usage/webhooks/webhooks-security, read anew."""
    text = url + "".join(f"{name}{params[name]}" for name in sorted(params))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()


class Twilio(Vendor):
    key: ClassVar = "twilio"
    labels: ClassVar = {"zh": "Twilio 短信", "en": "Twilio SMS"}
    paths: ClassVar = ("/2010-04-01/Accounts/{tail:.*}",)
    default: ClassVar = Account("twilio", "AC" + "a" * 32, "token")

    def answer(self, heard: Heard, desk: Desk) -> Said:
        parts = heard.path.removeprefix("/2010-04-01/Accounts/").split("/")
        sid = parts[0].removesuffix(".json")
        account, expected = desk.account("twilio", sid), ""
        if account is not None:
            expected = "Basic " + base64.b64encode(f"{sid}:{account.secret}".encode()).decode()
        if account is None or not hmac.compare_digest(expected, heard.headers.get("authorization", "")):
            return _refused(401, 20003, "Authenticate")
        if len(parts) == 1 and heard.method == "GET":
            return Said(200, {"sid": sid, "status": "active", "type": "Full"})
        if parts[1:] != ["Messages.json"] or heard.method != "POST":
            return _refused(404, 20404, "The requested resource was not found")
        return _send(account, heard.form(), desk)

    def receipt(self, account: Account, arrivals: list[Arrival], event: str) -> list[Push]:
        if event not in ("delivered", "failed"):
            return []
        status = "delivered" if event == "delivered" else "undelivered"
        more = {} if event == "delivered" else {"ErrorCode": "30005"}
        return [
            _push(account, a.facts["callback"], {"MessageSid": a.ref, "SmsSid": a.ref, "MessageStatus": status, "SmsStatus": status,
                                                 "To": a.to, "From": a.facts["from"], "AccountSid": account.key, "ApiVersion": "2010-04-01", **more})
            for a in arrivals
            if a.facts["callback"]
        ]  # fmt: skip

    def word(self, account: Account, arrival: Arrival, text: str) -> Push | None:
        sid = "SM" + uuid4().hex
        params = {"MessageSid": sid, "SmsSid": sid, "AccountSid": account.key, "From": arrival.to, "To": arrival.facts["from"], "Body": text, "NumMedia": "0"}  # fmt: skip
        return _push(account, account.callback_url, params) if account.callback_url else None


def _push(account: Account, url: str, params: dict[str, str]) -> Push:
    headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": signature(account.secret, url, params)}  # fmt: skip
    return Push(url, urlencode(params).encode(), headers)


def _send(account: Account, form: dict[str, str], desk: Desk) -> Said:
    to, text = form.get("To", ""), form.get("Body", "")
    if not (to.startswith("+") and to[1:].isdigit()):
        return _refused(400, 21211, f"The 'To' number {to} is not a valid phone number.")
    if not (form.get("From") or form.get("MessagingServiceSid")):
        return _refused(400, 21603, "A 'From' phone number is required.")
    if not text:
        return _refused(400, 21602, "Message body is required.")
    case = case_of(to)
    if case is Case.FRONT:
        return FRONT
    if case in _CODES:
        return _refused(*_CODES[case])
    sid = "SM" + uuid4().hex
    sender = form.get("From") or form["MessagingServiceSid"]
    desk.take(account, to, text, sid, callback=form.get("StatusCallback", ""), case=case, **{"from": sender})
    return Said(
        201, _resource(account, form, sid), manner=case if case in ACCEPTED and case is not Case.FAILS else None
    )


def _resource(account: Account, form: dict[str, str], sid: str) -> dict[str, Any]:
    now = formatdate(time.time(), usegmt=False, localtime=False)
    return {
        "account_sid": account.key, "api_version": "2010-04-01", "body": form.get("Body"), "date_created": now, "date_sent": None, "date_updated": now,
        "direction": "outbound-api", "error_code": None, "error_message": None, "from": form.get("From"), "messaging_service_sid": form.get("MessagingServiceSid"),
        "num_media": "0", "num_segments": "1", "price": None, "price_unit": "USD", "sid": sid, "status": "queued", "subresource_uris": {}, "to": form.get("To"),
        "uri": f"/2010-04-01/Accounts/{account.key}/Messages/{sid}.json",
    }  # fmt: skip
