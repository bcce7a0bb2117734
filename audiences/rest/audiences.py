"""Saved audiences over HTTP: list, make, change, remove, refresh and sizes."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from audiences import services
from audiences.access import access_audience
from audiences.errors import Code
from audiences.limit import bounded
from audiences.models import Audience, AudienceSize
from audiences.refresh import plan
from audiences.rest.shapes import (
    About,
    AudienceChange,
    AudienceIn,
    AudienceOut,
    AudiencesOut,
    ChangesOut,
    HistoryOut,
    RefreshManyIn,
)
from audiences.selectors import audience_show, audiences_listed, audiences_show, changes, history_since
from audiences.tasks import REFRESH, REFRESH_MANY
from audiences.uploads import find_uploaded
from kernel.errors import Code as KernelCode
from kernel.errors import ProblemError
from kernel.pagination import paginate, paginate_many
from tenants.audit import audit
from tenants.jobs import job_create, job_show
from tenants.rest.base import TenantView
from tenants.scope import current_tenant_id

MOST_DAYS = 400
PAGING = [OpenApiParameter("page_size", int), OpenApiParameter("cursor", str)]


class AudiencesView(TenantView):
    resource = "audiences"

    @extend_schema(
        operation_id="audiences_list",
        parameters=[
            *PAGING,
            OpenApiParameter("search", str),
            OpenApiParameter("kind", str, enum=["dynamic", "static"]),
            OpenApiParameter("folder", str, description="empty: those in none"),
            OpenApiParameter("owner", str),
            OpenApiParameter("archived", bool, description="true: the archived ones instead"),
        ],
        responses=AudiencesOut,
    )
    def get(self, request: Request) -> Response:
        asked = request.query_params
        equal = {field: asked.get(field) for field in ("kind", "folder", "owner")}
        rows = audiences_listed(asked.get("search", ""), archived=asked.get("archived") == "true", **equal)
        return Response(paginate_many(request, rows, audiences_show))

    @extend_schema(operation_id="audiences_create", request=AudienceIn, responses={201: AudienceOut})
    def post(self, request: Request) -> Response:
        sent = self.body(AudienceIn)
        unknown, about = dict[str, Any](), {"owner": self.actor.name, **sent.about()}
        with bounded():
            if sent.customers is not None:
                uploaded = find_uploaded(sent.customers, sent.by)
                audience = services.audience_create_static(name=sent.name, people=uploaded.people, **about)
                unknown = uploaded.told()
            else:
                audience = services.audience_create_dynamic(name=sent.name, rule=sent.rule, **about)
        _plan(audience, sent)
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
        unknown, about = dict[str, Any](), sent.about()
        if sent.name is not None:
            about["name"] = sent.name
        with bounded():
            services.audience_update(audience, rule=sent.rule, **about)
            if sent.customers is not None:
                uploaded = find_uploaded(sent.customers, sent.by)
                services.audience_replace(audience, uploaded.people)
                unknown = uploaded.told()
        _plan(audience, sent)
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
    if audience.kind == services.STATIC and sent.schedule is not None:
        raise ProblemError.at("/schedule", Code.NOT_DYNAMIC)


def _plan(audience: Audience, sent: About) -> None:
    if "schedule" in sent.model_fields_set:
        plan(audience.pk)
        audience.refresh_from_db()


class RefreshView(TenantView):
    resource = "audiences"

    @extend_schema(operation_id="audiences_refresh", request=None, responses={202: dict})
    def post(self, request: Request, audience_id: str) -> Response:
        audience = access_audience(audience_id)
        job = job_create(REFRESH, {"tenant": current_tenant_id(), "audience": audience.pk})
        return Response(job_show(job), status=202)


class RefreshManyView(TenantView):
    """Several audiences anew, in one job that tells how far it is."""

    resource = "audiences"

    @extend_schema(operation_id="audiences_refresh_many", request=RefreshManyIn, responses={202: dict})
    def post(self, request: Request) -> Response:
        ids = [access_audience(text).pk for text in self.body(RefreshManyIn).audiences]
        job = job_create(REFRESH_MANY, {"tenant": current_tenant_id(), "audiences": ids})
        return Response(job_show(job), status=202)


class ChangesView(TenantView):
    resource = "audiences"

    @extend_schema(operation_id="audiences_changes", responses=ChangesOut)
    def get(self, request: Request, audience_id: str) -> Response:
        return Response(changes(access_audience(audience_id)))


class HistoryView(TenantView):
    resource = "audiences"

    @extend_schema(
        operation_id="audiences_history",
        parameters=[*PAGING, OpenApiParameter("days", int, description="of the last so many days; 0: all")],
        responses=HistoryOut,
    )
    def get(self, request: Request, audience_id: str) -> Response:
        rows = AudienceSize.objects.filter(audience_id=access_audience(audience_id).pk)
        since = history_since(_days(request))
        rows = rows.filter(at__gte=since) if since else rows
        return Response(paginate(request, rows, _size_show))


def _days(request: Request) -> int:
    raw = request.query_params.get("days", "0")
    if not (raw.isascii() and raw.isdecimal() and int(raw) <= MOST_DAYS):
        raise ProblemError.at("/days", KernelCode.BAD_VALUE, reason=f"0–{MOST_DAYS}")
    return int(raw)


def _size_show(row: AudienceSize) -> dict[str, Any]:
    return {
        "at": row.at, "size": row.size, "cause": row.cause, "joined": row.joined, "left": row.left, "took_ms": row.took_ms,
    }  # fmt: skip
