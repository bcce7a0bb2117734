"""Kept figures over HTTP: the overview, one customer's, and the job that works all of them out anew."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from audiences.figures.selectors import customer_figures, overview
from audiences.figures.upkeep import REBUILD
from customers.access import access_customer
from kernel.schema import Body
from tenants.jobs import job_create, job_show
from tenants.rest.base import TenantView
from tenants.scope import current_tenant_id


class StageOut(Body):
    stage: str
    labels: dict[str, str]
    customers: int
    spent: Decimal
    alive: float | None


class GridOut(Body):
    recency: int
    frequency: int
    customers: int
    spent: Decimal
    monetary: float


class OverviewOut(Body):
    customers: int
    stages: list[StageOut]
    rfm: list[GridOut]
    expected_in_30_days: int
    model: dict[str, Any] | None
    full_at: datetime | None
    waiting: int


class FiguresOut(Body):
    stage: str
    orders: int
    spent: Decimal
    first_at: datetime | None
    last_at: datetime | None
    interval_days: float | None
    orders_year: int
    spent_year: Decimal
    recency: int | None
    frequency: int | None
    monetary: int | None
    activity: int
    spread: int
    alive: float | None
    expected_at: datetime | None
    computed_at: datetime | None


class FiguresView(TenantView):
    resource = "audiences"

    @extend_schema(operation_id="figures_overview", responses=OverviewOut)
    def get(self, request: Request) -> Response:
        return Response(overview())


class RebuildView(TenantView):
    resource = "audiences"

    @extend_schema(operation_id="figures_rebuild", request=None, responses={202: dict})
    def post(self, request: Request) -> Response:
        return Response(job_show(job_create(REBUILD, {"tenant": current_tenant_id()})), status=202)


class CustomerFiguresView(TenantView):
    resource = "customers"

    @extend_schema(operation_id="customer_figures", responses=FiguresOut)
    def get(self, request: Request, customer_id: str) -> Response:
        return Response(customer_figures(access_customer(customer_id).pk))
