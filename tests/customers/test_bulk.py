"""POST customers/bulk: what api.md promises, worked out by hand (AUD-1)."""

import pytest

from customers.consents import granted
from customers.identities import addresses
from customers.models import AttributeDefinition, Customer, CustomerTag, Event, Identity
from customers.people import everyone, profiles
from kernel.sets import people

pytestmark = pytest.mark.django_db


def send(api, *rows):
    answer = api.post("customers/bulk", {"customers": list(rows)})
    assert answer.status_code == 200, answer.json()
    return answer.json()


def one(external_id):
    return Customer.objects.get(external_id=external_id)


def test_create_then_update_by_external_id(api, tenant, scope):
    row = {
        "external_id": "c1",
        "identities": {"phone": "+86 138-0013-8000", "email": "Li@X.com"},
        "attributes": {"city": "上海", "age": 30, "birthday": "1990-02-28", "vip": True, "hobbies": ["茶", "书"],
                       "joined_at": "2026-01-02T03:04:05+08:00", "score": 1.5},
        "tags": ["新客"],
        "consents": {"sms": True, "email": False},
    }  # fmt: skip
    assert send(api, row) == {"created": 1, "updated": 0, "rejected": []}
    c = one("c1")
    assert c.attributes == row["attributes"]
    assert addresses("phone", people([c.pk])) == {c.pk: "13800138000"}
    assert addresses("email", people([c.pk])) == {c.pk: "li@x.com"}
    assert profiles([c.pk])[c.pk]["tags"] == ["新客"]
    assert granted("sms") == people([c.pk])
    assert granted("email") == people()
    types = dict(AttributeDefinition.objects.values_list("key", "type"))
    assert types == {
        "city": "string", "age": "number", "birthday": "date", "vip": "boolean", "hobbies": "list", "joined_at": "datetime", "score": "number",
    }  # fmt: skip
    again = {
        "external_id": "c1",
        "attributes": {"city": "杭州", "age": None},
        "tags": ["老客"],
        "consents": {"sms": None},
    }
    assert send(api, again) == {"created": 0, "updated": 1, "rejected": []}
    c = one("c1")
    assert "age" not in c.attributes
    assert (c.attributes["city"], c.attributes["vip"]) == ("杭州", True)
    assert profiles([c.pk])[c.pk]["tags"] == ["新客", "老客"]
    assert granted("sms") == people()


def test_null_clears_whole_fields(api, tenant, scope):
    send(api, {"external_id": "a", "identities": {"phone": "13800138000"}, "attributes": {"x": 1}, "tags": ["t"],
               "consents": {"sms": True}, "timezone": "Europe/Berlin", "blocked": True})  # fmt: skip
    c = one("a")
    assert (c.timezone, c.blocked) == ("Europe/Berlin", True)
    send(
        api,
        {
            "external_id": "a",
            "identities": None,
            "attributes": None,
            "tags": None,
            "consents": None,
            "timezone": None,
            "blocked": None,
        },
    )
    c = one("a")
    assert (c.attributes, c.timezone, c.blocked) == ({}, None, False)
    assert not Identity.objects.exists()
    assert not CustomerTag.objects.filter(tenant_id=tenant.pk).exists()
    assert granted("sms") == people()


def test_bad_rows_are_refused_alone(api, tenant, scope):
    send(
        api,
        {
            "external_id": "old",
            "identities": {"phone": "13900139000"},
            "attributes": {"age": 1, "day": "2026-01-01"},
        },
    )
    answer = send(
        api,
        {"external_id": "good"},
        "no object",
        {},
        {"external_id": "b1", "nonsense": 1},
        {"external_id": "b2", "attributes": {"age": "thirty"}},
        {"external_id": "b3", "attributes": {"day": "2026-02-30"}},
        {"external_id": "b4", "identities": {"phone": "12"}},
        {"external_id": "b5", "identities": {"email": "nobody"}},
        {"external_id": "b6", "identities": {"phone": "139 0013 9000"}},
        {"external_id": "b7", "consents": {"sms": "yes"}},
        {"external_id": "b8", "timezone": "Mars/Base"},
        {"external_id": 5},
        {"external_id": "b9", "tags": [""]},
        {"external_id": "b10", "attributes": {"deep": {"a": 1}}},
        {"external_id": "b11", "attributes": {"age": True}},
        {"external_id": "b12", "attributes": {"nul": "\0"}},
        {"external_id": "b13", "identities": {"Bad Kind": "x"}},
        {"external_id": "good2"},
    )
    assert (answer["created"], answer["updated"]) == (3, 0)
    assert [(w["index"], w["code"]) for w in answer["warnings"]] == [(8, "identity_proposed")]
    codes = {r["index"]: r["code"] for r in answer["rejected"]}
    assert codes == {
        1: "wrong_type", 2: "no_key", 3: "unknown_field", 4: "wrong_type", 5: "wrong_type", 6: "bad_identity", 7: "bad_identity",
        9: "wrong_type", 10: "bad_value", 11: "wrong_type", 12: "bad_value", 13: "wrong_type", 14: "wrong_type",
        15: "wrong_type", 16: "bad_value",
    }  # fmt: skip
    assert [r["index"] for r in answer["rejected"]] == sorted(codes)
    assert "/attributes/age" in next(r["detail"] for r in answer["rejected"] if r["index"] == 4)
    assert set(Customer.objects.values_list("external_id", flat=True)) == {"old", "good", "good2", "b6"}


def test_rows_of_one_customer_are_applied_in_order(api, tenant, scope):
    answer = send(
        api,
        {
            "external_id": "a",
            "attributes": {"n": 1, "m": 1},
            "identities": {"phone": "13800000001"},
            "tags": ["x"],
        },
        {"identities": {"phone": "13800000001"}, "attributes": {"n": 2}},
        {
            "external_id": "a",
            "attributes": {"m": None},
            "identities": {"phone": "13800000002"},
            "tags": ["y"],
        },
        {"identities": {"phone": "13800000001"}, "attributes": {"n": 9}},
    )
    assert (answer["created"], answer["updated"], answer["rejected"]) == (2, 2, [])
    c = one("a")
    assert c.attributes == {"n": 2}
    assert addresses("phone", people([c.pk])) == {c.pk: "13800000002"}
    other = Customer.objects.get(external_id=None)
    assert other.attributes == {"n": 9}
    assert addresses("phone", people([other.pk])) == {other.pk: "13800000001"}


def test_keyed_by_identity_and_given_an_external_id_later(api, tenant, scope):
    send(api, {"identities": {"openid": "o1", "phone": "13800000001"}, "attributes": {"n": 1}})
    assert send(api, {"identities": {"openid": "o1"}, "attributes": {"n": 2}})["updated"] == 1
    assert send(api, {"external_id": "e1", "identities": {"openid": "o1"}})["updated"] == 1
    c = one("e1")
    assert c.attributes == {"n": 2}
    assert Customer.objects.count() == 1
    disputed = send(api, {"external_id": "e2", "identities": {"openid": "o1"}})
    assert (disputed["created"], [w["code"] for w in disputed["warnings"]]) == (1, ["identity_proposed"])
    assert "/identities/openid" in disputed["warnings"][0]["detail"]


def test_too_many_rows_do_nothing(api, tenant, scope):
    answer = api.post("customers/bulk", {"customers": [{"external_id": f"c{i}"} for i in range(10_001)]})
    assert answer.status_code == 400
    assert answer.json()["code"] == "too_many_rows"
    assert Customer.objects.count() == 0


def test_body_itself_is_checked(api):
    assert api.post("customers/bulk", {"customers": {}}).status_code == 400
    assert api.post("customers/bulk", {"rows": []}).json()["errors"][0]["pointer"] in ("/customers", "/rows")
    assert api.post("customers/bulk", {"customers": []}).json() == {
        "created": 0,
        "updated": 0,
        "rejected": [],
    }


def test_undeclared_attribute_is_declared_by_the_first_good_value(api, tenant, scope):
    answer = send(
        api,
        {"external_id": "a", "attributes": {"n": None}},
        {"external_id": "b", "attributes": {"n": 5, "bad": {}}},
        {"external_id": "c", "attributes": {"n": "five"}},
        {"external_id": "d", "attributes": {"n": 5}},
    )
    assert [r["index"] for r in answer["rejected"]] == [1, 3]
    assert AttributeDefinition.objects.get(key="n").type == "string"


def test_an_opt_out_is_an_event_and_told_upward(api, tenant, scope, monkeypatch):
    told = []
    monkeypatch.setattr("customers.consents.publish", lambda topic, **payload: told.append((topic, payload)))
    send(api, {"external_id": "a", "consents": {"sms": True}}, {"external_id": "b", "consents": {"sms": False}})
    assert told == []
    send(
        api,
        {"external_id": "a", "consents": {"sms": False}},
        {"external_id": "b", "consents": {"sms": False}},
    )
    a = one("a").pk
    assert told == [("customers.consent_withdrawn", {"channel": "sms", "people": people([a])})]
    assert list(Event.objects.filter(name="consent.withdrawn").values_list("customer_id", "properties")) == [
        (a, {"channel": "sms"})
    ]


def test_tag_events_only_for_what_changed(api, tenant, scope):
    send(api, {"external_id": "a", "tags": ["x", "x"]})
    send(api, {"external_id": "a", "tags": ["x", "y"]})
    rows = Event.objects.filter(name="tag.added").order_by("id").values_list("properties", flat=True)
    assert list(rows) == [{"tag": "x"}, {"tag": "y"}]


def test_nothing_readable_at_rest_and_nothing_of_a_stranger(api, stranger, tenant, other_tenant):
    from django.db import connection

    from tenants.scope import tenant_tx

    row = {
        "external_id": "a",
        "identities": {"phone": "13812345678", "email": "secret@x.com"},
        "attributes": {"k": 1},
    }
    send(api, row)
    assert send(stranger, row)["created"] == 1
    with tenant_tx(tenant.pk):
        assert len(everyone()) == 1
        with connection.cursor() as cursor:
            for table in ("customers_identity", "customers_customer", "customers_event"):
                cursor.execute(f"SELECT string_agg(t::text, ' ') FROM {table} t")
                text = cursor.fetchone()[0] or ""
                assert "13812345678" not in text
                assert b"13812345678".hex() not in text
                assert "secret" not in text
            cursor.execute("SELECT count(*) FROM customers_identity")
            assert cursor.fetchone()[0] == 2
        mine = set(Identity.objects.values_list("digest", flat=True))
    with tenant_tx(other_tenant.pk):
        theirs = set(Identity.objects.values_list("digest", flat=True))
    assert {bytes(d) for d in mine}.isdisjoint({bytes(d) for d in theirs})


def test_odd_but_legal_json(api, tenant, scope):
    text = 'tab\there, "quotes", back\\slash, line\nend \\N \\.'
    row = {"external_id": text, "identities": {"openid": text}, "attributes": {text: text, "n": 2.5}, "tags": [text]}
    assert (
        send(api, row, {"external_id": "b", "attributes": {"\0": None, "never": None}, "blocked": False})["rejected"]
        == []
    )
    c = one(text)
    assert c.attributes == {text: text, "n": 2.5}
    assert addresses("openid", people([c.pk])) == {c.pk: text}
    assert profiles([c.pk])[c.pk]["tags"] == [text]
    assert (
        api.post("customers/bulk", b'{"customers": [{"external_id": "c", "attributes": {"k": 1e999}}]}').json()["code"]
        == "malformed_json"
    )
