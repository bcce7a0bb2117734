"""Several identities of a kind, proved or only claimed: a claim finds nobody, takes nothing, and gets no message."""

from typing import Any

import pytest

from customers.identities import addresses, with_identity
from kernel.sets import people
from tenants.models import AuditEntry, Tenant
from tenants.scope import tenant_tx
from tests.conftest import Api

pytestmark = pytest.mark.django_db
ONE, TWO = "13800138001", "13800138002"


def bulk(api: Api, *rows: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = api.post("customers/bulk", {"customers": list(rows)}).json()
    return found


def customer(api: Api, external_id: str) -> str:
    return str(api.get(f"customers?external_id={external_id}").json()["results"][0]["id"])


def phones(tenant: Tenant, *ids: str) -> dict[int, str]:
    with tenant_tx(tenant.pk):
        return addresses("phone", people(map(int, ids)))


def listed(api: Api, one: str) -> list[tuple[str, bool, bool]]:
    found = api.get(f"customers/{one}/identities").json()["results"]
    return [(i["value"], i["proved"], i["main"]) for i in found]


def claim(number: str) -> dict[str, Any]:
    return {"phone": {"value": number, "proved": False}}


def test_a_claim_takes_nothing_and_finds_nobody(api: Api, tenant: Tenant) -> None:
    bulk(api, {"external_id": "a", "identities": {"phone": ONE}})
    answer = bulk(
        api, {"external_id": "b", "identities": claim("138 0013 8001")}, {"external_id": "c", "identities": claim(TWO)}
    )
    assert answer == {"created": 2, "updated": 0, "rejected": []}
    a, b, c = (customer(api, x) for x in "abc")
    assert phones(tenant, a, b, c) == {int(a): ONE}
    with tenant_tx(tenant.pk):
        assert set(with_identity("phone")) == {int(a)}
    assert api.get(f"customers/{b}").json()["identities"] == {}
    (shown,) = api.get(f"customers/{b}/identities").json()["results"]
    assert (shown["value"], shown["proved"], shown["belongs_to"]) == ("138****8001", False, a)
    assert api.get(f"customers?search={TWO}").json()["results"] == []
    again = bulk(api, {"identities": {"phone": TWO}, "attributes": {"x": 1}})  # nobody has proved it: a new customer
    assert again["created"] == 1


def test_a_claim_is_no_key(api: Api) -> None:
    answer = bulk(api, {"identities": claim(ONE)})
    assert [r["code"] for r in answer["rejected"]] == ["no_key"]


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ({"value": ONE, "x": 1}, "unknown_field"),
        ({"value": ONE, "proved": "no"}, "wrong_type"),
        ({"value": "12"}, "bad_identity"),
    ],
)
def test_bad_claims_are_refused_alone(api: Api, value: Any, code: str) -> None:
    answer = bulk(api, {"external_id": "a"}, {"external_id": "b", "identities": {"phone": value}})
    assert (answer["created"], [r["code"] for r in answer["rejected"]]) == (1, [code])


def test_a_second_one_stays_when_the_preferred_one_is_replaced(api: Api, tenant: Tenant) -> None:
    bulk(api, {"external_id": "a", "identities": {"phone": ONE}})
    a = customer(api, "a")
    assert api.post(f"customers/{a}/identities", {"kind": "phone", "value": TWO, "proved": True}).status_code == 201
    assert listed(api, a) == [("138****8001", True, True), ("138****8002", True, False)]
    assert phones(tenant, a) == {int(a): ONE}
    rows = [
        {"external_id": "a", "identities": {"phone": "13800138003"}},
        {"identities": {"phone": TWO}, "attributes": {"n": 1}},
    ]
    assert bulk(api, *rows) == {"created": 0, "updated": 2, "rejected": []}  # both phones are a's, in one request too
    assert listed(api, a) == [("138****8003", True, True), ("138****8002", True, False)]
    assert bulk(api, {"external_id": "a", "identities": {"phone": None}})["updated"] == 1
    assert listed(api, a) == []


def test_proving_and_preferring(api: Api, tenant: Tenant) -> None:
    bulk(api, {"external_id": "a", "identities": {"phone": ONE}}, {"external_id": "b", "identities": claim(ONE)})
    a, b = customer(api, "a"), customer(api, "b")
    (claimed,) = api.get(f"customers/{b}/identities").json()["results"]
    refused = api.patch(f"customers/{b}/identities/{claimed['id']}", {"proved": True})
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (400, "identity_taken")
    (held,) = api.get(f"customers/{a}/identities").json()["results"]
    assert api.delete(f"customers/{a}/identities/{held['id']}").status_code == 204
    assert api.patch(f"customers/{b}/identities/{claimed['id']}", {"proved": True}).status_code == 200
    assert phones(tenant, a, b) == {int(b): ONE}
    added = api.post(f"customers/{b}/identities", {"kind": "phone", "value": TWO, "proved": True}).json()["results"]
    other = next(i for i in added if not i["main"])
    api.patch(f"customers/{b}/identities/{other['id']}", {"main": True})
    assert phones(tenant, b) == {int(b): TWO}
    with tenant_tx(tenant.pk):
        kinds = (
            AuditEntry.objects.filter(action__startswith="identity.").order_by("pk").values_list("action", flat=True)
        )
        assert list(kinds) == ["identity.remove", "identity.update", "identity.add", "identity.update"]


def test_sent_as_proved_a_claim_is_proved(api: Api, tenant: Tenant) -> None:
    bulk(api, {"external_id": "a", "identities": claim(ONE)})
    a = customer(api, "a")
    assert bulk(api, {"external_id": "a", "identities": {"phone": ONE}})["updated"] == 1
    assert listed(api, a) == [("138****8001", True, True)]
    assert bulk(api, {"external_id": "a", "identities": claim(ONE)})["updated"] == 1  # no step back
    assert listed(api, a) == [("138****8001", True, True)]


def test_a_merge_keeps_both_phones_and_prefers_the_survivors(api: Api, tenant: Tenant) -> None:
    bulk(api, {"external_id": "a", "identities": {"phone": ONE}}, {"external_id": "b", "identities": {"phone": TWO}})
    a, b = customer(api, "a"), customer(api, "b")
    done = api.post(f"customers/{a}/merge", {"into": b}).json()["id"]
    assert listed(api, b) == [("138****8002", True, True), ("138****8001", True, False)]
    assert (
        bulk(
            api,
            {"identities": {"phone": ONE}, "attributes": {"n": 1}},
            {"external_id": "b", "identities": {"phone": TWO}},
        )["updated"]
        == 2
    )
    assert api.post(f"customers/{b}/merges/{done}/undo").status_code == 200
    assert phones(tenant, a, b) == {int(a): ONE, int(b): TWO}


def test_a_stranger_reaches_none(api: Api, stranger: Api) -> None:
    bulk(api, {"external_id": "a", "identities": {"phone": ONE}})
    a = customer(api, "a")
    (held,) = api.get(f"customers/{a}/identities").json()["results"]
    assert stranger.get(f"customers/{a}/identities").status_code == 404
    assert stranger.delete(f"customers/{a}/identities/{held['id']}").status_code == 404
