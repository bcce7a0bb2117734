"""POST events/bulk and the rooms' own events: each counts once, whatever the order (AUD-2)."""

from datetime import UTC, datetime, timedelta

import pytest

from customers import events, inbox
from customers.models import Customer, Event, EventType
from customers.watch import watch

pytestmark = pytest.mark.django_db


def send(api, *rows, expected=202):
    answer = api.post("events/bulk", {"events": list(rows)})
    assert answer.status_code == expected, answer.json()
    return answer.json()


def event(event_id, customer="c1", name="order.paid", **more):
    who = {"external_id": customer} if isinstance(customer, str) else customer
    return {"event_id": event_id, "customer": who, "name": name, **more}


def test_each_event_counts_once_in_a_request_and_for_ever(api, tenant, scope):
    first = send(api, event("e1", occurred_at="2026-03-01T10:00:00+08:00"), event("e2"), event("e1", name="other"))
    assert first == {"accepted": 2, "duplicates": 1, "rejected": []}
    assert send(api, event("e2", customer="c1", name="else"), event("e3")) == {
        "accepted": 1,
        "duplicates": 1,
        "rejected": [],
    }
    assert sorted(Event.objects.values_list("event_id", "name")) == [
        ("e1", "order.paid"),
        ("e2", "order.paid"),
        ("e3", "order.paid"),
    ]


def test_late_and_out_of_order_events_keep_their_time(api, tenant, scope):
    send(
        api,
        event("b", occurred_at="2026-02-01T00:00:00+08:00"),
        event("a", occurred_at="2025-12-31T23:59:59.5Z"),
        event("old", occurred_at="1900-01-01T00:00:00Z"),
    )
    rows = dict(Event.objects.values_list("event_id", "occurred_at"))
    assert rows["b"] == datetime(2026, 1, 31, 16, tzinfo=UTC)
    assert rows["a"] == datetime(2025, 12, 31, 23, 59, 59, 500_000, tzinfo=UTC)
    assert rows["old"].year == 1900


def test_unknown_customers_are_created_and_known_ones_found_by_any_identity(api, tenant, scope):
    send(
        api,
        event("e1", {"phone": "+8613800000001"}),
        event("e2", {"phone": "138 0000 0001"}),
        event("e3", {"external_id": "x", "openid": "o"}),
    )
    assert Customer.objects.count() == 2
    send(
        api,
        event("e4", {"openid": "o"}),
        event("e5", {"external_id": "x"}),
        event("e6", {"external_id": "x", "phone": "13800000001"}),
    )
    assert Customer.objects.count() == 2
    x = Customer.objects.get(external_id="x").pk
    assert set(Event.objects.filter(customer_id=x).values_list("event_id", flat=True)) == {"e3", "e4", "e5", "e6"}


def test_bad_rows_are_refused_alone(api, tenant, scope):
    ahead = (datetime.now(UTC) + timedelta(days=1, minutes=5)).isoformat()
    soon = (datetime.now(UTC) + timedelta(hours=23)).isoformat()
    answer = send(
        api,
        event("ok"),
        event("n", occurred_at="2026-01-01T00:00:00"),
        event("f", occurred_at=ahead),
        event("s", occurred_at=soon),
        event(5),
        event("", customer="c"),
        {"event_id": "q", "name": "a"},
        event("r", customer={}),
        event("t", customer={"phone": "1"}),
        event("u", properties=[1]),
        event("v", properties={"a": "\0"}),
        event("w", properties={"a": "\\u0000"}),
        event("x", more=1),
        "text",
    )
    assert answer["accepted"] == 3
    assert {r["index"]: r["code"] for r in answer["rejected"]} == {
        1: "bad_time", 2: "in_the_future", 4: "wrong_type", 5: "bad_value", 6: "missing", 7: "no_key", 8: "bad_identity", 9: "wrong_type",
        10: "bad_value", 12: "unknown_field", 13: "wrong_type",
    }  # fmt: skip
    assert Customer.objects.count() == 1


def test_too_many(api, tenant, scope):
    answer = send(api, *[event(f"e{i}") for i in range(10_001)], expected=400)
    assert answer["code"] == "too_many_rows"
    assert Event.objects.count() == 0


def test_catalogue_is_learnt(api, tenant, scope):
    send(
        api,
        event("1", properties={"amount": 10, "items": [{"sku": "a", "price": "1.00"}]}),
        event("2", properties={"coupon": None}),
    )
    send(api, event("3", properties={"coupon": "X", "amount": "12"}), event("3"))
    row = EventType.objects.get(name="order.paid")
    assert (row.odd, row.first_seen_at is not None) == ({"amount": ["string"]}, True)
    assert row.properties == {
        "amount": "number",
        "items": "list",
        "items.sku": "string",
        "items.price": "string",
        "coupon": "string",
    }


def test_only_watched_events_reach_the_inbox_once(api, tenant, scope):
    watch("canvas:1", {"cart.added", "tag.added"})
    send(api, event("1", name="cart.added", properties={"sku": "4JT"}), event("2"))
    send(api, event("1", name="cart.added"))
    assert inbox.has_due()
    (claimed,) = inbox.claim(10)
    assert (claimed.event_id, claimed.name, claimed.properties) == ("1", "cart.added", {"sku": "4JT"})
    assert not inbox.has_due()
    assert api.post("customers/bulk", {"customers": [{"external_id": "c1", "tags": ["t"]}]}).status_code == 200
    assert [e.name for e in inbox.claim(10)] == ["tag.added"]
    watch("canvas:1", set())
    send(api, event("9", name="cart.added"))
    assert not inbox.has_due()


def test_rooms_above_record_events(scope):
    customer = Customer.objects.create(external_id="a").pk
    new = events.NewEvent("m:1", customer, "message.delivered", datetime.now(UTC), {"channel": "sms"})
    assert events.record([new, new]) == 1
    assert events.record([new]) == 0
    assert Event.objects.get().properties == {"channel": "sms"}


def test_same_event_id_of_another_tenant_is_another_event(api, stranger):
    assert send(api, event("e"))["accepted"] == 1
    assert send(stranger, event("e"))["accepted"] == 1
