"""Random streams of events, repeated, late, out of order and in several requests: who enters is what a list of them says."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.journeys.shop import Shop, node

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE, SKUS, TOLERANCE_HOURS = 4, ("tea", "cup"), 48

events = st.builds(
    lambda customer, sku, hours: {"customer": customer, "sku": sku, "hours": hours},
    st.integers(0, PEOPLE - 1), st.sampled_from(SKUS), st.sampled_from([0, 1, 30, 47, 49, 100]),
)  # fmt: skip
streams = st.lists(events, min_size=1, max_size=8).flatmap(
    lambda found: st.tuples(
        st.just(found),
        # requests: which events each holds, repeats within one and over several
        st.lists(st.lists(st.integers(0, len(found) - 1), min_size=1, max_size=5), min_size=1, max_size=4),
    )
)


@settings(
    max_examples=8, deadline=None, derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)
@given(stream=streams, rule=st.sampled_from(["once", "every_time"]), work_between=st.booleans())
def test_who_enters(shop: Shop, stream: Any, rule: str, work_between: bool) -> None:
    if not shop.made:
        shop.made["prefix"] = "0"
    shop.made["prefix"] = number = str(int(shop.made["prefix"]) + 1)  # an example has customers and events of its own
    canvas = _canvas(shop, f"cart.{number}", rule)
    found, requests = stream
    for request in requests:
        _post(shop, number, [(i, found[i]) for i in request])
        if work_between:
            shop.work()
    shop.work()
    taken = Counter({i: 1 for request in requests for i in request})
    wanted = Counter(
        f"x{number}-{found[i]['customer']}"
        for i in taken
        if found[i]["sku"] == "tea" and found[i]["hours"] < TOLERANCE_HOURS
    )
    entered = _entered(shop, canvas)
    assert entered == (wanted if rule == "every_time" else Counter(set(wanted)))


def _canvas(shop: Shop, event: str, rule: str) -> str:
    nodes = [
        node("t", "trigger.event", event=event, where=[{"property": "sku", "op": "eq", "value": "tea"}]),
        node("sms", "message.send", template=shop.template(purpose="service")),
    ]  # fmt: skip
    canvas = shop.canvas(
        nodes, ["t>sms"], kind="triggered", entry={"rule": rule}, late_events={"hours": TOLERANCE_HOURS}
    )
    shop.publish(canvas)
    return canvas


def _post(shop: Shop, number: str, rows: list[tuple[int, dict[str, Any]]]) -> None:
    now = datetime.now(UTC)
    body = [
        {
            "event_id": f"e{number}-{i}", "name": f"cart.{number}", "properties": {"sku": e["sku"]},
            "customer": {"external_id": f"x{number}-{e['customer']}", "phone": f"199{int(number):04d}{e['customer']:04d}"},
            "occurred_at": (now - timedelta(hours=e["hours"])).isoformat(),
        }
        for i, e in rows
    ]  # fmt: skip
    answer = shop.ok(shop.api.post("events/bulk", {"events": body}), 202)
    assert answer["rejected"] == []


def _entered(shop: Shop, canvas: str) -> Counter[str]:
    """By external id; each entry is a message."""
    run = shop.ok(shop.api.get(f"canvases/{canvas}"))["run"]
    assert shop.ok(shop.api.get(f"runs/{run}"))["check"]["balanced"]
    names = {c["id"]: c["external_id"] for c in shop.all("customers?page_size=1000")}
    return Counter(names[m["customer"]] for m in shop.all(f"messages?canvas={canvas}"))
