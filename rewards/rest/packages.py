"""Reward packages over HTTP."""

from datetime import datetime
from typing import Annotated, Any, Literal

from drf_spectacular.utils import extend_schema
from pydantic import AfterValidator, BaseModel, Field
from rest_framework.request import Request
from rest_framework.response import Response

from kernel.errors import Code, ProblemError
from kernel.pagination import paginate
from kernel.schema import Body
from rewards.access import access_package
from rewards.errors import RewardCode
from rewards.items import Connector, Item, Money, Name, Validity
from rewards.models import Package
from rewards.selectors import package_show, packages_show
from rewards.services import package_create, package_delete, package_update
from tenants.audit import audit
from tenants.rest.base import TenantView

_MAX_COUNT = 10**12
_CLEARABLE = ("stock", "per_customer", "per_customer_days", "budget", "low_stock", "connector")  # null means "none"


def _one_code_item(items: list[Any]) -> list[Any]:
    places = [i for i, item in enumerate(items) if item.kind == "code"]
    if len(places) > 1:
        raise ProblemError.at(f"/{places[1]}", RewardCode.TOO_MANY_CODE_ITEMS)
    return items


Items = Annotated[list[Item], Field(min_length=1, max_length=20), AfterValidator(_one_code_item)]


class PackageIn(Body):
    name: Name
    items: Items
    stock: int | None = Field(default=None, ge=0, le=_MAX_COUNT)
    per_customer: int | None = Field(default=None, ge=1, le=100_000)
    per_customer_days: int | None = Field(default=None, ge=1, le=3650)
    budget: Money | None = None
    low_stock: int | None = Field(default=None, ge=0, le=_MAX_COUNT)
    validity: Validity = Validity()
    connector: Connector | None = None


class PackageChange(Body):
    name: Name | None = None
    items: Items | None = None
    stock: int | None = Field(default=None, ge=0, le=_MAX_COUNT)
    per_customer: int | None = Field(default=None, ge=1, le=100_000)
    per_customer_days: int | None = Field(default=None, ge=1, le=3650)
    budget: Money | None = None
    low_stock: int | None = Field(default=None, ge=0, le=_MAX_COUNT)
    validity: Validity | None = None
    connector: Connector | None = None
    status: Literal["active", "archived"] | None = None


class PackageOut(BaseModel):
    id: str
    name: str
    items: list[Item]
    stock: int | None
    issued: int
    available: int | None
    per_customer: int | None
    per_customer_days: int | None
    budget: str | None
    spent: str
    unit_cost: str
    low_stock: int | None
    low: bool
    validity: Validity
    connector: Connector | None
    status: Literal["active", "archived"]
    created_at: datetime


class PackagePage(BaseModel):
    results: list[PackageOut]
    next: str | None


def _fields(sent: Body) -> dict[str, Any]:
    """What was sent, ready for the table: null is kept only where it means "no limit"."""
    fields = sent.model_dump(mode="json", by_alias=True, exclude_unset=True)
    if "items" in fields and isinstance(sent, PackageIn | PackageChange) and sent.items:
        fields["items"] = [item.model_dump(mode="json", exclude_none=True) for item in sent.items]
    if fields.get("validity"):
        fields["validity"] = {key: value for key, value in fields["validity"].items() if value is not None}
    return {k: v for k, v in fields.items() if v is not None or k in _CLEARABLE}


class PackagesView(TenantView):
    resource = "rewards"

    @extend_schema(operation_id="reward_packages_list", responses=PackagePage)
    def get(self, request: Request) -> Response:
        rows = Package.objects.all()
        if search := request.query_params.get("search", "").strip():
            rows = rows.filter(name__icontains=search)
        if status := request.query_params.get("status"):
            if status not in ("active", "archived"):
                raise ProblemError.at("/status", Code.BAD_VALUE, reason="active, archived")
            rows = rows.filter(status=status)
        page = paginate(request, rows, lambda package: package)
        return Response({**page, "results": packages_show(page["results"])})

    @extend_schema(operation_id="reward_packages_create", request=PackageIn, responses={201: PackageOut})
    def post(self, request: Request) -> Response:
        package = package_create({**_fields(self.body(PackageIn)), "created_by": self.actor.name})
        audit(self.actor.name, "reward_package.create", f"reward_package:{package.pk}", name=package.name)
        return Response(package_show(package), status=201)


class PackageView(TenantView):
    resource = "rewards"

    @extend_schema(operation_id="reward_packages_get", responses=PackageOut)
    def get(self, request: Request, package_id: str) -> Response:
        return Response(package_show(access_package(package_id)))

    @extend_schema(operation_id="reward_packages_update", request=PackageChange, responses=PackageOut)
    def patch(self, request: Request, package_id: str) -> Response:
        package = access_package(package_id, lock=True)
        change = _fields(self.body(PackageChange))
        package_update(package, change)
        audit(self.actor.name, "reward_package.update", f"reward_package:{package.pk}", **change)
        return Response(package_show(package))

    @extend_schema(operation_id="reward_packages_delete", responses={204: None})
    def delete(self, request: Request, package_id: str) -> Response:
        package = access_package(package_id, lock=True)
        package_delete(package)
        audit(self.actor.name, "reward_package.delete", f"reward_package:{package_id}", name=package.name)
        return Response(status=204)
