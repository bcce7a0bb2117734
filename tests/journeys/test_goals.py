"""Goals: who reached what was hoped for, once for each entry, and who leaves by it (CAN-5)."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from canvas_app.models import RunGoal
from canvas_app.runtime.goals import note_goals_again, value_of
from customers.inbox import InboxEvent
from tenants.models import Tenant
from tenants.scope import tenant_tx
from tests.journeys.shop import Shop, node
from tests.journeys.test_triggered import event, post

pytestmark = pytest.mark.django_db(transaction=True)
PAID = {"event": "order.paid", "where": [{"property": "amount", "op": "gte", "value": 100}], "within": {"days": 3}}


def paid(number: int, customer: str, amount: Any = 200, **more: Any) -> dict[str, Any]:
    return event(number, customer, "order.paid", properties={"amount": amount}, **more)


def triggered(shop: Shop, **more: Any) -> str:
    nodes = [node("t", "trigger.event", event="cart.added"), node("wait", "flow.wait", **{"for": {"days": 1}}), node("sms", "message.send", template=shop.template(purpose="service"))]  # fmt: skip
    canvas = shop.canvas(nodes, ["t>wait", "wait>sms"], kind="triggered", goal=PAID, **more)
    shop.publish(canvas)
    return str(shop.ok(shop.api.get(f"canvases/{canvas}"))["run"])


def goal(shop: Shop, run: str) -> tuple[int, int, str | None]:
    shown = shop.ok(shop.api.get(f"runs/{run}"))["goal"]
    assert shown["event"] == "order.paid"
    return shown["reached"], shown["people"], shown["value"]


def test_an_event_in_the_window_is_the_goal_and_counts_once(shop: Shop) -> None:
    shop.customers(4)
    run = triggered(shop)
    post(shop, event(1, "c0"), event(2, "c1"), event(3, "c2"))
    assert goal(shop, run) == (0, 0, None)
    post(shop, paid(4, "c0"), paid(5, "c0", 300), paid(6, "c1", 99), paid(7, "c3"))
    assert goal(shop, run) == (1, 1, "200.00")  # the first of two; too small; never entered
    post(shop, paid(4, "c0"))
    assert goal(shop, run) == (1, 1, "200.00")
    late = (datetime.now(UTC) + timedelta(days=4)).isoformat()
    post(shop, paid(8, "c1", occurred_at=late))
    assert goal(shop, run) == (1, 1, "200.00")
    before = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    post(shop, paid(9, "c2", occurred_at=before))
    assert goal(shop, run) == (1, 1, "200.00")


def test_the_earliest_event_stays_in_whatever_order_they_arrive(shop: Shop, tenant: Tenant) -> None:
    shop.customers(1)
    run = triggered(shop)
    post(shop, event(1, "c0"))
    for number, hours, amount in ((2, 5, 500), (3, 2, 250), (4, 3, 300)):
        post(shop, paid(number, "c0", amount, occurred_at=(datetime.now(UTC) + timedelta(hours=hours)).isoformat()))
    assert goal(shop, run) == (1, 1, "250.00")


def test_each_entry_has_its_own_goal(shop: Shop) -> None:
    shop.customers(1)
    run = triggered(shop, entry={"rule": "every_time"})
    post(shop, event(1, "c0"))
    post(shop, paid(2, "c0", "100.05"))
    post(shop, event(3, "c0"))
    assert goal(shop, run) == (1, 1, "100.05")
    post(shop, paid(4, "c0", "100.10"))
    assert goal(shop, run) == (2, 1, "200.15")


def test_entry_and_goal_in_one_batch(shop: Shop) -> None:
    shop.customers(1)
    run = triggered(shop)
    now = datetime.now(UTC)
    post(shop, paid(2, "c0", occurred_at=now.isoformat()), event(1, "c0", occurred_at=(now - timedelta(seconds=5)).isoformat()))  # fmt: skip
    assert goal(shop, run) == (1, 1, "200.00")


def test_the_goal_lets_people_leave_when_the_canvas_says_so(shop: Shop) -> None:
    from tests.journeys.test_scheduled import _until_due

    shop.customers(3)
    run, staying = triggered(shop, exit={"goal": True}), triggered(shop)
    post(shop, event(1, "c0"), event(2, "c1"))
    post(shop, paid(3, "c0"))
    for one in (run, staying):
        _until_due(one)
    shop.work()
    left = shop.ok(shop.api.get(f"runs/{run}"))
    assert left["nodes"]["wait"]["dropped"] == {"goal": 1}
    assert left["nodes"]["sms"]["left"] == {"sent": 1}
    assert left["check"]["balanced"]
    assert shop.ok(shop.api.get(f"runs/{staying}"))["nodes"]["sms"]["left"] == {"sent": 2}


def test_a_scheduled_run_counts_after_it_has_finished(shop: Shop, tenant: Tenant) -> None:
    shop.customers(3)
    rule = {"condition": "attribute", "key": "n", "op": "lt", "value": 2}
    nodes = [node("all", "audience.source", rule=rule), node("end", "flow.end")]
    canvas = shop.canvas(nodes, ["all>end"], goal={**PAID, "where": []})
    run = shop.run(canvas)
    assert (run["status"], run["goal"]["reached"]) == ("finished", 0)
    post(shop, paid(1, "c0", 20), paid(2, "c2", 20))
    assert goal(shop, run["id"]) == (1, 1, "20.00")
    shop.ok(shop.api.post(f"canvases/{canvas}/end"))
    post(shop, paid(3, "c1", 5))
    with tenant_tx(tenant.pk):
        note_goals_again()
        note_goals_again()
    assert goal(shop, run["id"]) == (2, 2, "25.00")


def test_what_was_matched_before_its_entry_is_found_again(shop: Shop, tenant: Tenant) -> None:
    shop.customers(1)
    run = triggered(shop)
    post(shop, event(1, "c0"))
    post(shop, paid(2, "c0"))
    with tenant_tx(tenant.pk):
        RunGoal.objects.all().delete()
        note_goals_again()
    assert goal(shop, run) == (1, 1, "200.00")


@pytest.mark.parametrize(
    ("amount", "value"),
    [(12, "12.00"), (12.345, "12.34"), ("9.99", "9.99"), ("NaN", None), ("x", None), (None, None), (True, None), (1e17, None), ({}, None), ("Infinity", None)],
)  # fmt: skip
def test_the_value_is_money_or_nothing(amount: Any, value: str | None) -> None:
    now = datetime.now(UTC)
    found = value_of(InboxEvent(1, "e", 1, "order.paid", now, {"amount": amount}, now))
    assert found == (None if value is None else Decimal(value))
