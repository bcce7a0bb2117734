"""Customers, attributes, tags, events and staff over HTTP, strangers included (AUD-1, AUD-2)."""

import pytest

from customers.models import AttributeDefinition, Customer, Event, Identity, Tag
from kernel.events import subscribe
from tenants.models import AuditEntry
from tenants.scope import tenant_tx

pytestmark = pytest.mark.django_db


def make(api, *rows):
    answer = api.post("customers/bulk", {"customers": list(rows)}).json()
    assert answer["rejected"] == []


def only(api, **query):
    text = "&".join(f"{k}={v}" for k, v in query.items())
    return [c["external_id"] for c in api.get(f"customers?{text}").json()["results"]]


@pytest.fixture
def li(api):
    make(api, {"external_id": "li", "identities": {"phone": "13800138000", "email": "li@x.com"}, "attributes": {"name": "李雷", "n": 1},
               "tags": ["新客"], "consents": {"sms": True}})  # fmt: skip
    return api.get("customers?external_id=li").json()["results"][0]


def test_a_customer_is_shown_masked(li):
    assert li["identities"] == {"phone": "138****8000", "email": "l***@x.com"}
    assert (li["tags"], li["consents"], li["blocked"], li["timezone"]) == (["新客"], {"sms": True}, False, None)
    assert li["attributes"] == {"name": "李雷", "n": 1}


def test_search(api, li):
    make(api, {"external_id": "han", "attributes": {"name": "韩梅梅"}, "identities": {"phone": "13900139000"}})
    assert only(api, search="li") == ["li"]
    assert only(api, search="138 0013 8000") == ["li"]
    assert only(api, search="LI@x.com") == ["li"]
    assert only(api, search="梅") == ["han"]
    assert only(api, search="1380013") == []
    assert only(api, tag="新客") == ["li"]
    assert only(api) == ["han", "li"]


def test_the_blacklist_is_filled_by_identity_and_listed(api, li):
    make(api, {"external_id": "han"}, {"external_id": "mei", "blocked": True})
    assert only(api, blocked="true") == ["mei"]
    make(api, {"identities": {"phone": "13800138000"}, "blocked": True}, {"external_id": "mei", "blocked": False})
    assert only(api, blocked="true") == ["li"]
    assert only(api, blocked="false") == ["mei", "han"]


def test_pages_follow_each_other(api):
    make(api, *[{"external_id": f"c{i}"} for i in range(5)])
    first = api.get("customers?page_size=2").json()
    second = api.get(first["next"].split("/api/v1/")[1]).json()
    assert [c["external_id"] for c in first["results"] + second["results"]] == ["c4", "c3", "c2", "c1"]
    assert api.get(second["next"].split("/api/v1/")[1]).json()["next"] is None


def test_patch_is_one_row(api, li):
    answer = api.patch(
        f"customers/{li['id']}",
        {"attributes": {"n": None, "city": "杭州"}, "identities": {"phone": "13700137000"}, "blocked": True},
    )
    assert answer.status_code == 200
    shown = answer.json()
    assert shown["attributes"] == {"name": "李雷", "city": "杭州"}
    assert (shown["identities"]["phone"], shown["identities"]["email"], shown["blocked"]) == (
        "137****7000",
        "l***@x.com",
        True,
    )
    assert api.patch(f"customers/{li['id']}", {"external_id": "lilei"}).json()["external_id"] == "lilei"
    assert only(api, search="13800138000") == []


def test_patch_refuses_with_the_place(api, li):
    make(api, {"external_id": "other", "identities": {"phone": "13600136000"}})
    for body, pointer, code in (
        ({"attributes": {"n": "one"}}, "/attributes/n", "wrong_type"),
        ({"identities": {"phone": "13600136000"}}, "/identities/phone", "identity_taken"),
        ({"external_id": "other"}, "/external_id", "external_id_taken"),
        ({"nonsense": 1}, "/nonsense", "unknown_field"),
    ):
        answer = api.patch(f"customers/{li['id']}", body)
        assert answer.status_code == 400
        assert (answer.json()["errors"][0]["pointer"], answer.json()["errors"][0]["code"]) == (pointer, code)


def test_errors_speak_english_too(api, tenant):
    api.language = "en"
    answer = api.post("customers/bulk", {"customers": [{}]}).json()
    assert answer["rejected"][0]["detail"].startswith("No external_id")


def test_erase_leaves_the_ledger_without_the_person(api, li, tenant, scope):
    erased = []
    subscribe("customers.erased", handler := lambda people: erased.append(set(people)))
    api.post(
        "events/bulk",
        {"events": [{"event_id": "e", "customer": {"external_id": "li"}, "name": "a", "properties": {"phone": "1"}}]},
    )
    assert api.delete(f"customers/{li['id']}").status_code == 204
    from kernel.events import _handlers

    _handlers["customers.erased"].remove(handler)
    assert erased == [{int(li["id"])}]
    assert api.get(f"customers/{li['id']}").status_code == 404
    assert only(api) == []
    row = Customer.objects.get(pk=li["id"])
    assert (row.external_id, row.attributes) == (None, {})
    assert not Identity.objects.exists()
    assert Event.objects.get(event_id="e").properties == {}
    assert AuditEntry.objects.get(action="customer.erase").target == f"customer:{li['id']}"
    make(api, {"external_id": "li", "identities": {"phone": "13800138000"}})
    assert api.get("customers?external_id=li").json()["results"][0]["id"] != li["id"]


def test_timeline_joins_what_all_rooms_know(api, li):
    api.post("events/bulk", {"events": [
        {"event_id": "1", "customer": {"external_id": "li"}, "name": "old", "occurred_at": "2026-01-01T00:00:00Z", "properties": {"k": 1}},
        {"event_id": "2", "customer": {"external_id": "li"}, "name": "older", "occurred_at": "2025-01-01T00:00:00Z"},
    ]})  # fmt: skip
    rows = api.get(f"customers/{li['id']}/timeline").json()["results"]
    told = [(r["kind"], r["name"]) for r in rows]
    assert told == [("event", "tag.added"), ("consent", "sms"), ("event", "old"), ("event", "older")]
    assert rows[2]["detail"] == {"k": 1}


def test_attributes(api):
    made = api.post("attributes", {"key": "level", "type": "enum", "label": "等级", "options": ["金", "银"]})
    assert made.status_code == 201
    assert made.json()["label"] == {"zh": "等级", "en": "等级"}
    assert api.post("attributes", {"key": "bad", "type": "enum"}).status_code == 400
    make(api, {"external_id": "a", "attributes": {"level": "金"}})
    refused = api.post("customers/bulk", {"customers": [{"external_id": "a", "attributes": {"level": "铜"}}]}).json()[
        "rejected"
    ]
    assert refused[0]["code"] == "wrong_type"
    assert api.patch("attributes/level", {"type": "string"}).json()["code"] == "type_in_use"
    assert api.patch("attributes/level", {"label": {"en": "Level"}, "options": ["金", "银", "铜"]}).json()["label"] == {
        "zh": "等级",
        "en": "Level",
    }
    assert api.delete("attributes/level").json()["code"] == "in_use"
    make(api, {"external_id": "a", "attributes": {"level": None}})
    assert api.delete("attributes/level").status_code == 204
    assert api.get("attributes/level").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_doubles_are_a_conflict(api):
    for path, body in (
        ("attributes", {"key": "k", "type": "string"}),
        ("tags", {"name": "t"}),
        ("staff", {"external_id": "s", "name": "王"}),
    ):
        assert api.post(path, body).status_code == 201
        assert api.post(path, body).status_code == 409


def test_tags(api, li):
    tag = api.post("tags", {"name": "高价值", "layer": "value", "description": "x"}).json()
    assert (tag["layer"], tag["customers"]) == ("value", 0)
    shown = {t["name"]: t["customers"] for t in api.get("tags").json()["results"]}
    assert shown == {"高价值": 0, "新客": 1}
    new = next(t for t in api.get("tags").json()["results"] if t["name"] == "新客")
    assert api.patch(f"tags/{new['id']}", {"name": "新朋友"}).json()["name"] == "新朋友"
    assert api.get(f"customers/{li['id']}").json()["tags"] == ["新朋友"]
    assert api.delete(f"tags/{new['id']}").status_code == 204
    assert api.get(f"customers/{li['id']}").json()["tags"] == []


def test_events_newest_first_in_pages(api):
    api.post("events/bulk", {"events": [
        {"event_id": f"e{i}", "customer": {"external_id": f"c{i % 2}"}, "name": f"n{i % 3}", "occurred_at": f"2026-0{1 + i}-01T00:00:00Z"}
        for i in range(6)
    ]})  # fmt: skip

    def ids(path):
        answer = api.get(path).json()
        return [e["event_id"] for e in answer["results"]], answer["next"]

    found, following = ids("events?page_size=4")
    assert found == ["e5", "e4", "e3", "e2"]
    assert ids(following.split("/api/v1/")[1]) == (["e1", "e0"], None)
    assert ids("events?name=n1")[0] == ["e4", "e1"]
    c0 = api.get("customers?external_id=c0").json()["results"][0]["id"]
    assert ids(f"events?customer={c0}")[0] == ["e4", "e2", "e0"]
    assert ids(f"events?customer={c0}&name=n1")[0] == ["e4"]
    assert ids("events?customer=nobody")[0] == []


def test_event_types_offer_the_standard_ones(api):
    api.post(
        "events/bulk",
        {
            "events": [
                {"event_id": "1", "customer": {"external_id": "a"}, "name": "order.paid", "properties": {"gift": True}}
            ]
        },
    )
    rows = {r["name"]: r for r in api.get("event-types").json()["results"]}
    assert (rows["order.paid"]["count"], rows["order.paid"]["label"]) == (1, {"zh": "支付订单", "en": "Order paid"})
    assert rows["order.paid"]["properties"]["gift"] == "boolean"
    assert rows["order.paid"]["properties"]["amount"] == "number"
    assert rows["cart.added"]["count"] == 0
    assert api.patch("event-types/order.paid", {"label": {"zh": "付款"}}).json()["label"] == {
        "zh": "付款",
        "en": "Order paid",
    }
    assert api.patch("event-types/cart.added", {"label": "Cart"}).json()["label"] == {"zh": "Cart", "en": "Cart"}
    assert api.patch("event-types/nothing", {"label": "x"}).status_code == 404


def test_staff_and_their_customers(api, li):
    staff = api.post(
        "staff", {"external_id": "s1", "name": "王老师", "phone": "13500135000", "attributes": {"store": "A"}}
    ).json()
    assert (staff["phone"], staff["attributes"]) == ("135****5000", {"store": "A"})
    added = api.post(f"staff/{staff['id']}/customers", {"customers": ["li", "nobody"]}).json()
    assert added == {"added": 1, "unknown": ["nobody"]}
    assert [c["external_id"] for c in api.get(f"staff/{staff['id']}/customers").json()["results"]] == ["li"]
    assert (
        api.post("staff", {"external_id": "s2", "name": "x", "phone": "1"}).json()["errors"][0]["pointer"] == "/phone"
    )


def test_a_stranger_finds_nothing(api, stranger, li, tenant):
    tag = api.get("tags").json()["results"][0]["id"]
    staff = api.post("staff", {"external_id": "s1", "name": "王"}).json()["id"]
    for path in (f"customers/{li['id']}", f"customers/{li['id']}/timeline", f"tags/{tag}", f"staff/{staff}", f"staff/{staff}/customers",
                 "attributes/name", "customers/abc", "customers/99999999999999999999"):  # fmt: skip
        assert stranger.get(path).status_code == 404, path
    assert stranger.patch(f"customers/{li['id']}", {"blocked": True}).status_code == 404
    assert stranger.delete(f"customers/{li['id']}").status_code == 404
    assert stranger.delete(f"tags/{tag}").status_code == 404
    for path in (
        "customers",
        "tags",
        "attributes",
        "events",
        "staff",
        "customers?search=li",
        f"events?customer={li['id']}",
    ):
        assert stranger.get(path).json()["results"] == [], path
    with tenant_tx(tenant.pk):
        assert Tag.objects.count() == 1
        assert AttributeDefinition.objects.count() == 2


def test_a_tag_is_taken_off_one_customer_but_not_off_its_rule(api, li):
    make(api, {"external_id": "li", "tags": ["又一个"]}, {"external_id": "other", "tags": ["又一个"]})
    tag = next(t for t in api.get("tags").json()["results"] if t["name"] == "又一个")
    assert api.delete(f"customers/{li['id']}/tags/{tag['id']}").status_code == 204
    assert "又一个" not in api.get(f"customers/{li['id']}").json()["tags"]
    assert api.get("customers?tag=又一个").json()["results"][0]["external_id"] == "other"
    rule = {"condition": "attribute", "key": "name", "op": "eq", "value": "李雷"}
    kept = api.post("tags", {"name": "按规则", "rule": rule}).json()
    refused = api.delete(f"customers/{li['id']}/tags/{kept['id']}")
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (400, "tag_by_rule")
