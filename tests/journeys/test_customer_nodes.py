"""customer.attribute, customer.level and flow.random on the real engine (CAN-2)."""

from itertools import pairwise
from typing import Any

import pytest

from tests.journeys.shop import Shop, node

pytestmark = pytest.mark.django_db(transaction=True)


def attributes(shop: Shop) -> list[dict[str, Any]]:
    return [c["attributes"] for c in sorted(shop.all("customers?page_size=100"), key=lambda c: int(c["id"]))]


def through(shop: Shop, *nodes: dict[str, Any]) -> dict[str, Any]:
    made = [node("all", "audience.source", audience=shop.everyone()), *nodes]
    run = shop.run(shop.canvas(made, [f"{a['id']}>{b['id']}" for a, b in pairwise(made)]))
    assert run["check"]["balanced"], run["check"]
    return run


def test_set_clear_and_count_up(shop: Shop) -> None:
    shop.customers(3)
    shop.ok(
        shop.api.post(
            "customers/bulk", {"customers": [{"external_id": "c1", "attributes": {"visits": 1.5, "city": "上海"}}]}
        )
    )
    through(
        shop,
        node("a", "customer.attribute", key="visits", action="add", value="2"),
        node("b", "customer.attribute", key="city", action="clear"),
        node("c", "customer.attribute", key="vip", action="set", value=True),
        node("d", "customer.attribute", key="vip", action="set", value="false"),
        node("e", "customer.level", level="金卡"),
    )
    assert attributes(shop) == [
        {"n": 0, "visits": 2, "vip": False, "level": "金卡"},
        {"n": 1, "visits": 3.5, "vip": False, "level": "金卡"},
        {"n": 2, "visits": 2, "vip": False, "level": "金卡"},
    ]


def test_cents_add_up_exactly(shop: Shop) -> None:
    shop.customers(1)
    adding = [node(f"a{i}", "customer.attribute", key="balance", action="add", value=0.1) for i in range(3)]
    through(shop, *adding)
    assert attributes(shop)[0]["balance"] == 0.3


def test_a_condition_sees_what_was_set(shop: Shop) -> None:
    shop.customers(4)
    rule = {"condition": "attribute", "key": "grade", "op": "eq", "value": 7}
    run = through(
        shop,
        node("set", "customer.attribute", key="grade", action="set", value=7),
        node("by", "flow.branch", branches=[{"key": "seven", "rule": rule}]),
    )
    assert run["nodes"]["by"]["left"] == {"seven": 4}


@pytest.mark.parametrize(
    ("config", "code"),
    [
        ({"key": "n", "action": "set", "value": "many"}, "bad_assignment"),
        ({"key": "born", "action": "set", "value": "1990-02-30"}, "bad_assignment"),
        ({"key": "born", "action": "add", "value": 1}, "bad_assignment"),
        ({"key": "n", "action": "set"}, "missing_setting"),
    ],
)
def test_the_check_knows_the_types(shop: Shop, config: dict[str, Any], code: str) -> None:
    shop.customers(1)
    shop.ok(
        shop.api.post("customers/bulk", {"customers": [{"external_id": "c0", "attributes": {"born": "1990-02-28"}}]})
    )
    made = shop.canvas(
        [node("all", "audience.source", audience=shop.everyone()), node("a", "customer.attribute", **config)], ["all>a"]
    )
    found = shop.ok(shop.api.post(f"canvases/{made}/check"))["problems"]
    assert (code, "/graph/nodes/1/config/value") in {(p["code"], p["pointer"]) for p in found}
    assert shop.api.post(f"canvases/{made}/publish").status_code == 409


def test_random_is_one_way_within_an_entry_and_not_for_ever(shop: Shop) -> None:
    shop.customers(40)
    halves = [{"key": "x", "share": 50}, {"key": "y", "share": 50}]
    nodes = [
        node("all", "audience.source", audience=shop.everyone()), node("dice", "flow.random", branches=halves),
        node("back", "flow.jump", rounds=1),
    ]  # fmt: skip
    canvas = shop.canvas(nodes, ["all>dice", "dice.x>back", "dice.y>back", "back.again>dice"])

    def by_x() -> set[str]:
        run = shop.run(canvas)
        assert run["nodes"]["dice"]["entered"] == 80
        x, y = (
            {c["id"] for c in shop.all(f"runs/{run['id']}/nodes/dice/customers?port={port}&page_size=100")}
            for port in "xy"
        )
        assert not x & y  # the same way in both rounds
        assert len(x) + len(y) == 40
        return x

    first, second = by_x(), by_x()
    assert 5 < len(first) < 35
    assert first != second
