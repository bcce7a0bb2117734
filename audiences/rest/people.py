"""The people of a saved audience over HTTP: pages, samples, changes by hand, and a file to take away."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from audiences import services
from audiences.access import access_audience
from audiences.errors import Code
from audiences.export import EXPORT, columns_known
from audiences.limit import bounded
from audiences.models import Audience
from audiences.reach import reach
from audiences.rest.shapes import ColumnsOut, ExportIn, MembersOut, PeopleIn, PeopleOut, ReachOut
from audiences.snapshots import gone, snapshot
from audiences.uploads import find_uploaded
from customers.selectors import customers_show, found, there
from kernel.errors import Code as KernelCode
from kernel.errors import ProblemError
from kernel.pagination import cursor, integer_position, next_url, page_size
from kernel.sets import People, people, sample, to_array
from kernel.tables.write import XLSX_ROWS
from tenants.audit import audit
from tenants.jobs import job_create, job_show
from tenants.keys import REVEAL
from tenants.rest.base import TenantView
from tenants.rest.jobs import JobOut
from tenants.scope import current_tenant_id

_FEW = 5000  # up to so many members are searched one by one; more are met with all who match
_SEED_LENGTH = 100
SEARCH = OpenApiParameter("search", str, description="external id, exact phone or e-mail, or a part of the name")


def _members(request: Request, audience: Audience) -> People:
    """The latest people who are still there and match ?search."""
    group, text = snapshot(audience.pk) - gone(), request.query_params.get("search", "").strip()
    if not text:
        return group
    rows = there().filter(found(text))
    if len(group) <= _FEW:
        rows = rows.filter(pk__in=[int(i) for i in to_array(group)])
    with bounded():
        return group & people(rows.values_list("pk", flat=True).iterator())


class MembersView(TenantView):
    """The latest people, by id; nobody who was merged away or erased since."""

    resource = "audiences"

    @extend_schema(
        operation_id="audiences_members",
        parameters=[OpenApiParameter("page_size", int), OpenApiParameter("cursor", str), SEARCH],
        responses=MembersOut,
    )
    def get(self, request: Request, audience_id: str) -> Response:
        ids = to_array(_members(request, access_audience(audience_id)))
        size, after = page_size(request), max(integer_position(cursor(request)) or 0, 0)
        start = ids.searchsorted(min(after, 2**63 - 1), side="right") if after else 0
        page = [int(i) for i in ids[start : start + size + 1]]
        more = len(page) > size
        following = next_url(request, str(page[size - 1])) if more else None
        return Response({"results": customers_show(page[:size]), "next": following})


class SampleView(TenantView):
    """Some of them at random: the same ones for the same `seed`, as long as they are members."""

    resource = "audiences"

    @extend_schema(
        operation_id="audiences_sample",
        parameters=[OpenApiParameter("page_size", int), OpenApiParameter("seed", str), SEARCH],
        responses=MembersOut,
    )
    def get(self, request: Request, audience_id: str) -> Response:
        audience = access_audience(audience_id)
        salt = f"sample:{audience.pk}:{request.query_params.get('seed', '')[:_SEED_LENGTH]}"
        chosen = sample(_members(request, audience), salt, page_size(request))
        return Response({"results": customers_show([int(i) for i in to_array(chosen)]), "next": None})


class ReachView(TenantView):
    """How many of them marketing messages can reach, by channel: address, consent, not on the blacklist."""

    resource = "audiences"

    @extend_schema(operation_id="audiences_reach", responses=ReachOut)
    def get(self, request: Request, audience_id: str) -> Response:
        group = snapshot(access_audience(audience_id).pk) - gone()
        with bounded():
            return Response({"size": len(group), "results": reach(group)})


class PeopleView(TenantView):
    resource = "audiences"

    @extend_schema(operation_id="audiences_people", request=PeopleIn, responses=PeopleOut)
    def post(self, request: Request, audience_id: str) -> Response:
        audience, sent = access_audience(audience_id), self.body(PeopleIn)
        if audience.kind != services.STATIC:
            raise ProblemError.at("/customers", Code.WRONG_KIND, kind=audience.kind)
        with bounded():
            uploaded = find_uploaded(sent.customers, sent.by)
            added, removed = services.audience_change_people(audience, sent.op, uploaded.people)
        audit(self.actor.name, f"audience.{sent.op}", f"audience:{audience.pk}", added=added, removed=removed)
        return Response({"size": audience.size, "added": added, "removed": removed, **uploaded.told()})


class ExportColumnsView(TenantView):
    """What an export can hold, and whether the caller may have it in plain."""

    resource = "audiences"

    @extend_schema(operation_id="audiences_export_columns", responses=ColumnsOut)
    def get(self, request: Request) -> Response:
        return Response({"results": columns_known(), "may_reveal": self.actor.may(REVEAL)})


class ExportView(TenantView):
    """A job; its `file_url` is to be fetched with the same log-in within a day."""

    resource = "audiences"

    @extend_schema(operation_id="audiences_export", request=ExportIn, responses={202: JobOut})
    def post(self, request: Request, audience_id: str) -> Response:
        audience, sent = access_audience(audience_id), self.body(ExportIn)
        if not self.actor.may("customers:read"):
            raise ProblemError(KernelCode.FORBIDDEN, scope="customers:read")
        if sent.plain and not self.actor.may(REVEAL):
            raise ProblemError(KernelCode.FORBIDDEN, scope=REVEAL)
        _check_columns(sent.columns)
        if sent.format == "xlsx" and (audience.size or 0) >= XLSX_ROWS:
            raise ProblemError(KernelCode.TOO_MANY_ROWS, limit=XLSX_ROWS - 1, count=audience.size)
        asked: dict[str, Any] = sent.model_dump()
        job = job_create(EXPORT, {"tenant": current_tenant_id(), "audience": audience.pk, **asked})
        audit(
            self.actor.name, "audience.export", f"audience:{audience.pk}", size=audience.size, job=str(job.pk), **asked
        )
        return Response(job_show(job), status=202)


def _check_columns(columns: list[str]) -> None:
    known = [column["key"] for column in columns_known()]
    for i, key in enumerate(columns):
        if key not in known:
            raise ProblemError.at(f"/columns/{i}", Code.UNKNOWN_COLUMN, known=", ".join(known))
