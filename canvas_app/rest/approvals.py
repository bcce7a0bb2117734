"""Asking for and giving approval over HTTP."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from pydantic import Field
from rest_framework.request import Request
from rest_framework.response import Response

from canvas_app.access import access_canvas
from canvas_app.approving import approval_show, approval_withdraw, approvals, approve, latest_of, reject
from canvas_app.selectors import canvas_show
from kernel.pagination import paginate
from kernel.schema import Body
from tenants.rest.base import TenantView


class Decision(Body):
    comment: str = Field("", max_length=1000)


class Refusal(Body):
    comment: str = Field(min_length=1, max_length=1000)


class ApprovalsView(TenantView):
    """What waits, and what was decided; newest first."""

    resource = "canvases"

    @extend_schema(operation_id="approvals_list", parameters=[OpenApiParameter("status", str)], responses=dict)
    def get(self, request: Request) -> Response:
        rows = approvals(status=request.query_params.get("status", ""))
        return Response(paginate(request, rows, approval_show))


class ApproveView(TenantView):
    scopes = {"POST": "canvases:approve"}

    @extend_schema(operation_id="canvases_approve", request=Decision, responses=dict)
    def post(self, request: Request, canvas_id: str) -> Response:
        canvas = access_canvas(canvas_id, lock=True)
        became = approve(canvas, self.body(Decision).comment, actor=self.actor.name)
        return Response({**canvas_show(canvas), "in_flight": became, "approval": None})


class RejectView(TenantView):
    scopes = {"POST": "canvases:approve"}

    @extend_schema(operation_id="canvases_reject", request=Refusal, responses=dict)
    def post(self, request: Request, canvas_id: str) -> Response:
        canvas = access_canvas(canvas_id, lock=True)
        reject(canvas, self.body(Refusal).comment, actor=self.actor.name)
        return Response({**canvas_show(canvas), "approval": latest_of(canvas)})


class WithdrawView(TenantView):
    resource = "canvases"

    @extend_schema(operation_id="canvases_withdraw_approval", request=None, responses=dict)
    def post(self, request: Request, canvas_id: str) -> Response:
        """The canvas is not to go live after all."""
        canvas = access_canvas(canvas_id, lock=True)
        approval_withdraw(canvas, actor=self.actor.name)
        return Response({**canvas_show(canvas), "approval": latest_of(canvas)})
