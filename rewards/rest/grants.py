"""The ledger of grants over HTTP: list, use and refund."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from drf_spectacular.utils import OpenApiParameter, extend_schema
from pydantic import BaseModel, Field, model_validator
from rest_framework.request import Request
from rest_framework.response import Response

from kernel.access import row_id
from kernel.clock import db_now
from kernel.errors import Code, ProblemError
from kernel.pagination import paginate
from kernel.schema import Body
from rewards.access import access_grant
from rewards.errors import RewardCode
from rewards.items import Money
from rewards.models import Grant
from rewards.redeeming import redeem, refund
from rewards.selectors import grant_show, grants_list
from tenants.audit import audit
from tenants.rest.base import TenantView

_IDS = {"canvas": "canvas_id", "run": "run_id", "customer": "customer_id", "package": "package_id"}
_STATUSES = ("issued", "used", "expired", "refunded", "pending", "rejected", "unknown")


class _Which(Body):
    code: str | None = Field(default=None, min_length=1, max_length=100)
    grant: str | None = Field(default=None, min_length=1, max_length=30)
    order_id: str = Field(min_length=1, max_length=200)

    @model_validator(mode="after")
    def _one(self) -> "_Which":
        if (self.code is None) == (self.grant is None):
            raise ProblemError.at("/code", RewardCode.ONE_OF_CODE_GRANT)
        return self


class RedeemIn(_Which):
    amount: Money | None = None


class RefundIn(_Which):
    """restock: the share may be given to somebody else; what a code from a pool is worth is spent either way."""

    reason: str = Field(default="", max_length=500)
    restock: bool = False


class GrantOut(BaseModel):
    id: str
    package: str
    customer: str
    item: dict[str, Any]
    code: str | None
    status: Literal["issued", "used", "expired", "refunded", "pending", "rejected", "unknown"]
    issued_at: datetime
    expires_at: datetime | None
    used_at: datetime | None
    order_id: str | None
    amount: str | None
    cost: str
    canvas: str | None
    run: str | None
    node: str
    variant: str
    external_id: str | None


class GrantPage(BaseModel):
    results: list[GrantOut]
    next: str | None


def _filters(request: Request) -> dict[str, Any]:
    """Columns from the query; an id that can't be one matches nothing, like another tenant's."""
    found: dict[str, Any] = {}
    for name, column in _IDS.items():
        if (raw := request.query_params.get(name)) is not None:
            number = row_id(raw)
            found[column] = -1 if number is None else number
    if (node := request.query_params.get("node")) is not None:
        found["node"] = node
    return found


class GrantsView(TenantView):
    resource = "rewards"

    @extend_schema(
        operation_id="grants_list",
        parameters=[OpenApiParameter(name, str) for name in (*_IDS, "node")]
        + [OpenApiParameter("status", str, enum=_STATUSES)],
        responses=GrantPage,
    )
    def get(self, request: Request) -> Response:
        status, now = request.query_params.get("status"), db_now()
        if status is not None and status not in _STATUSES:
            raise ProblemError.at("/status", Code.BAD_VALUE, reason=", ".join(_STATUSES))
        rows = grants_list(_filters(request), status, now)
        return Response(paginate(request, rows, lambda grant: grant_show(grant, now)))


class RedeemView(TenantView):
    resource = "rewards"

    @extend_schema(operation_id="rewards_redeem", request=RedeemIn, responses=GrantOut)
    def post(self, request: Request) -> Response:
        sent, now = self.body(RedeemIn), db_now()
        amount = None if sent.amount is None else Decimal(sent.amount)
        grant = redeem(access_grant(grant=sent.grant, code=sent.code), order_id=sent.order_id, amount=amount, now=now)
        return Response(grant_show(grant, now))


class RefundView(TenantView):
    resource = "rewards"

    @extend_schema(operation_id="rewards_refund", request=RefundIn, responses=GrantOut)
    def post(self, request: Request) -> Response:
        sent, now = self.body(RefundIn), db_now()
        found = access_grant(grant=sent.grant, code=sent.code)
        grant: Grant = refund(found, order_id=sent.order_id, now=now, reason=sent.reason, restock=sent.restock)
        audit(self.actor.name, "reward.refund", f"grant:{grant.pk}", order_id=sent.order_id, reason=sent.reason)
        return Response(grant_show(grant, now))
