"""Which events let somebody in, and how those that do not are counted (CAN-1, CAN-5, AUD-2)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.journeys.shop import Shop, node
from tests.journeys.test_triggered import event, post

pytestmark = pytest.mark.django_db(transaction=True)


def ago(**much: float) -> str:
    return (datetime.now(UTC) - timedelta(**much)).isoformat()


def canvas(shop: Shop, config: dict[str, Any], **more: Any) -> str:
    nodes = [node("t", "trigger.event", **{"event": "cart.added", **config}), node("end", "flow.end")]
    made = shop.canvas(nodes, ["t>end"], kind="triggered", **more)
    shop.publish(made)
    return made


def run_of(shop: Shop, made: str) -> dict[str, Any]:
    found: dict[str, Any] = shop.ok(shop.api.get(f"runs/{shop.ok(shop.api.get(f'canvases/{made}'))['run']}"))
    return found


def entered(shop: Shop, made: str) -> int:
    return int(run_of(shop, made)["check"]["entered"])


def test_any_of_several_events_triggers(shop: Shop) -> None:
    shop.customers(4)
    also = [{"event": "form.submitted", "where": [{"property": "form", "op": "eq", "value": "try"}]}, {"event": "cart.added", "where": [{"property": "sku", "op": "eq", "value": "B"}]}]  # fmt: skip
    made = canvas(shop, {"where": [{"property": "sku", "op": "eq", "value": "A"}], "events": also})
    post(
        shop,
        event(1, "c0", properties={"sku": "A"}),
        event(2, "c1", properties={"sku": "B"}),
        event(3, "c2", name="form.submitted", properties={"form": "try"}),
        event(4, "c3", properties={"sku": "C"}),
        event(5, "c3", name="form.submitted", properties={"form": "buy"}),
    )
    assert entered(shop, made) == 3


def test_several_triggers_in_one_canvas(shop: Shop) -> None:
    shop.customers(2)
    nodes = [
        node("t", "trigger.event", event="cart.added"), node("u", "trigger.event", event="form.submitted"),
        node("x", "flow.end"), node("y", "flow.end"),
    ]  # fmt: skip
    made = shop.canvas(nodes, ["t>x", "u>y"], kind="triggered", entry={"rule": "every_time"})
    shop.publish(made)
    post(shop, event(1, "c0"), event(2, "c0", name="form.submitted"), event(3, "c1", name="form.submitted"))
    shown = run_of(shop, made)
    assert (shown["nodes"]["x"]["entered"], shown["nodes"]["y"]["entered"]) == (1, 2)
    assert shown["check"]["balanced"]


@pytest.mark.parametrize("one_delivery", [True, False])
def test_the_third_time_within_an_hour(shop: Shop, one_delivery: bool) -> None:
    shop.customers(2)
    made = canvas(shop, {"times": 3, "within": {"hours": 1}}, entry={"rule": "every_time"})
    close = [event(i, "c0", occurred_at=ago(minutes=50 - i)) for i in range(1, 5)]  # the 3rd and the 4th
    apart = [event(10 + i, "c1", occurred_at=ago(minutes=31 * (4 - i))) for i in range(4)]  # never three in an hour
    for delivery in [close + apart] if one_delivery else [[e] for e in close + apart]:
        post(shop, *delivery)
    shown = run_of(shop, made)
    assert shown["check"]["entered"] == 2
    assert shown["ignored"] == {"times": 6}


def test_times_without_a_span_count_for_ever_and_only_what_matches(shop: Shop) -> None:
    shop.customers(2)
    where = [{"property": "sku", "op": "eq", "value": "4JT"}]
    made = canvas(shop, {"times": 2, "where": where, "events": [{"event": "form.submitted"}]})
    post(shop, event(1, "c0", occurred_at=ago(days=300)), event(2, "c1", occurred_at=ago(days=300)))
    post(shop, event(3, "c0", name="form.submitted"), event(4, "c1", properties={"sku": "other"}))
    assert entered(shop, made) == 1


def test_an_event_that_comes_late_completes_its_span(shop: Shop) -> None:
    shop.customers(1)
    made = canvas(shop, {"times": 2, "within": {"minutes": 10}})
    post(shop, event(1, "c0", occurred_at=ago(minutes=1)))
    assert entered(shop, made) == 0
    post(shop, event(2, "c0", occurred_at=ago(minutes=5)))
    assert entered(shop, made) == 1


def test_events_older_than_the_tolerance_are_counted_and_let_nobody_in(shop: Shop) -> None:
    shop.customers(4)
    by_default = canvas(shop, {})
    strict = canvas(shop, {}, late_events={"hours": 1})
    post(
        shop,
        event(1, "c0", occurred_at=ago(days=3, minutes=1)),
        event(2, "c1", occurred_at=ago(days=3, minutes=-2)),
        event(3, "c2", occurred_at=ago(minutes=58)),
    )
    assert (run_of(shop, by_default)["ignored"], entered(shop, by_default)) == ({"late": 1}, 2)
    assert (run_of(shop, strict)["ignored"], entered(shop, strict)) == ({"late": 2}, 1)
    post(shop, event(4, "c3", occurred_at=ago(hours=-20)))
    assert entered(shop, strict) == 2, "an event dated in the future counts when it arrives"


def test_every_reason_is_counted(shop: Shop) -> None:
    shop.customers(3)
    rule = {"condition": "attribute", "key": "n", "op": "lt", "value": 2}
    made = canvas(shop, {"rule": rule}, active={"from": ago(hours=2)})
    post(shop, event(1, "c0"), event(2, "c0"), event(3, "c2"), event(4, "c1", occurred_at=ago(hours=3)))
    post(shop, event(5, "c0"), event(1, "c0"))
    shown = run_of(shop, made)
    assert shown["check"]["entered"] == 1
    assert shown["ignored"] == {"customer_rule": 1, "entry_rule": 2, "outside_range": 1}
    shop.ok(shop.api.post(f"canvases/{made}/pause"))
    post(shop, event(6, "c1"))
    shop.ok(shop.api.post(f"canvases/{made}/resume"))
    shown = run_of(shop, made)
    assert (shown["check"]["entered"], shown["ignored"]["paused"]) == (1, 1)


def test_what_people_inside_wait_for_is_watched_until_they_are_out(shop: Shop) -> None:
    from config.housekeeping import clean
    from customers.models import EventWatch
    from tenants.scope import tenant_tx

    tenant = int(str(shop.api.key).split("_")[1])

    def watched() -> set[str]:
        with tenant_tx(tenant):
            return set(EventWatch.objects.values_list("name", flat=True))

    shop.customers(2)
    nodes = [node("t", "trigger.event", event="cart.added"), node("w", "flow.wait", **{"for": {"hours": 1}}), node("e", "flow.end")]  # fmt: skip
    made = shop.canvas(nodes, ["t>w", "w>e"], kind="triggered", exit={"events": ["order.paid"]})
    shop.publish(made)
    post(shop, event(1, "c0"), event(2, "c1"))
    first = run_of(shop, made)["id"]
    shop.ok(shop.api.post(f"canvases/{made}/pause"))
    assert watched() == {"cart.added", "order.paid"}
    post(shop, event(3, "c0", name="order.paid"))
    shop.ok(shop.api.post(f"canvases/{made}/resume"))
    exits = {"exit": {"events": ["form.submitted"]}}
    shop.ok(shop.api.patch(f"canvases/{made}", exits, **{"If-Match": '"1"'}))
    shop.publish(made)
    assert watched() == {"cart.added", "order.paid", "form.submitted"}
    shop.ok(shop.api.post(f"canvases/{made}/end"))
    assert watched() == {"order.paid"}
    post(shop, event(4, "c1", name="order.paid"))
    from tests.journeys.test_scheduled import _until_due

    _until_due(first)
    shop.work()
    assert shop.ok(shop.api.get(f"runs/{first}"))["nodes"]["w"]["dropped"] == {"exit_event": 2}
    clean()
    assert shop.ok(shop.api.get(f"runs/{first}"))["status"] == "finished"
    assert watched() == set()


def test_counters_of_past_days_become_one_row_a_day(shop: Shop) -> None:
    from canvas_app.ignored import fold
    from canvas_app.models import Ignored
    from tenants.scope import tenant_tx

    shop.customers(1)
    made = canvas(shop, {}, late_events={"hours": 1})
    for i in range(4):
        post(shop, event(i, "c0", occurred_at=ago(hours=2)))
    with tenant_tx(int(str(shop.api.key).split("_")[1])):
        for days, row in zip((2, 1, 1, 0), Ignored.objects.order_by("pk"), strict=True):
            Ignored.objects.filter(pk=row.pk).update(at=datetime.now(UTC) - timedelta(days=days))
        fold()
        assert sorted(Ignored.objects.values_list("events", flat=True)) == [1, 1, 2]
    assert run_of(shop, made)["ignored"] == {"late": 4}
