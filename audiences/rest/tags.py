"""What the audiences room does with tags over HTTP: asking the rule of one anew, and how well tags match behaviour."""

from datetime import datetime
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from audiences.accuracy.check import CHECK_TAG
from audiences.models import TagCheck
from audiences.tagging import REFRESH_TAG
from customers.access import access_tag
from customers.errors import CustomerCode
from customers.models import Tag
from kernel.errors import ProblemError
from kernel.pagination import paginate
from kernel.schema import Body
from tenants.jobs import job_create, job_show
from tenants.rest.base import TenantView
from tenants.scope import current_tenant_id


class TagCheckOut(Body):
    id: str
    at: datetime
    checked: int
    wrong: int
    accuracy: float
    low: float
    high: float
    detail: dict[str, Any]


class TagChecksOut(Body):
    results: list[TagCheckOut]
    next: str | None


def _ruled(tag_id: str) -> Tag:
    tag = access_tag(tag_id)
    if tag.rule is None:
        raise ProblemError(CustomerCode.TAG_BY_HAND, name=tag.name)
    return tag


def _job(kind: str, tag: Tag) -> Response:
    return Response(job_show(job_create(kind, {"tenant": current_tenant_id(), "tag": tag.pk})), status=202)


class TagRefreshView(TenantView):
    resource = "customers"

    @extend_schema(operation_id="tags_refresh", request=None, responses={202: dict})
    def post(self, request: Request, tag_id: str) -> Response:
        return _job(REFRESH_TAG, _ruled(tag_id))


class TagChecksView(TenantView):
    resource = "customers"

    @extend_schema(
        operation_id="tag_checks_list",
        parameters=[OpenApiParameter("page_size", int), OpenApiParameter("cursor", str)],
        responses=TagChecksOut,
    )
    def get(self, request: Request, tag_id: str) -> Response:
        rows = TagCheck.objects.filter(tag_id=access_tag(tag_id).pk)
        return Response(paginate(request, rows, _show))

    @extend_schema(operation_id="tag_checks_create", request=None, responses={202: dict})
    def post(self, request: Request, tag_id: str) -> Response:
        return _job(CHECK_TAG, _ruled(tag_id))


def _show(row: TagCheck) -> dict[str, Any]:
    names = ("at", "checked", "wrong", "accuracy", "low", "high", "detail")
    return {"id": str(row.pk), **{name: getattr(row, name) for name in names}}
