"""Records that prove identities of two customers: proposed, merged by themselves within limits, and what proves nothing (AUD-1)."""

from typing import Any

import pytest

from config.tasks import bulk_unit
from customers.merging.policy import proves_nothing
from customers.models import Customer, Identity, MergeProposal
from tenants.models import Tenant
from tenants.scope import tenant_tx
from tests.conftest import Api
from tests.customers.test_merging import by_external, shown

pytestmark = pytest.mark.django_db

PHONE, MAIL = "13711112222", "li@shop.example.com"


def send(api: Api, *rows: dict[str, Any]) -> dict[str, Any]:
    answer = api.post("customers/bulk", {"customers": list(rows)})
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def policy(api: Api, **merging: Any) -> None:
    answer = api.patch("settings", {"merging": merging})
    assert answer.status_code == 200, answer.content


def proposals(api: Api, **asked: str) -> list[dict[str, Any]]:
    query = "&".join(f"{k}={v}" for k, v in asked.items())
    answer = api.get(f"merge-proposals?{query}").json()
    found: list[dict[str, Any]] = answer["results"]
    assert answer["total"] == len(found)
    return found


def work(tenant: Tenant) -> None:
    while bulk_unit(tenant.pk):
        pass


def names(customer: dict[str, Any]) -> str | None:
    found: str | None = customer["external_id"]
    return found


def two(api: Api) -> tuple[str, str]:
    """A has the phone; B, from somewhere else, says it has it too."""
    send(api, {"external_id": "A", "identities": {"phone": PHONE}, "attributes": {"name": "李雷"}})
    answer = send(
        api, {"external_id": "B", "identities": {"phone": PHONE}, "attributes": {"city": "北京"}, "tags": ["门店"]}
    )
    assert (answer["created"], answer["rejected"]) == (1, [])
    assert [(w["index"], w["code"]) for w in answer["warnings"]] == [(0, "identity_proposed")]
    return by_external(api, "A")["id"], by_external(api, "B")["id"]


def test_a_disputed_identity_is_proposed_and_the_rest_of_the_row_is_kept(api: Api) -> None:
    a, b = two(api)
    assert by_external(api, "B")["attributes"] == {"city": "北京"}
    assert by_external(api, "B")["tags"] == ["门店"]
    assert by_external(api, "B")["identities"] == {}
    (claim,) = api.get(f"customers/{b}/identities").json()["results"]
    assert (claim["proved"], claim["belongs_to"]) == (False, a)
    (one,) = proposals(api)
    assert (names(one["survivor"]), names(one["other"]), one["held"]) == ("A", "B", "")
    assert one["evidence"] == [{"kind": "phone", "value": "137****2222", "why": "proved", "source": "api"}]
    assert proposals(api, customer=a) == proposals(api, customer=b) == [one]


def test_accepted_they_are_one_and_undone_exactly_two(api: Api) -> None:
    a, b = two(api)
    before = [(shown(api, c), _identities(api, c)) for c in (a, b)]
    (one,) = proposals(api)
    answer = api.post(f"merge-proposals/{one['id']}/accept")
    assert answer.status_code == 201, answer.content
    assert answer.json()["survivor"]["id"] == a == shown(api, b)["id"]
    assert [i["proved"] for i in _identities(api, a)] == [True]  # no claim is left beside what is proved
    assert proposals(api) == []
    assert api.post(f"merge-proposals/{one['id']}/accept").json()["code"] == "proposal_decided"
    (entry,) = api.get(f"customers/{a}/merges").json()["results"]
    assert entry["reason"] == "proposal: phone"
    assert api.post(f"customers/{a}/merges/{answer.json()['id']}/undo").status_code == 200
    assert [(shown(api, c), _identities(api, c)) for c in (a, b)] == before
    send(api, {"external_id": "B", "identities": {"phone": PHONE}})
    assert proposals(api) == []  # whoever undid it said that they are two
    assert [p["status"] for p in proposals(api, status="dismissed")] == ["dismissed"]


def _identities(api: Api, customer: str) -> list[dict[str, Any]]:
    found = api.get(f"customers/{customer}/identities").json()["results"]
    return [{k: v for k, v in one.items() if k != "id"} for one in found]


def test_the_other_one_may_stay(api: Api) -> None:
    _, b = two(api)
    (one,) = proposals(api)
    assert api.post(f"merge-proposals/{one['id']}/accept", {"into": "1"}).status_code == 400
    assert api.post(f"merge-proposals/{one['id']}/accept", {"into": b}).json()["survivor"]["id"] == b


def test_dismissed_ones_do_not_come_back(api: Api) -> None:
    two(api)
    (one,) = proposals(api)
    assert api.post(f"merge-proposals/{one['id']}/dismiss").json()["status"] == "dismissed"
    send(api, {"external_id": "B", "identities": {"phone": PHONE}})
    send(api, {"external_id": "A", "identities": {"email": MAIL}}, {"external_id": "B", "identities": {"email": MAIL}})
    assert proposals(api) == []


def test_one_row_whose_identities_are_two_peoples(api: Api) -> None:
    send(api, {"external_id": "A", "identities": {"phone": PHONE}}, {"identities": {"email": MAIL}})
    answer = send(api, {"identities": {"phone": PHONE, "email": MAIL}, "attributes": {"city": "上海"}})
    assert (answer["updated"], answer["rejected"]) == (1, [])
    assert by_external(api, "A")["attributes"] == {"city": "上海"}
    (one,) = proposals(api)
    assert (names(one["survivor"]), names(one["other"])) == ("A", None)
    assert [e["kind"] for e in one["evidence"]] == ["email"]


def test_an_event_that_names_two_customers_proposes_them(api: Api) -> None:
    send(api, {"external_id": "A", "identities": {"phone": PHONE}}, {"external_id": "B", "identities": {"email": MAIL}})
    row = {"event_id": "e1", "customer": {"phone": PHONE, "email": MAIL}, "name": "page.viewed"}
    assert api.post("events/bulk", {"events": [row]}).json()["accepted"] == 1
    (one,) = proposals(api)
    assert [e["source"] for e in one["evidence"]] == ["event"]


def test_automatic_merges_and_says_so(api: Api, tenant: Tenant) -> None:
    policy(api, kinds={"unionid": "automatic"})
    send(api, {"external_id": "A", "identities": {"unionid": "u-123456"}}, {"identities": {"phone": PHONE}})
    answer = send(api, {"identities": {"phone": PHONE, "unionid": "u-123456"}})
    assert [w["code"] for w in answer["warnings"]] == ["identity_merging"]
    assert proposals(api) == []  # not anybody's to decide
    work(tenant)
    a = by_external(api, "A")
    assert set(a["identities"]) == {"phone", "unionid"}
    (entry,) = api.get(f"customers/{a['id']}/merges").json()["results"]
    assert (entry["actor"], entry["reason"]) == ("automatic", "automatic: unionid")
    assert api.get("customers").json()["results"] == [a]


def test_undo_after_an_automatic_merge_restores_both(api: Api, tenant: Tenant) -> None:
    policy(api, others="automatic")
    send(
        api,
        {"external_id": "A", "identities": {"phone": PHONE}, "attributes": {"city": "上海"}, "consents": {"sms": True}},
    )
    send(
        api,
        {
            "identities": {"email": MAIL},
            "attributes": {"city": "北京", "level": "金"},
            "tags": ["t"],
            "consents": {"sms": False},
        },
    )
    a = by_external(api, "A")["id"]
    b = next(c["id"] for c in api.get("customers").json()["results"] if c["external_id"] is None)
    before = [(shown(api, c), _identities(api, c)) for c in (a, b)]
    row = {"identities": {"email": MAIL, "phone": PHONE}}
    send(api, row)
    claimed = [(shown(api, c), _identities(api, c)) for c in (a, b)]
    work(tenant)
    assert shown(api, b)["id"] == a
    (entry,) = api.get(f"customers/{a}/merges").json()["results"]
    assert api.post(f"customers/{a}/merges/{entry['id']}/undo").status_code == 200
    assert [(shown(api, c), _identities(api, c)) for c in (a, b)] == claimed
    assert before[0] == claimed[0]
    send(api, row)
    work(tenant)
    assert shown(api, b)["id"] == b  # whoever undid it is not overruled by the next row


def test_two_external_ids_are_never_merged_by_themselves(api: Api, tenant: Tenant) -> None:
    policy(api, others="automatic")
    send(
        api, {"external_id": "A", "identities": {"phone": PHONE}}, {"external_id": "B", "identities": {"phone": PHONE}}
    )
    work(tenant)
    (one,) = proposals(api)
    assert one["held"] == "external_ids"
    send(api, {"external_id": "B", "identities": {"phone": PHONE}})
    work(tenant)
    assert [p["held"] for p in proposals(api)] == ["external_ids"]
    policy(api, others="automatic", across_external_ids=True)
    send(api, {"external_id": "A", "identities": {"email": MAIL}}, {"external_id": "B", "identities": {"email": MAIL}})
    work(tenant)
    assert proposals(api) == []
    assert by_external(api, "B")["id"] == by_external(api, "A")["id"]


def test_a_chain_ends_at_the_most_people_in_one(api: Api, tenant: Tenant) -> None:
    policy(api, others="automatic", most_people=3)
    send(api, *({"identities": {"openid": f"open-{i}"}} for i in range(5)))
    for i in range(1, 5):
        send(api, {"identities": {"openid": ["open-0", f"open-{i}"]}})
        work(tenant)
    assert len(api.get("customers").json()["results"]) == 3  # three became one
    assert [p["held"] for p in proposals(api)] == ["too_many", "too_many"]


def test_a_value_of_too_many_proves_nothing(api: Api, tenant: Tenant) -> None:
    policy(api, others="automatic", across_external_ids=True, most_shared=3)
    rows = [{"external_id": f"c{i}", "identities": {"phone": PHONE}} for i in range(6)]
    answer = send(api, *rows)
    assert len(answer["warnings"]) == 5
    work(tenant)
    assert (proposals(api), len(api.get("customers").json()["results"])) == ([], 6)
    with tenant_tx(tenant.pk):
        assert MergeProposal.objects.count() == 0
    for i in range(6):  # one by one: the first are merged, until too many have come
        send(api, {"external_id": f"d{i}", "identities": {"email": MAIL}})
    with tenant_tx(tenant.pk):
        assert MergeProposal.objects.count() == 2
    work(tenant)
    assert [p["held"] for p in proposals(api)] == ["shared", "shared"]


@pytest.mark.parametrize(
    ("kind", "value", "nothing"),
    [
        ("phone", "13800138000", True), ("phone", "13888888888", True), ("phone", "12345678901", True), ("phone", "13987654321", True),
        ("phone", "13800001234", False), ("phone", "13600136000", False), ("email", "noreply@shop.cn", True), ("email", "test1@x.com", True),
        ("email", "contest@x.com", False), ("email", "li@example.com", False), ("unionid", "undefined", True), ("device", "00000000-0000-0000", True),
        ("unionid", "oNHwx0", False), ("member_id", "0", True), ("member_id", "10", False),
    ],
)  # fmt: skip
def test_placeholders(kind: str, value: str, nothing: bool) -> None:
    assert proves_nothing(kind, value) is nothing


@pytest.mark.parametrize("merging", [{}, {"ignored": ["+86 137 1111 2222"]}, {"kinds": {"phone": "claim"}}])
def test_placeholders_and_ignored_values_are_kept_unproved_and_propose_nobody(
    api: Api, merging: dict[str, Any]
) -> None:
    policy(api, **merging)
    phone = PHONE if merging else "13800138000"
    send(api, {"external_id": "A", "identities": {"phone": phone}, "attributes": {"name": "李雷"}})
    answer = send(api, {"external_id": "B", "identities": {"phone": phone}})
    assert [w["code"] for w in answer["warnings"]] == ["identity_shared"]
    assert proposals(api) == []


def test_off_refuses_the_row(api: Api) -> None:
    policy(api, kinds={"phone": "off"})
    send(api, {"external_id": "A", "identities": {"phone": PHONE}})
    answer = send(api, {"external_id": "B", "identities": {"phone": PHONE}})
    assert [r["code"] for r in answer["rejected"]] == ["identity_taken"]
    assert "warnings" not in answer
    assert proposals(api) == []


def test_claims_are_proposed_when_the_name_is_the_same(api: Api) -> None:
    claim = {"phone": {"value": PHONE, "proved": False}}
    send(
        api,
        {"external_id": "A", "identities": claim, "attributes": {"name": "李 雷"}},
        {"external_id": "B", "identities": claim, "attributes": {"name": "韩梅梅"}},
    )
    assert proposals(api) == []
    send(api, {"external_id": "C", "identities": claim, "attributes": {"name": "李雷"}})
    (one,) = proposals(api)
    assert {names(one["survivor"]), names(one["other"])} == {"A", "C"}
    assert [e["why"] for e in one["evidence"]] == ["name"]


def test_many_are_accepted_with_their_number_confirmed(api: Api, tenant: Tenant) -> None:
    send(api, *({"external_id": f"a{i}", "identities": {"phone": f"1371111{i:04d}"}} for i in range(3)))
    send(api, *({"external_id": f"b{i}", "identities": {"phone": f"1371111{i:04d}"}} for i in range(3)))
    ids = [p["id"] for p in proposals(api)]
    wrong = api.post("merge-proposals/accept", {"proposals": ids, "confirm": 2})
    assert (wrong.status_code, wrong.json()["open"]) == (409, 3)
    assert api.post("merge-proposals/accept", {"proposals": ids, "confirm": 3}).json() == {"queued": 3}
    work(tenant)
    assert len(api.get("customers").json()["results"]) == 3
    assert [p["merge"] is not None for p in proposals(api, status="accepted")] == [True] * 3


def test_many_disputes_cost_a_handful_of_statements(api: Api, django_assert_max_num_queries: Any) -> None:
    def rows(letter: str, n: int) -> list[dict[str, Any]]:
        return [{"external_id": f"{letter}{i}", "identities": {"phone": f"1371111{i:04d}"}} for i in range(n)]

    send(api, *rows("a", 300))
    with django_assert_max_num_queries(60):
        assert len(send(api, *rows("b", 300))["warnings"]) == 300


def test_merged_by_hand_the_proposal_is_settled(api: Api) -> None:
    a, b = two(api)
    assert api.post(f"customers/{a}/merge", {"into": b}).status_code == 201
    assert proposals(api) == []
    assert len(proposals(api, status="accepted")) == 1


def test_erasing_one_forgets_the_proposal(api: Api, tenant: Tenant) -> None:
    a, _ = two(api)
    assert api.delete(f"customers/{a}").status_code == 204
    with tenant_tx(tenant.pk):
        assert MergeProposal.objects.count() == 0


def test_several_identities_of_a_kind_in_one_row(api: Api, tenant: Tenant) -> None:
    send(
        api,
        {
            "external_id": "A",
            "identities": {"phone": [PHONE, "13711113333", {"value": "13711114444", "proved": False}]},
        },
    )
    a = by_external(api, "A")["id"]
    assert [(i["value"], i["proved"], i["main"]) for i in _identities(api, a)] == [
        ("137****2222", True, True), ("137****3333", True, False), ("137****4444", False, False),
    ]  # fmt: skip
    send(
        api,
        {"external_id": "A", "identities": {"phone": ["13711115555", "13711114444"]}},
        {"identities": {"phone": "13711114444"}, "tags": ["t"]},
    )
    assert [(i["value"], i["proved"], i["main"]) for i in _identities(api, a)] == [
        ("137****5555", True, True), ("137****4444", True, False), ("137****3333", True, False),
    ]  # fmt: skip
    assert by_external(api, "A")["tags"] == ["t"]
    assert [r["code"] for r in send(api, {"external_id": "A", "identities": {"phone": []}})["rejected"]] == [
        "bad_value"
    ]
    assert [r["code"] for r in send(api, {"external_id": "A", "identities": {"phone": [None]}})["rejected"]] == [
        "wrong_type"
    ]
    with tenant_tx(tenant.pk):
        assert (Customer.objects.count(), Identity.objects.count()) == (1, 3)
