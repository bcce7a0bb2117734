"""Overlap and set algebra of saved audiences over HTTP."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from audiences.access import access_audience
from audiences.overlap import combined, overlap, save_combined
from audiences.rest.shapes import CombinedOut, CombineIn, OverlapIn, OverlapOut
from audiences.selectors import audiences_show
from kernel.errors import Code, ProblemError
from tenants.audit import audit
from tenants.rest.base import TenantView

_WRITE = "audiences:write"


class OverlapView(TenantView):
    scopes = {"POST": "audiences:read"}

    @extend_schema(operation_id="audiences_overlap", request=OverlapIn, responses=OverlapOut)
    def post(self, request: Request) -> Response:
        return Response(overlap([access_audience(text) for text in self.body(OverlapIn).audiences]))


class CombineView(TenantView):
    """Counts only, unless `save_as` is sent."""

    scopes = {"POST": "audiences:read"}

    @extend_schema(operation_id="audiences_combine", request=CombineIn, responses={200: CombinedOut, 201: CombinedOut})
    def post(self, request: Request) -> Response:
        sent = self.body(CombineIn)
        if sent.save_as is not None and not self.actor.may(_WRITE):
            raise ProblemError(Code.FORBIDDEN, scope=_WRITE)
        inputs, without = ([access_audience(text) for text in ids] for ids in (sent.audiences, sent.without))
        made, answer = combined(sent.op, inputs, without, sent.sample)
        if sent.save_as is None:
            return Response(answer | {"saved": []})
        about = {"owner": self.actor.name, "folder": (sent.folder or "").strip()}
        saved = save_combined(made, sent.save_as, inputs, **about)
        for audience in saved:
            audit(self.actor.name, "audience.create", f"audience:{audience.pk}", name=audience.name, op=sent.op)
        return Response(answer | {"saved": audiences_show(saved)}, status=201)
