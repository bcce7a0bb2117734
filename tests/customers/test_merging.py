"""Two customers who are one person: what the survivor has, what an undo gives back, and that nothing said is lost."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from customers.models import Customer, Merge
from tenants.models import AuditEntry, Tenant
from tenants.scope import tenant_tx
from tests.conftest import Api

A = {
    "external_id": "A", "identities": {"phone": "13800138001", "openid": "wx-a"}, "attributes": {"city": "上海", "level": "金"},
    "tags": ["老客", "门店"], "consents": {"sms": False, "email": True, "wecom": True}, "blocked": True, "timezone": "Asia/Tokyo",
}  # fmt: skip
B = {
    "external_id": "B", "identities": {"email": "b@example.com"}, "attributes": {"city": "北京"}, "tags": ["老客"],
    "consents": {"sms": True, "wecom": False},
}  # fmt: skip


def bulk(api: Api, *rows: dict[str, Any]) -> None:
    assert api.post("customers/bulk", {"customers": list(rows)}).json()["rejected"] == []


def by_external(api: Api, external_id: str) -> dict[str, Any]:
    found: dict[str, Any] = api.get(f"customers?external_id={external_id}").json()["results"][0]
    return found


def two(api: Api) -> tuple[str, str]:
    bulk(api, A, B)
    return by_external(api, "A")["id"], by_external(api, "B")["id"]


def pay(api: Api, external_id: str, number: str, amount: int = 100) -> None:
    row = {
        "event_id": number, "customer": {"external_id": external_id}, "name": "order.paid",
        "occurred_at": datetime.now(UTC).isoformat(), "properties": {"amount": amount},
    }  # fmt: skip
    assert api.post("events/bulk", {"events": [row]}).json()["rejected"] == []


def merge(api: Api, merged: str, into: str) -> str:
    answer = api.post(f"customers/{merged}/merge", {"into": into, "reason": "同一个人"})
    assert answer.status_code == 201, answer.content
    return str(answer.json()["id"])


def count(api: Api, rule: dict[str, Any]) -> int:
    answer = api.post("audiences/preview", {"rule": rule}).json()
    assert "count" in answer, answer
    return int(answer["count"])


def shown(api: Api, customer: str) -> dict[str, Any]:
    found: dict[str, Any] = api.get(f"customers/{customer}").json()
    return {k: v for k, v in found.items() if k not in ("updated_at", "created_at")}


@pytest.mark.django_db
def test_the_survivor_has_what_both_had(api: Api) -> None:
    a, b = two(api)
    merge(api, a, b)
    survivor = shown(api, b)
    assert survivor["attributes"] == {"city": "北京", "level": "金"}
    assert survivor["tags"] == ["老客", "门店"]
    assert survivor["consents"] == {"sms": False, "email": True, "wecom": False}  # a no of either is a no
    assert survivor["blocked"] is True
    assert survivor["timezone"] == "Asia/Tokyo"
    assert set(survivor["identities"]) == {"phone", "openid", "email"}
    assert shown(api, a)["id"] == b  # the old id goes on finding the person
    assert [c["id"] for c in api.get("customers").json()["results"]] == [b]
    assert by_external(api, "A")["id"] == b


@pytest.mark.django_db
def test_events_of_both_count_as_one_persons(api: Api) -> None:
    a, b = two(api)
    for i in range(2):
        pay(api, "A", f"a{i}")
        pay(api, "B", f"b{i}")
    rule = {"condition": "event", "event": "order.paid", "op": "gte", "value": 3}
    assert count(api, rule) == 0
    done = merge(api, a, b)
    assert count(api, rule) == 1
    pay(api, "A", "a-later")  # by the old external id
    assert count(api, {**rule, "value": 5}) == 1
    entries = [e for e in api.get(f"customers/{b}/timeline").json()["results"] if e["name"] == "order.paid"]
    assert len(entries) == 5
    assert api.post(f"customers/{b}/merges/{done}/undo").status_code == 200
    assert count(api, {**rule, "op": "eq", "value": 2}) == 1  # A's two
    assert count(api, rule) == 1  # B's two, and the one that came while they were one


@pytest.mark.django_db
def test_undo_gives_back_everything_that_is_as_it_was(api: Api) -> None:
    a, b = two(api)
    before = shown(api, a), shown(api, b)
    done = merge(api, a, b)
    assert api.post(f"customers/{b}/merges/{done}/undo").status_code == 200
    assert (shown(api, a), shown(api, b)) == before
    (entry,) = api.get(f"customers/{b}/merges").json()["results"]
    assert entry["undone_at"] is not None
    assert entry["undo_until"] is None
    again = api.post(f"customers/{b}/merges/{done}/undo")
    assert (again.status_code, again.json()["code"]) == (409, "merge_undone")


@pytest.mark.django_db
def test_undo_leaves_what_changed_since(api: Api) -> None:
    a, b = two(api)
    done = merge(api, a, b)
    bulk(
        api,
        {
            "external_id": "B",
            "attributes": {"level": "白金"},
            "consents": {"email": False},
            "timezone": "Europe/Berlin",
        },
    )
    api.post(f"customers/{b}/merges/{done}/undo")
    survivor = shown(api, b)
    assert survivor["attributes"] == {"city": "北京", "level": "白金"}
    assert survivor["consents"] == {"sms": True, "wecom": False, "email": False}
    assert survivor["timezone"] == "Europe/Berlin"
    assert shown(api, a)["consents"] == A["consents"]


@pytest.mark.django_db
def test_undo_is_over_after_thirty_days(api: Api, tenant: Tenant) -> None:
    a, b = two(api)
    done = merge(api, a, b)
    with tenant_tx(tenant.pk):
        Merge.objects.filter(pk=done).update(at=datetime.now(UTC) - timedelta(days=31))
    answer = api.post(f"customers/{b}/merges/{done}/undo")
    assert (answer.status_code, answer.json()["code"]) == (409, "merge_too_old")
    assert "30" in answer.json()["detail"]


@pytest.mark.django_db
def test_a_chain_of_merges_is_undone_from_its_end(api: Api) -> None:
    a, b = two(api)
    bulk(api, {"external_id": "C"})
    c = by_external(api, "C")["id"]
    first = merge(api, a, b)
    second = merge(api, b, c)
    assert shown(api, a)["id"] == c == by_external(api, "A")["id"]
    assert api.post(f"customers/{c}/merges/{first}/undo").status_code == 404  # it was B's, and B is gone
    api.post(f"customers/{c}/merges/{second}/undo")
    assert shown(api, a)["id"] == b
    assert api.post(f"customers/{b}/merges/{first}/undo").status_code == 200
    assert shown(api, a)["id"] == a


@pytest.mark.django_db
def test_an_old_external_id_goes_on_writing_to_the_survivor(api: Api) -> None:
    a, b = two(api)
    merge(api, a, b)
    answer = api.post("customers/bulk", {"customers": [{"external_id": "A", "attributes": {"n": 1}}] * 2}).json()
    assert answer == {"created": 0, "updated": 2, "rejected": []}
    assert shown(api, b)["attributes"]["n"] == 1
    assert shown(api, b)["external_id"] == "B"


@pytest.mark.django_db
def test_who_is_known_by_an_identity_only_gets_the_external_id(api: Api) -> None:
    bulk(api, A, {"identities": {"unionid": "u-1"}})
    a = by_external(api, "A")["id"]
    b = next(c["id"] for c in api.get("customers").json()["results"] if c["external_id"] is None)
    done = merge(api, a, b)
    assert by_external(api, "A") == {**by_external(api, "A"), "id": b, "external_id": "A"}
    api.post(f"customers/{b}/merges/{done}/undo")
    assert (shown(api, a)["external_id"], shown(api, b)["external_id"]) == ("A", None)


@pytest.mark.django_db
def test_a_static_audience_counts_the_person_once(api: Api) -> None:
    a, b = two(api)
    both = api.post("audiences", {"name": "名单", "kind": "static", "customers": ["A", "B"]}).json()["id"]
    one = api.post("audiences", {"name": "只有A", "kind": "static", "customers": ["A"]}).json()["id"]
    merge(api, a, b)
    assert count(api, {"condition": "audience", "id": both}) == 1
    assert count(api, {"condition": "audience", "id": one}) == 1


@pytest.mark.django_db
def test_erasing_the_survivor_erases_both(api: Api, tenant: Tenant) -> None:
    a, b = two(api)
    pay(api, "A", "e1")
    merge(api, a, b)
    assert api.delete(f"customers/{b}").status_code == 204
    with tenant_tx(tenant.pk):
        for row in Customer.objects.filter(pk__in=(a, b)):
            assert (row.external_id, row.attributes) == (None, {})
            assert row.erased_at is not None
        assert Merge.objects.get().kept is None
    assert api.get(f"customers/{a}").status_code == 404


@pytest.mark.django_db
def test_what_is_refused(api: Api, stranger: Api) -> None:
    a, b = two(api)
    assert api.post(f"customers/{a}/merge", {"into": a}).json()["code"] == "same_customer"
    assert api.post(f"customers/{a}/merge", {"into": "999999999"}).status_code == 404
    assert stranger.post(f"customers/{a}/merge", {"into": b}).status_code == 404
    merge(api, a, b)
    assert api.post(f"customers/{a}/merge", {"into": b}).json()["code"] == "same_customer"  # they are one by now


@pytest.mark.django_db
def test_who_merged_and_who_undid_is_in_the_audit_log(api: Api, tenant: Tenant) -> None:
    a, b = two(api)
    done = merge(api, a, b)
    api.post(f"customers/{b}/merges/{done}/undo")
    with tenant_tx(tenant.pk):
        rows = AuditEntry.objects.filter(target=f"customer:{b}").order_by("pk")
        assert [(r.action, r.detail["merged"]) for r in rows] == [("customer.merge", a), ("customer.unmerge", a)]
