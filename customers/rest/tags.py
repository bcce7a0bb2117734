"""Tags over HTTP."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, Literal

from django.db import IntegrityError, connection
from drf_spectacular.utils import OpenApiParameter, extend_schema
from pydantic import Field
from rest_framework.request import Request
from rest_framework.response import Response

from customers.access import access_customer, access_tag
from customers.errors import CustomerCode
from customers.models import Tag
from customers.rest.shapes import TagOut, TagsPage
from customers.tags import MAX_NAME, tag_by_rule, tag_hold, tag_people, tagged
from kernel.errors import ProblemError
from kernel.events import ask, publish
from kernel.pagination import paginate
from kernel.schema import Body
from kernel.sets import people
from tenants.audit import audit
from tenants.rest.base import TenantView
from tenants.scope import current_tenant_id

RULE = "RULE by which the tag is kept (see /api/v1/conditions); null: it is put on by hands, imports and canvases"
Rule = Annotated[Any, Field(description=RULE)]
Layer = Literal["basic", "behaviour", "value"]


class TagIn(Body):
    name: str = Field(min_length=1, max_length=MAX_NAME)
    layer: Layer = "basic"
    description: str = Field("", max_length=2000)
    rule: Rule = None


class TagChange(Body):
    name: str | None = Field(None, min_length=1, max_length=MAX_NAME)
    layer: Layer | None = None
    description: str | None = Field(None, max_length=2000)
    rule: Rule = None


def _counts(ids: list[int]) -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tag_id, count(*) FROM customers_customertag WHERE tenant_id = %s AND tag_id = ANY(%s) GROUP BY tag_id",
            [current_tenant_id(), ids],
        )
        return dict(cursor.fetchall())


def _show(tag: Tag) -> dict[str, Any]:
    return {
        "id": str(tag.pk), "name": tag.name, "layer": tag.layer, "description": tag.description, "rule": tag.rule,
        "kept_by": "rule" if tag.rule is not None else "hand", "refreshed_at": tag.refreshed_at, "error": tag.error,
        "created_at": tag.created_at,
    }  # fmt: skip


def _whole(tag: Tag) -> dict[str, Any]:
    return {**_show(tag), "customers": _counts([tag.pk]).get(tag.pk, 0), "used_by": _users(tag)}


def _users(tag: Tag) -> list[dict[str, Any]]:
    """[{"type", "id", "name"}]: who above names the tag."""
    return [user for answer in ask("customers.tag_users", name=tag.name) for user in answer]


def _named(users: list[dict[str, Any]]) -> str:
    return ", ".join(str(user["name"]) for user in users)


def _check_rule(rule: Any, name: str) -> None:
    """The room above knows rules."""
    if rule is not None:
        problems = [p for answer in ask("customers.tag_rule_problems", rule=rule, name=name) for p in answer]
        if problems:
            raise ProblemError.invalid(problems)


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
        _check_rule(sent.rule, sent.name)
        with _once(sent.name):
            tag = Tag.objects.create(**sent.model_dump())
        if tag.rule is not None:
            publish("customers.tag_rule", tag=tag)
        audit(self.actor.name, "tag.create", f"tag:{tag.pk}", name=tag.name)
        return Response(_whole(tag), status=201)


class TagView(TenantView):
    resource = "customers"

    @extend_schema(operation_id="tags_get", responses=TagOut)
    def get(self, request: Request, tag_id: str) -> Response:
        return Response(_whole(access_tag(tag_id)))

    @extend_schema(operation_id="tags_update", request=TagChange, responses=TagOut)
    def patch(self, request: Request, tag_id: str) -> Response:
        tag, sent = access_tag(tag_id), self.body(TagChange)
        change = sent.model_dump(exclude_none=True)
        if "rule" in sent.model_fields_set:  # null takes the rule away; whoever carries the tag keeps it
            _check_rule(sent.rule, change.get("name", tag.name))
            change["rule"] = sent.rule
        _check_name(tag, change.get("name", tag.name))
        for name, value in change.items():
            setattr(tag, name, value)
        with _once(tag.name):
            tag.save(update_fields=list(change))
        if change.get("rule") is not None:
            publish("customers.tag_rule", tag=tag)
        audit(self.actor.name, "tag.update", f"tag:{tag.pk}", name=tag.name)
        return Response(_whole(tag))

    @extend_schema(operation_id="tags_delete", parameters=[OpenApiParameter("confirm", int)], responses={204: None})
    def delete(self, request: Request, tag_id: str) -> Response:
        """One that is used goes only when `confirm` is the number of people who carry it."""
        tag = access_tag(tag_id)
        tag_hold(tag)
        carriers, users = tagged(tag.name), _users(tag)
        if users and request.query_params.get("confirm") != str(len(carriers)):
            raise ProblemError(
                CustomerCode.TAG_IN_USE, name=tag.name, users=_named(users), people=len(carriers),
                extra={"used_by": users, "customers": len(carriers)},
            )  # fmt: skip
        tag_by_rule(tag.pk, carriers, add=False)
        publish("customers.tag_deleted", tag=tag)
        tag.delete()
        audit(self.actor.name, "tag.delete", f"tag:{tag_id}", name=tag.name, customers=len(carriers))
        return Response(status=204)


class CustomerTagView(TenantView):
    resource = "customers"

    @extend_schema(operation_id="customers_tag_remove", responses={204: None})
    def delete(self, request: Request, customer_id: str, tag_id: str) -> Response:
        """Taken off one customer; by PATCH of the customer it is put on. One that a rule keeps is the rule's."""
        customer, tag = access_customer(customer_id), access_tag(tag_id)
        if tag.rule is not None:
            raise ProblemError.at("", CustomerCode.TAG_BY_RULE, place="/tags", name=tag.name)
        tag_people(people([customer.pk]), [tag.name], add=False)
        audit(self.actor.name, "customer.untag", f"customer:{customer.pk}", tag=tag.name)
        return Response(status=204)


def _check_name(tag: Tag, name: str) -> None:
    """Rules and canvases know a tag by its name."""
    users = _users(tag) if name != tag.name else []
    if users:
        raise ProblemError(CustomerCode.TAG_RENAMED, name=tag.name, users=_named(users), extra={"used_by": users})
