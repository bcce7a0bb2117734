"""The ledger over HTTP, and the callbacks of providers."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from pydantic import BaseModel
from rest_framework.request import Request
from rest_framework.response import Response

from channels import callbacks
from channels.contract import Answer, Callback
from channels.models import Message
from channels.parcel import STAFF
from channels.selectors import FILTERS, messages_filter, messages_show
from kernel.pagination import cursor, integer_position, page_of, page_size
from tenants.rest.base import OpenView, TenantView


class MessageOut(BaseModel):
    id: str
    canvas: str
    run: str
    node: str
    variant: str | None
    customer: str | None
    staff: str | None
    channel: str
    account: str
    template: str | None
    attempts: int
    purpose: str
    status: str
    reason: str | None
    content: dict[str, Any] | None
    to: str | None
    provider_id: str | None
    created_at: str
    sent_at: str | None
    delivered_at: str | None
    opened_at: str | None
    clicked_at: str | None


class MessagesPage(BaseModel):
    results: list[MessageOut]
    next: str | None


class ReceiptsOut(BaseModel):
    accepted: int
    duplicates: int
    rejected: list[dict[str, Any]]


class MessagesView(TenantView):
    resource = "runs"

    @extend_schema(
        operation_id="messages_list",
        parameters=[OpenApiParameter(name) for name in (*FILTERS, "cursor", "page_size")],
        responses=MessagesPage,
    )
    def get(self, request: Request) -> Response:
        """?canvas= ?run= ?node= ?customer= ?template= ?account= ?status= (several, by comma); newest first."""
        size, position = page_size(request), integer_position(cursor(request))
        rows = Message.objects.filter(**messages_filter(request.query_params.dict()))
        if request.query_params.get("customer"):
            rows = rows.exclude(purpose=STAFF)
        if position is not None:
            rows = rows.filter(pk__lt=position)
        found = list(rows.order_by("-id")[: size + 1])
        page = page_of(request, found, size, lambda row: row, lambda row: str(row.pk))
        return Response({**page, "results": messages_show(page["results"])})


class CallbackView(OpenView):
    """No log-in: the token names the account, the signature proves the sender."""

    parser_classes: list[Any] = []

    @extend_schema(operation_id="callbacks_receive", request=dict, responses=ReceiptsOut)
    def post(self, request: Request, token: str) -> Response | HttpResponse:
        found = callbacks.receive(token, _callback(request))
        return _as_told(found) if isinstance(found, Answer) else Response(found)

    @extend_schema(operation_id="callbacks_check", responses=OpenApiTypes.STR)
    def get(self, request: Request, token: str) -> HttpResponse:
        """How some providers check the address before they use it."""
        return _as_told(callbacks.answer_check(token, _callback(request)))


def _callback(request: Request) -> Callback:
    raw = request._request
    headers = {name.lower(): value for name, value in raw.headers.items()}
    return Callback(
        headers, raw.GET.dict(), raw.body, raw.method or "", raw.build_absolute_uri(), raw.META.get("REMOTE_ADDR", "")
    )


def _as_told(answer: Answer) -> HttpResponse:
    return HttpResponse(answer.body, content_type=answer.content_type, status=answer.status)
