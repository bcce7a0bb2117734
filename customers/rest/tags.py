"""Tags over HTTP."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from django.db import IntegrityError, connection
from drf_spectacular.utils import extend_schema
from pydantic import Field
from rest_framework.request import Request
from rest_framework.response import Response

from customers.access import access_tag
from customers.errors import CustomerCode
from customers.models import Tag
from customers.rest.shapes import TagOut, TagsPage
from customers.tags import MAX_NAME, tag_people, tagged
from kernel.errors import ProblemError
from kernel.pagination import paginate
from kernel.schema import Body
from tenants.audit import audit
from tenants.rest.base import TenantView
from tenants.scope import current_tenant_id

Layer = Literal["basic", "behaviour", "value"]


class TagIn(Body):
    name: str = Field(min_length=1, max_length=MAX_NAME)
    layer: Layer = "basic"
    description: str = Field("", max_length=2000)


class TagChange(Body):
    name: str | None = Field(None, min_length=1, max_length=MAX_NAME)
    layer: Layer | None = None
    description: str | None = Field(None, max_length=2000)


def _counts(ids: list[int]) -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tag_id, count(*) FROM customers_customertag WHERE tenant_id = %s AND tag_id = ANY(%s) GROUP BY tag_id",
            [current_tenant_id(), ids],
        )
        return dict(cursor.fetchall())


def _show(tag: Tag) -> dict[str, Any]:
    return {"id": str(tag.pk), "name": tag.name, "layer": tag.layer, "description": tag.description}


def _with_count(tag: Tag) -> dict[str, Any]:
    return {**_show(tag), "customers": _counts([tag.pk]).get(tag.pk, 0)}


@contextmanager
def _once(name: str) -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        raise ProblemError(CustomerCode.TAG_TAKEN, name=name) from error


class TagsView(TenantView):
    resource = "customers"

    @extend_schema(operation_id="tags_list", responses=TagsPage)
    def get(self, request: Request) -> Response:
        page = paginate(request, Tag.objects.all(), _show)
        counts = _counts([int(row["id"]) for row in page["results"]])
        for row in page["results"]:
            row["customers"] = counts.get(int(row["id"]), 0)
        return Response(page)

    @extend_schema(operation_id="tags_create", request=TagIn, responses={201: TagOut})
    def post(self, request: Request) -> Response:
        sent = self.body(TagIn)
        with _once(sent.name):
            return Response(_with_count(Tag.objects.create(**sent.model_dump())), status=201)


class TagView(TenantView):
    resource = "customers"

    @extend_schema(operation_id="tags_get", responses=TagOut)
    def get(self, request: Request, tag_id: str) -> Response:
        return Response(_with_count(access_tag(tag_id)))

    @extend_schema(operation_id="tags_update", request=TagChange, responses=TagOut)
    def patch(self, request: Request, tag_id: str) -> Response:
        tag, change = access_tag(tag_id), self.body(TagChange).model_dump(exclude_none=True)
        for name, value in change.items():
            setattr(tag, name, value)
        with _once(tag.name):
            tag.save(update_fields=list(change))
        return Response(_with_count(tag))

    @extend_schema(operation_id="tags_delete", responses={204: None})
    def delete(self, request: Request, tag_id: str) -> Response:
        tag = access_tag(tag_id)
        tag_people(tagged(tag.name), [tag.name], add=False)
        tag.delete()
        audit(self.actor.name, "tag.delete", f"tag:{tag_id}", name=tag.name)
        return Response(status=204)
