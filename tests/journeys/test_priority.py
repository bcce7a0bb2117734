"""CHN-3 through the API: a canvas's priority reaches its messages, and who stepped back, and why, can be read off the run."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from channels.models import SendJob
from config.tasks import run_kind
from kernel.clock import db_now
from kernel.step import HIGH
from kernel.wake import BULK
from tenants.models import Tenant
from tenants.scope import tenant_tx
from tests.journeys.shop import Shop, node

pytestmark = pytest.mark.django_db(transaction=True)


def _canvas(shop: Shop, template: str, **more: Any) -> str:
    nodes = [
        node("all", "audience.source", audience=shop.everyone()),
        node("sms", "message.send", template=template),
    ]
    canvas = shop.canvas(nodes, ["all>sms"], **more)
    shop.publish(canvas)
    return canvas


def _morning() -> str:
    """A zone in which the day has hours to go."""
    east = (7 - datetime.now(UTC).hour + 12) % 24 - 12
    return f"Etc/GMT{-east:+d}"


def test_the_last_place_under_a_cap_goes_to_the_more_important_canvas(shop: Shop, tenant: Tenant) -> None:
    caps = [{"channel": None, "limit": 1, "per": {"days": 1}}]
    shop.ok(shop.api.patch("settings", {"caps": caps, "timezone": _morning()}))
    shop.customers(3)
    template = shop.template()
    important, usual = _canvas(shop, template, priority="high"), _canvas(shop, template)
    assert shop.ok(shop.api.get(f"canvases/{important}"))["priority"] == "high"
    assert shop.ok(shop.api.get(f"canvases/{usual}"))["priority"] == "normal"
    shop.ok(shop.api.post(f"canvases/{important}/run-now", None), 201)
    while run_kind(BULK):
        pass
    with tenant_tx(tenant.pk):
        job = SendJob.objects.get()
        assert job.priority // 2 == HIGH
        SendJob.objects.update(due_at=db_now() + timedelta(hours=2))
    started = shop.ok(shop.api.post(f"canvases/{usual}/run-now", None), 201)
    shop.work()
    run = shop.ok(shop.api.get(f"runs/{started['id']}"))
    assert run["nodes"]["sms"]["suppressed"] == {"priority": 3}
    assert run["check"]["balanced"]
    who = shop.ok(shop.api.get(f"runs/{run['id']}/nodes/sms/customers?port=priority"))
    assert who["count"] == 3
    story = shop.ok(shop.api.get(f"customers/{who['results'][0]['id']}/timeline"))["results"]
    held = [e["detail"] for e in story if e["kind"] == "message" and e["detail"]["status"] == "suppressed"]
    assert [detail["reason"] for detail in held] == ["priority"]


def test_a_priority_that_there_is_not_is_refused(shop: Shop) -> None:
    canvas = shop.canvas([], [])
    refused = shop.api.patch(f"canvases/{canvas}", {"priority": "urgent"}, **{"If-Match": '"1"'})
    assert refused.status_code == 400
    assert [e["pointer"] for e in refused.json()["errors"]] == ["/priority"]
