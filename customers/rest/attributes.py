"""Attribute definitions over HTTP."""

from typing import Annotated, Any, Literal

from django.db import IntegrityError, connection
from drf_spectacular.utils import extend_schema
from pydantic import Field
from rest_framework.request import Request
from rest_framework.response import Response

from customers.access import access_attribute
from customers.attributes import MAX_KEY, TYPES
from customers.errors import CustomerCode
from customers.models import AttributeDefinition
from customers.rest.shapes import AttributeOut, AttributesPage
from kernel.errors import Code, ProblemError
from kernel.pagination import paginate
from kernel.schema import Body
from tenants.audit import audit
from tenants.rest.base import TenantView
from tenants.scope import current_tenant_id

Kind = Literal["string", "number", "boolean", "date", "datetime", "enum", "list"]
Label = str | dict[Literal["zh", "en"], str]
Options = Annotated[list[Annotated[str, Field(min_length=1, max_length=200)]], Field(min_length=1, max_length=500)]
assert Kind.__args__ == TYPES  # type: ignore[attr-defined]  # the two lists are the same list


class AttributeIn(Body):
    """A plain string as label is taken for both languages; `options` are the values of an enum."""

    key: str = Field(min_length=1, max_length=MAX_KEY)
    type: Kind
    label: Label = {}
    sensitive: bool = False
    options: Options | None = None


class AttributeChange(Body):
    type: Kind | None = None
    label: Label | None = None
    sensitive: bool | None = None
    options: Options | None = None


def labels(label: Label) -> dict[str, str]:
    return {"zh": label, "en": label} if isinstance(label, str) else {str(k): v for k, v in label.items()}


def _show(row: AttributeDefinition) -> dict[str, Any]:
    return {
        "key": row.key, "type": row.type, "label": {"zh": row.key, "en": row.key, **row.label}, "sensitive": row.sensitive, "options": row.options,
        "created_at": row.created_at,
    }  # fmt: skip


def _check_options(kind: str, options: list[str] | None) -> None:
    if (kind == "enum") != (options is not None):
        raise ProblemError.at("/options", Code.MISSING if kind == "enum" else Code.UNKNOWN_FIELD)


def _in_use(key: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM customers_customer WHERE tenant_id = %s AND attributes ? %s)",
            [current_tenant_id(), key],
        )
        return bool(cursor.fetchone()[0])


class AttributesView(TenantView):
    resource = "customers"

    @extend_schema(operation_id="attributes_list", responses=AttributesPage)
    def get(self, request: Request) -> Response:
        return Response(paginate(request, AttributeDefinition.objects.all(), _show))

    @extend_schema(operation_id="attributes_create", request=AttributeIn, responses={201: AttributeOut})
    def post(self, request: Request) -> Response:
        sent = self.body(AttributeIn)
        _check_options(sent.type, sent.options)
        fields = {**sent.model_dump(), "label": labels(sent.label)}
        try:
            return Response(_show(AttributeDefinition.objects.create(**fields)), status=201)
        except IntegrityError as error:  # another request was faster
            raise ProblemError(CustomerCode.ATTRIBUTE_TAKEN, key=sent.key) from error


class AttributeView(TenantView):
    resource = "customers"

    @extend_schema(operation_id="attributes_get", responses=AttributeOut)
    def get(self, request: Request, key: str) -> Response:
        return Response(_show(access_attribute(key)))

    @extend_schema(operation_id="attributes_update", request=AttributeChange, responses=AttributeOut)
    def patch(self, request: Request, key: str) -> Response:
        row, sent = access_attribute(key), self.body(AttributeChange)
        change = sent.model_dump(exclude_none=True)
        if sent.type is not None and sent.type != row.type and _in_use(key):
            raise ProblemError(CustomerCode.TYPE_IN_USE, key=key)
        if sent.label is not None:
            change["label"] = {**row.label, **labels(sent.label)}
        kind = change.get("type", row.type)
        change["options"] = change.get("options", row.options if kind == "enum" else None)
        _check_options(kind, change["options"])
        for name, value in change.items():
            setattr(row, name, value)
        row.save(update_fields=list(change))
        return Response(_show(row))

    @extend_schema(operation_id="attributes_delete", responses={204: None})
    def delete(self, request: Request, key: str) -> Response:
        row = access_attribute(key)
        if _in_use(key):
            raise ProblemError(Code.IN_USE, what=key)
        row.delete()
        audit(self.actor.name, "attribute.delete", f"attribute:{key}")
        return Response(status=204)
