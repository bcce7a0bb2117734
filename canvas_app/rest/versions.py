"""Versions side by side over HTTP."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from canvas_app.access import access_canvas
from canvas_app.comparing import Definition, compare
from canvas_app.models import Canvas, CanvasVersion
from kernel.access import one_or_404
from tenants.rest.base import TenantView

DRAFT = "draft"


def _definition(canvas: Canvas, version: str) -> Definition:
    if version == DRAFT:
        return dict(canvas.draft)
    number = int(version) if version.isascii() and version.isdigit() and len(version) < 9 else 0
    found = CanvasVersion.objects.filter(canvas=canvas, number=number).values_list("pk", flat=True).first()
    return dict(one_or_404(CanvasVersion.objects.all(), str(found or 0)).definition)


class CompareView(TenantView):
    resource = "canvases"

    @extend_schema(
        operation_id="canvases_compare_versions",
        parameters=[OpenApiParameter("with", str, description="number of a version, or draft (default)")],
        responses=dict,
    )
    def get(self, request: Request, canvas_id: str, number: int) -> Response:
        canvas = access_canvas(canvas_id)
        other = request.query_params.get("with", DRAFT)
        return Response(compare(_definition(canvas, str(number)), _definition(canvas, other)))
