"""Events over HTTP: bulk in, list, catalogue."""

from typing import Annotated, Any, Literal

from drf_spectacular.utils import OpenApiParameter, extend_schema
from pydantic import AwareDatetime, Field
from rest_framework.request import Request
from rest_framework.response import Response

from customers.access import access_event_type
from customers.event_sample import frequent_values
from customers.event_selectors import catalogue_show, events_page, type_show
from customers.event_services import event_describe, events_take
from customers.event_stats import KEPT_DAYS, stats_show
from customers.intake.quiet import no_collection
from customers.rest.attributes import Label, labels
from customers.rest.customers import RowProblem
from customers.rest.rows import RowsParser
from customers.rest.shapes import EventsPage, EventStatsOut, EventTypeDetail, EventTypeOut, EventTypesPage, ValuesOut
from kernel.errors import Code, ProblemError
from kernel.schema import Body
from tenants.audit import audit
from tenants.keys import REVEAL
from tenants.rest.base import TenantView

STATS_DAYS = 30


class EventRowIn(Body):
    """`customer` is {"external_id": …} or one or more identities; `occurred_at` defaults to now."""

    event_id: str
    customer: dict[str, str]
    name: str
    occurred_at: AwareDatetime | None = None
    properties: dict[str, Any] | None = None


class EventsIn(Body):
    events: list[EventRowIn] = Field(max_length=10_000)


class EventsRaw(Body):
    """Rows are read one by one, so that a bad one is refused alone."""

    events: list[Any]


class EventsOut(Body):
    accepted: int
    duplicates: int
    rejected: list[RowProblem]


class EventsBulkView(TenantView):
    resource = "events"
    parser_classes = [RowsParser]

    @extend_schema(operation_id="events_bulk", request=EventsIn, responses={202: EventsOut})
    def post(self, request: Request) -> Response:
        with no_collection():
            taken = events_take(self.body(EventsRaw).events)
            request.data.clear()  # ten thousand rows that the collector need not look through
        return Response(
            {"accepted": taken.accepted, "duplicates": taken.duplicates, "rejected": taken.rejected}, status=202
        )


class EventsView(TenantView):
    resource = "events"

    @extend_schema(
        operation_id="events_list",
        parameters=[OpenApiParameter(name, str) for name in ("customer", "name", "cursor", "page_size")],
        responses=EventsPage,
    )
    def get(self, request: Request) -> Response:
        return Response(events_page(request, plain=self.actor.may(REVEAL)))


class EventTypesView(TenantView):
    resource = "events"

    @extend_schema(operation_id="event_types_list", responses=EventTypesPage)
    def get(self, request: Request) -> Response:
        return Response({"results": catalogue_show(), "next": None})


class PropertyChange(Body):
    """What people say of a property; null takes it back."""

    label: Label | None = None
    type: Literal["string", "number", "boolean", "list", "object"] | None = None
    sensitive: bool | None = None


class EventTypeChange(Body):
    """A plain string is taken for both languages."""

    label: Label | None = None
    description: Annotated[str, Field(max_length=2000, pattern=r"^[^\x00]*$")] | None = None
    hidden: bool | None = None
    properties: dict[Annotated[str, Field(max_length=200, pattern=r"^[^\x00]+$")], PropertyChange] | None = Field(
        None, max_length=200
    )

    def said(self) -> dict[str, Any]:
        sent = {name: value for name, value in self.model_dump(exclude_unset=True).items() if value is not None}
        if "label" in sent:
            sent["label"] = labels(sent["label"])
        for about in sent.get("properties", {}).values():
            if about.get("label") is not None:
                about["label"] = labels(about["label"])
        return sent


class EventTypeView(TenantView):
    resource = "events"

    @extend_schema(operation_id="event_types_get", responses=EventTypeDetail)
    def get(self, request: Request, name: str) -> Response:
        return Response(type_show(name))

    @extend_schema(operation_id="event_types_update", request=EventTypeChange, responses=EventTypeOut)
    def patch(self, request: Request, name: str) -> Response:
        event_describe(name, self.body(EventTypeChange).said())
        audit(self.actor.name, "event_type.update", f"event_type:{name}", change=request.data)
        return Response(next(row for row in catalogue_show() if row["name"] == name))


class EventValuesView(TenantView):
    resource = "events"

    @extend_schema(
        operation_id="event_types_values",
        parameters=[OpenApiParameter("property", str, required=True)],
        responses=ValuesOut,
    )
    def get(self, request: Request, name: str) -> Response:
        access_event_type(name)
        path = request.query_params.get("property")
        if not path:
            raise ProblemError.at("/property", Code.MISSING)
        return Response(frequent_values(name, path))


class EventStatsView(TenantView):
    resource = "events"

    @extend_schema(operation_id="events_stats", parameters=[OpenApiParameter("days", int)], responses=EventStatsOut)
    def get(self, request: Request) -> Response:
        text = request.query_params.get("days", str(STATS_DAYS))
        days = int(text) if text.isascii() and text.isdigit() and len(text) <= 3 else 0
        if not 1 <= days <= KEPT_DAYS:
            raise ProblemError.at("/days", Code.BAD_VALUE, reason=f"1–{KEPT_DAYS}")
        return Response(stats_show(days))
