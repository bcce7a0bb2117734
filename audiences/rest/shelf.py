"""Order among saved audiences over HTTP: where they are used, folders and owners, archive, copies."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from audiences import services
from audiences.access import access_archived, access_audience
from audiences.limit import bounded
from audiences.refresh import plan
from audiences.rest.shapes import AudienceOut, DuplicateIn, FoldersOut, MoveIn, UsageOut
from audiences.selectors import audience_show, folders, usage
from kernel.language import Text
from tenants.audit import audit
from tenants.rest.base import TenantView

_COPY = Text("{name}(副本)", "{name} (copy)")
_NAME_LENGTH = 200


class UsageView(TenantView):
    resource = "audiences"

    @extend_schema(operation_id="audiences_usage", responses=UsageOut)
    def get(self, request: Request, audience_id: str) -> Response:
        return Response({"results": usage(access_audience(audience_id).pk)})


class FoldersView(TenantView):
    resource = "audiences"

    @extend_schema(operation_id="audiences_folders", responses=FoldersOut)
    def get(self, request: Request) -> Response:
        return Response(folders())


class MoveView(TenantView):
    """Several audiences into a folder, or to an owner."""

    resource = "audiences"

    @extend_schema(operation_id="audiences_move", request=MoveIn, responses={204: None})
    def post(self, request: Request) -> Response:
        sent = self.body(MoveIn)
        moved = [access_audience(text) for text in sent.audiences]
        about = sent.model_dump(include={"folder", "owner"}, exclude_none=True)
        if about:
            services.audiences_move(moved, **about)
            for audience in moved:
                audit(self.actor.name, "audience.move", f"audience:{audience.pk}", **about)
        return Response(status=204)


class ArchiveView(TenantView):
    resource = "audiences"

    @extend_schema(operation_id="audiences_archive", request=None, responses=AudienceOut)
    def post(self, request: Request, audience_id: str) -> Response:
        audience = services.audience_archive(access_audience(audience_id))
        audit(self.actor.name, "audience.archive", f"audience:{audience.pk}", name=audience.name)
        return Response(audience_show(audience))


class RestoreView(TenantView):
    resource = "audiences"

    @extend_schema(operation_id="audiences_restore", request=None, responses=AudienceOut)
    def post(self, request: Request, audience_id: str) -> Response:
        audience = services.audience_restore(access_archived(audience_id))
        plan(audience.pk)
        audience.refresh_from_db()
        audit(self.actor.name, "audience.restore", f"audience:{audience.pk}", name=audience.name)
        return Response(audience_show(audience))


class DuplicateView(TenantView):
    resource = "audiences"

    @extend_schema(operation_id="audiences_duplicate", request=DuplicateIn, responses={201: AudienceOut})
    def post(self, request: Request, audience_id: str) -> Response:
        audience, sent = access_audience(audience_id), self.body(DuplicateIn)
        name = sent.name or _COPY.say(name=audience.name)[:_NAME_LENGTH]
        with bounded():
            made = services.audience_duplicate(audience, name=name, owner=self.actor.name)
        audit(self.actor.name, "audience.duplicate", f"audience:{made.pk}", of=str(audience.pk))
        return Response(audience_show(made), status=201)
