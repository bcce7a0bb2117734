"""What is known of the events that arrive: counts by day, types, examples, what people say of them (AUD-2)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.db import connection

from customers.event_services import events_take
from customers.event_stats import keep_tallies_small
from customers.models import EventTally, EventType
from kernel.clock import db_now
from tenants.scope import tenant_tx

pytestmark = pytest.mark.django_db


def event(event_id, name="order.paid", **more):
    return {"event_id": event_id, "customer": {"external_id": "c"}, "name": name, **more}


def send(api, *rows):
    answer = api.post("events/bulk", {"events": list(rows)})
    assert answer.status_code == 202, answer.json()
    return answer.json()


def stats(api, name="order.paid"):
    rows = {row["name"]: row for row in api.get("events/stats").json()["results"]}
    return {key: rows[name][key] for key in ("stored", "late", "duplicates", "ahead")}


def shown(api, name="order.paid"):
    return next(row for row in api.get("event-types").json()["results"] if row["name"] == name)


def test_what_came_is_counted_by_day_also_late_twice_and_too_early(api, tenant):
    now = db_now()
    send(
        api,
        event("1"),
        event("2", occurred_at=(now - timedelta(hours=23)).isoformat()),
        event("3", occurred_at=(now - timedelta(hours=25)).isoformat()),
        event("3"),
        event("4", occurred_at=(now + timedelta(days=2)).isoformat()),
    )
    send(api, event("1"), event("1", name="else"))
    assert stats(api) == {"stored": 3, "late": 1, "duplicates": 2, "ahead": 1}
    assert stats(api, "else") == {"stored": 0, "late": 0, "duplicates": 1, "ahead": 0}
    answer = api.get("events/stats?days=7").json()
    assert (len(answer["days"]), sum(sum(row["daily"]) for row in answer["results"])) == (7, 3)
    assert (shown(api)["count"], shown(api)["last_seen_at"] is not None) == (3, True)


@pytest.mark.parametrize("days", ["0", "401", "x", "-1", "１"])
def test_a_span_that_is_none_is_refused(api, tenant, days):
    assert api.get(f"events/stats?days={days}").json()["errors"][0]["pointer"] == "/days"


def test_upkeep_makes_one_row_of_many_and_changes_no_count(api, tenant, scope):
    for number in range(5):
        send(api, event(f"e{number}"), event("e0"))
    before = (stats(api), shown(api)["count"])
    assert EventTally.objects.count() == 5
    first, *_ = EventTally.objects.order_by("id")
    EventTally.objects.update(day=first.day)  # wherever midnight fell
    EventTally.objects.filter(pk=first.pk).update(day="2020-01-01")
    keep_tallies_small()
    assert EventTally.objects.count() == 1
    assert EventType.objects.get(name="order.paid").count == 1  # of a day long past
    assert shown(api)["count"] == before[1] == 5
    assert stats(api)["duplicates"] == 4  # the past day's own repeat is past as well


def test_a_property_that_changes_its_type_is_told(api, tenant):
    send(api, event("1", properties={"amount": 10, "note": "a"}))
    send(api, event("2", properties={"amount": "12", "note": None}))
    send(api, event("3", properties={"amount": "13"}), event("4", properties={"amount": [1]}))
    assert shown(api)["properties"]["amount"] == "number"
    assert shown(api)["odd"] == {"amount": ["string"]}  # of each request one value is looked at ...
    detail = api.get("event-types/order.paid").json()
    amount = next(p for p in detail["properties"] if p["name"] == "amount")
    assert amount["other_types"] == ["list", "string"]  # ... and here the newest events
    assert (amount["events"], detail["sampled"]) == (4, 4)


def test_examples_of_sensitive_properties_are_masked(api, tenant):
    assert api.post("attributes", {"key": "id_card", "type": "string", "sensitive": True}).status_code == 201
    private = {
        "phone": "13812345678",
        "id_card": "110101199001011234",
        "note": "138 1234 5678",
        "who": "li@example.com",
    }
    send(
        api, event("1", properties={**private, "sku": "A-1", "code": "secret-code", "items": [{"phone": "x12345678"}]})
    )
    said = {"properties": {"code": {"sensitive": True}, "phone": {"label": "手机"}}}
    assert api.patch("event-types/order.paid", said).status_code == 200
    text = api.get("event-types/order.paid").content.decode()
    for secret in (*private.values(), "secret-code", "x12345678"):
        assert secret not in text
    assert "A-1" in text
    for path in (*private, "code", "items.phone"):
        assert api.get(f"event-types/order.paid/values?property={path}").json()["values"] == [], path


def test_frequent_values_come_first(api, tenant):
    rows = [event(str(i), properties={"channel": "app" if i % 3 else "web", "items": [{"sku": "a"}, {"sku": "b"}]})
            for i in range(6)]  # fmt: skip
    send(api, *rows)
    values = api.get("event-types/order.paid/values?property=channel").json()
    assert values == {"values": [{"value": "app", "count": 4}, {"value": "web", "count": 2}], "events": 6}
    items = api.get("event-types/order.paid/values?property=items.sku").json()
    assert [row["value"] for row in items["values"]] == ["a", "b"]
    assert api.get("event-types/order.paid/values?property=nothing").json()["values"] == []
    assert api.get("event-types/order.paid/values").status_code == 400
    assert api.get("event-types/never.came/values?property=x").status_code == 404


def test_people_say_what_an_event_is_also_before_the_first_one(api, tenant):
    change = {"label": {"zh": "付款"}, "description": "到账才算", "hidden": True,
              "properties": {"amount": {"label": {"zh": "实付", "en": "Paid"}, "type": "number"}}}  # fmt: skip
    answer = api.patch("event-types/order.paid", change).json()
    assert (answer["label"], answer["description"], answer["hidden"]) == (
        {"zh": "付款", "en": "Order paid"},
        "到账才算",
        True,
    )
    assert answer["property_labels"] == {"amount": {"zh": "实付", "en": "Paid"}}
    send(api, event("1", properties={"amount": "1"}))
    assert shown(api)["description"] == "到账才算"
    taken_back = api.patch(
        "event-types/order.paid", {"hidden": False, "properties": {"amount": {"label": None}}}
    ).json()
    assert (taken_back["hidden"], taken_back["property_labels"]) == (False, {})
    detail = api.get("event-types/order.paid").json()
    assert next(p["expected"] for p in detail["properties"] if p["name"] == "amount") == "number"
    assert api.get("event-types/nothing.such").status_code == 404
    assert api.patch("event-types/nothing.such", {"hidden": True}).status_code == 404
    assert api.patch("event-types/order.paid", {"properties": {"amount": {"type": "odd"}}}).status_code == 400


@pytest.mark.django_db(transaction=True)
def test_nothing_is_lost_when_many_learn_at_once(api, tenant):
    """Requests that meet neither wait for each other's counts nor lose them, while upkeep runs among them."""

    def take(worker):
        try:
            for number in range(5):
                with tenant_tx(tenant.pk):
                    events_take([event(f"{worker}-{number}", properties={f"p{worker}": 1})])
                with tenant_tx(tenant.pk):
                    keep_tallies_small()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(take, range(4)))
    with tenant_tx(tenant.pk):
        keep_tallies_small()
    assert stats(api)["stored"] == shown(api)["count"] == 20
    assert {f"p{worker}" for worker in range(4)} <= shown(api)["properties"].keys()
    assert datetime.fromisoformat(shown(api)["first_seen_at"]) <= db_now()
