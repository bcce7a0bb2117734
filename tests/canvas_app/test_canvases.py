"""Canvases over HTTP: revisions, bad drawings, checks, life cycle (CAN-4, CAN-6)."""

from typing import Any

import pytest

from tests.conftest import Api
from tests.journeys.shop import Shop, edge, node

pytestmark = pytest.mark.django_db(transaction=True)


def post(api: Api, nodes: list[Any], edges: list[Any], **more: Any) -> Any:
    return api.post(
        "canvases", {"name": "画布", "kind": "scheduled", "graph": {"nodes": nodes, "edges": edges}, **more}
    )


def faults(answer: Any, status: int = 400) -> list[tuple[str, str]]:
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    return [(e["pointer"], e["code"]) for e in answer.json()["errors"]]


def test_revision_guards_every_change(api: Api) -> None:
    made = post(api, [], [])
    assert made["ETag"] == '"1"'
    path = f"canvases/{made.json()['id']}"
    assert api.patch(path, {"name": "新名字"}).status_code == 428
    renamed = api.patch(path, {"name": "新名字"}, **{"If-Match": '"1"'})
    assert (renamed.json()["name"], renamed.json()["revision"]) == ("新名字", 1)
    saved = api.patch(path, {"graph": {"nodes": [node("a", "flow.end")], "edges": []}}, **{"If-Match": '"1"'})
    assert saved["ETag"] == '"2"'
    stale = api.patch(path, {"quiet_hours": None}, **{"If-Match": '"1"'})
    assert stale.status_code == 412
    assert stale.json()["revision"] == 2
    assert api.get(path).json()["graph"]["nodes"][0]["id"] == "a"


def test_drawings_that_are_none(api: Api) -> None:
    end, split = node("e", "flow.end"), node("s", "abtest.split")
    assert faults(post(api, [end, end], [])) == [("/graph/nodes/1/id", "duplicate_id")]
    assert faults(post(api, [node("x", "no.such")], [])) == [("/graph/nodes/0/type", "unknown_node_type")]
    assert faults(post(api, [node("x", "trigger.event")], [])) == [("/graph/nodes/0/type", "wrong_kind")]
    assert faults(post(api, [split, end], [edge(0, "s.zzz>e")])) == [("/graph/edges/0/source_port", "missing_port")]
    assert faults(post(api, [split, end], [edge(0, "s.a>e.zzz")])) == [("/graph/edges/0/target_port", "missing_port")]
    assert faults(post(api, [split], [edge(0, "s.a>gone")])) == [("/graph/edges/0/target", "missing_node")]
    union = node("u", "set.union")
    assert faults(post(api, [split, union], [edge(0, "s.a>u"), edge(1, "u>s")])) == [("/graph/edges/0", "cycle")]
    assert faults(post(api, [node("w", "flow.wait", nonsense=1)], [])) == [
        ("/graph/nodes/0/config/nonsense", "unknown_field")
    ]
    bad_rule = node(
        "b",
        "flow.branch",
        branches=[{"key": "x", "rule": {"condition": "attribute", "key": "n", "op": "~", "value": 1}}],
    )
    pointer, _ = faults(post(api, [bad_rule], []))[0]
    assert pointer.startswith("/graph/nodes/0/config/branches/0/rule")
    assert faults(post(api, [], [], colour="red")) == [("/colour", "unknown_field")]
    assert api.get("canvases").json()["results"] == []


def test_words_come_in_both_languages(api: Api) -> None:
    zh = post(api, [node("x", "no.such")], []).json()
    api.language = "en"
    en = post(api, [node("x", "no.such")], []).json()
    assert "没有这种节点" in zh["errors"][0]["detail"]
    assert "No such node type" in en["errors"][0]["detail"]


def test_check_names_what_is_missing_and_publish_refuses(shop: Shop) -> None:
    api = shop.api
    canvas = shop.canvas(
        [node("src", "audience.source"), node("sms", "message.send", template="999999"), node("lonely", "flow.end")],
        ["src>sms"],
    )
    problems = shop.ok(api.post(f"canvases/{canvas}/check"))["problems"]
    found = {(p["code"], p["severity"], p["node"]) for p in problems}
    assert ("missing_setting", "error", "src") in found
    assert ("missing_reference", "error", "sms") in found
    assert ("unreachable", "error", "lonely") in found
    refused = api.post(f"canvases/{canvas}/publish")
    assert refused.status_code == 409
    assert refused.json()["code"] == "not_publishable"
    assert {p["code"] for p in refused.json()["problems"]} >= {"missing_setting", "missing_reference", "unreachable"}
    assert api.get(f"canvases/{canvas}").json()["status"] == "draft"
    assert api.post(f"canvases/{canvas}/run-now").status_code == 409


def test_a_step_that_a_tags_rule_would_make_useless_is_told_of(shop: Shop) -> None:
    api = shop.api
    shop.ok(api.post("tags", {"name": "沉睡", "rule": {"condition": "attribute", "key": "n", "op": "exists"}}), 201)
    item = {"kind": "tag", "tag": "沉睡"}
    package = shop.ok(api.post("reward-packages", {"name": "礼包", "items": [item]}), 201)["id"]
    canvas = shop.canvas(
        [
            node("src", "audience.source", audience=shop.everyone()),
            node("tag", "customer.tag", tags=["手打", "沉睡"], action="remove"),
            node("gift", "reward.grant", package=package),
        ],
        ["src>tag", "tag>gift"],
    )

    def told() -> list[tuple[str, str, str]]:
        found = shop.ok(api.post(f"canvases/{canvas}/check"))["problems"]
        return [(p["node"], p["pointer"], p["severity"]) for p in found if p["code"] == "tag_kept_by_rule"]

    places = [("tag", "/graph/nodes/1/config/tags/1"), ("gift", "/graph/nodes/2/config/package")]
    assert told() == [(node_id, at, "warning") for node_id, at in places]
    tag = next(t for t in api.get("tags").json()["results"] if t["name"] == "沉睡")
    shop.ok(api.patch(f"tags/{tag['id']}", {"rule": None}))
    assert told() == []


def test_life_cycle_versions_and_copies(shop: Shop) -> None:
    api = shop.api
    shop.customers(1)
    canvas = shop.canvas([node("src", "audience.source", audience=shop.everyone()), node("e", "flow.end")], ["src>e"])
    shop.publish(canvas)
    shown = api.get(f"canvases/{canvas}").json()
    assert (shown["status"], shown["version"], shown["changed"], shown["revision"]) == ("live", 1, False, 1)
    shop.ok(api.patch(f"canvases/{canvas}", {"quiet_hours": {"from": "22:00", "to": "08:00"}}, **{"If-Match": '"1"'}))
    assert api.get(f"canvases/{canvas}").json()["changed"] is True
    shop.publish(canvas)
    assert [v["number"] for v in api.get(f"canvases/{canvas}/versions").json()["results"]] == [2, 1]
    restored = shop.ok(api.post(f"canvases/{canvas}/versions/1/restore"))
    assert (restored["quiet_hours"], restored["revision"], restored["changed"]) == (None, 3, True)
    assert api.delete(f"canvases/{canvas}").status_code == 409
    assert api.post(f"canvases/{canvas}/archive").status_code == 409
    shop.ok(api.post(f"canvases/{canvas}/end"))
    shop.ok(api.post(f"canvases/{canvas}/archive"))
    copy = shop.ok(api.post(f"canvases/{canvas}/duplicate"), 201)
    assert (copy["status"], copy["graph"]) == ("draft", shown["graph"])
    assert api.delete(f"canvases/{copy['id']}").status_code == 204


def test_occurrences_and_bad_schedules(api: Api) -> None:
    active = {"from": "2030-08-29T00:00:00+08:00", "to": "2030-10-23T23:59:59+08:00"}
    schedule = {"at": ["10:00:00"], "repeat": "weekly", "weekdays": ["TH"]}
    canvas = post(api, [], [], active=active, schedule=schedule).json()
    found = api.get(f"canvases/{canvas['id']}/occurrences?limit=2").json()["results"]
    assert found == ["2030-08-29T10:00:00+08:00", "2030-09-05T10:00:00+08:00"]
    assert "RRULE:FREQ=WEEKLY" in canvas["rrule"]
    assert faults(post(api, [], [], schedule={**schedule, "weekdays": ["XX"]}))[0][0] == "/schedule/weekdays/0"
    assert faults(post(api, [], [], schedule={**schedule, "at": ["25:00"]}))[0][0] == "/schedule/at/0"
    assert faults(post(api, [], [], active={"from": active["to"], "to": active["from"]}))[0][0] == "/active/to"


def test_another_tenants_canvas_is_not_there(api: Api, stranger: Api) -> None:
    canvas = post(api, [], []).json()["id"]
    for method, path in [
        ("GET", ""),
        ("PATCH", ""),
        ("DELETE", ""),
        ("POST", "/check"),
        ("POST", "/publish"),
        ("POST", "/run-now"),
        ("GET", "/versions"),
    ]:
        answer = stranger.call(
            method, f"canvases/{canvas}{path}", {} if method in ("PATCH", "POST") else None, **{"If-Match": '"1"'}
        )
        assert answer.status_code == 404, (method, path)


def test_node_types_show_what_the_editor_needs(api: Api) -> None:
    answer = api.get("node-types").json()
    types = {t["type"]: t for t in answer["results"]}
    wanted = {
        "audience.source", "trigger.event", "audience.save", "set.union", "set.intersect", "set.subtract", "set.xor", "set.priority",
        "reward.grant", "message.send", "abtest.split", "flow.wait", "flow.branch", "flow.random", "flow.end", "customer.tag",
    }  # fmt: skip
    assert wanted <= set(types)
    families = {f["key"] for f in answer["families"]}
    for kind in types.values():
        assert kind["family"] in families
        assert set(kind["labels"]) == {"zh", "en"}
        for name, setting in kind["schema"].get("properties", {}).items():
            assert setting["x-ui"]["labels"]["zh"], (kind["type"], name)


def test_an_audience_inside_a_rule_is_in_use_too(shop: Shop) -> None:
    shop.customers(1)
    inner, outer = shop.everyone(), shop.everyone()
    branch = {"key": "x", "rule": {"any": [{"condition": "audience", "id": inner}]}}
    canvas = shop.canvas(
        [node("a", "audience.source", audience=outer), node("b", "flow.branch", branches=[branch])], ["a>b"]
    )
    assert shop.api.delete(f"audiences/{inner}").status_code == 409
    shop.publish(canvas)
    emptied = shop.api.patch(f"canvases/{canvas}", {"graph": {"nodes": [], "edges": []}}, **{"If-Match": '"1"'})
    assert emptied.status_code == 200
    assert shop.api.delete(f"audiences/{inner}").status_code == 409, "the live version still uses it"


def test_what_a_canvas_uses_is_kept(shop: Shop) -> None:
    shop.customers(1)
    audience, template, package = shop.everyone(), shop.template(), shop.package()
    nodes = [
        node("a", "audience.source", audience=audience),
        node("r", "reward.grant", package=package),
        node("m", "message.send", template=template),
    ]
    canvas = shop.canvas(nodes, ["a>r", "r>m"])
    for path in (f"audiences/{audience}", f"templates/{template}", f"reward-packages/{package}"):
        refused = shop.api.delete(path)
        assert (refused.status_code, refused.json()["code"]) == (409, "in_use"), path
        assert "画布" in refused.json()["detail"]
    assert shop.ok(shop.api.get(f"templates/{template}"))["used_by"] == [
        {"type": "canvas", "id": canvas, "name": "画布"}
    ]
