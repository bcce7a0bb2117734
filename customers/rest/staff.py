"""Staff over HTTP."""

from typing import Annotated, Any

from drf_spectacular.utils import extend_schema
from pydantic import Field
from rest_framework.request import Request
from rest_framework.response import Response

from customers.access import access_staff
from customers.models import Staff
from customers.rest.shapes import CustomersPage, StaffCustomersAdded, StaffOut, StaffPage
from customers.selectors import customers_page, there
from customers.services import MAX_ROWS
from customers.staff import staff_create, staff_customer_ids, staff_customers_add, staff_show, staff_update
from kernel.pagination import paginate
from kernel.schema import Body
from tenants.rest.base import TenantView

ExternalId = Annotated[str, Field(min_length=1, max_length=500)]


class StaffIn(Body):
    external_id: ExternalId
    name: str = Field(min_length=1, max_length=200)
    phone: str | None = None
    attributes: dict[str, Any] = {}
    manager: ExternalId | None = None


class StaffChange(Body):
    name: str | None = Field(None, min_length=1, max_length=200)
    attributes: dict[str, Any] | None = None
    manager: ExternalId | None = None


class StaffCustomersIn(Body):
    """External ids."""

    customers: list[ExternalId] = Field(max_length=MAX_ROWS)


class StaffListView(TenantView):
    resource = "customers"

    @extend_schema(operation_id="staff_list", responses=StaffPage)
    def get(self, request: Request) -> Response:
        return Response(paginate(request, Staff.objects.select_related("manager"), staff_show))

    @extend_schema(operation_id="staff_create", request=StaffIn, responses={201: StaffOut})
    def post(self, request: Request) -> Response:
        return Response(staff_show(staff_create(**self.body(StaffIn).model_dump())), status=201)


class StaffView(TenantView):
    resource = "customers"

    @extend_schema(operation_id="staff_get", responses=StaffOut)
    def get(self, request: Request, staff_id: str) -> Response:
        return Response(staff_show(access_staff(staff_id)))

    @extend_schema(operation_id="staff_update", request=StaffChange, responses=StaffOut)
    def patch(self, request: Request, staff_id: str) -> Response:
        change = self.body(StaffChange).model_dump(exclude_unset=True)
        return Response(staff_show(staff_update(access_staff(staff_id), change)))


class StaffCustomersView(TenantView):
    resource = "customers"

    @extend_schema(operation_id="staff_customers_list", responses=CustomersPage)
    def get(self, request: Request, staff_id: str) -> Response:
        ids = staff_customer_ids(access_staff(staff_id))
        return Response(customers_page(request, there().filter(pk__in=ids)))

    @extend_schema(operation_id="staff_customers_add", request=StaffCustomersIn, responses=StaffCustomersAdded)
    def post(self, request: Request, staff_id: str) -> Response:
        added, unknown = staff_customers_add(access_staff(staff_id), self.body(StaffCustomersIn).customers)
        return Response({"added": added, "unknown": unknown})
