"""flow.jump: back to an earlier step, with a bound; each round counts for itself (CAN-2)."""

from collections import Counter
from typing import Any

import pytest

from tests.journeys.shop import Shop, node

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_reminder_three_times_and_a_reward_each_time(shop: Shop) -> None:
    shop.customers(10)
    nodes = [
        node("all", "audience.source", audience=shop.everyone()), node("gift", "reward.grant", package=shop.package()),
        node("sms", "message.send", template=shop.template(purpose="service")), node("back", "flow.jump", rounds=2),
        node("after", "customer.tag", tags=["reminded"]),
    ]  # fmt: skip
    run = shop.run(shop.canvas(nodes, ["all>gift", "gift>sms", "sms.sent>back", "back.again>gift", "back.done>after"]))
    assert run["status"] == "finished"
    assert run["check"] == {"entered": 10, "inside": 0, "left": 10, "balanced": True, "wrong": []}
    assert run["nodes"]["sms"]["left"] == {"sent": 30}
    assert run["nodes"]["gift"]["left"] == {"out": 30}
    assert run["nodes"]["back"]["left"] == {"again": 20, "done": 10}
    assert run["nodes"]["after"]["left"] == {"out": 10}
    assert set(Counter(m["customer"] for m in shop.all(f"messages?run={run['id']}")).values()) == {3}
    assert len(shop.all("customers?tag=reminded")) == 10
    assert shop.ok(shop.api.get(f"runs/{run['id']}/check"))["balanced"]


def test_those_who_leave_the_loop_early_do_not_come_back(shop: Shop) -> None:
    """Round 0: everybody; n < 4 leaves. The rest comes round until the bound."""
    shop.customers(10)
    rule = {"condition": "attribute", "key": "n", "op": "lt", "value": 4}
    nodes = [
        node("all", "audience.source", audience=shop.everyone()), node("tag", "customer.tag", tags=["in"]),
        node("by", "flow.branch", branches=[{"key": "few", "rule": rule}]), node("back", "flow.jump", rounds=5),
        node("out", "set.union"), node("end", "flow.end"),
    ]  # fmt: skip
    edges = ["all>tag", "tag>by", "by.few>out", "by.else>back", "back.again>tag", "back.done>out", "out>end"]
    run = shop.run(shop.canvas(nodes, edges))
    assert run["check"]["balanced"], run["check"]
    assert run["nodes"]["tag"]["entered"] == 10 + 5 * 6
    assert run["nodes"]["out"]["left"] == {"out": 10}  # a set operation behind the loop waits for all of them
    assert run["nodes"]["end"]["dropped"] == {"end": 10}


def test_loops_inside_loops(shop: Shop) -> None:
    shop.customers(3)
    nodes = [
        node("all", "audience.source", audience=shop.everyone()), node("outer", "customer.tag", tags=["o"]),
        node("inner", "customer.tag", tags=["i"]), node("j1", "flow.jump", rounds=2), node("j2", "flow.jump", rounds=3),
        node("end", "flow.end"),
    ]  # fmt: skip
    edges = ["all>outer", "outer>inner", "inner>j1", "j1.again>inner", "j1.done>j2", "j2.again>outer", "j2.done>end"]
    run = shop.run(shop.canvas(nodes, edges))
    assert run["check"]["balanced"], run["check"]
    assert run["nodes"]["outer"]["entered"] == 3 * 4
    assert run["nodes"]["inner"]["entered"] == 3 * 4 * 3
    assert run["nodes"]["end"]["dropped"] == {"end": 3}


def test_waiting_in_a_loop_and_an_event_that_ends_it(shop: Shop) -> None:
    from tests.journeys.test_awaiting import arrived, show, until_due
    from tests.journeys.test_triggered import event, post

    shop.customers(4)
    nodes = [
        node("all", "audience.source", audience=shop.everyone()),
        node("sms", "message.send", template=shop.template(purpose="service")),
        node("w", "flow.wait_event", event="order.paid", within={"days": 1}), node("back", "flow.jump", rounds=2),
        node("paid", "flow.end"), node("never", "flow.end"),
    ]  # fmt: skip
    from datetime import timedelta

    run = shop.run(
        shop.canvas(
            nodes, ["all>sms", "sms.sent>w", "w.happened>paid", "w.timeout>back", "back.again>sms", "back.done>never"]
        )
    )["id"]
    post(shop, event(1, "c0", "order.paid"))
    for _ in range(3):
        show(shop, run)
        arrived(run, timedelta(days=2))
        until_due(run)
    found = show(shop, run)
    assert found["status"] == "finished"
    assert found["nodes"]["sms"]["left"] == {"sent": 4 + 3 + 3}
    assert found["nodes"]["paid"]["dropped"] == {"end": 1}
    assert found["nodes"]["never"]["dropped"] == {"end": 3}


def problems(shop: Shop, nodes: list[Any], edges: list[str]) -> set[tuple[str, str, str]]:
    canvas = shop.canvas(nodes, edges)
    found = shop.ok(shop.api.post(f"canvases/{canvas}/check"))["problems"]
    return {(p["code"], p["severity"], p["node"]) for p in found}


def test_what_the_check_says_of_loops(shop: Shop) -> None:
    shop.customers(2)
    everyone = shop.everyone()
    nodes = [
        node("all", "audience.source", audience=everyone), node("u", "set.union"), node("back", "flow.jump"),
        node("end", "flow.end"),
    ]  # fmt: skip
    found = problems(shop, nodes, ["all>u", "u>back", "back.again>u", "back.done>end"])
    assert ("set_in_loop", "error", "u") in found
    assert ("loop_without_wait", "warning", "back") in found
    nodes[1] = node("u", "flow.wait", **{"for": {"days": 1}})
    assert not {c for c, _, _ in problems(shop, nodes, ["all>u", "u>back", "back.again>u", "back.done>end"])} & {
        "set_in_loop", "loop_without_wait", "jump_nowhere", "unreachable",
    }  # fmt: skip
    assert ("jump_nowhere", "error", "back") in problems(shop, nodes, ["all>u", "u>back", "back.done>end"])


def test_other_cycles_are_still_no_drawing(shop: Shop) -> None:
    nodes = [node("w", "flow.wait"), node("back", "flow.jump")]
    edges = [
        {"id": "e0", "source": "w", "source_port": "out", "target": "back", "target_port": "in"},
        {"id": "e1", "source": "back", "source_port": "done", "target": "w", "target_port": "in"},
    ]
    answer = shop.api.post("canvases", {"name": "x", "kind": "scheduled", "graph": {"nodes": nodes, "edges": edges}})
    assert answer.status_code == 400
    assert [e["code"] for e in answer.json()["errors"]] == ["cycle"]


def test_the_estimate_goes_round_once(shop: Shop) -> None:
    shop.customers(6)
    nodes = [
        node("all", "audience.source", audience=shop.everyone()), node("tag", "customer.tag", tags=["x"]),
        node("back", "flow.jump", rounds=4), node("end", "flow.end"),
    ]  # fmt: skip
    canvas = shop.canvas(nodes, ["all>tag", "tag>back", "back.again>tag", "back.done>end"])
    found = shop.ok(shop.api.post(f"canvases/{canvas}/estimate"))["nodes"]
    assert found["tag"]["in"] == 6
    assert found["back"]["out"] == {"again": 0, "done": 6}
    assert found["end"]["in"] == 6
