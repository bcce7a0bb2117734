"""Hands messages to the tenant's own gateway as a Standard Webhooks POST, and reads its receipts, signed the same way."""

from datetime import datetime
from hashlib import sha256
from typing import Any, ClassVar, Literal

import orjson
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from channels import calls
from channels import standard_webhooks as signing
from channels.calling import Reply, call
from channels.contract import ACCEPTED, AccountNow, Callback, ErrorClass, Outbound, Outcome, Provider, ReceiptIn
from channels.errors import ChannelCode
from channels.fields import ui
from channels.registry import providers
from kernel.clock import kept_now
from kernel.egress import check_url
from kernel.errors import Code, FieldProblem, ProblemError, problem_at
from kernel.language import Text
from kernel.schema import Body, parse

_CONFIG = frozenset({300, 301, 302, 303, 304, 307, 308, 401, 403, 404, 405, 407, 410})
_RATE = frozenset({425, 429})


class WebhookSettings(Body):
    url: str = ui("地址", "URL", max_length=2000)
    secret: str = ui("签名密钥", "Signing secret", secret=True, min_length=1, max_length=500,
                     help=("Standard Webhooks 密钥,形如 whsec_…", "Standard Webhooks secret, whsec_…"))  # fmt: skip
    batch: int = ui("每次条数", "Messages per request", 1, widget="number", ge=1, le=1000)
    idempotent: bool = ui("网关会按 id 去重", "The gateway drops repeats of an id", False, widget="switch",
                          help=("打开后,结果未知的消息会用同一个 id 重发", "Then unknown outcomes are repeated with the same id"))  # fmt: skip


class _Result(BaseModel):
    model_config = ConfigDict(extra="ignore")
    id: str
    status: Literal["accepted", "rejected"]
    provider_id: str | None = None
    code: str | None = None


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore")
    results: list[_Result]


class _Receipt(Body):
    id: str
    event: Literal[
        "delivered", "failed", "opened", "clicked", "replied", "unsubscribed",
        "answered", "no_answer", "busy", "rejected", "unreachable", "completed",  # of calls: channels.calls
    ]  # fmt: skip
    at: AwareDatetime
    detail: Any = None


class _Receipts(Body):
    receipts: list[_Receipt] = Field(max_length=10_000)


class Webhook(Provider):
    key: ClassVar = "webhook"
    labels: ClassVar = Text("自有网关(Webhook)", "Own gateway (webhook)")
    channels: ClassVar = ()
    settings: ClassVar = WebhookSettings
    concurrency: ClassVar = 64
    pauses: ClassVar = False
    tells_at_once: ClassVar = True
    docs: ClassVar = Text(
        "让网关接收 POST 并校验 Standard Webhooks 签名;回执以同样的签名 POST 到回调地址。",
        "Let the gateway take our POSTs and verify their Standard Webhooks signature; it posts receipts, signed the same way, to the callback address.",
    )

    def check(self, settings: WebhookSettings) -> list[FieldProblem]:
        reason = check_url(settings.url)
        return [problem_at("/settings/url", ChannelCode.URL_REFUSED, reason=reason)] if reason else []

    def batch(self, settings: WebhookSettings) -> int:
        return settings.batch

    def idempotent(self, settings: WebhookSettings) -> bool:
        return settings.idempotent

    def classify(self, code: str) -> ErrorClass:
        """`code` is an HTTP status, or the code of a rejected message (our class names are understood)."""
        if not code.isdigit():
            return _named(code)
        status = int(code)
        if status in _RATE:
            return ErrorClass.RATE
        if status >= 500 or status == 408:
            return ErrorClass.AMBIGUOUS
        return ErrorClass.CONFIG if status in _CONFIG else ErrorClass.CONTENT

    async def send(self, account: AccountNow, batch: list[Outbound]) -> list[Outcome]:
        body = orjson.dumps({"messages": [_wire(m) for m in batch]})
        headers = signed_headers(account.settings.secret, _batch_id(batch), body)
        answer = await call("POST", account.settings.url, headers=headers, body=body, seconds=self.deadline_seconds)
        return [answer] * len(batch) if isinstance(answer, Outcome) else self._read(batch, answer)

    def _read(self, batch: list[Outbound], answer: Reply) -> list[Outcome]:
        if answer.status >= 300:
            refusal = self.classify(str(answer.status))
            return [Outcome(refusal, f"http_{answer.status}", retry_after=answer.retry_after)] * len(batch)
        results = _results(answer.body)
        if results is None:
            return [ACCEPTED] * len(batch)
        return [self._one(results.get(m.id)) for m in batch]

    def _one(self, result: _Result | None) -> Outcome:
        if result is None:
            return Outcome(ErrorClass.AMBIGUOUS, "not_in_results")
        if result.status == "accepted":
            return Outcome(provider_id=(result.provider_id or "")[:200])
        code = (result.code or "rejected")[:80]
        return Outcome(self.classify(code), code, (result.provider_id or "")[:200])

    def parse_callback(self, account: AccountNow, callback: Callback, now: datetime) -> list[ReceiptIn]:
        stamp, sent_id = callback.headers.get(signing.TIMESTAMP, ""), callback.headers.get(signing.ID, "")
        if not (stamp.isascii() and stamp.isdigit()) or len(stamp) > 12:
            raise ProblemError(ChannelCode.FORGED)
        signature = callback.headers.get(signing.SIGNATURE, "")
        if not signing.verify(account.settings.secret, sent_id, int(stamp), callback.body, signature):
            raise ProblemError(ChannelCode.FORGED)
        if abs(now.timestamp() - int(stamp)) > signing.TOLERANCE_SECONDS:
            raise ProblemError(ChannelCode.EXPIRED)
        found = parse(_Receipts, _json(callback.body))
        return [_receipt(account, i, r) for i, r in enumerate(found.receipts)]


def _receipt(account: AccountNow, place: int, sent: _Receipt) -> ReceiptIn:
    """Raises BAD_VALUE for a call's event where nobody is called."""
    detail = sent.detail if isinstance(sent.detail, dict) else {} if sent.detail is None else {"text": sent.detail}
    if sent.event not in calls.EVENTS:
        return ReceiptIn(sent.id, sent.event, sent.at, detail)
    if account.channel != "call":
        raise ProblemError.at(f"/receipts/{place}/event", Code.BAD_VALUE, reason=sent.event)
    event, detail = calls.told(calls.EVENTS[sent.event], detail)
    return ReceiptIn(sent.id, event, sent.at, detail)


def _json(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise ProblemError(Code.MALFORMED_JSON, line=error.lineno, column=error.colno) from error


def _wire(message: Outbound) -> dict[str, Any]:
    who = "staff" if message.purpose == "staff" else "customer"
    return {
        "id": message.id, "channel": message.channel, who: {"id": str(message.customer_id), "external_id": message.external_id},
        "to": message.to, "content": message.content, "canvas": message.canvas, "run": message.run, "node": message.node,
        "variant": message.variant or None,
    }  # fmt: skip


def _batch_id(batch: list[Outbound]) -> str:
    """The same messages have the same id, however often they are tried."""
    if len(batch) == 1:
        return batch[0].id
    return "batch-" + sha256("\n".join(m.id for m in batch).encode()).hexdigest()[:40]


def signed_headers(secret: str, webhook_id: str, body: bytes) -> dict[str, str]:
    now = int(kept_now())  # the other side refuses what seems old: this machine's clock may be wrong
    return {
        "Content-Type": "application/json", signing.ID: webhook_id, signing.TIMESTAMP: str(now),
        signing.SIGNATURE: signing.sign(secret, webhook_id, now, body),
    }  # fmt: skip


def _results(body: bytes) -> dict[str, _Result] | None:
    """Results by id, or None when the answer has none: an empty 2xx accepts all."""
    try:
        found = orjson.loads(body) if body.strip() else None
        if not isinstance(found, dict) or "results" not in found:
            return None
        return {r.id: r for r in _Answer.model_validate(found).results}
    except orjson.JSONDecodeError:
        return None
    except ValueError:
        return {}  # results that can't be read: nothing is known of any message


def _named(code: str) -> ErrorClass:
    known = {c.value: c for c in ErrorClass} | {c.name.lower(): c for c in ErrorClass}
    return known.get(code.lower(), ErrorClass.RCPT)


providers.register(Webhook.key, Webhook())
