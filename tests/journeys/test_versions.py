"""A new version while people are inside: they finish on theirs, or are moved over (CAN-4)."""

from datetime import timedelta
from typing import Any

import pytest

from canvas_app.models import Cohort, Run
from config.housekeeping import clean
from config.tasks import run_kind
from kernel.wake import BULK
from tenants.scope import tenant_tx
from tests.journeys.shop import Shop, edge, node
from tests.journeys.test_fires import tenant_of
from tests.journeys.test_scheduled import _until_due
from tests.journeys.test_triggered import event, post

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = {"for": {"hours": 1}}


def redraw(shop: Shop, canvas: str, nodes: list[dict[str, Any]], edges: list[str]) -> None:
    revision = shop.ok(shop.api.get(f"canvases/{canvas}"))["revision"]
    graph = {"nodes": nodes, "edges": [edge(i, e) for i, e in enumerate(edges)]}
    shop.ok(shop.api.patch(f"canvases/{canvas}", {"graph": graph}, **{"If-Match": f'"{revision}"'}))


def publish(shop: Shop, canvas: str, **body: Any) -> dict[str, Any]:
    answer: dict[str, Any] = shop.ok(shop.api.post(f"canvases/{canvas}/publish", body))
    return answer


def runs(shop: Shop, canvas: str) -> list[dict[str, Any]]:
    """Oldest first, each balanced in all its equations."""
    found = sorted(int(r["id"]) for r in shop.all(f"runs?canvas={canvas}"))
    for run in found:
        proof = shop.ok(shop.api.get(f"runs/{run}/check"))
        assert proof["balanced"], [e for e in proof["equations"] if not e["ok"]]
    return [shop.ok(shop.api.get(f"runs/{run}")) for run in found]


def triggered(shop: Shop, nodes: list[dict[str, Any]], edges: list[str], people: int = 4) -> str:
    shop.customers(people)
    canvas = shop.canvas([node("t", "trigger.event", event="cart.added"), *nodes], edges, kind="triggered")
    publish(shop, canvas)
    post(shop, *(event(i, f"c{i}") for i in range(people)))
    return canvas


def sms(shop: Shop, text: str = "你好", key: str = "sms") -> dict[str, Any]:
    return node(key, "message.send", template=shop.template(text, purpose="service"))


def texts(shop: Shop, canvas: str) -> list[str]:
    return [m["content"]["text"].split("】")[-1] for m in shop.all(f"messages?canvas={canvas}") if m["content"]]


def finish(shop: Shop, canvas: str) -> None:
    for run in shop.all(f"runs?canvas={canvas}"):
        _until_due(run["id"])
    shop.work()


def test_by_default_people_finish_on_the_version_that_they_entered(shop: Shop) -> None:
    canvas = triggered(shop, [node("w", "flow.wait", **HOUR), sms(shop, "旧")], ["t>w", "w>sms"])
    redraw(shop, canvas, [node("t", "trigger.event", event="cart.added"), sms(shop, "新")], ["t>sms"])
    became = publish(shop, canvas)["in_flight"]
    assert became == {"rule": "finish", "people": 4, "moved": 0, "left": 0, "staying": 0}
    finish(shop, canvas)
    assert texts(shop, canvas) == ["旧"] * 4
    clean()
    old, new = runs(shop, canvas)
    assert (old["status"], new["status"]) == ("finished", "running")


def test_moved_people_go_on_in_the_new_version_with_their_event(shop: Shop) -> None:
    canvas = triggered(shop, [node("w", "flow.wait", **HOUR), sms(shop, "旧")], ["t>w", "w>sms"])
    new_drawing = [node("t", "trigger.event", event="cart.added"), node("w", "flow.wait", **HOUR), node("tag", "customer.tag", tags=["x"]), sms(shop, "新 {{ event.properties.sku }}")]  # fmt: skip
    redraw(shop, canvas, new_drawing, ["t>w", "w>tag", "tag>sms"])
    became = publish(shop, canvas, in_flight="move")["in_flight"]
    assert became == {"rule": "move", "people": 4, "moved": 4, "left": 0, "staying": 0}
    old, new = runs(shop, canvas)
    assert (old["status"], old["nodes"]["w"]["dropped"]) == ("finished", {"moved": 4})
    assert (new["check"]["entered"], new["check"]["inside"], new["nodes"]["w"]["waiting"]) == (4, 4, 4)
    assert texts(shop, canvas) == []
    finish(shop, canvas)
    assert texts(shop, canvas) == ["新 4JT"] * 4
    assert runs(shop, canvas)[1]["nodes"]["tag"]["entered"] == 4
    assert shop.ok(shop.api.get("canvases"))["results"][0]["entered"] == 4, "who came over did not enter twice"
    post(shop, *(event(10 + i, f"c{i}") for i in range(4)))
    assert runs(shop, canvas)[1]["check"]["entered"] == 4, "the entry rule remembers them"


@pytest.mark.parametrize(("target", "left", "moved"), [(None, 4, 0), ("sms", 0, 4)])
def test_people_at_a_deleted_step(shop: Shop, target: str | None, left: int, moved: int) -> None:
    canvas = triggered(shop, [node("w", "flow.wait", **HOUR), sms(shop)], ["t>w", "w>sms"])
    redraw(shop, canvas, [node("t", "trigger.event", event="cart.added"), sms(shop)], ["t>sms"])
    assert [n["node"] for n in shop.ok(shop.api.get(f"canvases/{canvas}/inside"))["nodes"]] == ["w"]
    became = publish(shop, canvas, in_flight="move", redirects={"w": target})["in_flight"]
    assert (became["left"], became["moved"]) == (left, moved)
    shop.work()
    old, new = runs(shop, canvas)
    assert old["nodes"]["w"]["dropped"] == ({"version_changed": 4} if left else {"moved": 4})
    assert (new["check"]["entered"], len(texts(shop, canvas))) == (moved, moved)


def test_redirects_must_lead_to_a_step_of_the_new_version(shop: Shop) -> None:
    canvas = triggered(shop, [node("w", "flow.wait", **HOUR)], ["t>w"])
    for target in ("nowhere", "t"):
        refused = shop.api.post(f"canvases/{canvas}/publish", {"in_flight": "move", "redirects": {"w": target}})
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, "/redirects/w")
    assert shop.ok(shop.api.get(f"canvases/{canvas}"))["version"] == 1


def test_a_wait_with_other_settings_counts_from_the_arrival(shop: Shop) -> None:
    canvas = triggered(shop, [node("w", "flow.wait", **HOUR), sms(shop)], ["t>w", "w>sms"])
    with tenant_tx(tenant_of(shop)):
        [before] = Cohort.objects.values_list("since", "due_at")
    longer = [
        node("t", "trigger.event", event="cart.added"),
        node("w", "flow.wait", **{"for": {"hours": 5}}),
        sms(shop),
    ]
    redraw(shop, canvas, longer, ["t>w", "w>sms"])
    publish(shop, canvas, in_flight="move")
    with tenant_tx(tenant_of(shop)):
        [after] = Cohort.objects.values_list("since", "due_at")
        assert after == (before[0], before[1] + timedelta(hours=4))
        Cohort.objects.update(since=before[0] - timedelta(hours=2))
    shorter = [node("t", "trigger.event", event="cart.added"), node("w", "flow.wait", **HOUR), sms(shop)]
    redraw(shop, canvas, shorter, ["t>w", "w>sms"])
    publish(shop, canvas, in_flight="move")
    shop.work()
    assert len(texts(shop, canvas)) == 4, "the shorter time was over already"
    assert [r["check"]["left"] for r in runs(shop, canvas)] == [4, 4, 4]


def test_nobody_is_served_twice_by_a_step_that_was_moved_behind_them(shop: Shop) -> None:
    package = shop.package()
    gift, first = node("gift", "reward.grant", package=package), sms(shop, "{{ reward.code }}")
    last = sms(shop, "{{ reward.code }}", "last")
    canvas = triggered(
        shop, [gift, first, node("w", "flow.wait", **HOUR), last], ["t>gift", "gift>sms", "sms>w", "w>last"]
    )
    codes = texts(shop, canvas)
    assert len(set(codes)) == 4
    nodes = [node("t", "trigger.event", event="cart.added"), node("w", "flow.wait", **HOUR), gift, first, last]
    redraw(shop, canvas, nodes, ["t>w", "w>gift", "gift>sms", "gift.skipped>sms", "sms>last"])
    publish(shop, canvas, in_flight="move")
    finish(shop, canvas)
    assert len(shop.all("grants")) == 4
    assert sorted(texts(shop, canvas)) == sorted(codes * 2), "once by each of the two message steps"
    new = runs(shop, canvas)[1]
    assert new["nodes"]["gift"]["left"] == {"skipped": 4}
    assert new["nodes"]["sms"]["suppressed"] == {"already_served": 4}
    assert new["nodes"]["last"]["left"] == {"sent": 4}


def scheduled(shop: Shop, nodes: list[dict[str, Any]], edges: list[str]) -> str:
    shop.customers(6)
    canvas = shop.canvas([node("all", "audience.source", audience=shop.everyone()), *nodes], edges)
    shop.publish(canvas)
    shop.ok(shop.api.post(f"canvases/{canvas}/run-now"), 201)
    return canvas


def test_messages_on_their_way_settle_under_the_old_version_and_then_their_people_come_over(shop: Shop) -> None:
    canvas = scheduled(shop, [sms(shop), node("e", "flow.end")], ["all>sms", "sms>e"])
    run_kind(BULK)
    drawn = shop.ok(shop.api.get(f"canvases/{canvas}"))["graph"]["nodes"]
    nodes = [*(n for n in drawn if n["id"] != "e"), node("e", "flow.end"), node("late", "flow.wait", **HOUR)]
    redraw(shop, canvas, nodes, ["all>late", "late>sms", "sms>e"])
    became = publish(shop, canvas, in_flight="move")["in_flight"]
    assert became == {"rule": "move", "people": 6, "moved": 0, "left": 0, "staying": 6}
    shop.work()
    old, new = runs(shop, canvas)
    assert (old["status"], old["nodes"]["sms"]["left"]) == ("finished", {"out": 6})
    assert (new["status"], new["nodes"]["e"]["entered"], new["nodes"]["late"]["entered"]) == ("finished", 6, 0)
    assert len(texts(shop, canvas)) == 6


def test_people_at_a_set_operation_wait_there_for_the_others(shop: Shop) -> None:
    shop.customers(6)
    few = shop.audience({"condition": "attribute", "key": "n", "op": "lt", "value": 2})
    nodes = [
        node("all", "audience.source", audience=shop.everyone()), node("few", "audience.source", audience=few),
        node("w", "flow.wait", **HOUR), node("minus", "set.subtract"), sms(shop),
    ]  # fmt: skip
    edges = ["all>w", "w>minus", "few>minus.minus", "minus>sms"]
    canvas = shop.canvas(nodes, edges)
    shop.publish(canvas)
    shop.ok(shop.api.post(f"canvases/{canvas}/run-now"), 201)
    shop.work()
    redraw(shop, canvas, [*nodes[:-1], sms(shop, "新")], edges)
    assert publish(shop, canvas, in_flight="move")["in_flight"]["moved"] == 8
    shop.work()
    assert runs(shop, canvas)[1]["nodes"]["minus"]["waiting"] == 2
    finish(shop, canvas)
    assert texts(shop, canvas) == ["新"] * 4
    assert [r["status"] for r in runs(shop, canvas)] == ["finished", "finished"]


def test_a_paused_canvas_stays_paused_when_it_is_published(shop: Shop) -> None:
    canvas = triggered(shop, [node("w", "flow.wait", **HOUR), sms(shop)], ["t>w", "w>sms"])
    redraw(shop, canvas, [node("t", "trigger.event", event="cart.added"), node("w", "flow.wait", **HOUR), sms(shop, "新")], ["t>w", "w>sms"])  # fmt: skip
    shop.ok(shop.api.post(f"canvases/{canvas}/pause"))
    assert publish(shop, canvas, in_flight="move")["status"] == "paused"
    finish(shop, canvas)
    assert texts(shop, canvas) == []
    shop.ok(shop.api.post(f"canvases/{canvas}/resume"))
    shop.work()
    assert texts(shop, canvas) == ["新"] * 4


def test_who_left_meanwhile_is_not_taken_along(shop: Shop) -> None:
    canvas = triggered(shop, [node("w", "flow.wait", **HOUR), sms(shop)], ["t>w", "w>sms"])
    with tenant_tx(tenant_of(shop)):
        from canvas_app.runtime.exits import note_exits
        from kernel.clock import db_now
        from kernel.sets import load

        [cohort] = Cohort.objects.all()
        gone = load(cohort.people).min()
        note_exits(Run.objects.get().pk, "exit_event", [(gone, db_now())])
    redraw(shop, canvas, [node("t", "trigger.event", event="cart.added"), node("w", "flow.wait", **HOUR), sms(shop, "新")], ["t>w", "w>sms"])  # fmt: skip
    assert publish(shop, canvas, in_flight="move")["in_flight"]["moved"] == 3
    assert runs(shop, canvas)[0]["nodes"]["w"]["dropped"] == {"exit_event": 1, "moved": 3}


def test_a_second_move_takes_those_along_who_were_still_on_their_way(shop: Shop) -> None:
    canvas = scheduled(shop, [sms(shop), node("w", "flow.wait", **HOUR)], ["all>sms", "sms>w"])
    run_kind(BULK)
    for _ in range(2):
        drawn = shop.ok(shop.api.get(f"canvases/{canvas}"))["graph"]["nodes"]
        redraw(shop, canvas, drawn, ["all>sms", "sms>w"])
        publish(shop, canvas, in_flight="move")
    shop.work()
    shown = runs(shop, canvas)
    assert sum(r["nodes"]["w"]["waiting"] for r in shown if r["version"] == 3) == 6
    assert len(texts(shop, canvas)) == 6


def test_sample_release_stop(shop: Shop) -> None:
    """CAN-9: a sample waits, is looked at, the rest follows, and all of it is stopped."""
    shop.customers(10)
    canvas = shop.canvas([node("all", "audience.source", audience=shop.everyone()), node("w", "flow.wait", **HOUR), sms(shop)], ["all>w", "w>sms"])  # fmt: skip
    run = shop.run(canvas, {"sample": {"count": 3}})
    assert (run["nodes"]["w"]["waiting"], run["check"]["entered"]) == (3, 3)
    shop.ok(shop.api.post(f"runs/{run['id']}/release"))
    shop.work()
    assert shop.ok(shop.api.get(f"runs/{run['id']}"))["nodes"]["w"]["waiting"] == 10
    assert shop.api.post(f"runs/{run['id']}/release").status_code == 409
    shop.ok(shop.api.post(f"runs/{run['id']}/stop"))
    [stopped] = runs(shop, canvas)
    assert (stopped["status"], stopped["nodes"]["w"]["dropped"]) == ("stopped", {"stopped": 10})


def test_a_run_stopped_while_its_sample_waits_is_over(shop: Shop) -> None:
    shop.customers(10)
    canvas = shop.canvas([node("all", "audience.source", audience=shop.everyone()), node("w", "flow.wait", **HOUR), sms(shop)], ["all>w", "w>sms"])  # fmt: skip
    run = shop.run(canvas, {"sample": {"percent": 30}})
    shop.ok(shop.api.post(f"runs/{run['id']}/stop"))
    assert shop.api.post(f"runs/{run['id']}/release").status_code == 409
    finish(shop, canvas)
    [stopped] = runs(shop, canvas)
    assert (stopped["check"]["entered"], stopped["check"]["left"], texts(shop, canvas)) == (3, 3, [])
