"""Saved audiences over HTTP: list, make, change, remove, refresh, members and sizes."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from audiences import services
from audiences.access import access_audience
from audiences.errors import Code
from audiences.models import Audience, AudienceSize
from audiences.preview import bounded
from audiences.rest.shapes import (
    AudienceChange,
    AudienceIn,
    AudienceOut,
    AudiencesOut,
    HistoryOut,
    MembersOut,
)
from audiences.selectors import audience_show, audiences_listed, named_by
from audiences.snapshots import gone, snapshot
from audiences.tasks import REFRESH
from audiences.uploads import find_uploaded
from customers.selectors import customers_show
from kernel.errors import ProblemError
from kernel.pagination import cursor, integer_position, next_url, page_size, paginate
from kernel.sets import to_array
from tenants.audit import audit
from tenants.jobs import job_create, job_show
from tenants.rest.base import TenantView
from tenants.scope import current_tenant_id

PAGING = [OpenApiParameter("page_size", int), OpenApiParameter("cursor", str)]


class AudiencesView(TenantView):
    resource = "audiences"

    @extend_schema(
        operation_id="audiences_list", parameters=[*PAGING, OpenApiParameter("search", str)], responses=AudiencesOut
    )
    def get(self, request: Request) -> Response:
        rows = audiences_listed(request.query_params.get("search", "").replace("\0", ""))
        named = named_by()
        return Response(paginate(request, rows, lambda row: audience_show(row, named)))

    @extend_schema(operation_id="audiences_create", request=AudienceIn, responses={201: AudienceOut})
    def post(self, request: Request) -> Response:
        sent = self.body(AudienceIn)
        unknown: dict[str, Any] = {}
        with bounded():
            if sent.customers is not None:
                uploaded = find_uploaded(sent.customers)
                audience = services.audience_create_static(name=sent.name, people=uploaded.people)
                unknown = {"unknown": uploaded.unknown}
            else:
                audience = services.audience_create_dynamic(name=sent.name, rule=sent.rule)
        audit(self.actor.name, "audience.create", f"audience:{audience.pk}", name=audience.name)
        return Response(audience_show(audience) | unknown, status=201)


class AudienceView(TenantView):
    resource = "audiences"

    @extend_schema(operation_id="audiences_get", responses=AudienceOut)
    def get(self, request: Request, audience_id: str) -> Response:
        return Response(audience_show(access_audience(audience_id)))

    @extend_schema(operation_id="audiences_update", request=AudienceChange, responses=AudienceOut)
    def patch(self, request: Request, audience_id: str) -> Response:
        audience, sent = access_audience(audience_id), self.body(AudienceChange)
        _check_kind(audience, sent)
        unknown: dict[str, Any] = {}
        with bounded():
            services.audience_update(audience, name=sent.name, rule=sent.rule)
            if sent.customers is not None:
                uploaded = find_uploaded(sent.customers)
                services.audience_replace(audience, uploaded.people)
                unknown = {"unknown": uploaded.unknown}
        audit(self.actor.name, "audience.update", f"audience:{audience.pk}", name=audience.name)
        return Response(audience_show(audience) | unknown)

    @extend_schema(operation_id="audiences_delete", responses={204: None})
    def delete(self, request: Request, audience_id: str) -> Response:
        audience = access_audience(audience_id)
        target = f"audience:{audience.pk}"
        services.audience_delete(audience)
        audit(self.actor.name, "audience.delete", target)
        return Response(status=204)


def _check_kind(audience: Audience, sent: AudienceChange) -> None:
    other = "customers" if audience.kind == services.DYNAMIC else "rule"
    if getattr(sent, other) is not None:
        raise ProblemError.at(f"/{other}", Code.WRONG_KIND, kind=audience.kind)


class RefreshView(TenantView):
    resource = "audiences"

    @extend_schema(operation_id="audiences_refresh", request=None, responses={202: dict})
    def post(self, request: Request, audience_id: str) -> Response:
        audience = access_audience(audience_id)
        job = job_create(REFRESH, {"tenant": current_tenant_id(), "audience": audience.pk})
        return Response(job_show(job), status=202)


class MembersView(TenantView):
    """The latest people, by id; nobody who was merged away or erased since."""

    resource = "audiences"

    @extend_schema(operation_id="audiences_members", parameters=PAGING, responses=MembersOut)
    def get(self, request: Request, audience_id: str) -> Response:
        ids = to_array(snapshot(access_audience(audience_id).pk) - gone())
        size, after = page_size(request), max(integer_position(cursor(request)) or 0, 0)
        start = ids.searchsorted(min(after, 2**63 - 1), side="right") if after else 0
        page = [int(i) for i in ids[start : start + size + 1]]
        more = len(page) > size
        following = next_url(request, str(page[size - 1])) if more else None
        return Response({"results": customers_show(page[:size]), "next": following})


class HistoryView(TenantView):
    resource = "audiences"

    @extend_schema(operation_id="audiences_history", parameters=PAGING, responses=HistoryOut)
    def get(self, request: Request, audience_id: str) -> Response:
        rows = AudienceSize.objects.filter(audience_id=access_audience(audience_id).pk)
        return Response(paginate(request, rows, lambda row: {"at": row.at, "size": row.size}))
