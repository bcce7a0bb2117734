"""Test runs over HTTP."""

from typing import Any

from drf_spectacular.utils import extend_schema
from pydantic import AwareDatetime, Field
from rest_framework.request import Request
from rest_framework.response import Response

from canvas_app.access import access_canvas
from canvas_app.simulate.service import MOST_CUSTOMERS, simulate
from canvas_app.simulate.sources import Happening
from kernel.schema import Body
from tenants.audit import audit
from tenants.rest.base import TenantView


class HappeningIn(Body):
    name: str = Field(min_length=1, max_length=200)
    properties: dict[str, Any] = Field(default_factory=dict)


class SimulateIn(Body):
    """customers: external ids or ids. assume: node → port where only the world decides (sent, timeout unless assumed)."""

    customers: list[str] = Field(min_length=1, max_length=MOST_CUSTOMERS)
    event: HappeningIn | None = None
    at: AwareDatetime | None = None
    assume: dict[str, str] = Field(default_factory=dict)
    send_to: dict[str, str] = Field(default_factory=dict)
    everyone: bool = False


class SimulateView(TenantView):
    resource = "canvases"

    @extend_schema(operation_id="canvases_simulate", request=SimulateIn, responses=dict)
    def post(self, request: Request, canvas_id: str) -> Response:
        """Walks chosen customers through the draft in virtual time. Nothing takes effect; only `send_to` gets messages."""
        canvas, sent = access_canvas(canvas_id), self.body(SimulateIn)
        event = None if sent.event is None else Happening(sent.event.name, sent.event.properties)
        found = simulate(
            canvas,
            sent.customers,
            event=event,
            at=sent.at,
            assume=sent.assume,
            send_to=sent.send_to,
            everyone=sent.everyone,
        )
        if sent.send_to:
            audit(self.actor.name, "canvas.test_messages", f"canvas:{canvas.pk}", delivered=len(found["delivered"]))
        return Response(found)
