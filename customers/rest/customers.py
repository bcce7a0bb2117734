"""Customers over HTTP: bulk, list, one, timeline."""

from typing import Any

from drf_spectacular.utils import extend_schema
from pydantic import Field
from rest_framework.request import Request
from rest_framework.response import Response

from customers.services import customers_write
from kernel.schema import Body
from tenants.rest.base import TenantView


class CustomerRow(Body):
    """One customer. Absent fields stay as they are; null clears."""

    external_id: str | None = None
    identities: dict[str, str | None] | None = None
    attributes: dict[str, Any] | None = None
    tags: list[str] | None = None
    consents: dict[str, bool | None] | None = None
    timezone: str | None = None
    blocked: bool | None = None


class CustomersIn(Body):
    customers: list[CustomerRow] = Field(max_length=10_000)


class CustomersRaw(Body):
    """Rows are read one by one, so that a bad one is refused alone."""

    customers: list[Any]


class RowProblem(Body):
    index: int
    code: str
    detail: str


class CustomersOut(Body):
    created: int
    updated: int
    rejected: list[RowProblem]


class CustomersBulkView(TenantView):
    resource = "customers"

    @extend_schema(operation_id="customers_bulk", request=CustomersIn, responses=CustomersOut)
    def post(self, request: Request) -> Response:
        outcome = customers_write(self.body(CustomersRaw).customers)
        return Response({"created": outcome.created, "updated": outcome.updated, "rejected": outcome.rejected})
