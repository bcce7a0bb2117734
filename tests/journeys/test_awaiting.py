"""Waiting for something to happen: an event or a condition, with a deadline (CAN-2)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from canvas_app.models import Cohort, Run
from config.tasks import run_kind
from kernel.wake import BULK, TRIGGER
from tenants.models import Tenant
from tenants.scope import tenant_tx
from tests.journeys.shop import Shop, node
from tests.journeys.test_scheduled import _until_due as until_due
from tests.journeys.test_triggered import event, post

pytestmark = pytest.mark.django_db(transaction=True)
PAID = {"event": "order.paid", "within": {"hours": 1}}


def scheduled(shop: Shop, **config: Any) -> str:
    nodes = [
        node("all", "audience.source", audience=shop.everyone()), node("w", "flow.wait_event", **config),
        node("yes", "customer.tag", tags=["yes"]), node("no", "customer.tag", tags=["no"]),
    ]  # fmt: skip
    return shop.canvas(nodes, ["all>w", "w.happened>yes", "w.timeout>no"])


def triggered(shop: Shop, *, leave: dict[str, Any] | None = None, **config: Any) -> str:
    nodes = [
        node("t", "trigger.event", event="cart.added"), node("w", "flow.wait_event", **config),
        node("yes", "customer.tag", tags=["yes"]), node("no", "customer.tag", tags=["no"]),
    ]  # fmt: skip
    canvas = shop.canvas(
        nodes, ["t>w", "w.happened>yes", "w.timeout>no"], kind="triggered", entry={"rule": "every_time"}, exit=leave
    )  # fmt: skip
    shop.publish(canvas)
    return canvas


def tagged(shop: Shop, tag: str) -> set[str]:
    return {c["external_id"] for c in shop.all(f"customers?tag={tag}&page_size=100")}


def show(shop: Shop, run: str) -> dict[str, Any]:
    shop.work()
    found: dict[str, Any] = shop.ok(shop.api.get(f"runs/{run}"))
    assert found["check"]["balanced"], found["check"]
    return found


def arrived(run: str, ago: timedelta) -> None:
    """As if those who are parked had come `ago` earlier."""
    with tenant_tx(Tenant.objects.order_by("-pk").values_list("pk", flat=True)[0]):
        for cohort in Cohort.objects.filter(run_id=run, parked=True):
            assert cohort.since is not None
            cohort.since -= ago
            cohort.save(update_fields=["since"])


def test_those_who_do_it_go_on_at_once_the_others_by_timeout(shop: Shop) -> None:
    shop.customers(20)
    run = shop.run(scheduled(shop, **PAID, where=[{"property": "amount", "op": "gte", "value": 100}]))
    assert run["status"] == "waiting"
    post(
        shop,
        *(event(i, f"c{i}", "order.paid", properties={"amount": 100 + i}) for i in range(5)),
        event(5, "c5", "order.paid", properties={"amount": 99}),
        event(6, "c6", "order.created", properties={"amount": 500}),
        event(7, "c7", "order.paid", properties={"amount": 500}, occurred_at="2020-01-01T00:00:00Z"),
    )
    found = show(shop, run["id"])
    assert found["nodes"]["w"]["left"] == {"happened": 5}
    assert found["nodes"]["w"]["waiting"] == 15
    assert tagged(shop, "yes") == {f"c{i}" for i in range(5)}
    arrived(run["id"], timedelta(hours=2))
    until_due(run["id"])
    found = show(shop, run["id"])
    # the deadline was an hour ago by now: c5, c6 and c7 never did it inside the hour
    assert found["nodes"]["w"]["left"] == {"happened": 5, "timeout": 15}
    assert found["status"] == "finished"


def test_what_happened_before_the_deadline_counts_although_it_is_looked_at_later(shop: Shop) -> None:
    shop.customers(3)
    run = shop.run(scheduled(shop, **PAID))
    arrived(run["id"], timedelta(minutes=90))
    now = datetime.now(UTC)
    post(
        shop,
        event(1, "c0", "order.paid", occurred_at=(now - timedelta(minutes=45)).isoformat()),
        event(2, "c1", "order.paid", occurred_at=(now - timedelta(minutes=15)).isoformat()),
    )
    until_due(run["id"])
    assert show(shop, run["id"])["nodes"]["w"]["left"] == {"happened": 1, "timeout": 2}
    assert tagged(shop, "yes") == {"c0"}


def test_an_event_that_the_inbox_never_told_of_is_found_by_looking(shop: Shop) -> None:
    """The watch was not there when it was stored: as if the match had come before the parking was committed."""
    shop.customers(2)
    run = shop.run(scheduled(shop, **PAID))
    with tenant_tx(Tenant.objects.order_by("-pk").values_list("pk", flat=True)[0]):
        from customers.models import EventWatch

        EventWatch.objects.all().delete()
        due = Cohort.objects.get(run_id=run["id"]).due_at
    assert due - datetime.now(UTC) < timedelta(seconds=5)
    post(shop, event(1, "c0", "order.paid"))
    assert show(shop, run["id"])["nodes"]["w"]["left"] == {}
    until_due(run["id"])
    assert show(shop, run["id"])["nodes"]["w"]["left"] == {"happened": 1}


def test_every_wave_of_a_trigger_waits_by_itself(shop: Shop) -> None:
    shop.customers(30)
    run = shop.ok(shop.api.get(f"canvases/{triggered(shop, **PAID)}"))["run"]
    for i in range(30):
        post(shop, event(i, f"c{i}"))
    post(shop, event(100, "c3", "order.paid"), event(101, "c17", "order.paid"))
    found = show(shop, run)
    assert found["nodes"]["w"]["left"] == {"happened": 2}
    assert tagged(shop, "yes") == {"c3", "c17"}
    post(shop, event(102, "c3"))  # c3 comes again: what was paid before does not count
    assert show(shop, run)["nodes"]["w"]["left"] == {"happened": 2}
    post(shop, event(103, "c3", "order.paid"))
    assert show(shop, run)["nodes"]["w"]["left"] == {"happened": 3}


def test_on_pause_nobody_moves_and_afterwards_it_is_asked(shop: Shop) -> None:
    shop.customers(4)
    canvas = scheduled(shop, **PAID)
    run = shop.run(canvas)["id"]
    shop.ok(shop.api.post(f"canvases/{canvas}/pause"))
    post(shop, event(1, "c1", "order.paid"))
    until_due(run)
    assert show(shop, run)["nodes"]["w"]["left"] == {}
    with tenant_tx(Tenant.objects.order_by("-pk").values_list("pk", flat=True)[0]):
        Cohort.objects.filter(run_id=run).update(due_at=datetime.now(UTC) + timedelta(minutes=30))
    shop.ok(shop.api.post(f"canvases/{canvas}/resume"))
    assert show(shop, run)["nodes"]["w"]["left"] == {"happened": 1}


def test_a_condition_is_looked_at_every_minute(shop: Shop) -> None:
    shop.customers(10)
    rule = {"condition": "attribute", "key": "n", "op": "lt", "value": 3}
    run = shop.run(scheduled(shop, rule=rule, within={"days": 3}))["id"]
    assert show(shop, run)["nodes"]["w"]["left"] == {"happened": 3}
    with tenant_tx(Tenant.objects.order_by("-pk").values_list("pk", flat=True)[0]):
        due = Cohort.objects.get(run_id=run).due_at
    assert timedelta(minutes=9) < due - datetime.now(UTC) <= timedelta(minutes=10)
    shop.ok(shop.api.post("customers/bulk", {"customers": [{"external_id": "c9", "attributes": {"n": 0}}]}))
    until_due(run)
    assert show(shop, run)["nodes"]["w"]["left"] == {"happened": 4}
    assert tagged(shop, "yes") == {"c0", "c1", "c2", "c9"}


def test_an_exit_event_wins(shop: Shop) -> None:
    shop.customers(1)
    canvas = triggered(shop, leave={"events": ["order.paid"]}, **PAID)
    run = shop.ok(shop.api.get(f"canvases/{canvas}"))["run"]
    post(shop, event(1, "c0"))
    post(shop, event(2, "c0", "order.paid"))
    assert show(shop, run)["nodes"]["w"]["dropped"] == {"exit_event": 1}


def test_only_cohorts_in_which_the_customer_can_be_are_touched(shop: Shop) -> None:
    """500 people in waves of their own: one event changes one row."""
    shop.customers(500, prefix="m")
    run = shop.ok(shop.api.get(f"canvases/{triggered(shop, **PAID)}"))["run"]
    for start in range(0, 500, 100):
        shop.ok(shop.api.post("events/bulk", {"events": [event(i, f"m{i}") for i in range(start, start + 100)]}), 202)
        shop.work()
    with tenant_tx(Tenant.objects.order_by("-pk").values_list("pk", flat=True)[0]):
        # nobody is asked again by the clock while this test looks
        Cohort.objects.filter(run_id=run).update(due_at=datetime.now(UTC) + timedelta(hours=1))
        before = dict(Cohort.objects.filter(run_id=run).values_list("pk", "size"))
    assert sum(before.values()) == 500
    shop.ok(shop.api.post("events/bulk", {"events": [event(900, "m250", "order.paid")]}), 202)
    run_kind(TRIGGER)
    run_kind(BULK)
    with tenant_tx(Tenant.objects.order_by("-pk").values_list("pk", flat=True)[0]):
        after = dict(Cohort.objects.filter(run_id=run).values_list("pk", "size"))
        assert Run.objects.get(pk=run).status == "running"
    assert sum(after.values()) == 499
    assert sum(before[pk] != after.get(pk) for pk in before) <= 1


def test_when_they_came_survives_every_look(shop: Shop) -> None:
    shop.customers(2)
    run = shop.run(scheduled(shop, **PAID))["id"]

    def stands() -> tuple[datetime, datetime]:
        with tenant_tx(Tenant.objects.order_by("-pk").values_list("pk", flat=True)[0]):
            cohort = Cohort.objects.get(run_id=run)
            assert cohort.since is not None
            assert cohort.due_at is not None
            return cohort.since, cohort.due_at

    since, _ = stands()
    for _ in range(2):
        until_due(run)
        shop.work()
        assert stands()[0] == since
    arrived(run, timedelta(minutes=3))
    until_due(run)
    shop.work()
    wait = stands()[1] - datetime.now(UTC)  # looked at more and more rarely: ten times as long as they have waited
    assert timedelta(minutes=29) < wait < timedelta(minutes=31)
