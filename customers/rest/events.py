"""Events over HTTP: bulk in, list, catalogue."""

from typing import Any

from drf_spectacular.utils import extend_schema
from pydantic import AwareDatetime, Field
from rest_framework.request import Request
from rest_framework.response import Response

from customers.event_services import events_take
from customers.rest.customers import RowProblem
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

    @extend_schema(operation_id="events_bulk", request=EventsIn, responses={202: EventsOut})
    def post(self, request: Request) -> Response:
        taken = events_take(self.body(EventsRaw).events)
        return Response(
            {"accepted": taken.accepted, "duplicates": taken.duplicates, "rejected": taken.rejected}, status=202
        )
