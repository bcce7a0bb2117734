"""Templates over HTTP."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from pydantic import BaseModel, Field, RootModel
from rest_framework.request import Request
from rest_framework.response import Response

from channels.access import template_or_404
from channels.models import Template
from channels.registry import kinds
from channels.services import previews, templates
from channels.services.templates import DraftPreviewIn, TemplateChange, TemplateIn, TemplatePreviewIn
from channels.trying import TemplateTestIn, template_test
from kernel.pagination import paginate
from tenants.audit import audit
from tenants.rest.base import TenantView


class TemplateOut(BaseModel):
    id: str
    channel: str
    account: str
    name: str
    purpose: str
    track: bool | None
    content: dict[str, Any]
    variables: list[str]
    used_by: list[dict[str, Any]]
    created_at: str
    updated_at: str


class TemplatesPage(BaseModel):
    results: list[TemplateOut]
    next: str | None


class TemplatePreviewOut(BaseModel):
    content: dict[str, Any]
    to: str | None
    problems: list[dict[str, Any]]
    sms: dict[str, Any] | None = None


class TemplateSchemaOut(BaseModel):
    channel: str
    labels: dict[str, str]
    schema_: dict[str, Any] = Field(alias="schema")


class TemplateSchemasOut(RootModel[list[TemplateSchemaOut]]):
    """The content of every channel."""


class TemplateSchemasView(TenantView):
    resource = "templates"

    @extend_schema(operation_id="template_schemas_list", responses=TemplateSchemasOut)
    def get(self, request: Request) -> Response:
        found = [
            {"channel": k.key, "labels": k.labels.labels(), "schema": k.content.model_json_schema(by_alias=True)}
            for k in kinds.values()
        ]
        return Response(found)


class TemplatesView(TenantView):
    resource = "templates"

    @extend_schema(
        operation_id="templates_list",
        parameters=[OpenApiParameter(name) for name in ("channel", "search", "cursor", "page_size")],
        responses=TemplatesPage,
    )
    def get(self, request: Request) -> Response:
        """?channel=, ?search= in the name."""
        rows = Template.objects.filter(archived_at=None)
        if request.query_params.get("channel"):
            rows = rows.filter(channel=request.query_params["channel"])
        if request.query_params.get("search"):
            rows = rows.filter(name__icontains=request.query_params["search"])
        return Response(paginate(request, rows, templates.template_show))

    @extend_schema(operation_id="templates_create", request=TemplateIn, responses={201: TemplateOut})
    def post(self, request: Request) -> Response:
        template = templates.template_create(self.body(TemplateIn))
        audit(self.actor.name, "template.create", f"template:{template.pk}", name=template.name)
        return Response(templates.template_show(template), status=201)


class TemplateView(TenantView):
    resource = "templates"

    @extend_schema(operation_id="templates_get", responses=TemplateOut)
    def get(self, request: Request, template_id: str) -> Response:
        return Response(templates.template_show(template_or_404(template_id)))

    @extend_schema(operation_id="templates_update", request=TemplateChange, responses=TemplateOut)
    def patch(self, request: Request, template_id: str) -> Response:
        template = templates.template_update(template_or_404(template_id), self.body(TemplateChange))
        audit(self.actor.name, "template.update", f"template:{template.pk}", fields=sorted(request.data))
        return Response(templates.template_show(template))

    @extend_schema(operation_id="templates_delete", responses={204: None})
    def delete(self, request: Request, template_id: str) -> Response:
        template = template_or_404(template_id)
        templates.template_archive(template)
        audit(self.actor.name, "template.delete", f"template:{template.pk}", name=template.name)
        return Response(status=204)


class TemplatePreviewView(TenantView):
    scopes = {"POST": "templates:read"}

    @extend_schema(operation_id="templates_preview", request=TemplatePreviewIn, responses=TemplatePreviewOut)
    def post(self, request: Request, template_id: str) -> Response:
        template, sent = template_or_404(template_id), self.body(TemplatePreviewIn)
        kind = kinds[template.channel]
        return Response(previews.preview(kind, template.purpose, template.content, sent.customer, track=template.track))


class TemplateTestOut(BaseModel):
    ok: bool
    detail: str
    to: str
    content: dict[str, Any]


class TemplateTestView(TenantView):
    scopes = {"POST": "templates:write"}

    @extend_schema(operation_id="templates_test", request=TemplateTestIn, responses=TemplateTestOut)
    def post(self, request: Request, template_id: str) -> Response:
        """Really sends it to one address, by the template's account; not in the ledger."""
        template = template_or_404(template_id)
        said = template_test(template, self.body(TemplateTestIn))
        audit(self.actor.name, "template.test", f"template:{template.pk}", to=said["to"], ok=said["ok"])
        return Response(said)


class DraftPreviewView(TenantView):
    scopes = {"POST": "templates:read"}

    @extend_schema(operation_id="templates_preview_draft", request=DraftPreviewIn, responses=TemplatePreviewOut)
    def post(self, request: Request) -> Response:
        """For a template that is not saved yet."""
        sent = self.body(DraftPreviewIn)
        kind = templates.kind_of(sent.channel)
        content = templates.checked_content(kind, sent.content)
        return Response(previews.preview(kind, sent.purpose, content, sent.customer, track=sent.track))
