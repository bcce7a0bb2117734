"""Triggered canvases: events in, messages out (CAN-1, CAN-5, AUD-2)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.journeys.shop import Shop, node

pytestmark = pytest.mark.django_db(transaction=True)


def event(number: int, customer: str, name: str = "cart.added", **more: Any) -> dict[str, Any]:
    return {
        "event_id": f"ev{number}", "customer": {"external_id": customer}, "name": name,
        "occurred_at": datetime.now(UTC).isoformat(), "properties": {"sku": "4JT"}, **more,
    }  # fmt: skip


def post(shop: Shop, *events: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = shop.ok(shop.api.post("events/bulk", {"events": list(events)}), 202)
    shop.work()
    return answer


def canvas(shop: Shop, **more: Any) -> str:
    template = shop.template("你加购了 {{ event.properties.sku }}", purpose="service")
    nodes = [
        node("t", "trigger.event", event="cart.added", where=[{"property": "sku", "op": "eq", "value": "4JT"}]),
        node("sms", "message.send", template=template),
    ]  # fmt: skip
    made = shop.canvas(nodes, ["t>sms"], kind="triggered", **more)
    shop.publish(made)
    return made


def texts(shop: Shop, canvas_id: str) -> list[str]:
    return [m["content"]["text"] for m in shop.all(f"messages?canvas={canvas_id}")]


def test_an_event_becomes_a_message_with_its_properties(shop: Shop) -> None:
    shop.customers(3)
    made = canvas(shop)
    answer = post(
        shop,
        event(1, "c0"),
        event(2, "c1", properties={"sku": "other"}),
        event(3, "c2", name="page.viewed"),
        event(1, "c0"),
    )
    assert (answer["accepted"], answer["duplicates"]) == (3, 1)
    assert texts(shop, made) == ["【山间茶铺】你加购了 4JT"] or texts(shop, made) == ["你加购了 4JT"]
    run = shop.ok(shop.api.get(f"runs/{shop.ok(shop.api.get(f'canvases/{made}'))['run']}"))
    assert run["kind"] == "standing"
    assert run["check"] == {"entered": 1, "inside": 0, "left": 1, "balanced": True, "wrong": []}


def test_a_repeated_event_counts_once_for_ever(shop: Shop) -> None:
    shop.customers(1)
    made = canvas(shop, entry={"rule": "every_time"})
    post(shop, event(1, "c0"))
    assert post(shop, event(1, "c0"))["duplicates"] == 1
    assert len(texts(shop, made)) == 1


@pytest.mark.parametrize(("rule", "wanted"), [("once", 1), ("every_time", 3), ({"once_per": {"days": 7}}, 1)])
def test_entry_rules(shop: Shop, rule: Any, wanted: int) -> None:
    shop.customers(1)
    made = canvas(shop, entry={"rule": rule})
    post(shop, event(1, "c0"), event(2, "c0"))
    post(shop, event(3, "c0"))
    assert len(texts(shop, made)) == wanted


def test_outside_the_date_range_nobody_enters(shop: Shop) -> None:
    shop.customers(1)
    now = datetime.now(UTC)
    made = canvas(
        shop, active={"from": (now - timedelta(days=2)).isoformat(), "to": (now - timedelta(days=1)).isoformat()}
    )
    post(shop, event(1, "c0"))
    assert texts(shop, made) == []
    post(shop, event(2, "c0", occurred_at=(now - timedelta(hours=36)).isoformat()))
    assert len(texts(shop, made)) == 1


def test_an_unknown_customer_is_created_and_enters(shop: Shop) -> None:
    made = canvas(shop)
    post(shop, {**event(1, "x"), "customer": {"phone": "19900009999"}})
    assert len(texts(shop, made)) == 1


def test_the_customer_rule_of_a_trigger(shop: Shop) -> None:
    shop.customers(2)
    nodes = [
        node("t", "trigger.event", event="cart.added", rule={"condition": "attribute", "key": "n", "op": "eq", "value": 1}),
        node("sms", "message.send", template=shop.template(purpose="service")),
    ]  # fmt: skip
    made = shop.canvas(nodes, ["t>sms"], kind="triggered")
    shop.publish(made)
    post(shop, event(1, "c0"), event(2, "c1"))
    messages = shop.all(f"messages?canvas={made}")
    assert len(messages) == 1


def test_a_paused_or_ended_canvas_lets_nobody_in(shop: Shop) -> None:
    shop.customers(3)
    made = canvas(shop)
    shop.ok(shop.api.post(f"canvases/{made}/pause"))
    post(shop, event(1, "c0"))
    assert texts(shop, made) == []
    shop.ok(shop.api.post(f"canvases/{made}/resume"))
    post(shop, event(2, "c1"))
    assert len(texts(shop, made)) == 1
    shop.ok(shop.api.post(f"canvases/{made}/end"))
    post(shop, event(3, "c2"))
    assert len(texts(shop, made)) == 1


def test_an_exit_event_takes_people_out_before_the_message(shop: Shop) -> None:
    shop.customers(2)
    nodes = [
        node("t", "trigger.event", event="cart.added"), node("wait", "flow.wait", **{"for": {"hours": 1}}),
        node("sms", "message.send", template=shop.template(purpose="service")),
    ]  # fmt: skip
    made = shop.canvas(nodes, ["t>wait", "wait>sms"], kind="triggered", exit={"events": ["order.paid"]})
    shop.publish(made)
    post(shop, event(1, "c0"), event(2, "c1"))
    post(shop, event(3, "c0", name="order.paid"))
    run = shop.ok(shop.api.get(f"canvases/{made}"))["run"]
    from tests.journeys.test_scheduled import _until_due

    _until_due(run)
    shop.work()
    found = shop.ok(shop.api.get(f"runs/{run}"))
    assert found["nodes"]["wait"]["dropped"] == {"exit_event": 1}
    assert found["nodes"]["sms"]["left"] == {"sent": 1}
    assert found["check"]["balanced"]
