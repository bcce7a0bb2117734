"""Merging customers over HTTP: one into another, the history, and undoing it."""

from drf_spectacular.utils import extend_schema
from pydantic import BaseModel, Field
from rest_framework.request import Request
from rest_framework.response import Response

from customers.access import access_customer, access_merge
from customers.merging.service import customer_merge, merge_undo, merges_of
from customers.rest.shapes import CustomerOut, MergesOut
from customers.selectors import customers_show
from kernel.schema import Body
from tenants.rest.base import TenantView


class MergeIn(Body):
    """`into`: id of the customer who stays; `reason` goes into the history."""

    into: str
    reason: str = Field("", max_length=200)


class MergeOut(BaseModel):
    id: str
    survivor: CustomerOut


class MergeView(TenantView):
    resource = "customers"

    @extend_schema(operation_id="customers_merge", request=MergeIn, responses={201: MergeOut})
    def post(self, request: Request, customer_id: str) -> Response:
        sent = self.body(MergeIn)
        merged, survivor = access_customer(customer_id), access_customer(sent.into)
        merge = customer_merge(merged.pk, survivor.pk, actor=self.actor.name, reason=sent.reason)
        return Response({"id": str(merge.pk), "survivor": customers_show([survivor.pk])[0]}, status=201)


class MergesView(TenantView):
    resource = "customers"

    @extend_schema(operation_id="customers_merges", responses=MergesOut)
    def get(self, request: Request, customer_id: str) -> Response:
        return Response({"results": merges_of(access_customer(customer_id))})


class MergeUndoView(TenantView):
    resource = "customers"

    @extend_schema(operation_id="customers_merge_undo", request=None, responses=MergesOut)
    def post(self, request: Request, customer_id: str, merge_id: str) -> Response:
        customer = access_customer(customer_id)
        merge_undo(access_merge(customer, merge_id), actor=self.actor.name)
        return Response({"results": merges_of(customer)})
