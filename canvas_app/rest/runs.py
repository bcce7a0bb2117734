"""Runs over HTTP: how they stand, who is where, stop and release."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from pydantic import Field
from rest_framework.request import Request
from rest_framework.response import Response

from audiences import facade as audiences
from canvas_app.access import access_canvas, access_run
from canvas_app.models import Run
from canvas_app.proof.whole import proof, proof_show
from canvas_app.services import run_release, run_retry, run_stop_by
from canvas_app.status import people_at, run_show
from customers.selectors import customers_show
from kernel.errors import Code, ProblemError
from kernel.pagination import cursor, integer_position, next_url, page_size, paginate
from kernel.schema import Body
from kernel.sets import People, to_array
from tenants.rest.base import TenantView


class RunsView(TenantView):
    resource = "runs"

    @extend_schema(
        operation_id="runs_list",
        parameters=[OpenApiParameter(p, str) for p in ("canvas", "status")],
        responses=dict,
    )
    def get(self, request: Request) -> Response:
        rows = Run.objects.select_related("version")
        if canvas := request.query_params.get("canvas"):
            rows = rows.filter(canvas=access_canvas(canvas))
        if status := request.query_params.get("status"):
            rows = rows.filter(status=status)
        return Response(paginate(request, rows, lambda run: run_show(run, detail=False)))


class RunView(TenantView):
    resource = "runs"

    @extend_schema(operation_id="runs_get", responses=dict)
    def get(self, request: Request, run_id: str) -> Response:
        return Response(run_show(access_run(run_id)))


class RunCheckView(TenantView):
    """The whole proof; may take seconds for a run of millions."""

    resource = "runs"
    snapshot = True

    @extend_schema(operation_id="runs_check", responses=dict)
    def get(self, request: Request, run_id: str) -> Response:
        return Response(proof_show(proof(access_run(run_id))))


class StopView(TenantView):
    resource = "runs"

    @extend_schema(operation_id="runs_stop", request=None, responses=dict)
    def post(self, request: Request, run_id: str) -> Response:
        return Response(run_show(run_stop_by(access_run(run_id, lock=True), actor=self.actor.name)))


class RetryView(TenantView):
    resource = "runs"

    @extend_schema(operation_id="runs_retry", request=None, responses=dict)
    def post(self, request: Request, run_id: str) -> Response:
        """People who wait at a step that could not be done try it again, from where they stand."""
        return Response(run_show(run_retry(access_run(run_id, lock=True), actor=self.actor.name)))


class ReleaseView(TenantView):
    resource = "runs"

    @extend_schema(operation_id="runs_release", request=None, responses=dict)
    def post(self, request: Request, run_id: str) -> Response:
        return Response(run_show(run_release(access_run(run_id, lock=True), actor=self.actor.name)))


def _people(request: Request, run_id: str, node: str, port: str | None, state: str | None) -> People:
    run = access_run(run_id)
    if not any(n["id"] == node for n in run.version.definition["graph"]["nodes"]):
        raise ProblemError(Code.NOT_FOUND)
    return people_at(run, node, port=port, waiting=state == "waiting")


class NodeCustomersView(TenantView):
    resource = "runs"

    @extend_schema(
        operation_id="runs_node_customers",
        parameters=[OpenApiParameter(p, str) for p in ("port", "state")],
        responses=dict,
    )
    def get(self, request: Request, run_id: str, node: str) -> Response:
        group = _people(request, run_id, node, request.query_params.get("port"), request.query_params.get("state"))
        ids, size, after = to_array(group), page_size(request), integer_position(cursor(request)) or 0
        page = [int(i) for i in ids[ids.searchsorted(after, side="right") :][: size + 1]]
        more = len(page) > size
        return Response({
            "results": customers_show(page[:size]), "count": len(group),
            "next": next_url(request, str(page[size - 1])) if more else None,
        })  # fmt: skip


class SaveIn(Body):
    name: str = Field(min_length=1, max_length=200)
    port: str | None = None
    state: str | None = None


class SaveAudienceView(TenantView):
    resource = "audiences"

    @extend_schema(operation_id="runs_save_audience", request=SaveIn, responses={201: dict})
    def post(self, request: Request, run_id: str, node: str) -> Response:
        sent = self.body(SaveIn)
        group = _people(request, run_id, node, sent.port, sent.state)
        audience = audiences.save_people(sent.name, group)
        return Response({"id": str(audience), "name": sent.name, "size": len(group)}, status=201)
