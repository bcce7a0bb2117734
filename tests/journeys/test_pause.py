"""Pausing holds everybody where they stand; resuming says what happens to what became due meanwhile (CAN-4)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from canvas_app.models import Cohort
from channels.models import SendJob
from config.tasks import run_kind
from kernel.sets import load, union
from kernel.wake import BULK
from tenants.models import Ready
from tenants.ready import announce
from tenants.scope import tenant_tx
from tests.journeys.shop import Shop, node
from tests.journeys.test_fires import tenant_of
from tests.journeys.test_scheduled import _until_due

pytestmark = pytest.mark.django_db(transaction=True)


def waiting(shop: Shop, count: int = 30) -> tuple[str, str]:
    """(canvas, run): everybody waits an hour, then gets a message."""
    shop.customers(count)
    nodes = [
        node("all", "audience.source", audience=shop.everyone()), node("w", "flow.wait", **{"for": {"hours": 1}}),
        node("sms", "message.send", template=shop.template(purpose="service")),
    ]  # fmt: skip
    canvas = shop.canvas(nodes, ["all>w", "w>sms"])
    return canvas, shop.run(canvas)["id"]


def inside(shop: Shop, canvas: str) -> dict[str, Any]:
    found: dict[str, Any] = shop.ok(shop.api.get(f"canvases/{canvas}/inside"))
    return found


def pause_until_overdue(shop: Shop, canvas: str, run: str) -> None:
    shop.ok(shop.api.post(f"canvases/{canvas}/pause"))
    _until_due(run)
    shop.work()


def resume(shop: Shop, canvas: str, overdue: Any = "run") -> dict[str, Any]:
    found: dict[str, Any] = shop.ok(shop.api.post(f"canvases/{canvas}/resume", {"overdue": overdue}))
    shop.work()
    return found


def run_of(shop: Shop, run: str) -> dict[str, Any]:
    found: dict[str, Any] = shop.ok(shop.api.get(f"runs/{run}"))
    assert found["check"]["balanced"], found["check"]
    return found


def test_everybody_stays_and_overdue_people_are_counted(shop: Shop) -> None:
    canvas, run = waiting(shop)
    shop.ok(shop.api.post(f"canvases/{canvas}/pause"))
    place = {"node": "w", "label": "", "type": "flow.wait", "people": 30}
    assert inside(shop, canvas) == {"people": 30, "overdue": 0, "nodes": [place]}
    _until_due(run)
    shop.work()
    assert inside(shop, canvas) == {"people": 30, "overdue": 30, "nodes": [place]}
    assert shop.api.post(f"canvases/{canvas}/pause").status_code == 409
    assert resume(shop, canvas)["status"] == "live"
    assert run_of(shop, run)["nodes"]["sms"]["left"] == {"sent": 30}
    assert inside(shop, canvas) == {"people": 0, "overdue": 0, "nodes": []}
    assert shop.api.post(f"canvases/{canvas}/resume").status_code == 409


def test_those_whose_waiting_ended_meanwhile_are_left_out(shop: Shop) -> None:
    canvas, run = waiting(shop)
    pause_until_overdue(shop, canvas, run)
    resume(shop, canvas, "skip")
    shown = run_of(shop, run)
    assert (shown["status"], shown["nodes"]["w"]["dropped"]) == ("finished", {"skipped_while_paused": 30})
    assert shop.all(f"messages?canvas={canvas}") == []


def test_those_whose_time_has_not_come_are_not_concerned(shop: Shop) -> None:
    canvas, run = waiting(shop)
    shop.ok(shop.api.post(f"canvases/{canvas}/pause"))
    resume(shop, canvas, "skip")
    assert inside(shop, canvas)["people"] == 30
    _until_due(run)
    shop.work()
    assert run_of(shop, run)["nodes"]["sms"]["left"] == {"sent": 30}


def sending(shop: Shop, count: int, **more: Any) -> tuple[str, str]:
    """(canvas, run): messages are queued, nobody has sent them."""
    shop.customers(count)
    nodes = [node("all", "audience.source", audience=shop.everyone()), node("sms", "message.send", template=shop.template(purpose="marketing")), node("after", "flow.end")]  # fmt: skip
    canvas = shop.canvas(nodes, ["all>sms", "sms.suppressed>after"], **more)
    shop.publish(canvas)
    run = shop.ok(shop.api.post(f"canvases/{canvas}/run-now"), 201)["id"]
    run_kind(BULK)
    return canvas, run


def test_queued_messages_are_held_back_with_their_reason(shop: Shop) -> None:
    canvas, run = sending(shop, 20)
    shop.ok(shop.api.post(f"canvases/{canvas}/pause"))
    shop.work()
    assert {m["status"] for m in shop.all(f"messages?canvas={canvas}")} == {"queued"}
    assert inside(shop, canvas)["overdue"] == 20
    resume(shop, canvas, "skip")
    shown = run_of(shop, run)
    assert shown["nodes"]["sms"]["suppressed"] == {"paused": 20}
    assert (shown["status"], shown["nodes"]["after"]["entered"]) == ("finished", 20)
    assert {(m["status"], m["reason"]) for m in shop.all(f"messages?canvas={canvas}")} == {("suppressed", "paused")}


def test_messages_put_off_by_quiet_hours_are_held_back_too(shop: Shop) -> None:
    now = datetime.now(UTC) + timedelta(hours=8)  # the shop's clock
    quiet = {"from": f"{now - timedelta(hours=1):%H:%M}", "to": f"{now + timedelta(hours=1):%H:%M}"}
    canvas, run = sending(shop, 20, quiet_hours=quiet)
    shop.work()
    assert run_of(shop, run)["nodes"]["sms"]["waiting"] == 20
    pause_until_overdue(shop, canvas, run)
    resume(shop, canvas, "skip")
    assert run_of(shop, run)["nodes"]["sms"]["suppressed"] == {"paused": 20}
    assert {(m["status"], m["reason"]) for m in shop.all(f"messages?canvas={canvas}")} == {("suppressed", "paused")}


def test_spread_over_ten_minutes(shop: Shop) -> None:
    canvas, run = waiting(shop, 120)
    pause_until_overdue(shop, canvas, run)
    before = datetime.now(UTC)
    shop.ok(shop.api.post(f"canvases/{canvas}/resume", {"overdue": {"spread_minutes": 10}}))
    with tenant_tx(tenant_of(shop)):
        rows = list(Cohort.objects.filter(run_id=run))
    assert len(union(load(r.people) for r in rows)) == sum(r.size for r in rows) == 120
    delays = sorted((r.due_at - before).total_seconds() for r in rows if r.due_at)
    assert delays[0] < 20
    assert 500 < delays[-1] < 605
    halves = [sum(r.size for r in rows if ((r.due_at or before) - before).total_seconds() < 300), 120]
    assert 40 <= halves[0] <= 80
    with tenant_tx(tenant_of(shop)):  # the first slice may be empty: whoever is first has their turn now
        first = min((r for r in rows if r.due_at), key=lambda r: r.due_at or before)
        Cohort.objects.filter(pk=first.pk).update(due_at=before)
        announce(BULK)
    shop.work()
    some = run_of(shop, run)["nodes"]
    assert first.size <= some["sms"]["entered"] < 20
    assert some["w"]["waiting"] == 120 - some["sms"]["entered"]


def test_queued_messages_are_spread_too_and_each_is_sent_once(shop: Shop) -> None:
    canvas, run = sending(shop, 120)
    shop.ok(shop.api.post(f"canvases/{canvas}/pause"))
    before = datetime.now(UTC)
    shop.ok(shop.api.post(f"canvases/{canvas}/resume", {"overdue": {"spread_minutes": 5}}))
    with tenant_tx(tenant_of(shop)):
        jobs = list(SendJob.objects.filter(run_id=run))
        assert len(jobs) > 10
        assert sum(j.size for j in jobs) == len(union(load(j.people) for j in jobs)) == 120
        assert max(j.due_at for j in jobs) > before + timedelta(minutes=4)
        SendJob.objects.filter(run_id=run).update(due_at=before)
    Ready.objects.filter(tenant=tenant_of(shop)).update(due_at=before)
    shop.work()
    messages = shop.all(f"messages?canvas={canvas}")
    assert len({m["customer"] for m in messages}) == len(messages) == 120
    shown = run_of(shop, run)
    assert (shown["status"], shown["nodes"]["sms"]["left"]) == ("finished", {"sent": 120})


def test_ending_a_paused_canvas_lets_people_finish_their_way(shop: Shop) -> None:
    canvas, run = waiting(shop)
    pause_until_overdue(shop, canvas, run)
    shop.ok(shop.api.post(f"canvases/{canvas}/end"))
    shop.work()
    assert run_of(shop, run)["nodes"]["sms"]["left"] == {"sent": 30}


@pytest.mark.parametrize("body", [{"overdue": "later"}, {"overdue": {"spread_minutes": 0}}, {"overdue": {}}])
def test_other_answers_are_refused(shop: Shop, body: Any) -> None:
    canvas, _ = waiting(shop, 1)
    shop.ok(shop.api.post(f"canvases/{canvas}/pause"))
    assert shop.api.post(f"canvases/{canvas}/resume", body).status_code == 400
    assert shop.ok(shop.api.get(f"canvases/{canvas}"))["status"] == "paused"
