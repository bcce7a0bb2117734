"""Identities of one customer over HTTP: masked; plain values go to the senders only."""

from drf_spectacular.utils import extend_schema
from pydantic import Field
from rest_framework.request import Request
from rest_framework.response import Response

from customers.access import access_customer, access_identity
from customers.identity_services import identities_show, identity_add, identity_change, identity_remove
from customers.rest.shapes import IdentitiesOut
from kernel.schema import Body
from tenants.rest.base import TenantView


class IdentityIn(Body):
    """Not proved unless said so: it then finds nobody, and nothing is sent there."""

    kind: str = Field(max_length=40)
    value: str = Field(min_length=1, max_length=512)
    proved: bool = False


class IdentityChange(Body):
    proved: bool | None = None
    main: bool | None = None


class IdentitiesView(TenantView):
    resource = "customers"

    @extend_schema(operation_id="customers_identities", responses=IdentitiesOut)
    def get(self, request: Request, customer_id: str) -> Response:
        return Response({"results": identities_show(access_customer(customer_id))})

    @extend_schema(operation_id="customers_identities_add", request=IdentityIn, responses={201: IdentitiesOut})
    def post(self, request: Request, customer_id: str) -> Response:
        customer, sent = access_customer(customer_id), self.body(IdentityIn)
        identity_add(customer, sent.kind, sent.value, proved=sent.proved, actor=self.actor.name)
        return Response({"results": identities_show(customer)}, status=201)


class IdentityView(TenantView):
    resource = "customers"

    @extend_schema(operation_id="customers_identity_update", request=IdentityChange, responses=IdentitiesOut)
    def patch(self, request: Request, customer_id: str, identity_id: str) -> Response:
        customer, sent = access_customer(customer_id), self.body(IdentityChange)
        row = access_identity(customer, identity_id)
        identity_change(row, proved=sent.proved, main=sent.main, actor=self.actor.name)
        return Response({"results": identities_show(customer)})

    @extend_schema(operation_id="customers_identity_remove", responses={204: None})
    def delete(self, request: Request, customer_id: str, identity_id: str) -> Response:
        identity_remove(access_identity(access_customer(customer_id), identity_id), actor=self.actor.name)
        return Response(status=204)
