"""Channel accounts and providers over HTTP."""

import uuid
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from pydantic import BaseModel, Field, RootModel
from rest_framework.request import Request
from rest_framework.response import Response

from channels.access import account_or_404
from channels.contract import Outbound
from channels.models import Account, SendJob, Template
from channels.pausing import resume
from channels.registry import kinds, providers_of
from channels.rehearsal import outcome_of_probe, outcome_of_test
from channels.services.accounts import (
    AccountChange,
    AccountIn,
    account_create,
    account_show,
    account_update,
)
from kernel.errors import Code, ProblemError
from kernel.language import Text
from kernel.pagination import paginate
from kernel.schema import Body
from tenants.audit import audit
from tenants.rest.base import TenantView


class AccountOut(BaseModel):
    id: str
    channel: str
    provider: str
    name: str
    settings: dict[str, Any]
    limits: dict[str, Any]
    status: str
    status_reason: str
    paused_at: str | None
    waits_until: str | None
    callback_url: str
    created_at: str


class AccountsPage(BaseModel):
    results: list[AccountOut]
    next: str | None


class ProviderOut(BaseModel):
    channel: str
    provider: str
    labels: dict[str, str]
    channel_labels: dict[str, str]
    docs: dict[str, str] | None
    schema_: dict[str, Any] = Field(alias="schema")


class ProvidersOut(RootModel[list[ProviderOut]]):
    """Every provider of every channel."""


class AccountTestIn(Body):
    """Without `to` the provider is asked whether it knows the account; with it, a test message is sent (of `content`)."""

    to: str = Field("", max_length=500)
    content: dict[str, Any] | None = None


class AccountTestOut(BaseModel):
    ok: bool
    detail: str


class ProvidersView(TenantView):
    resource = "channels"

    @extend_schema(operation_id="channel_providers_list", responses=ProvidersOut)
    def get(self, request: Request) -> Response:
        found = [
            {
                "channel": kind.key, "provider": provider.key, "labels": provider.labels.labels(),
                "channel_labels": kind.labels.labels(), "docs": provider.docs.labels() if provider.docs else None, "schema": provider.settings.model_json_schema(by_alias=True),
            }
            for kind in kinds.values()
            for provider in providers_of(kind.key)
        ]  # fmt: skip
        return Response(found)


class AccountsView(TenantView):
    resource = "channels"

    @extend_schema(
        operation_id="channel_accounts_list",
        parameters=[OpenApiParameter(name) for name in ("channel", "cursor", "page_size")],
        responses=AccountsPage,
    )
    def get(self, request: Request) -> Response:
        rows = Account.objects.all()
        if request.query_params.get("channel"):
            rows = rows.filter(channel=request.query_params["channel"])
        return Response(paginate(request, rows, account_show))

    @extend_schema(operation_id="channel_accounts_create", request=AccountIn, responses={201: AccountOut})
    def post(self, request: Request) -> Response:
        account = account_create(self.body(AccountIn), self.actor.name)
        audit(self.actor.name, "channel_account.create", f"channel_account:{account.pk}", provider=account.provider)
        return Response(account_show(account), status=201)


class AccountView(TenantView):
    resource = "channels"

    @extend_schema(operation_id="channel_accounts_get", responses=AccountOut)
    def get(self, request: Request, account_id: str) -> Response:
        return Response(account_show(account_or_404(account_id)))

    @extend_schema(operation_id="channel_accounts_update", request=AccountChange, responses=AccountOut)
    def patch(self, request: Request, account_id: str) -> Response:
        account = account_update(account_or_404(account_id), self.body(AccountChange), self.actor.name)
        audit(self.actor.name, "channel_account.update", f"channel_account:{account.pk}", fields=sorted(request.data))
        return Response(account_show(account))

    @extend_schema(operation_id="channel_accounts_delete", responses={204: None})
    def delete(self, request: Request, account_id: str) -> Response:
        account = account_or_404(account_id)
        used = list(Template.objects.filter(account=account, archived_at=None).values_list("name", flat=True)[:5])
        if used or SendJob.objects.filter(account_id=account.pk).exists():
            raise ProblemError(Code.IN_USE, what=", ".join(used) or account.name)
        audit(self.actor.name, "channel_account.delete", f"channel_account:{account.pk}", name=account.name)
        Template.objects.filter(account=account).delete()
        account.delete()
        return Response(status=204)


_TEST_TEXT = Text("这是一条测试消息", "This is a test message")


class AccountTestView(TenantView):
    resource = "channels"

    @extend_schema(operation_id="channel_accounts_test", request=AccountTestIn, responses=AccountTestOut)
    def post(self, request: Request, account_id: str) -> Response:
        """Asks the provider, or hands one message over to it, and tells what it answered."""
        account, sent = account_or_404(account_id), self.body(AccountTestIn)
        if not sent.to and (probed := outcome_of_probe(account)) is not None:
            return Response(probed)
        content = sent.content or _test_content(account.channel)
        test = Outbound(f"test-{uuid.uuid4()}", account.channel, "service", sent.to, 0, None, content, "", "", "", "")
        return Response(outcome_of_test(account, test))


class AccountResumeView(TenantView):
    resource = "channels"

    @extend_schema(operation_id="channel_accounts_resume", request=None, responses=AccountOut)
    def post(self, request: Request, account_id: str) -> Response:
        """After what the provider refused was put right: what waits goes out."""
        account = account_or_404(account_id)
        resume(account, self.actor.name)
        audit(self.actor.name, "channel_account.resume", f"channel_account:{account.pk}")
        return Response(account_show(account))


def _test_content(channel: str) -> dict[str, Any]:
    words = _TEST_TEXT.say()
    contents: dict[str, dict[str, Any]] = {
        "email": {"subject": words, "text": words}, "webhook": {"body": {"test": True, "text": words}},
        "push": {"title": words, "body": words},
    }  # fmt: skip
    return contents.get(channel, {"text": words})
