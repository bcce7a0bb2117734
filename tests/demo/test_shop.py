"""The synthetic shop: the same bytes for the same day, rows that the API takes, habits that one can believe (CAN-10)."""

from collections import Counter, defaultdict
from datetime import UTC, date, datetime
from decimal import Decimal

import orjson
import pytest

from demo.shop import Shop, make_shop

END = date(2026, 11, 22)


@pytest.fixture(scope="module")
def shop() -> Shop:
    return make_shop(END, 2_000)


def test_the_same_day_gives_the_same_bytes(shop: Shop) -> None:
    again = make_shop(END, 2_000)
    assert orjson.dumps([shop.customers, shop.events]) == orjson.dumps([again.customers, again.events])


def test_ten_events_a_customer_in_order_of_time_and_before_the_day(shop: Shop) -> None:
    times = [datetime.fromisoformat(e["occurred_at"]) for e in shop.events]
    assert times == sorted(times)
    assert times[-1] < datetime(2026, 11, 21, 16, tzinfo=UTC)  # midnight in Shanghai
    assert 8 < len(shop.events) / len(shop.customers) < 13
    assert len({e["event_id"] for e in shop.events}) == len(shop.events)


def test_nobody_does_anything_before_registering(shop: Shop) -> None:
    first: dict[str, str] = {}
    for event in shop.events:
        first.setdefault(event["customer"]["external_id"], event["name"])
    assert set(first.values()) == {"member.registered"}


def test_an_order_is_paid_after_it_was_made_and_its_items_add_up(shop: Shop) -> None:
    created = {e["properties"]["order_id"]: e for e in shop.events if e["name"] == "order.created"}
    paid = [e for e in shop.events if e["name"] == "order.paid"]
    assert len(paid) > 1_000
    for event in paid:
        order = event["properties"]
        assert created[order["order_id"]]["occurred_at"] < event["occurred_at"]
        total = sum(Decimal(str(i["price"])) * i["quantity"] for i in order["items"])
        assert Decimal(str(order["amount"])) == total


def test_few_buy_much_and_the_great_days_are_the_busiest(shop: Shop) -> None:
    orders, days = Counter[str](), Counter[str]()
    for event in shop.events:
        if event["name"] == "order.paid":
            orders[event["customer"]["external_id"]] += 1
            days[event["occurred_at"][:10]] += 1
    best = sorted(orders.values(), reverse=True)
    assert sum(best[: len(best) // 5]) > 0.45 * sum(best)
    assert {"2026-06-18", "2026-11-11"} <= {day for day, _ in days.most_common(4)}


def test_phones_are_of_the_range_that_nobody_has(shop: Shop) -> None:
    phones = [c["identities"]["phone"] for c in shop.customers if "phone" in c["identities"]]
    assert all(p.startswith("199000") and len(p) == 11 for p in phones)
    assert len(set(phones)) == len(phones) > 1_500


def test_level_follows_what_was_paid(shop: Shop) -> None:
    spent: dict[str, Decimal] = defaultdict(Decimal)
    for event in shop.events:
        if event["name"] == "order.paid":
            spent[event["customer"]["external_id"]] += Decimal(str(event["properties"]["amount"]))
    gold = [spent[c["external_id"]] for c in shop.customers if c["attributes"]["level"] == "黑金卡"]
    assert gold
    assert min(gold) >= 1_900  # an order of the last minutes may fall behind the last day
