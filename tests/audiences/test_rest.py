"""Audiences over HTTP: what integrators and the browser see (AUD-4, AUD-5)."""

from typing import Any

import pytest

from kernel.events import _handlers, subscribe
from tenants.jobs import run_next_job
from tenants.models import Tenant
from tenants.scope import tenant_tx
from tests.audiences.shop import Happening, Person, ago, declare, write
from tests.conftest import Api

SHANGHAI = {"condition": "attribute", "key": "city", "op": "eq", "value": "上海"}
BOUGHT = {"condition": "event", "event": "order.paid", "measure": "count", "op": "gte", "value": 1}


@pytest.fixture
def shop(tenant: Tenant, other_tenant: Tenant) -> dict[str, int]:
    people = [
        Person("amy", {"city": "上海"}, [Happening("order.paid", ago(days=200), {"amount": 1})]),
        Person("bob", {"city": "上海"}),
        Person("cat", {"city": "杭州"}, [Happening("order.paid", ago(days=1), {"amount": 1})]),
    ]
    theirs = [Person("amy", {"city": "上海"}, [Happening("order.paid", ago(days=1))], ("新客",)) for _ in range(1)]
    for owner, crowd in ((tenant, people), (other_tenant, theirs)):
        with tenant_tx(owner.pk):
            declare(owner.pk, city="string")
            write(owner.pk, crowd)
    return {person.name: person.id for person in people}


def make(api: Api, **body: Any) -> dict[str, Any]:
    answer = api.post("audiences", body)
    assert answer.status_code == 201, answer.json()
    made: dict[str, Any] = answer.json()
    return made


def test_a_dynamic_audience_is_computed_when_it_is_made(api: Api, shop: dict[str, int]) -> None:
    made = make(api, name="上海人", kind="dynamic", rule=SHANGHAI)
    assert (made["size"], made["kind"], made["used_by"]) == (2, "dynamic", [])
    assert made["computed_at"]
    assert api.get(f"audiences/{made['id']}").json() == made
    assert [a["id"] for a in api.get("audiences?search=上海").json()["results"]] == [made["id"]]
    assert api.get("audiences?search=北京").json()["results"] == []


def test_members_come_by_pages_in_the_shape_of_customers(api: Api, shop: dict[str, int]) -> None:
    made = make(api, name="全部", rule={"condition": "attribute", "key": "city", "op": "exists"})
    first = api.get(f"audiences/{made['id']}/members?page_size=2").json()
    assert [c["external_id"] for c in first["results"]] == ["amy", "bob"]
    assert first["results"][0]["attributes"] == {"city": "上海"}
    rest = api.get(first["next"].split("/api/v1/")[1]).json()
    assert ([c["external_id"] for c in rest["results"]], rest["next"]) == (["cat"], None)


def test_a_static_audience_names_the_external_ids_that_nobody_has(api: Api, shop: dict[str, int]) -> None:
    made = make(api, name="名单", kind="static", customers=["amy", "nobody", "cat", "amy"])
    assert (made["size"], made["unknown"], made["rule"]) == (2, ["nobody"], None)
    answer = api.post("audiences", {"name": "空", "kind": "static", "customers": ["nobody"]})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/customers")
    changed = api.patch(f"audiences/{made['id']}", {"customers": ["bob"]}).json()
    assert (changed["size"], changed["unknown"]) == (1, [])


def test_preview_counts_and_shows_a_few(api: Api, shop: dict[str, int]) -> None:
    answer = api.post("audiences/preview", {"rule": {"any": [SHANGHAI, BOUGHT]}, "sample": 2}).json()
    assert (answer["count"], [c["external_id"] for c in answer["sample"]]) == (3, ["amy", "bob"])
    assert answer["as_of"]
    assert api.get("audiences").json()["results"] == []


def _places(rule: dict[str, Any], at: str = "") -> dict[str, dict[str, Any]]:
    """Pointer → the rule that stands there."""
    found = {at: rule}
    for kind in ("all", "any"):
        for i, part in enumerate(rule.get(kind, [])):
            found |= _places(part, f"{at}/{kind}/{i}")
    return found | (_places(rule["not"], f"{at}/not") if "not" in rule else {})


def test_preview_counts_at_every_place_of_the_rule(api: Api, shop: dict[str, int]) -> None:
    rule = {"all": [{"any": [SHANGHAI, BOUGHT]}, {"not": {"all": [SHANGHAI, BOUGHT]}}, {"any": [BOUGHT, BOUGHT]}]}
    answer = api.post("audiences/preview", {"rule": rule, "sample": 0, "counts": True}).json()
    alone = {
        at: api.post("audiences/preview", {"rule": part, "sample": 0}).json()["count"]
        for at, part in _places(rule).items()
    }
    assert (answer["counts"], answer["count"]) == (alone, 1)
    assert alone["/all/1/not"] == 1  # amy alone is of Shanghai and bought
    assert "counts" not in api.post("audiences/preview", {"rule": rule}).json()


def test_preview_with_counts_says_what_is_probably_not_meant(api: Api, shop: dict[str, int]) -> None:
    rule = {"any": [SHANGHAI, {"not": {"condition": "attribute", "key": "nobody_declared_it", "op": "exists"}}]}
    answer = api.post("audiences/preview", {"rule": rule, "counts": True}).json()
    assert [w["pointer"] for w in answer["warnings"]] == ["/rule/any/1/not/key"]
    assert answer["warnings"] == api.post("audiences/validate", {"rule": rule}).json()["warnings"]


def test_people_who_are_gone_are_in_no_count(api: Api, shop: dict[str, int]) -> None:
    assert api.delete(f"customers/{shop['amy']}").status_code == 204
    rule = {"any": [BOUGHT, {"not": BOUGHT}, SHANGHAI]}
    answer = api.post("audiences/preview", {"rule": rule, "counts": True}).json()
    places = {"": 2, "/any/0": 1, "/any/1": 1, "/any/1/not": 1, "/any/2": 1}
    assert (answer["count"], answer["counts"]) == (2, places)


def test_where_counts_would_take_too_long_the_preview_goes_without(
    api: Api, shop: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("audiences.counting.LIMIT_SECONDS", 0.0)
    answer = api.post("audiences/preview", {"rule": {"any": [SHANGHAI, BOUGHT]}, "counts": True}).json()
    assert (answer["count"], answer["counts"]) == (3, {})


def test_another_tenant_sees_nothing_of_it(api: Api, stranger: Api, shop: dict[str, int]) -> None:
    made = make(api, name="上海人", rule=SHANGHAI)
    for path in ("", "/members", "/history"):
        assert stranger.get(f"audiences/{made['id']}{path}").status_code == 404
    assert stranger.patch(f"audiences/{made['id']}", {"name": "x"}).status_code == 404
    assert stranger.delete(f"audiences/{made['id']}").status_code == 404
    assert stranger.post(f"audiences/{made['id']}/refresh").status_code == 404
    assert stranger.post("audiences/overlap", {"audiences": [made["id"]]}).status_code == 404
    theirs = stranger.post("audiences/preview", {"rule": {"condition": "audience", "id": made["id"]}})
    assert theirs.json()["errors"][0] | {"detail": ""} == {
        "pointer": "/rule/id",
        "code": "unknown_audience",
        "detail": "",
    }
    assert (
        stranger.post("audiences/preview", {"rule": {"not": {"condition": "tag", "value": ["没有"]}}}).json()["count"]
        == 1
    )
    assert api.post("audiences/preview", {"rule": {"condition": "tag", "value": ["新客"]}}).json()["count"] == 0


@pytest.mark.parametrize(
    ("rule", "pointer", "code"),
    [
        ({"all": []}, "/rule/all", "empty_group"),
        ({"any": [SHANGHAI, {"condition": "nope"}]}, "/rule/any/1/condition", "unknown_condition"),
        ({"not": {"all": [SHANGHAI | {"op": "gt"}]}}, "/rule/not/all/0/op", "unknown_operator"),
        ({"all": [SHANGHAI], "any": []}, "/rule", "not_a_rule"),
        ({"all": [SHANGHAI], "extra": 1}, "/rule/extra", "unknown_field"),
        (SHANGHAI | {"colour": "red"}, "/rule/colour", "unknown_field"),
        ({"all": SHANGHAI}, "/rule/all", "wrong_type"),
        ("上海", "/rule", "wrong_type"),
        (BOUGHT | {"window": {"last": {"days": "90"}}}, "/rule/window/last/days", "wrong_type"),
        (BOUGHT | {"where": [{"property": "amount", "op": "gt", "value": "x"}]}, "/rule/where/0/value", "wrong_type"),
        (BOUGHT | {"measure": "sum"}, "/rule/property", "missing"),
        ({"all": [{"condition": "attribute", "key": "city", "op": "eq"}]}, "/rule/all/0/value", "missing"),
    ],
)
def test_an_ill_formed_rule_is_400_with_the_place_and_nothing_is_saved(
    api: Api, rule: Any, pointer: str, code: str
) -> None:
    with tenant_tx(int(api.key.split("_")[1])):  # type: ignore[union-attr]  # the fixture has a key
        declare(int(api.key.split("_")[1]), city="string")  # type: ignore[union-attr]
    for answer in (api.post("audiences", {"name": "x", "rule": rule}), api.post("audiences/preview", {"rule": rule})):
        assert answer.status_code == 400
        assert (answer.json()["errors"][0]["pointer"], answer.json()["errors"][0]["code"]) == (pointer, code)
    problems = api.post("audiences/validate", {"rule": rule}).json()["problems"]
    assert (problems[0]["pointer"], problems[0]["code"]) == (pointer, code)
    assert api.get("audiences").json()["results"] == []


def test_every_fault_of_a_rule_is_told_at_once_and_in_both_languages(api: Api) -> None:
    rule = {"all": [{"condition": "nope"}, {"any": []}, {"condition": "event"}]}
    answer = api.post("audiences/preview", {"rule": rule})
    assert [e["pointer"] for e in answer.json()["errors"]] == [
        "/rule/all/0/condition",
        "/rule/all/1/any",
        "/rule/all/2/event",
    ]
    assert "没有 nope 这种条件" in answer.json()["errors"][0]["detail"]
    api.language = "en"
    assert "no condition nope" in api.post("audiences/preview", {"rule": rule}).json()["errors"][0]["detail"]


def test_depth_and_number_of_conditions_are_limited(api: Api) -> None:
    deep: Any = SHANGHAI
    for _ in range(19):
        deep = {"not": deep}
    assert api.post("audiences/preview", {"rule": deep}).status_code == 200
    assert api.post("audiences/preview", {"rule": {"not": deep}}).json()["errors"][0]["code"] == "too_deep"
    assert api.post("audiences/preview", {"rule": {"any": [SHANGHAI] * 200}}).status_code == 200
    assert (
        api.post("audiences/preview", {"rule": {"any": [SHANGHAI] * 201}}).json()["errors"][0]["code"]
        == "too_many_conditions"
    )


def test_an_undeclared_attribute_is_a_warning_and_nobody_has_it(api: Api) -> None:
    rule = {"condition": "attribute", "key": "shoe_size", "op": "gt", "value": 40}
    answer = api.post("audiences/validate", {"rule": rule}).json()
    assert (answer["problems"], answer["warnings"][0]["pointer"]) == ([], "/rule/key")
    assert api.post("audiences/preview", {"rule": rule}).json()["count"] == 0


def test_an_audience_cannot_contain_itself(api: Api, shop: dict[str, int]) -> None:
    inner = make(api, name="内", rule=SHANGHAI)
    outer = make(api, name="外", rule={"all": [{"condition": "audience", "id": inner["id"]}, BOUGHT]})
    assert outer["size"] == 1
    for target in (outer, inner):
        answer = api.patch(f"audiences/{inner['id']}", {"rule": {"not": {"condition": "audience", "id": target["id"]}}})
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "audience_cycle")
        assert answer.json()["errors"][0]["pointer"] == "/rule/not/id"
    assert api.get(f"audiences/{inner['id']}").json()["rule"] == SHANGHAI


def test_what_is_used_cannot_be_deleted(api: Api, shop: dict[str, int]) -> None:
    inner = make(api, name="内", rule=SHANGHAI)
    outer = make(api, name="外", rule={"condition": "audience", "id": inner["id"]})
    answer = api.delete(f"audiences/{inner['id']}")
    assert (answer.status_code, answer.json()["code"]) == (409, "in_use")
    assert api.get(f"audiences/{inner['id']}").json()["used_by"] == [
        {"type": "audience", "id": outer["id"], "name": "外"}
    ]
    assert api.delete(f"audiences/{outer['id']}").status_code == 204
    assert api.delete(f"audiences/{inner['id']}").status_code == 204
    assert api.get(f"audiences/{inner['id']}").status_code == 404


def test_users_above_are_asked(api: Api, shop: dict[str, int]) -> None:
    def canvases(*, audience_id: int) -> list[dict[str, Any]]:
        return [{"type": "canvas", "id": "1", "name": "唤醒"}]

    made = make(api, name="内", rule=SHANGHAI)
    subscribe("audiences.users", canvases)
    try:
        assert {"type": "canvas", "id": "1", "name": "唤醒"} in api.get(f"audiences/{made['id']}").json()["used_by"]
        assert api.delete(f"audiences/{made['id']}").status_code == 409
    finally:
        _handlers["audiences.users"].remove(canvases)


def test_changing_the_rule_computes_anew_and_history_keeps_both_sizes(api: Api, shop: dict[str, int]) -> None:
    made = make(api, name="人", rule=SHANGHAI)
    changed = api.patch(f"audiences/{made['id']}", {"rule": BOUGHT, "name": "买过"}).json()
    assert (changed["size"], changed["name"]) == (2, "买过")
    api.patch(f"audiences/{made['id']}", {"rule": {"all": [SHANGHAI, BOUGHT]}})
    history = api.get(f"audiences/{made['id']}/history").json()["results"]
    assert [row["size"] for row in history] == [1, 2, 2]
    assert api.patch(f"audiences/{made['id']}", {"customers": ["amy"]}).json()["errors"][0]["code"] == "wrong_kind"


@pytest.mark.django_db(transaction=True)
def test_refresh_is_a_job_that_sees_what_changed(api: Api, tenant: Tenant, shop: dict[str, int]) -> None:
    made = make(api, name="上海人", rule=SHANGHAI)
    with tenant_tx(tenant.pk):
        write(tenant.pk, [Person("dan", {"city": "上海"})])
    answer = api.post(f"audiences/{made['id']}/refresh")
    assert (answer.status_code, answer.json()["status"]) == (202, "queued")
    assert api.get(f"audiences/{made['id']}").json()["size"] == 2
    assert run_next_job(tenant.pk)
    job = api.get(f"jobs/{answer.json()['id']}").json()
    assert (job["status"], job["result"]) == ("succeeded", {"audience": made["id"], "size": 3})
    assert api.get(f"audiences/{made['id']}").json()["size"] == 3


def test_overlap_is_a_matrix_and_each_pair(api: Api, shop: dict[str, int]) -> None:
    one, two = make(api, name="上海", rule=SHANGHAI), make(api, name="买过", rule=BOUGHT)
    answer = api.post("audiences/overlap", {"audiences": [one["id"], two["id"]]}).json()
    assert (answer["matrix"], answer["all"], answer["any"]) == ([[2, 1], [1, 2]], 1, 3)
    assert answer["pairs"] == [{"a": one["id"], "b": two["id"], "both": 1, "only_a": 1, "only_b": 1}]
    assert api.post("audiences/overlap", {"audiences": [one["id"]] * 6}).status_code == 400


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"name": "x"}, "/rule"),
        ({"name": "x", "kind": "static"}, "/customers"),
        ({"name": "x", "kind": "static", "customers": ["a"], "rule": SHANGHAI}, "/rule"),
        ({"name": "x", "kind": "magic", "rule": SHANGHAI}, "/kind"),
        ({"rule": SHANGHAI}, "/name"),
        ({"name": "", "rule": SHANGHAI}, "/name"),
        ({"name": "x", "rule": SHANGHAI, "size": 5}, "/size"),
    ],
)
def test_a_bad_body_is_told_with_its_place(api: Api, body: Any, pointer: str) -> None:
    answer = api.post("audiences", body)
    assert (answer.status_code, [e["pointer"] for e in answer.json()["errors"]]) == (400, [pointer])


def test_the_catalogue_has_labels_forms_and_operators_in_both_languages(api: Api) -> None:
    answer = api.get("conditions").json()
    found = {c["key"]: c for c in answer["results"]}
    assert {"attribute", "event", "sequence", "anniversary", "tag", "audience", "reachable"} <= set(found)
    for condition in found.values():
        assert condition["dimension"] in ("attribute", "behaviour", "group", "tag")
        assert condition["labels"]["zh"]
        assert condition["labels"]["en"]
        assert condition["schema"]["properties"]["condition"] == {"const": condition["key"]}
        named = [p for name, p in condition["schema"]["properties"].items() if name != "condition"]
        assert all({"zh", "en"} == set(p["x-ui"]["labels"]) for p in named)
        assert set(condition["operators"]) <= set(answer["operators"])
    assert answer["operators"]["between"] == {
        "labels": {"zh": "介于(含两端)", "en": "between (inclusive)"},
        "types": ["number", "date", "datetime"],
        "value": "two",
    }
    assert set(answer["measures"]) == {"count", "sum", "avg", "min", "max", "distinct", "days", "first", "last"}


def test_without_a_key_nothing_is_answered(anonymous: Api) -> None:
    assert anonymous.get("audiences").status_code == 401
    assert anonymous.post("audiences/preview", {"rule": SHANGHAI}).status_code == 401
