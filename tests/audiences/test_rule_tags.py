"""Tags that a rule keeps: given, followed, refused to hands, used and deleted (AUD-3)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from audiences.following import catch_up
from audiences.tagging import refresh_all
from customers.models import Tag, Touched
from customers.tags import tag_people, tagged
from kernel.sets import people
from tenants.models import Tenant
from tenants.scope import tenant_tx
from tests.conftest import Api

pytestmark = pytest.mark.django_db(transaction=True)
BIG = {"condition": "event", "event": "order.paid", "op": "gte", "value": 5, "window": {"last": {"days": 90}}}
DORMANT = {"not": {"condition": "event", "event": "page.viewed", "window": {"last": {"days": 30}}}}


def event(number: int, who: str, name: str = "order.paid", days: float = 1) -> dict[str, Any]:
    at = (datetime.now(UTC) - timedelta(days=days)).isoformat()
    return {
        "event_id": f"{who}-{name}-{number}",
        "customer": {"external_id": who},
        "name": name,
        "occurred_at": at,
        "properties": {},
    }


def orders(who: str, *numbers: int) -> list[dict[str, Any]]:
    return [event(n, who) for n in numbers]


def carriers(api: Api, tag: str) -> set[str]:
    found = api.post("audiences/preview", {"rule": {"condition": "tag", "value": [tag]}, "sample": 50}).json()
    return {c["external_id"] for c in found["sample"]}


def nothing(done: int, total: int | None) -> None:
    """Progress that nobody looks at."""


def test_a_rule_that_is_given_counts_at_once(api: Api) -> None:
    api.post("events/bulk", {"events": orders("a", *range(5)) + orders("b", *range(4))})
    made = api.post("tags", {"name": "高价值", "layer": "value", "rule": BIG})
    assert made.status_code == 201
    shown = made.json()
    assert (shown["customers"], shown["kept_by"], shown["rule"], shown["layer"]) == (1, "rule", BIG, "value")
    assert shown["refreshed_at"]
    assert carriers(api, "高价值") == {"a"}


def test_it_follows_what_happens_and_writes_only_the_difference(tenant: Tenant, api: Api) -> None:
    api.post("events/bulk", {"events": orders("a", *range(5)) + orders("b", *range(4))})
    tag = api.post("tags", {"name": "高价值", "rule": BIG}).json()
    while catch_up(tenant.pk):
        pass
    api.post("events/bulk", {"events": orders("b", 4)})
    while catch_up(tenant.pk):
        pass
    assert carriers(api, "高价值") == {"a", "b"}
    added = api.get("events?name=tag.added").json()["results"]
    assert [e["properties"] for e in added] == [{"tag": "高价值"}] * 2
    assert api.get("events?name=tag.removed").json()["results"] == []
    assert api.get(f"tags/{tag['id']}").json()["customers"] == 2


def test_time_alone_takes_it_away_by_the_day(tenant: Tenant, api: Api) -> None:
    api.post("events/bulk", {"events": [event(1, "a", "page.viewed", 29), event(1, "b", "page.viewed", 31)]})
    api.post("tags", {"name": "沉睡", "layer": "behaviour", "rule": DORMANT})
    assert carriers(api, "沉睡") == {"b"}
    with tenant_tx(tenant.pk):  # what a day does: the rule is asked of everybody
        tag_id = Tag.objects.get().pk
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE customers_event SET occurred_at = occurred_at - interval '2 days' WHERE name = 'page.viewed'"
            )
    assert refresh_all(tenant.pk, nothing) == 1
    assert carriers(api, "沉睡") == {"a", "b"}
    assert api.get(f"tags/{tag_id}").json()["error"] == ""


def test_an_attribute_counts_too(tenant: Tenant, api: Api) -> None:
    api.post(
        "customers/bulk",
        {
            "customers": [
                {"external_id": "a", "attributes": {"city": "上海"}},
                {"external_id": "b", "attributes": {"city": "北京"}},
            ]
        },
    )
    api.post("tags", {"name": "沪", "rule": {"condition": "attribute", "key": "city", "op": "eq", "value": "上海"}})
    api.post(
        "customers/bulk",
        {
            "customers": [
                {"external_id": "a", "attributes": {"city": "北京"}},
                {"external_id": "b", "attributes": {"city": "上海"}},
            ]
        },
    )
    assert catch_up(tenant.pk)
    assert carriers(api, "沪") == {"b"}


def test_hands_are_refused_with_words(tenant: Tenant, api: Api) -> None:
    api.post("events/bulk", {"events": orders("a", *range(5)) + orders("b", 1)})
    api.post("tags", {"name": "高价值", "rule": BIG})
    answer = api.post(
        "customers/bulk",
        {"customers": [{"external_id": "b", "tags": ["高价值"]}, {"external_id": "c", "tags": ["手工"]}]},
    ).json()
    assert [r["code"] for r in answer["rejected"]] == ["tag_by_rule"]
    assert "高价值" in answer["rejected"][0]["detail"]
    assert answer["created"] == 1
    with tenant_tx(tenant.pk):  # a canvas, or a reward
        everyone = people(tagged("手工")) | people(tagged("高价值"))
        assert set(tag_people(everyone, ["高价值", "手工"], add=False)) == set(tagged("手工") | everyone) - set(
            tagged("高价值")
        )
    api.post("customers/bulk", {"customers": [{"external_id": "a", "tags": None}]})  # clears what hands put on
    assert carriers(api, "高价值") == {"a"}


def test_without_its_rule_a_tag_belongs_to_hands(api: Api) -> None:
    api.post("events/bulk", {"events": orders("a", *range(5)) + orders("b", 1)})
    tag = api.post("tags", {"name": "高价值", "rule": BIG}).json()
    assert api.patch(f"tags/{tag['id']}", {"description": "x"}).json()["kept_by"] == "rule"
    assert api.patch(f"tags/{tag['id']}", {"rule": None}).json()["kept_by"] == "hand"
    assert (
        api.post("customers/bulk", {"customers": [{"external_id": "b", "tags": ["高价值"]}]}).json()["rejected"] == []
    )
    assert carriers(api, "高价值") == {"a", "b"}
    assert api.patch(f"tags/{tag['id']}", {"rule": BIG}).json()["customers"] == 1
    assert carriers(api, "高价值") == {"a"}


def test_bad_rules_and_rules_that_bite_their_tail(api: Api) -> None:
    bad = api.post("tags", {"name": "x", "rule": {"condition": "nonsense"}})
    assert (bad.status_code, bad.json()["errors"][0]["pointer"]) == (400, "/rule/condition")
    own = api.post("tags", {"name": "x", "rule": {"not": {"condition": "tag", "value": ["x"]}}})
    assert own.json()["errors"][0]["code"] == "tag_cycle"
    audience = api.post("audiences", {"name": "带 y", "rule": {"condition": "tag", "value": ["y"]}}).json()
    assert api.post("tags", {"name": "x", "rule": {"condition": "audience", "id": audience["id"]}}).status_code == 201
    round_about = api.post("tags", {"name": "y", "rule": {"any": [BIG, {"condition": "tag", "value": ["x"]}]}})
    assert round_about.json()["errors"][0]["code"] == "tag_cycle"
    assert api.get("tags?page_size=50").json()["results"][0]["name"] == "x"


def test_used_tags_keep_their_name_and_go_only_when_the_number_is_said(api: Api) -> None:
    api.post("customers/bulk", {"customers": [{"external_id": f"c{n}", "tags": ["会员"]} for n in range(3)]})
    tag = api.get("tags").json()["results"][0]
    audience = api.post("audiences", {"name": "会员们", "rule": {"condition": "tag", "value": ["会员"]}}).json()
    node = {"id": "t", "type": "customer.tag", "config": {"tags": ["会员"]}, "position": {"x": 0, "y": 0}}
    canvas = api.post("canvases", {"name": "打标", "kind": "scheduled", "graph": {"nodes": [node], "edges": []}}).json()
    other = api.post("tags", {"name": "老会员", "rule": {"condition": "tag", "value": ["会员"]}}).json()
    users = api.get(f"tags/{tag['id']}").json()["used_by"]
    assert {(u["type"], u["id"]) for u in users} == {
        ("audience", audience["id"]),
        ("canvas", canvas["id"]),
        ("tag", other["id"]),
    }
    assert api.patch(f"tags/{tag['id']}", {"name": "新名"}).json()["code"] == "tag_renamed"
    refused = api.delete(f"tags/{tag['id']}")
    assert (refused.status_code, refused.json()["code"], refused.json()["customers"]) == (409, "tag_in_use", 3)
    assert api.delete(f"tags/{tag['id']}?confirm=2").status_code == 409
    assert api.delete(f"tags/{tag['id']}?confirm=3").status_code == 204
    assert api.delete(f"tags/{other['id']}").status_code == 204  # unused: nobody has to say a number


def test_a_rule_that_no_longer_works_says_so_and_changes_nothing(tenant: Tenant, api: Api) -> None:
    api.post("events/bulk", {"events": orders("a", *range(5))})
    tag = api.post("tags", {"name": "高价值", "rule": BIG}).json()
    with tenant_tx(tenant.pk):
        Tag.objects.update(rule={"condition": "audience", "id": "1"})
    refresh_all(tenant.pk, nothing)
    assert api.get(f"tags/{tag['id']}").json()["error"]
    assert carriers(api, "高价值") == {"a"}


def test_the_queue_is_worked_off_with_the_tags(tenant: Tenant, api: Api) -> None:
    api.post("tags", {"name": "高价值", "rule": BIG})
    api.post("events/bulk", {"events": orders("a", *range(5))})
    passes = 0
    while catch_up(tenant.pk):
        passes += 1
    assert passes <= 3  # its own tag.added is on the queue, and asks for nothing more
    with tenant_tx(tenant.pk):
        assert not Touched.objects.exists()


def test_refresh_on_demand(tenant: Tenant, api: Api) -> None:
    tag = api.post("tags", {"name": "高价值", "rule": BIG}).json()
    hand = api.post("tags", {"name": "手工"}).json()
    assert api.post(f"tags/{tag['id']}/refresh").status_code == 202
    assert api.post(f"tags/{hand['id']}/refresh").json()["code"] == "tag_by_hand"
