"""Canvases over HTTP: drawing, checking, publishing."""

import re
from collections.abc import Callable
from typing import Literal

from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from pydantic import Field
from rest_framework.request import Request
from rest_framework.response import Response

from canvas_app.access import access_canvas
from canvas_app.approving import approval_ask, approval_show, approval_withdraw, latest_of, needs_approval
from canvas_app.checks import check
from canvas_app.document import Document
from canvas_app.errors import Code
from canvas_app.estimate import estimate
from canvas_app.gallery import gallery_document, gallery_show
from canvas_app.models import Canvas, CanvasVersion
from canvas_app.nodes.base import FAMILIES, registry
from canvas_app.publishing import canvas_publish
from canvas_app.selectors import (
    canvas_rows,
    canvas_show,
    canvases,
    missed_occurrences,
    next_occurrences,
    people_inside,
    version_show,
)
from canvas_app.services import (
    canvas_archive,
    canvas_create,
    canvas_delete,
    canvas_duplicate,
    canvas_end,
    canvas_pause,
    canvas_resume,
    canvas_run_now,
    canvas_update,
    version_restore,
)  # fmt: skip
from canvas_app.status import run_show
from kernel.errors import Code as Common
from kernel.errors import ProblemError
from kernel.pagination import paginate, paginate_many
from kernel.schema import Body
from tenants.rest.base import TenantView

IF_MATCH = OpenApiParameter("If-Match", str, OpenApiParameter.HEADER, required=True, description='"<integer revision>"')
_REVISION = re.compile(r'^(?:W/)?"?(\d{1,9})"?$')


class CanvasIn(Document):
    """A new canvas; `template` begins from one of the gallery."""

    name: str = Field(min_length=1, max_length=200)
    kind: Literal["scheduled", "triggered"] | None = None
    template: str | None = None


class CanvasPatch(Document):
    name: str | None = Field(None, min_length=1, max_length=200)


class PublishIn(Body):
    """in_flight: people inside finish on their version, or are moved over; redirects say where to from steps that are gone."""

    name: str = Field("", max_length=200)
    in_flight: Literal["finish", "move"] = "finish"
    redirects: dict[str, str | None] = Field(default_factory=dict, max_length=500)


class Spread(Body):
    spread_minutes: int = Field(ge=1, le=7 * 24 * 60)


class ResumeIn(Body):
    """What became due while paused: done at once, left out, or spread over so many minutes."""

    overdue: Literal["run", "skip"] | Spread = "run"


class CopyIn(Body):
    name: str | None = Field(None, min_length=1, max_length=200)


class Sample(Body):
    count: int | None = Field(None, ge=1)
    percent: float | None = Field(None, gt=0, le=100)


class RunNowIn(Body):
    sample: Sample | None = None


def _with_revision(canvas: Canvas, status: int = 200) -> Response:
    return Response(canvas_show(canvas), status=status, headers={"ETag": f'"{canvas.revision}"'})


def _revision_sent(request: Request) -> int:
    raw = request.headers.get("If-Match")
    if raw is None:
        raise ProblemError(Common.REVISION_REQUIRED)
    found = _REVISION.match(raw.strip())
    if found is None:
        raise ProblemError(Code.BAD_IF_MATCH)
    return int(found[1])


class CanvasesView(TenantView):
    resource = "canvases"

    @extend_schema(
        operation_id="canvases_list",
        parameters=[OpenApiParameter(p, str) for p in ("status", "kind", "search")],
        responses=dict,
    )
    def get(self, request: Request) -> Response:
        q = request.query_params
        rows = canvases(status=q.get("status", ""), kind=q.get("kind", ""), search=q.get("search", ""))
        return Response(paginate_many(request, rows, canvas_rows))

    @extend_schema(operation_id="canvases_create", request=CanvasIn, responses={201: dict})
    def post(self, request: Request) -> Response:
        sent = self.body(CanvasIn)
        document = sent.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude={"name", "kind", "template"})
        kind: str | None = sent.kind
        if sent.template is not None:
            found_kind, base = gallery_document(sent.template)
            kind, document = found_kind, {**base, **document}
        if kind is None:
            raise ProblemError.at("/kind", Common.MISSING)
        return _with_revision(canvas_create(name=sent.name, kind=kind, document=document, actor=self.actor.name), 201)


class CanvasView(TenantView):
    resource = "canvases"

    @extend_schema(operation_id="canvases_get", responses=dict)
    def get(self, request: Request, canvas_id: str) -> Response:
        canvas = access_canvas(canvas_id)
        shown = {**canvas_show(canvas), "approval": latest_of(canvas)}
        return Response(shown, headers={"ETag": f'"{canvas.revision}"'})

    @extend_schema(operation_id="canvases_update", request=CanvasPatch, parameters=[IF_MATCH], responses=dict)
    def patch(self, request: Request, canvas_id: str) -> Response:
        canvas = access_canvas(canvas_id, lock=True)
        revision, sent = _revision_sent(request), self.body(CanvasPatch)
        change = sent.model_dump(mode="json", by_alias=True, exclude_unset=True)
        return _with_revision(canvas_update(canvas, change, revision=revision, actor=self.actor.name))

    @extend_schema(operation_id="canvases_delete", responses={204: None})
    def delete(self, request: Request, canvas_id: str) -> Response:
        canvas_delete(access_canvas(canvas_id, lock=True), actor=self.actor.name)
        return Response(status=204)


class CheckView(TenantView):
    scopes = {"POST": "canvases:read"}

    @extend_schema(operation_id="canvases_check", request=None, responses=dict)
    def post(self, request: Request, canvas_id: str) -> Response:
        canvas = access_canvas(canvas_id)
        return Response({"problems": [p.as_json() for p in check(canvas.draft, canvas.kind)]})


class EstimateView(TenantView):
    scopes = {"POST": "canvases:read"}

    @extend_schema(operation_id="canvases_estimate", request=None, responses=dict)
    def post(self, request: Request, canvas_id: str) -> Response:
        canvas = access_canvas(canvas_id)
        return Response(estimate(canvas.pk, canvas.draft).as_json())


class PublishView(TenantView):
    resource = "canvases"

    @extend_schema(operation_id="canvases_publish", request=PublishIn, responses={200: dict, 202: dict})
    def post(self, request: Request, canvas_id: str) -> Response:
        """Live at once; or, where the tenant asks for approval and the caller may not give it, 202 and a request for it."""
        sent, canvas = self.body(PublishIn), access_canvas(canvas_id, lock=True)
        if needs_approval(may_approve=self.actor.may("canvases:approve")):
            asked = approval_ask(canvas, sent.model_dump(), actor=self.actor.name)
            return Response({**canvas_show(canvas), "approval": approval_show(asked)}, status=202)
        approval_withdraw(canvas, actor=self.actor.name)
        became = canvas_publish(
            canvas, name=sent.name, actor=self.actor.name, in_flight=sent.in_flight, redirects=sent.redirects
        )
        return Response({**canvas_show(canvas), "in_flight": became}, headers={"ETag": f'"{canvas.revision}"'})


class LifeView(TenantView):
    """One act of a canvas's life; the subclasses name it."""

    resource = "canvases"
    act: Callable[..., Canvas]

    def post(self, request: Request, canvas_id: str) -> Response:
        return _with_revision(type(self).act(access_canvas(canvas_id, lock=True), actor=self.actor.name))


def _life(name: str, act: Callable[..., Canvas]) -> type[LifeView]:
    described = extend_schema_view(post=extend_schema(operation_id=f"canvases_{name}", request=None, responses=dict))
    view: type[LifeView] = described(type(f"{name.title()}View", (LifeView,), {"act": staticmethod(act)}))
    return view


LIFE = {
    "pause": _life("pause", canvas_pause),
    "end": _life("end", canvas_end), "archive": _life("archive", canvas_archive),
}  # fmt: skip


class ResumeView(TenantView):
    resource = "canvases"

    @extend_schema(operation_id="canvases_resume", request=ResumeIn, responses=dict)
    def post(self, request: Request, canvas_id: str) -> Response:
        sent = self.body(ResumeIn)
        overdue = sent.overdue.spread_minutes if isinstance(sent.overdue, Spread) else sent.overdue
        canvas = canvas_resume(access_canvas(canvas_id, lock=True), actor=self.actor.name, overdue=overdue)
        return _with_revision(canvas)


class InsideView(TenantView):
    resource = "canvases"

    @extend_schema(operation_id="canvases_inside", responses=dict)
    def get(self, request: Request, canvas_id: str) -> Response:
        return Response(people_inside(access_canvas(canvas_id)))


class DuplicateView(TenantView):
    resource = "canvases"

    @extend_schema(operation_id="canvases_duplicate", request=CopyIn, responses={201: dict})
    def post(self, request: Request, canvas_id: str) -> Response:
        canvas, sent = access_canvas(canvas_id), self.body(CopyIn)
        return _with_revision(
            canvas_duplicate(canvas, name=sent.name or f"{canvas.name} (2)", actor=self.actor.name), 201
        )


class RunNowView(TenantView):
    resource = "canvases"

    @extend_schema(operation_id="canvases_run_now", request=RunNowIn, responses={201: dict})
    def post(self, request: Request, canvas_id: str) -> Response:
        sent = self.body(RunNowIn)
        if sent.sample and (sent.sample.count is None) == (sent.sample.percent is None):
            raise ProblemError.at("/sample", Common.BAD_VALUE, reason="count | percent")
        sample = sent.sample.model_dump(exclude_none=True) if sent.sample else None
        run = canvas_run_now(access_canvas(canvas_id, lock=True), sample, actor=self.actor.name)
        return Response(run_show(run), status=201)


class OccurrencesView(TenantView):
    resource = "canvases"

    @extend_schema(operation_id="canvases_occurrences", parameters=[OpenApiParameter("limit", int)], responses=dict)
    def get(self, request: Request, canvas_id: str) -> Response:
        raw = request.query_params.get("limit", "10")
        if not (raw.isascii() and raw.isdigit()) or not 1 <= int(raw) <= 1000:
            raise ProblemError.at("/limit", Common.BAD_VALUE, reason="1–1000")
        canvas = access_canvas(canvas_id)
        missed = missed_occurrences(canvas)
        return Response({"results": next_occurrences(canvas, int(raw)), "missed": missed, "next": None})


class VersionsView(TenantView):
    resource = "canvases"

    @extend_schema(operation_id="canvases_versions", responses=dict)
    def get(self, request: Request, canvas_id: str) -> Response:
        rows = CanvasVersion.objects.filter(canvas=access_canvas(canvas_id))
        return Response(paginate(request, rows, version_show, key="number"))


class RestoreView(TenantView):
    resource = "canvases"

    @extend_schema(operation_id="canvases_restore_version", request=None, responses=dict)
    def post(self, request: Request, canvas_id: str, number: int) -> Response:
        return _with_revision(version_restore(access_canvas(canvas_id, lock=True), number, actor=self.actor.name))


class NodeTypesView(TenantView):
    resource = "canvases"

    @extend_schema(operation_id="node_types_list", responses=dict)
    def get(self, request: Request) -> Response:
        return Response({"results": [t.as_json() for t in registry.values()], "families": FAMILIES, "next": None})


class GalleryView(TenantView):
    resource = "canvases"

    @extend_schema(operation_id="canvas_templates_list", responses=dict)
    def get(self, request: Request) -> Response:
        return Response({"results": gallery_show(), "next": None})
