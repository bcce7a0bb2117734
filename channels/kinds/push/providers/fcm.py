"""Firebase Cloud Messaging (HTTP v1): one device a call with an OAuth token of the service account. There are no receipts.

Wire format and errors: firebase.google.com/docs/reference/fcm/rest/v1/projects.messages, …/docs/cloud-messaging/error-codes.
"""

from typing import Any, ClassVar, Final
from urllib.parse import quote, urlencode

import orjson

from channels.calling import Reply, call, without_code
from channels.contract import AccountNow, ErrorClass, Outbound, Outcome, Provider
from channels.errors import ChannelCode
from channels.fields import base_url, ui
from channels.reading import text_of
from channels.registry import providers
from channels.signing import google
from channels.tokens import Token, with_token
from kernel.clock import kept_now
from kernel.egress import check_url
from kernel.errors import Code, FieldProblem, problem_at
from kernel.language import Text
from kernel.schema import Body

SCOPE: Final = "https://www.googleapis.com/auth/firebase.messaging"
_RATE_SECONDS: Final = 60.0  # where it does not say how long
_CLASSES: dict[str, ErrorClass] = {
    "UNREGISTERED": ErrorClass.RCPT, "SENDER_ID_MISMATCH": ErrorClass.RCPT, "INVALID_ARGUMENT": ErrorClass.CONTENT, "QUOTA_EXCEEDED": ErrorClass.RATE,
    "UNAVAILABLE": ErrorClass.RETRY, "INTERNAL": ErrorClass.RETRY, "THIRD_PARTY_AUTH_ERROR": ErrorClass.CONFIG,
    # where no FcmError is among the details: the status of Google's APIs
    "UNAUTHENTICATED": ErrorClass.TOKEN, "PERMISSION_DENIED": ErrorClass.CONFIG, "NOT_FOUND": ErrorClass.CONFIG, "RESOURCE_EXHAUSTED": ErrorClass.RATE,
    "invalid_grant": ErrorClass.CONFIG, "invalid_client": ErrorClass.CONFIG, "invalid_scope": ErrorClass.CONFIG, "BAD_TOKEN": ErrorClass.RCPT,
}  # fmt: skip
_WORDS = {
    "UNREGISTERED": Text("设备令牌已失效,多半是 App 被卸载", "The device's token is no longer valid; most often the app was removed"),
    "SENDER_ID_MISMATCH": Text("设备令牌属于另一个 Firebase 项目", "The device's token belongs to another Firebase project"),
    "BAD_TOKEN": Text("这不是 FCM 的设备令牌", "This is no registration token of FCM's"),
    "THIRD_PARTY_AUTH_ERROR": Text("Firebase 里的 APNs 证书或密钥无效", "The APNs certificate or key in Firebase is not valid"),
    "PERMISSION_DENIED": Text("服务账号没有发送权限,请在项目里启用 Cloud Messaging API 并授予角色", "The service account may not send; enable the Cloud Messaging API in the project and grant the role"),
    "invalid_grant": Text("服务账号的密钥已被删除或停用", "The service account's key was deleted or disabled"),
    "NOT_FOUND": Text("没有这个 Firebase 项目", "There is no such Firebase project"),
}  # fmt: skip


class FcmSettings(Body):
    service_account: str = ui("服务账号(JSON)", "Service account (JSON)", secret=True, min_length=2, max_length=10_000,
                              help=("粘贴 Firebase 控制台下载的密钥文件的全部内容", "Paste the whole key file that Firebase's console gave you"))  # fmt: skip
    base_url: str = base_url("https://fcm.googleapis.com")


class Fcm(Provider):
    key: ClassVar = "fcm"
    labels: ClassVar = Text("Firebase 推送(FCM)", "Firebase Cloud Messaging")
    channels: ClassVar = ("push",)
    settings: ClassVar = FcmSettings
    docs: ClassVar = Text(
        "在 Firebase 控制台“项目设置 → 服务账号”生成新的私钥,把 JSON 文件的内容粘贴到上面。客户的设备身份(device)填写 App 取得的注册令牌;同一客户以最近一次上报的设备为准。"
        "FCM 没有逐条送达回执:消息停在“已发出”;要知道谁打开了,请在附加字段里放 {{ opened_url }},App 打开通知时请求它即可。",
        "In Firebase's console, under project settings, service accounts, generate a new private key and paste the JSON file above. A customer's device identity is the registration token that the app gets; the one that was reported last counts. "
        "FCM tells of no deliveries: messages stay “sent”. To learn who opened one, put {{ opened_url }} into an extra field; the app fetches it when the notification is opened.",
    )
    concurrency: ClassVar = 64

    def check(self, settings: FcmSettings) -> list[FieldProblem]:
        try:
            reason = check_url(google.read(settings.service_account).token_uri)
        except ValueError as error:
            return [*super().check(settings), problem_at("/settings/service_account", Code.BAD_VALUE, reason=str(error))]  # fmt: skip
        refused = [problem_at("/settings/service_account", ChannelCode.URL_REFUSED, reason=reason)] if reason else []
        return [*super().check(settings), *refused]

    def classify(self, code: str) -> ErrorClass:
        return _CLASSES.get(code, ErrorClass.CONTENT)

    def explain(self, code: str) -> Text | None:
        return _WORDS.get(code)

    async def send(self, account: AccountNow, batch: list[Outbound]) -> list[Outcome]:
        async def with_access(access: str, messages: list[Outbound]) -> list[Outcome]:
            return [await self._post(account, access, {"message": body(m)}) for m in messages]  # one, that is

        return await with_token(account, lambda: self._fetch(account), batch, with_access)

    async def probe(self, account: AccountNow) -> Outcome | None:
        """A message to nobody, to be looked at only."""
        dry = {"validate_only": True, "message": {"topic": "canvas-check", "notification": {"title": "-", "body": "-"}}}
        fetched = await self._fetch(account)
        return fetched if isinstance(fetched, Outcome) else await self._post(account, fetched.value, dry)

    async def _fetch(self, account: AccountNow) -> Token | Outcome:
        holder = google.read(account.settings.service_account)
        form = {"grant_type": google.GRANT, "assertion": holder.assertion(SCOPE, kept_now())}
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = await call("POST", holder.token_uri, headers=headers, body=urlencode(form).encode(), seconds=5.0)
        if isinstance(answer, Outcome):  # no message was in it
            return Outcome(ErrorClass.RETRY, answer.code) if answer.error is ErrorClass.AMBIGUOUS else answer
        found = answer.json() or {}
        if answer.status < 300 and text_of(found, "access_token"):
            return Token(text_of(found, "access_token"), float(text_of(found, "expires_in") or 3600))
        code = text_of(found, "error")
        return Outcome(self.classify(code), code[:80]) if code in _CLASSES else without_code(answer)

    async def _post(self, account: AccountNow, access: str, sent: dict[str, Any]) -> Outcome:
        project = quote(google.read(account.settings.service_account).project, safe="")
        url = f"{account.settings.base_url.rstrip('/')}/v1/projects/{project}/messages:send"
        headers = {"Authorization": f"Bearer {access}", "Content-Type": "application/json; charset=UTF-8"}
        answer = await call("POST", url, headers=headers, body=orjson.dumps(sent), seconds=self.deadline_seconds)
        return answer if isinstance(answer, Outcome) else self._read(answer)

    def _read(self, answer: Reply) -> Outcome:
        found = answer.json() or {}
        if answer.status < 300:
            name = text_of(found, "name")
            return Outcome(provider_id=name[:200]) if name else Outcome(ErrorClass.AMBIGUOUS, "no_name")
        error = found.get("error")
        if not isinstance(error, dict):
            return without_code(answer)
        code = code_of(error)
        if code not in _CLASSES:
            return without_code(answer)
        wait = (answer.retry_after or _RATE_SECONDS) if _CLASSES[code] is ErrorClass.RATE else answer.retry_after
        return Outcome(_CLASSES[code], code, retry_after=wait, narrow=_of_one_device(error))


def body(message: Outbound) -> dict[str, Any]:
    content = message.content
    extras = {k: str(v) for k, v in (content.get("extras") or {}).items()}
    return {
        "token": message.to, "notification": {"title": content.get("title") or "", "body": content.get("body") or ""},
        **({"data": extras} if extras else {}),
    }  # fmt: skip


def _details(error: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    rows = error.get("details")
    return [r for r in rows if isinstance(r, dict) and text_of(r, "@type").endswith(kind)] if isinstance(rows, list) else []  # fmt: skip


def code_of(error: dict[str, Any]) -> str:
    """FCM's own code where it says one, else the status; BAD_TOKEN for what is no token at all."""
    told = next((text_of(r, "errorCode") for r in _details(error, "google.firebase.fcm.v1.FcmError")), "")
    code = told or text_of(error, "status")
    return "BAD_TOKEN" if code == "INVALID_ARGUMENT" and _is_about_the_token(error) else code


def _is_about_the_token(error: dict[str, Any]) -> bool:
    faults = [f for r in _details(error, "google.rpc.BadRequest") for f in r.get("fieldViolations") or []]
    fields = {text_of(f, "field") for f in faults if isinstance(f, dict)}
    return "message.token" in fields or "registration token" in text_of(error, "message").lower()


def _of_one_device(error: dict[str, Any]) -> bool:
    """Of the rates that can be exceeded, the one of a single device."""
    told = [v for r in _details(error, "google.rpc.QuotaFailure") for v in r.get("violations") or []]
    return any("device" in f"{text_of(v, 'subject')} {text_of(v, 'description')}".lower() for v in told if isinstance(v, dict))  # fmt: skip


providers.register(Fcm.key, Fcm())
