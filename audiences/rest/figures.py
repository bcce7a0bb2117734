"""Kept figures over HTTP: the overview, one customer's, and the job that works all of them out anew."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from audiences.figures.definitions import STAGES, definitions
from audiences.figures.selectors import customer_figures, overview, stages_with
from audiences.figures.upkeep import REBUILD
from customers.access import access_customer
from kernel.schema import Body
from tenants.jobs import job_create, job_show
from tenants.rest.base import TenantView
from tenants.scope import current_tenant_id
from tenants.settings import Lifecycle


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


class FiguresPreviewIn(Body):
    lifecycle: Lifecycle | None = None


class WeightsOut(Body):
    half_life_days: int
    weights: dict[str, float]


class StageCountOut(Body):
    stage: str
    labels: dict[str, str]
    customers: int


class FiguresPreviewOut(Body):
    """scores: the points that count now, the tenant's own and ours."""

    stages: list[StageCountOut]
    scores: dict[str, WeightsOut]


class FiguresPreviewView(TenantView):
    scopes = {"POST": "audiences:read"}  # only asks

    @extend_schema(operation_id="figures_preview", request=FiguresPreviewIn, responses=FiguresPreviewOut)
    def post(self, request: Request) -> Response:
        """What thresholds would do before they are saved; without any, those of now."""
        defined = definitions(self.body(FiguresPreviewIn).lifecycle)
        scores = {"activity": defined.activity, "spread": defined.spread}
        return Response({
            "stages": [
                {"stage": stage, "labels": STAGES[stage].labels(), "customers": people}
                for stage, people in stages_with(defined).items()
            ],
            "scores": {
                name: {"half_life_days": of.half_life_days, "weights": of.points} for name, of in scores.items()
            },
        })  # fmt: skip


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
