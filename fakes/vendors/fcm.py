"""Firebase Cloud Messaging (HTTP v1) with the token endpoint of a service account, whose key this stand-in makes for itself."""

import base64
import json
import secrets
import time
from functools import lru_cache
from typing import Any, ClassVar

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from fakes.desk import Account, Desk
from fakes.magic import ACCEPTED, Case, case_of
from fakes.vendor import FRONT, Heard, Said, Vendor

PROJECT = "canvas-demo"
_EMAIL = f"sender@{PROJECT}.iam.gserviceaccount.com"
_SCOPE = "https://www.googleapis.com/auth/firebase.messaging"
_FCM = "type.googleapis.com/google.firebase.fcm.v1.FcmError"
_RESERVED = ("from", "message_type", "collapse_key")
_CODES = {
    Case.LIMIT: (429, "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED", "Device message rate exceeded"),
    Case.RCPT: (404, "NOT_FOUND", "UNREGISTERED", "Requested entity was not found."),
    Case.CONTENT: (400, "INVALID_ARGUMENT", "INVALID_ARGUMENT", "Message is too big"),
    Case.CONFIG: (401, "UNAUTHENTICATED", "THIRD_PARTY_AUTH_ERROR", "Auth error from APNS or Web Push Service"),
    Case.RETRY: (503, "UNAVAILABLE", "UNAVAILABLE", "The service is currently unavailable."),
    Case.RATE: (429, "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED", "Message rate quota exceeded"),
}


@lru_cache(maxsize=2)
def _key(name: str) -> rsa.RSAPrivateKey:
    """Made anew in every process; `name` tells the account's from another one."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def service_account(url: str, name: str = "own") -> str:
    """The JSON file as the console would give it. url: of the stand-ins; another name: a key that they do not know."""
    pem = _key(name).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return json.dumps({
        "type": "service_account", "project_id": PROJECT, "private_key_id": f"key-{name}", "private_key": pem.decode(), "client_email": _EMAIL,
        "client_id": "100000000000000000000", "token_uri": f"{url}/fcm/token",
    })  # fmt: skip


class Fcm(Vendor):
    key: ClassVar = "fcm"
    labels: ClassVar = {"zh": "Firebase 推送", "en": "Firebase Cloud Messaging"}
    paths: ClassVar = ("/v1/projects/{tail:.*}", "/fcm/token", "/fcm/service-account.json")
    default: ClassVar = Account("fcm", PROJECT, "")
    screen: ClassVar = "push"

    def __init__(self) -> None:
        self._tried: set[str] = set()

    def answer(self, heard: Heard, desk: Desk) -> Said:
        if heard.path == "/fcm/service-account.json":
            return Said(200, json.loads(service_account(f"http://{heard.host}")))
        if heard.path == "/fcm/token":
            return _token(heard, desk)
        bearer = heard.headers.get("authorization", "").removeprefix("Bearer ")
        if not desk.holds("fcm", bearer):
            return _refused(401, "UNAUTHENTICATED", "", "Request had invalid authentication credentials.")
        if heard.path != f"/v1/projects/{PROJECT}/messages:send":
            return _refused(403, "PERMISSION_DENIED", "", "Permission 'cloudmessaging.messages.create' denied on resource")  # fmt: skip
        sent = heard.json()
        message = sent.get("message")
        fault = _fault(message)
        if fault is not None or not isinstance(message, dict):
            return fault or _bad("message", "Invalid JSON payload received.")
        if sent.get("validate_only"):
            return Said(200, {"name": f"projects/{PROJECT}/messages/fake_message_id"})
        return self._take(message, desk)

    def _take(self, message: dict[str, Any], desk: Desk) -> Said:
        device = str(message["token"])
        case = case_of(device)
        if case is Case.FRONT:
            return FRONT
        if case is Case.TOKEN and device not in self._tried:
            self._tried.add(device)
            return _refused(401, "UNAUTHENTICATED", "", "Request had invalid authentication credentials.")
        if case in _CODES:
            return _refused(*_CODES[case])
        shown = message.get("notification") or {}
        title, body = str(shown.get("title", "")), str(shown.get("body", ""))
        name = f"projects/{PROJECT}/messages/0:{int(time.time() * 1e6)}%{secrets.token_hex(8)}"
        account = desk.account("fcm", PROJECT) or self.default
        desk.take(account, device, f"{title}\n{body}".strip(), name, case=case, title=title, body=body, data=message.get("data", {}))  # fmt: skip
        return Said(200, {"name": name}, manner=case if case in ACCEPTED and case is not Case.FAILS else None)


def _refused(status: int, name: str, code: str, message: str) -> Said:
    details: list[dict[str, Any]] = [{"@type": _FCM, "errorCode": code}] if code else []
    if code == "QUOTA_EXCEEDED":
        told = "device" if message.startswith("Device") else "project"
        violation = {"subject": f"{told}:{PROJECT}", "description": message}
        details.append({"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [violation]})
    error = {"code": status, "message": message, "status": name, **({"details": details} if details else {})}
    return Said(status, {"error": error}, {"Retry-After": "1"} if message.startswith("Message rate") else {})


def _bad(field: str, message: str) -> Said:
    violation = {"field": field, "description": message}
    details = [{"@type": _FCM, "errorCode": "INVALID_ARGUMENT"}, {"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [violation]}]  # fmt: skip
    return Said(400, {"error": {"code": 400, "message": message, "status": "INVALID_ARGUMENT", "details": details}})


def _fault(message: Any) -> Said | None:
    if not isinstance(message, dict):
        return _bad("message", "Invalid JSON payload received.")
    targets = [k for k in ("token", "topic", "condition") if message.get(k)]
    if len(targets) != 1:
        return _bad("message", "Exactly one of token, topic or condition is required")
    if "token" in message and (not isinstance(message["token"], str) or len(message["token"]) < 10 or " " in message["token"]):  # fmt: skip
        return _bad("message.token", "The registration token is not a valid FCM registration token")
    data = message.get("data", {})
    if not isinstance(data, dict) or not all(isinstance(v, str) for v in data.values()):
        return _bad("message.data[0].value", "Invalid value at 'message.data[0].value' (TYPE_STRING)")
    reserved = next((k for k in data if k in _RESERVED or k.startswith(("google.", "gcm."))), None)
    if reserved:
        return _bad("message.data", f"Invalid data payload key: {reserved}")
    size = len(json.dumps(message, ensure_ascii=False).encode())
    return _refused(400, "INVALID_ARGUMENT", "INVALID_ARGUMENT", "Message is too big") if size > 4096 else None


def _token(heard: Heard, desk: Desk) -> Said:
    form = heard.form()
    if form.get("grant_type") != "urn:ietf:params:oauth:grant-type:jwt-bearer":
        return Said(400, {"error": "unsupported_grant_type", "error_description": "Invalid grant_type"})
    claims = _claims(form.get("assertion", ""))
    if claims is None:
        return Said(400, {"error": "invalid_grant", "error_description": "Invalid JWT Signature."})
    now = time.time()
    in_time = claims.get("iat", 0) - 300 < now < claims.get("exp", 0) <= claims.get("iat", 0) + 3600
    if not in_time or claims.get("aud") != f"http://{heard.host}/fcm/token" or claims.get("iss") != _EMAIL:
        return Said(400, {"error": "invalid_grant", "error_description": "Invalid JWT: token must be short-lived and for this audience"})  # fmt: skip
    if _SCOPE not in str(claims.get("scope", "")).split():
        return Said(400, {"error": "invalid_scope", "error_description": "Invalid OAuth scope or ID token audience provided."})  # fmt: skip
    token = desk.issue("fcm", f"ya29.{secrets.token_urlsafe(48)}", 3599)
    return Said(200, {"access_token": token, "expires_in": 3599, "token_type": "Bearer"})


def _claims(assertion: str) -> dict[str, Any] | None:
    """Of a JWT that was signed with the account's key, RS256."""
    try:
        head, said, signature = assertion.split(".")
        _key("own").public_key().verify(_raw(signature), f"{head}.{said}".encode(), padding.PKCS1v15(), hashes.SHA256())
        found: Any = json.loads(_raw(said))
        return found if json.loads(_raw(head)).get("alg") == "RS256" and isinstance(found, dict) else None
    except (ValueError, InvalidSignature):
        return None


def _raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
