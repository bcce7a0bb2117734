"""Order among audiences: where they are used, folders and owners, archive and restore, copies (AUD-5)."""

from typing import Any

import pytest

from customers.models import Tag
from tenants.models import AuditEntry, Tenant
from tenants.scope import tenant_tx
from tests.audiences.shop import Person, declare, write
from tests.conftest import Api

CITY = {"condition": "attribute", "key": "city", "op": "eq", "value": "上海"}


@pytest.fixture
def made(api: Api, tenant: Tenant) -> dict[str, Any]:
    with tenant_tx(tenant.pk):
        declare(tenant.pk, city="string")
        write(tenant.pk, [Person("amy", {"city": "上海"}), Person("bob", {"city": "杭州"})])
    shown: dict[str, Any] = api.post("audiences", {"name": "上海人", "rule": CITY}).json()
    return shown


def draw(api: Api, audience: str, **more: Any) -> str:
    graph = {
        "nodes": [
            {"id": "a", "type": "audience.source", "label": "入口", "config": {"audience": audience}, "position": {"x": 0, "y": 0}}
        ],
        "edges": [],
    }  # fmt: skip
    answer = api.post("canvases", {"name": "唤醒", "kind": "scheduled", "graph": graph, **more})
    assert answer.status_code == 201, answer.json()
    return str(answer.json()["id"])


def test_usage_names_canvases_with_places_audiences_and_tags(api: Api, tenant: Tenant, made: dict[str, Any]) -> None:
    rule = {"condition": "audience", "id": made["id"]}
    canvas = draw(api, made["id"], exit={"rule": {"any": [CITY, {"not": rule}]}})
    outer = api.post("audiences", {"name": "外", "rule": {"all": [rule]}}).json()["id"]
    with tenant_tx(tenant.pk):
        tag = Tag.objects.create(name="沪", rule={"any": [rule]}).pk
    assert api.get(f"audiences/{made['id']}/usage").json()["results"] == [
        {"type": "canvas", "id": canvas, "name": "唤醒", "status": "draft", "draft": ["入口", "exit"], "live": []},
        {"type": "audience", "id": outer, "name": "外"},
        {"type": "tag", "id": str(tag), "name": "沪"},
    ]
    assert api.get(f"audiences/{outer}/usage").json() == {"results": []}


def test_a_live_version_that_still_uses_it_is_told_apart_from_the_drawing(api: Api, made: dict[str, Any]) -> None:
    other = api.post("audiences", {"name": "别的", "rule": CITY}).json()["id"]
    canvas = draw(api, made["id"], schedule={"at": ["10:00"], "repeat": "daily"})
    published = api.post(f"canvases/{canvas}/publish")
    assert published.status_code == 200, published.json()
    shown = api.get(f"canvases/{canvas}").json()
    shown["graph"]["nodes"][0]["config"]["audience"] = other
    changed = api.patch(f"canvases/{canvas}", {"graph": shown["graph"]}, **{"If-Match": f'"{shown["revision"]}"'})
    assert changed.status_code == 200, changed.json()
    use = api.get(f"audiences/{made['id']}/usage").json()["results"][0]
    assert (use["draft"], use["live"], use["status"]) == ([], ["入口"], "live")
    assert api.get(f"audiences/{other}/usage").json()["results"][0]["draft"] == ["入口"]


def test_what_is_used_is_not_archived_and_the_answer_says_where(api: Api, made: dict[str, Any]) -> None:
    rule = {"condition": "audience", "id": made["id"]}
    outer = api.post("audiences", {"name": "外", "rule": rule}).json()["id"]
    refused = api.post(f"audiences/{made['id']}/archive")
    assert (refused.status_code, refused.json()["code"]) == (409, "in_use")
    assert refused.json()["used_by"] == [{"type": "audience", "id": outer, "name": "外"}]
    assert api.post(f"audiences/{outer}/archive").status_code == 200
    assert api.post(f"audiences/{made['id']}/archive").status_code == 200


def test_an_archived_audience_is_out_of_the_way_until_it_is_restored(api: Api, made: dict[str, Any]) -> None:
    api.patch(f"audiences/{made['id']}", {"schedule": {"every": "hour"}})
    shown = api.post(f"audiences/{made['id']}/archive").json()
    assert shown["archived_at"]
    assert shown["next_refresh_at"] is None
    assert api.get("audiences").json()["results"] == []
    assert [a["id"] for a in api.get("audiences?archived=true").json()["results"]] == [made["id"]]
    assert api.get(f"audiences/{made['id']}").status_code == 404
    back = api.post(f"audiences/{made['id']}/restore").json()
    assert (back["archived_at"], back["size"], back["next_refresh_at"] is None) == (None, 1, False)
    assert api.post(f"audiences/{made['id']}/restore").status_code == 404


def test_folder_and_owner_narrow_the_list(api: Api, made: dict[str, Any]) -> None:
    other = api.post("audiences", {"name": "b", "rule": CITY, "folder": " 会员 ", "owner": "li"}).json()
    assert (other["folder"], other["owner"], made["owner"].startswith("key:")) == ("会员", "li", True)

    def listed(query: str) -> list[str]:
        return [a["id"] for a in api.get(f"audiences?{query}").json()["results"]]

    assert listed("folder=会员") == listed("owner=li") == [other["id"]]
    assert listed("folder=") == [made["id"]]
    assert listed("kind=static") == []
    known = api.get("audiences/folders").json()
    assert known["folders"] == [{"name": "", "count": 1}, {"name": "会员", "count": 1}]
    assert (len(known["owners"]), known["archived"]) == (2, 0)
    assert api.post("audiences/move", {"audiences": [made["id"], other["id"]], "folder": "新"}).status_code == 204
    assert listed("folder=新") == [other["id"], made["id"]]
    assert listed("owner=li") == [other["id"]]


def test_nothing_is_moved_when_one_of_them_is_unknown(api: Api, made: dict[str, Any]) -> None:
    assert api.post("audiences/move", {"audiences": [made["id"], "999"], "folder": "新"}).status_code == 404
    assert api.get(f"audiences/{made['id']}").json()["folder"] == ""


def test_a_copy_has_the_rule_or_the_people(api: Api, made: dict[str, Any]) -> None:
    copy = api.post(f"audiences/{made['id']}/duplicate").json()
    assert (copy["name"], copy["rule"], copy["size"], copy["schedule"]) == ("上海人(副本)", CITY, 1, None)
    fixed = api.post("audiences", {"name": "名单", "kind": "static", "customers": ["amy", "bob"]}).json()
    copy = api.post(f"audiences/{fixed['id']}/duplicate", {"name": "另一份"}).json()
    assert (copy["name"], copy["kind"], copy["size"]) == ("另一份", "static", 2)
    assert copy["id"] != fixed["id"]


def test_who_archived_it_is_on_record(api: Api, tenant: Tenant, made: dict[str, Any]) -> None:
    api.post(f"audiences/{made['id']}/archive")
    api.post(f"audiences/{made['id']}/restore")
    with tenant_tx(tenant.pk):
        acts = (
            AuditEntry.objects.filter(target=f"audience:{made['id']}").order_by("id").values_list("action", flat=True)
        )
        assert list(acts) == ["audience.create", "audience.archive", "audience.restore"]
