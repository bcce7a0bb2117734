"""Plain values of one customer over HTTP: some fields with a reason, or everything. Both need their own scope and are audited."""

from datetime import datetime
from typing import Any

from drf_spectacular.utils import extend_schema
from pydantic import BaseModel, Field
from rest_framework.request import Request
from rest_framework.response import Response

from customers.access import access_customer
from customers.dossier import dossier
from customers.rest.shapes import MergeShown
from customers.revealing import reveal
from kernel.schema import Body
from tenants.keys import REVEAL
from tenants.rest.base import TenantView


class RevealIn(Body):
    """fields: "phone" (an identity's kind: the preferred one), "identities.<id>", "attributes.<key>"."""

    fields: list[str] = Field(min_length=1, max_length=50)
    reason: str = Field(min_length=2, max_length=200, pattern=r"\S")


class RevealOut(BaseModel):
    """null: the customer has none."""

    values: dict[str, Any]


class DossierOut(BaseModel):
    id: str
    external_id: str | None
    attributes: dict[str, Any]
    blocked: bool
    timezone: str | None
    created_at: datetime
    updated_at: datetime
    identities: list[dict[str, Any]]
    consents: list[dict[str, Any]]
    tags: list[dict[str, Any]]
    staff: list[dict[str, Any]]
    staff_tasks: list[dict[str, Any]]
    events: list[dict[str, Any]]
    messages: list[dict[str, Any]]
    grants: list[dict[str, Any]]
    canvases: list[dict[str, Any]]
    merges: list[MergeShown]
    exported_at: datetime
    complete: bool


class RevealView(TenantView):
    """Not remembered for an Idempotency-Key: the answer is nowhere but with the caller."""

    scopes = {"POST": REVEAL}
    remembers = False

    @extend_schema(operation_id="customers_reveal", request=RevealIn, responses=RevealOut)
    def post(self, request: Request, customer_id: str) -> Response:
        customer, sent = access_customer(customer_id), self.body(RevealIn)
        found = reveal(customer, sent.fields, reason=sent.reason.strip(), actor=self.actor.name)
        return Response({"values": found}, headers={"Cache-Control": "no-store"})


class DossierView(TenantView):
    scopes = {"GET": REVEAL}

    @extend_schema(operation_id="customers_export", responses=DossierOut)
    def get(self, request: Request, customer_id: str) -> Response:
        customer = access_customer(customer_id)
        name = f'attachment; filename="customer-{customer.pk}.json"'
        found = dossier(customer, actor=self.actor.name)
        return Response(found, headers={"Content-Disposition": name, "Cache-Control": "no-store"})
