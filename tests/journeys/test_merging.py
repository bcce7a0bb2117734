"""People merged while they are inside running canvases: replaced where they stand, once, and every equation holds."""

from typing import Any

import pytest
from django.db import connection

from canvas_app.models import Cohort
from tenants.models import Tenant
from tenants.scope import tenant_tx
from tests.conftest import Api
from tests.journeys.shop import Shop, node

pytestmark = pytest.mark.django_db(transaction=True)


def wait(hours: int = 1) -> dict[str, Any]:
    return node("w", "flow.wait", **{"for": {"hours": hours}})


def hours_go_by(tenant: Tenant) -> None:
    with tenant_tx(tenant.pk), connection.cursor() as cursor:
        Cohort.objects.filter(due_at__isnull=False).update(due_at="2020-01-01T00:00:00Z")
        cursor.execute("UPDATE tenants_ready SET due_at = '2020-01-01' WHERE tenant_id = %s", [tenant.pk])


def ids(shop: Shop) -> dict[str, str]:
    return {c["external_id"]: c["id"] for c in shop.all("customers")}


def merge(shop: Shop, merged: str, into: str) -> str:
    return str(shop.ok(shop.api.post(f"customers/{merged}/merge", {"into": into}), 201)["id"])


def proved(shop: Shop, run: str) -> dict[str, Any]:
    shown = shop.ok(shop.api.get(f"runs/{run}"))
    whole = shop.ok(shop.api.get(f"runs/{run}/check"))
    assert shown["check"]["balanced"], shown["check"]
    assert whole["balanced"], [e for e in whole["equations"] if not e["ok"]]
    return dict(shown)


def sent(shop: Shop, canvas: str) -> list[str]:
    return sorted(m["customer"] for m in shop.all(f"messages?canvas={canvas}") if m["status"] == "sent")


def in_canvas(shop: Shop, audience: str) -> str:
    graph = [
        node("a", "audience.source", audience=audience),
        wait(),
        node("sms", "message.send", template=shop.template()),
    ]
    return shop.canvas(graph, ["a>w", "w>sms"])


def test_both_wait_in_one_run_and_one_person_is_left(shop: Shop, tenant: Tenant) -> None:
    shop.customers(3)
    canvas, who = in_canvas(shop, shop.everyone()), ids(shop)
    run = shop.run(canvas)["id"]
    merge(shop, who["c0"], who["c1"])
    proved(shop, run)
    hours_go_by(tenant)
    shop.work()
    shown = proved(shop, run)
    assert sent(shop, canvas) == sorted([who["c1"], who["c2"]])
    assert shown["nodes"]["w"]["dropped"] == {"merged": 1}
    assert shown["status"] == "finished"


def test_the_survivor_goes_on_for_who_alone_was_inside(shop: Shop, tenant: Tenant) -> None:
    shop.customers(3)
    only = shop.audience({"condition": "attribute", "key": "n", "op": "eq", "value": 0})
    canvas, who = in_canvas(shop, only), ids(shop)
    run = shop.run(canvas)["id"]
    merge(shop, who["c0"], who["c1"])
    hours_go_by(tenant)
    shop.work()
    shown = proved(shop, run)
    assert sent(shop, canvas) == [who["c1"]]
    assert shown["nodes"]["w"]["dropped"] == {"merged": 1}
    assert (shown["status"], shown["check"]["inside"]) == ("finished", 0)


def test_in_two_branches_at_once_both_go_on(shop: Shop, tenant: Tenant) -> None:
    shop.customers(2)
    only = shop.audience({"condition": "attribute", "key": "n", "op": "eq", "value": 0})
    graph = [
        node("a", "audience.source", audience=only), wait(), node("v", "flow.wait", **{"for": {"hours": 2}}),
        node("x", "customer.tag", tags=["甲"]), node("y", "customer.tag", tags=["乙"]),
    ]  # fmt: skip
    canvas = shop.canvas(graph, ["a>w", "a>v", "w>x", "v>y"])
    run, who = shop.run(canvas)["id"], ids(shop)
    merge(shop, who["c0"], who["c1"])
    hours_go_by(tenant)
    shop.work()
    proved(shop, run)
    assert shop.ok(shop.api.get(f"customers/{who['c1']}"))["tags"] == ["乙", "甲"]


def test_an_event_of_the_survivor_frees_who_waited_under_the_old_name(shop: Shop, tenant: Tenant) -> None:
    shop.customers(2)
    only = shop.audience({"condition": "attribute", "key": "n", "op": "eq", "value": 0})
    graph = [
        node("a", "audience.source", audience=only),
        node("e", "flow.wait_event", event="order.paid", within={"days": 3}),
        node("yes", "customer.tag", tags=["付了"]), node("no", "customer.tag", tags=["没付"]),
    ]  # fmt: skip
    canvas = shop.canvas(graph, ["a>e", "e.happened>yes", "e.timeout>no"])
    run, who = shop.run(canvas)["id"], ids(shop)
    merge(shop, who["c0"], who["c1"])
    event = {"event_id": "p1", "customer": {"external_id": "c1"}, "name": "order.paid", "properties": {"amount": 1}}
    shop.ok(shop.api.post("events/bulk", {"events": [event]}), 202)
    shop.work()
    proved(shop, run)
    assert shop.ok(shop.api.get(f"customers/{who['c1']}"))["tags"] == ["付了"]


def test_a_message_that_has_not_left_is_the_survivors(shop: Shop, tenant: Tenant) -> None:
    """The run is paused while messages are queued; who was merged meanwhile is decided anew as the survivor."""
    shop.customers(3)
    only = shop.audience({"condition": "attribute", "key": "n", "op": "lte", "value": 1})
    graph = [node("a", "audience.source", audience=only), node("sms", "message.send", template=shop.template())]
    canvas, who = shop.canvas(graph, ["a>sms"]), ids(shop)
    shop.publish(canvas)
    from config.tasks import run_kind
    from kernel.wake import BULK

    run = shop.ok(shop.api.post(f"canvases/{canvas}/run-now"), 201)["id"]
    for _ in range(3):
        run_kind(BULK)
    merge(shop, who["c0"], who["c2"])
    shop.work()
    shown = proved(shop, run)
    assert sent(shop, canvas) == sorted([who["c1"], who["c2"]])
    assert shown["nodes"]["sms"]["dropped"] == {"merged": 1}


def test_messages_and_caps_of_both_count(shop: Shop, tenant: Tenant) -> None:
    shop.ok(shop.api.patch("settings", {"caps": [{"limit": 2, "per": {"days": 1}}], "quiet_hours": None}))
    shop.customers(2)
    graph = [
        node("a", "audience.source", audience=shop.everyone()),
        node("sms", "message.send", template=shop.template()),
    ]
    first, who = shop.canvas(graph, ["a>sms"]), ids(shop)
    run = shop.run(first)["id"]
    done = merge(shop, who["c0"], who["c1"])
    proved(shop, run)
    second = shop.canvas(graph, ["a>sms"])
    later = shop.run(second)
    assert sent(shop, second) == []
    assert later["nodes"]["sms"]["suppressed"] == {"cap": 1} or sum(later["nodes"]["sms"]["suppressed"].values()) == 1
    shop.ok(shop.api.post(f"customers/{who['c1']}/merges/{done}/undo"))
    proved(shop, run)
    assert sent(shop, first) == sorted(who.values())
    third = shop.canvas(graph, ["a>sms"])
    shop.run(third)
    assert sent(shop, third) == sorted(who.values())  # one each so far, two are allowed


def test_undone_before_they_moved_nobody_is_replaced(shop: Shop, tenant: Tenant) -> None:
    shop.customers(2)
    canvas, who = in_canvas(shop, shop.everyone()), ids(shop)
    run = shop.run(canvas)["id"]
    done = merge(shop, who["c0"], who["c1"])
    shop.ok(shop.api.post(f"customers/{who['c1']}/merges/{done}/undo"))
    hours_go_by(tenant)
    shop.work()
    proved(shop, run)
    assert sent(shop, canvas) == sorted(who.values())


def test_two_entries_by_event_stay_two_where_each_event_enters(shop: Shop, tenant: Tenant, api: Api) -> None:
    shop.customers(2)
    graph = [
        node("t", "trigger.event", event="cart.added"),
        wait(),
        node("sms", "message.send", template=shop.template()),
    ]
    canvas = shop.canvas(graph, ["t>w", "w>sms"], kind="triggered", entry={"rule": "every_time"})
    shop.publish(canvas)
    who = ids(shop)
    rows = [{"event_id": f"e{i}", "customer": {"external_id": f"c{i}"}, "name": "cart.added"} for i in range(2)]
    shop.ok(api.post("events/bulk", {"events": rows}), 202)
    shop.work()
    merge(shop, who["c0"], who["c1"])
    hours_go_by(tenant)
    shop.work()
    run = shop.ok(shop.api.get(f"canvases/{canvas}"))["run"]
    proved(shop, run)
    assert sent(shop, canvas) == [who["c1"], who["c1"]]
