"""Events over HTTP: bulk in, list, catalogue."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from pydantic import AwareDatetime, Field
from rest_framework.request import Request
from rest_framework.response import Response

from customers.event_selectors import catalogue_show, events_page
from customers.event_services import event_label, events_take
from customers.intake.quiet import no_collection
from customers.rest.attributes import Label, labels
from customers.rest.customers import RowProblem
from customers.rest.rows import RowsParser
from customers.rest.shapes import EventsPage, EventTypeOut, EventTypesPage
from kernel.schema import Body
from tenants.rest.base import TenantView


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
        return Response(events_page(request))


class EventTypesView(TenantView):
    resource = "events"

    @extend_schema(operation_id="event_types_list", responses=EventTypesPage)
    def get(self, request: Request) -> Response:
        return Response({"results": catalogue_show(), "next": None})


class EventTypeChange(Body):
    """A plain string is taken for both languages."""

    label: Label


class EventTypeView(TenantView):
    resource = "events"

    @extend_schema(operation_id="event_types_update", request=EventTypeChange, responses=EventTypeOut)
    def patch(self, request: Request, name: str) -> Response:
        event_label(name, labels(self.body(EventTypeChange).label))
        return Response(next(row for row in catalogue_show() if row["name"] == name))
