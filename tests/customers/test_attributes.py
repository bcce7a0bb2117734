"""Definitions of attributes: limits on every way in, what breaks them already, who uses one, archiving."""

import pytest

from customers.assigning import attribute_add, attribute_set
from customers.errors import Rejected
from customers.models import Customer
from kernel.sets import people
from tenants.scope import tenant_tx

pytestmark = pytest.mark.django_db(transaction=True)


def declare(api, key, kind, **more):
    answer = api.post("attributes", {"key": key, "type": kind, **more})
    assert answer.status_code == 201, answer.content
    return answer.json()


def send(api, **attributes):
    answer = api.post("customers/bulk", {"customers": [{"external_id": "c1", "attributes": attributes}]})
    return answer.json()["rejected"]


@pytest.mark.parametrize(
    ("kind", "limits", "good", "bad"),
    [
        ("number", {"min": 0, "max": 150}, [0, 150, 3.5], [-1, 150.01]),
        ("date", {"min": "1900-01-01"}, ["1900-01-01", "2024-02-29"], ["1899-12-31"]),
        ("datetime", {"max": "2026-01-01T08:00:00+08:00"}, ["2026-01-01T00:00:00Z"], ["2026-01-01T00:00:01Z"]),
        ("string", {"max_length": 3}, ["中文字"], ["四个字啊"]),
        ("string", {"pattern": r"\d{3}[\dX]"}, ["1234", "123X"], ["12345", "a1234", "1234\n"]),
    ],
)
def test_limits_hold_in_bulk(api, tenant, kind, limits, good, bad):
    declare(api, "it", kind, **limits)
    for value in good:
        assert send(api, it=value) == []
    for value in bad:
        (refused,) = send(api, it=value)
        assert refused["code"] == "bad_value"
        with tenant_tx(tenant.pk):
            assert Customer.objects.get().attributes["it"] != value


def test_a_broken_limit_is_told_in_both_languages(api):
    declare(api, "age", "number", min=0, max=150)
    body = {"customers": [{"external_id": "c1", "attributes": {"age": 200}}]}
    said = [api.post("customers/bulk", body, **{"Accept-Language": lang}).json() for lang in ("zh-CN", "en")]
    assert "不小于 0, 不大于 150" in said[0]["rejected"][0]["detail"]
    assert "not below 0, not above 150" in said[1]["rejected"][0]["detail"]


def test_limits_hold_for_one_customer_and_for_canvases(api, tenant):
    declare(api, "age", "number", max=150)
    send(api, age=149)
    with tenant_tx(tenant.pk):
        one = Customer.objects.get()
        with pytest.raises(Rejected):
            attribute_set(people([one.pk]), "age", 151)
        attribute_add(people([one.pk]), "age", 1)
        attribute_add(people([one.pk]), "age", 1)  # beyond the limit: stays
        one.refresh_from_db()
        assert one.attributes == {"age": 150}
    answer = api.patch(f"customers/{one.pk}", {"attributes": {"age": 151}})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/attributes/age")


@pytest.mark.parametrize(
    ("kind", "limits", "pointer"),
    [
        ("number", {"min": 2, "max": 1}, "/max"),
        ("number", {"min": "two"}, "/min"),
        ("date", {"min": "2026-02-30"}, "/min"),
        ("boolean", {"min": 0}, "/min"),
        ("number", {"max_length": 3}, "/max_length"),
        ("string", {"pattern": "(a+)+$"}, "/pattern"),
        ("string", {"pattern": "(?=a)"}, "/pattern"),
        ("string", {"max_length": 0}, "/max_length"),
    ],
)
def test_limits_that_make_no_sense_are_refused(api, kind, limits, pointer):
    answer = api.post("attributes", {"key": "it", "type": kind, **limits})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, pointer)


@pytest.mark.parametrize(
    ("kind", "values", "limits", "breaking"),
    [
        ("number", [1, 50, 200], {"min": 10, "max": 100}, 2),
        ("date", ["1990-01-01", "2030-01-01"], {"max": "2026-01-01"}, 1),
        ("datetime", ["2026-01-01T00:00:00+08:00", "2026-01-01T00:00:00Z"], {"min": "2025-12-31T20:00:00Z"}, 1),
        ("string", ["abc", "1234"], {"pattern": r"\d+"}, 1),
        ("string", ["abc", "1234"], {"max_length": 3}, 1),
    ],
)
def test_what_breaks_a_new_limit_is_counted_and_stays(api, tenant, kind, values, limits, breaking):
    declare(api, "it", kind)
    rows = [{"external_id": f"c{i}", "attributes": {"it": value}} for i, value in enumerate(values)]
    api.post("customers/bulk", {"customers": rows})
    with tenant_tx(tenant.pk):
        before = list(Customer.objects.order_by("pk").values_list("attributes", flat=True))
    answer = api.patch("attributes/it", limits)
    assert (answer.status_code, answer.json()["breaking"]) == (200, breaking)
    assert {k: answer.json()[k] for k in limits} == limits
    with tenant_tx(tenant.pk):
        assert list(Customer.objects.order_by("pk").values_list("attributes", flat=True)) == before
    off = api.patch("attributes/it", dict.fromkeys(limits)).json()
    assert (off["breaking"], [off[k] for k in limits]) == (0, [None] * len(limits))


def test_an_option_that_somebody_has_stays(api):
    declare(api, "level", "enum", options=["gold", "silver"])
    send(api, level="gold")
    answer = api.patch("attributes/level", {"options": ["silver"]})
    assert (answer.status_code, answer.json()["code"]) == (409, "option_in_use")
    assert "1" in answer.json()["detail"]
    assert api.patch("attributes/level", {"options": ["gold", "bronze"]}).json()["options"] == ["gold", "bronze"]


def test_labels_are_changed_one_by_one(api):
    declare(api, "age", "number", label={"zh": "年龄", "en": "Age"})
    assert api.patch("attributes/age", {"label": {"zh": "岁数"}}).json()["label"] == {"zh": "岁数", "en": "Age"}


RULE = {"any": [{"not": {"condition": "attribute", "key": "city", "op": "eq", "value": "杭州"}}]}


def test_usage_and_archive(api):
    declare(api, "city", "string")
    declare(api, "city2", "string")
    account = api.post("channel-accounts", {"channel": "sms", "provider": "console", "name": "a"}).json()["id"]
    text = {"text": "{{ customer.attributes.city | default: '您' }} 你好"}
    made = {
        "audience": api.post("audiences", {"name": "人", "kind": "dynamic", "rule": RULE}),
        "tag": api.post(
            "tags", {"name": "签", "rule": {"condition": "profile", "keys": ["city"], "op": "gte", "value": 1}}
        ),
        "template": api.post(
            "templates", {"channel": "sms", "account": account, "name": "信", "purpose": "service", "content": text}
        ),
    }
    node = {
        "id": "a",
        "type": "customer.attribute",
        "position": {"x": 0, "y": 0},
        "config": {"key": "city", "action": "clear"},
    }
    graph = {"nodes": [node], "edges": []}
    made["canvas"] = api.post("canvases", {"name": "图", "kind": "scheduled", "graph": graph})
    assert {kind: answer.status_code for kind, answer in made.items()} == dict.fromkeys(made, 201)
    used = api.get("attributes/city/usage").json()["results"]
    assert {(u["type"], u["id"]) for u in used} == {(kind, answer.json()["id"]) for kind, answer in made.items()}
    assert api.get("attributes/city2/usage").json()["results"] == []
    refused = api.post("attributes/city/archive")
    assert (refused.status_code, refused.json()["code"]) == (409, "attribute_in_use")
    assert all(name in refused.json()["detail"] for name in "人签信图")


def test_an_archived_attribute_is_not_offered_and_loses_nothing(api, tenant):
    declare(api, "old", "string", max_length=5)
    assert api.post("attributes/old/archive").json()["archived_at"]
    assert [row["key"] for row in api.get("attributes").json()["results"]] == []
    assert [row["key"] for row in api.get("attributes?archived=true").json()["results"]] == ["old"]
    assert send(api, old="still") == []
    assert [row["code"] for row in send(api, old="too long")] == ["bad_value"]
    assert api.post("attributes/old/restore").json()["archived_at"] is None
    assert [row["key"] for row in api.get("attributes").json()["results"]] == ["old"]
    with tenant_tx(tenant.pk):
        assert Customer.objects.get().attributes == {"old": "still"}
