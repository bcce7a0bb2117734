"""Rules over HTTP before they are saved: preview, validation, and the catalogue."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from audiences.catalogue import catalogue
from audiences.facade import rule_problems, rule_warnings
from audiences.preview import preview
from audiences.rest.shapes import (
    CatalogueOut,
    PreviewIn,
    PreviewOut,
    ValidateIn,
    ValidateOut,
)
from tenants.rest.base import TenantView

_READS = {"POST": "audiences:read"}  # these POSTs only ask


class PreviewView(TenantView):
    scopes = _READS

    @extend_schema(operation_id="audiences_preview", request=PreviewIn, responses=PreviewOut)
    def post(self, request: Request) -> Response:
        sent = self.body(PreviewIn)
        return Response(preview(sent.rule, sent.sample, counts=sent.counts))


class ValidateView(TenantView):
    scopes = _READS

    @extend_schema(operation_id="audiences_validate", request=ValidateIn, responses=ValidateOut)
    def post(self, request: Request) -> Response:
        rule = self.body(ValidateIn).rule
        problems, warnings = rule_problems(rule, "/rule"), rule_warnings(rule, "/rule")
        return Response({
            "problems": [problem.as_json() for problem in problems],
            "warnings": [warning.as_json() for warning in warnings],
        })  # fmt: skip


class ConditionsView(TenantView):
    resource = "audiences"

    @extend_schema(operation_id="conditions_list", responses=CatalogueOut)
    def get(self, request: Request) -> Response:
        return Response(catalogue())
