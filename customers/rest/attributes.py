"""Attribute definitions over HTTP."""

from typing import Annotated, Any, Literal

from drf_spectacular.utils import OpenApiParameter, extend_schema
from pydantic import Field
from rest_framework.request import Request
from rest_framework.response import Response

from customers import sealed
from customers.access import access_attribute, change_attribute
from customers.attribute_services import (
    attribute_archive,
    attribute_create,
    attribute_delete,
    attribute_restore,
    attribute_update,
    attribute_users,
)
from customers.attributes import MAX_KEY, MAX_TEXT, TYPES
from customers.limits import NAMES
from customers.models import AttributeDefinition
from customers.operators import operators_of
from customers.rest.shapes import AttributeChanged, AttributeOut, AttributesPage, AttributeUsage
from kernel.errors import Code, ProblemError
from kernel.pagination import paginate
from kernel.schema import Body
from tenants.keys import REVEAL
from tenants.rest.base import TenantView

Kind = Literal["string", "number", "boolean", "date", "datetime", "enum", "list"]
Label = str | dict[Literal["zh", "en"], str]
Options = Annotated[list[Annotated[str, Field(min_length=1, max_length=200)]], Field(min_length=1, max_length=500)]
Bound = int | float | str
assert Kind.__args__ == TYPES  # type: ignore[attr-defined]  # the two lists are the same list


class Limited(Body):
    """min, max: of numbers, dates and times. max_length, pattern (of the whole text): of texts."""

    min: Bound | None = None
    max: Bound | None = None
    max_length: int | None = Field(None, ge=1, le=MAX_TEXT)
    pattern: str | None = Field(None, min_length=1)

    def limits(self) -> dict[str, Any]:
        """Those that were said; null takes one away."""
        return {name: getattr(self, name) for name in NAMES if name in self.model_fields_set}


class AttributeIn(Limited):
    """A plain string as label is taken for both languages; `options` are the values of an enum."""

    key: str = Field(min_length=1, max_length=MAX_KEY)
    type: Kind
    label: Label = {}
    sensitive: bool = False
    options: Options | None = None


class AttributeChange(Limited):
    type: Kind | None = None
    label: Label | None = None
    sensitive: bool | None = None
    options: Options | None = None


def labels(label: Label) -> dict[str, str]:
    return {"zh": label, "en": label} if isinstance(label, str) else {str(k): v for k, v in label.items()}


def operators_for(row: AttributeDefinition) -> list[str]:
    """What rules may ask of it."""
    known = operators_of(row.type)
    return [op for op in known if op in sealed.OPERATORS] if row.sensitive else known


def _show(row: AttributeDefinition) -> dict[str, Any]:
    return {
        "key": row.key, "type": row.type, "label": {"zh": row.key, "en": row.key, **row.label}, "sensitive": row.sensitive, "options": row.options,
        **{name: row.limits.get(name) for name in NAMES}, "archived_at": row.archived_at, "move_job": str(row.move_job) if row.move_job else None, "operators": operators_for(row), "created_at": row.created_at,
    }  # fmt: skip


class AttributesView(TenantView):
    resource = "customers"

    @extend_schema(
        operation_id="attributes_list",
        parameters=[OpenApiParameter("archived", str, description="true: the archived ones too")],
        responses=AttributesPage,
    )
    def get(self, request: Request) -> Response:
        rows = AttributeDefinition.objects.all()
        if request.query_params.get("archived") != "true":
            rows = rows.filter(archived_at=None)
        return Response(paginate(request, rows, _show))

    @extend_schema(operation_id="attributes_create", request=AttributeIn, responses={201: AttributeOut})
    def post(self, request: Request) -> Response:
        sent = self.body(AttributeIn)
        fields = sent.model_dump(include={"key", "type", "sensitive", "options"})
        limits = {name: value for name, value in sent.limits().items() if value is not None}
        row = attribute_create({**fields, "label": labels(sent.label), "limits": limits}, actor=self.actor.name)
        return Response(_show(row), status=201)


class AttributeView(TenantView):
    resource = "customers"

    @extend_schema(operation_id="attributes_get", responses=AttributeOut)
    def get(self, request: Request, key: str) -> Response:
        return Response(_show(access_attribute(key)))

    @extend_schema(operation_id="attributes_update", request=AttributeChange, responses=AttributeChanged)
    def patch(self, request: Request, key: str) -> Response:
        row, sent = change_attribute(key), self.body(AttributeChange)
        if row.sensitive and sent.sensitive is False and not self.actor.may(REVEAL):
            raise ProblemError(Code.FORBIDDEN, scope=REVEAL)
        change = sent.model_dump(exclude_none=True, include={"type", "sensitive", "options"})
        if sent.label is not None:
            change["label"] = labels(sent.label)
        breaking = attribute_update(row, {**change, "limits": sent.limits()}, actor=self.actor.name)
        return Response({**_show(row), "breaking": breaking})

    @extend_schema(operation_id="attributes_delete", responses={204: None})
    def delete(self, request: Request, key: str) -> Response:
        attribute_delete(change_attribute(key), actor=self.actor.name)
        return Response(status=204)


class AttributeUsageView(TenantView):
    resource = "customers"

    @extend_schema(operation_id="attributes_usage", responses=AttributeUsage)
    def get(self, request: Request, key: str) -> Response:
        return Response({"results": attribute_users(access_attribute(key).key)})


class AttributeArchiveView(TenantView):
    resource = "customers"

    @extend_schema(operation_id="attributes_archive", request=None, responses=AttributeOut)
    def post(self, request: Request, key: str) -> Response:
        row = change_attribute(key)
        attribute_archive(row, actor=self.actor.name)
        return Response(_show(row))


class AttributeRestoreView(TenantView):
    resource = "customers"

    @extend_schema(operation_id="attributes_restore", request=None, responses=AttributeOut)
    def post(self, request: Request, key: str) -> Response:
        row = change_attribute(key)
        attribute_restore(row, actor=self.actor.name)
        return Response(_show(row))
