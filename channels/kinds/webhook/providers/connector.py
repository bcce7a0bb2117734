"""The merchant's shop issues a reward: one signed POST a person, `{"type": "reward.issue", "idempotency_key", "member", "reward"}`,
answered by `{"status": "issued" | "rejected", "external_id", "code"}`. The key never changes, so what is unknown is asked again."""

from typing import Any, ClassVar, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from channels.calling import Reply, call
from channels.contract import AccountNow, ErrorClass, Outbound, Outcome, Provider
from channels.errors import ChannelCode
from channels.fields import ui
from channels.kinds.every.providers.webhook import Webhook, signed_headers
from channels.registry import providers
from kernel.egress import check_url
from kernel.errors import FieldProblem, problem_at
from kernel.language import Text
from kernel.schema import Body

GATEWAY = Webhook()
APART = "\t"  # between the shop's id and the code in a message's provider_id


class ConnectorSettings(Body):
    url: str = ui("地址", "URL", max_length=2000)
    secret: str = ui("签名密钥", "Signing secret", secret=True, min_length=1, max_length=500,
                     help=("Standard Webhooks 密钥,形如 whsec_…", "Standard Webhooks secret, whsec_…"))  # fmt: skip


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore")
    status: Literal["issued", "rejected"]
    external_id: str = Field(default="", max_length=99)
    code: str = Field(default="", max_length=100)


class RewardConnector(Provider):
    key: ClassVar = "reward_connector"
    labels: ClassVar = Text("商城权益接口(Webhook)", "Shop that issues rewards (webhook)")
    channels: ClassVar = ("webhook",)
    settings: ClassVar = ConnectorSettings
    docs: ClassVar = Text(
        "让商城接收 reward.issue 的 POST,校验 Standard Webhooks 签名,按 idempotency_key 去重,回答 issued 或 rejected;核销用 POST rewards/redeem 报告。",
        "Let the shop take our reward.issue POSTs, verify their Standard Webhooks signature, drop repeats of an idempotency_key and answer issued or rejected; it reports use by POST rewards/redeem.",
    )

    concurrency: ClassVar = 64
    pauses: ClassVar = False

    def check(self, settings: ConnectorSettings) -> list[FieldProblem]:
        reason = check_url(settings.url)
        return [problem_at("/settings/url", ChannelCode.URL_REFUSED, reason=reason)] if reason else []

    def classify(self, code: str) -> ErrorClass:
        """`code` is an HTTP status."""
        return GATEWAY.classify(code)

    def idempotent(self, settings: ConnectorSettings) -> bool:
        return True

    async def send(self, account: AccountNow, batch: list[Outbound]) -> list[Outcome]:
        return [await self._issue(account, one) for one in batch]

    async def _issue(self, account: AccountNow, one: Outbound) -> Outcome:
        body = orjson.dumps(_wire(one))
        headers = signed_headers(account.settings.secret, one.id, body)
        answer = await call("POST", account.settings.url, headers=headers, body=body, seconds=self.deadline_seconds)
        return answer if isinstance(answer, Outcome) else self._outcome(answer)

    def _outcome(self, reply: Reply) -> Outcome:
        if reply.status >= 300:
            return Outcome(self.classify(str(reply.status)), f"http_{reply.status}", retry_after=reply.retry_after)
        try:
            said = _Answer.model_validate_json(reply.body)
        except ValidationError:
            return Outcome(ErrorClass.AMBIGUOUS, "unreadable")  # it may have been issued: asked again with the same key
        if said.status == "rejected":
            return Outcome(ErrorClass.CONTENT, (said.code or "rejected")[:80])
        return Outcome(provider_id=f"{said.external_id}{APART}{said.code}")


def _wire(one: Outbound) -> dict[str, Any]:
    body = one.content["body"] if isinstance(one.content.get("body"), dict) else {"reward": one.content.get("body")}
    return {
        "type": "reward.issue", **body, "idempotency_key": one.id,
        "member": {"id": str(one.customer_id), "external_id": one.external_id},
        "canvas": one.canvas, "run": one.run, "node": one.node,
    }  # fmt: skip


providers.register(RewardConnector.key, RewardConnector())
