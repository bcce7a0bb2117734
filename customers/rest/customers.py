"""Customers over HTTP: bulk, list, one, timeline."""

from datetime import datetime
from typing import Annotated, Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from pydantic import Field
from rest_framework.request import Request
from rest_framework.response import Response

from customers.access import access_customer
from customers.erasing import customer_erase
from customers.errors import CustomerCode
from customers.intake.quiet import no_collection
from customers.intake.resolve import find_external
from customers.models import Consent
from customers.rest.rows import RowsParser
from customers.rest.shapes import ConsentsOut, CustomerOut, CustomersPage, StandingOut, TimelinePage
from customers.selectors import customers_page, customers_show, found, tagged, there
from customers.services import customer_update, customers_write
from customers.timeline import KINDS, timeline
from kernel.errors import Code, ProblemError, problem_at
from kernel.events import ask
from kernel.pagination import cursor, next_url, page_size
from kernel.schema import Body
from tenants.keys import REVEAL
from tenants.rest.base import TenantView


class IdentityRow(Body):
    """An identity that is not proved finds nobody, and nothing is sent there: it waits to be proved."""

    value: str
    proved: bool = True


class CustomerRow(Body):
    """One customer. Absent fields stay as they are; null clears."""

    external_id: str | None = None
    identities: (
        dict[str, str | IdentityRow | Annotated[list[str | IdentityRow], Field(min_length=1, max_length=20)] | None]
        | None
    ) = None
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
    warnings: list[RowProblem] = Field(
        default=[], description="only there when a row was taken in, but not all as told: an identity that is another's"
    )


class CustomersBulkView(TenantView):
    resource = "customers"
    parser_classes = [RowsParser]

    @extend_schema(operation_id="customers_bulk", request=CustomersIn, responses=CustomersOut)
    def post(self, request: Request) -> Response:
        with no_collection():
            outcome = customers_write(self.body(CustomersRaw).customers)
            request.data.clear()  # ten thousand rows that the collector need not look through
        answer = {"created": outcome.created, "updated": outcome.updated, "rejected": outcome.rejected}
        return Response({**answer, "warnings": outcome.warnings} if outcome.warnings else answer)


class CustomersView(TenantView):
    resource = "customers"

    @extend_schema(
        operation_id="customers_list",
        parameters=[
            OpenApiParameter(name, str) for name in ("search", "external_id", "tag", "blocked", "cursor", "page_size")
        ],
        responses=CustomersPage,
    )
    def get(self, request: Request) -> Response:
        asked, rows = request.query_params, there()
        if "external_id" in asked:
            rows = rows.filter(pk__in=find_external([asked["external_id"]]).values())
        if asked.get("search"):
            rows = rows.filter(found(asked["search"]))
        if asked.get("tag"):
            rows = rows.filter(tagged(asked["tag"]))
        if asked.get("blocked") in ("true", "false"):
            rows = rows.filter(blocked=asked["blocked"] == "true")
        return Response(customers_page(request, rows))


class CustomerView(TenantView):
    resource = "customers"

    @extend_schema(operation_id="customers_get", responses=CustomerOut)
    def get(self, request: Request, customer_id: str) -> Response:
        return Response(customers_show([access_customer(customer_id).pk])[0])

    @extend_schema(operation_id="customers_update", request=CustomerRow, responses=CustomerOut)
    def patch(self, request: Request, customer_id: str) -> Response:
        customer = access_customer(customer_id)
        if not isinstance(request.data, dict):
            raise ProblemError.at("", Code.WRONG_TYPE, expected="{…}")
        customer_update(customer, request.data)
        return Response(customers_show([customer.pk])[0])

    @extend_schema(operation_id="customers_erase", responses={204: None})
    def delete(self, request: Request, customer_id: str) -> Response:
        customer_erase(access_customer(customer_id), actor=self.actor.name)
        return Response(status=204)


class TimelineView(TenantView):
    resource = "customers"

    @extend_schema(
        operation_id="customers_timeline",
        parameters=[
            OpenApiParameter(
                "kind",
                str,
                description="one or more of event, message, grant, canvas, consent, merge, joined by commas",
            ),
            OpenApiParameter("from", str, description="ISO 8601 with offset"),
            OpenApiParameter("to", str, description="ISO 8601 with offset; not included"),
            OpenApiParameter("cursor", str),
            OpenApiParameter("page_size", str),
        ],
        responses=TimelinePage,
    )
    def get(self, request: Request, customer_id: str) -> Response:
        customer, asked = access_customer(customer_id), request.query_params
        kinds = asked["kind"].split(",") if asked.get("kind") else KINDS
        if not set(kinds) <= set(KINDS):
            raise ProblemError.at("/kind", Code.BAD_VALUE, reason=", ".join(KINDS))
        found, last = timeline(
            customer,
            page_size(request),
            kinds=kinds,
            since=_moment(request, "from"),
            until=_moment(request, "to"),
            after=cursor(request),
            plain=self.actor.may(REVEAL),
        )
        shown = [{**entry, "number": str(entry["number"])} for entry in found]
        return Response({"results": shown, "next": next_url(request, last) if last else None})


class StandingView(TenantView):
    resource = "customers"

    @extend_schema(operation_id="customers_standing", responses=StandingOut)
    def get(self, request: Request, customer_id: str) -> Response:
        """Where they are in running canvases, until when, and what comes next."""
        places = [
            place for said in ask("customers.standing", customer_id=access_customer(customer_id).pk) for place in said
        ]
        return Response({"results": places})


class ConsentsView(TenantView):
    resource = "customers"

    @extend_schema(operation_id="customers_consents", responses=ConsentsOut)
    def get(self, request: Request, customer_id: str) -> Response:
        """What they said on each channel, when, and where it came from."""
        rows = Consent.objects.filter(customer=access_customer(customer_id)).order_by("channel")
        return Response({"results": list(rows.values("channel", "granted", "covers_service", "source", "at"))})


def _moment(request: Request, name: str) -> datetime | None:
    raw = request.query_params.get(name)
    if not raw:
        return None
    try:
        moment = datetime.fromisoformat(raw)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise ProblemError.invalid([problem_at(f"/{name}", CustomerCode.BAD_TIME, place=f"/{name}")])
    return moment
