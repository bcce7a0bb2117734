"""Random drawings, carried out by the real engine and by a per-person oracle: the same people leave every node by every port."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from canvas_app.models import Run, Wave
from canvas_app.status import people_at
from tenants.models import Tenant
from tenants.scope import tenant_tx
from tests.journeys.oracle import walk
from tests.journeys.shop import Shop, node

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 40
KINDS = (
    "set.union",
    "set.intersect",
    "set.subtract",
    "set.xor",
    "set.priority",
    "abtest.split",
    "flow.branch",
    "customer.tag",
    "flow.random",
    "flow.wait",
    "flow.jump",
)


@st.composite
def drawings(draw: Any) -> dict[str, Any]:
    """A graph in order, each node fed by ports of earlier ones; the first two are sources (n below, n from)."""
    bounds = draw(st.tuples(st.integers(0, PEOPLE), st.integers(0, PEOPLE)))
    nodes = [
        node("s0", "audience.source", rule=_rule("lt", bounds[0])),
        node("s1", "audience.source", rule=_rule("gte", bounds[1])),
    ]
    ports, edges = [("s0", "out"), ("s1", "out")], []
    for i in range(draw(st.integers(1, 8))):
        kind, name = draw(st.sampled_from(KINDS)), f"k{i}"
        made = node(name, kind, **_config(draw, kind))
        for target in _inputs(draw, kind):
            source, port = draw(st.sampled_from(ports))
            edges.append(
                {"id": f"e{len(edges)}", "source": source, "source_port": port, "target": name, "target_port": target}
            )
        nodes.append(made)
        if kind == "flow.jump" and not (back := _where_back_to(nodes, edges, name)):
            nodes[-1] = made = node(name, "customer.tag", tags=["x"])
        elif kind == "flow.jump":
            target = draw(st.sampled_from(back))
            edges.append(
                {"id": f"e{len(edges)}", "source": name, "source_port": "again", "target": target, "target_port": "in"}
            )
        ports += [(name, p) for p in _outputs(made)]
    return {"nodes": nodes, "edges": edges, "bounds": bounds}


def _where_back_to(nodes: list[dict[str, Any]], edges: list[dict[str, str]], jump: str) -> list[str]:
    """Earlier nodes between which and the jump there is neither a source nor a set operation."""
    kinds = {n["id"]: n["type"] for n in nodes}

    def reach(start: str, a: str, b: str) -> set[str]:
        found, todo = set[str](), [start]
        while todo:
            at = todo.pop()
            new = {e[b] for e in edges if e[a] == at} - found
            found |= new
            todo += new
        return found

    before = reach(jump, "target", "source")
    loops = {target: (reach(target, "source", "target") & before) | {target} for target in before}
    return sorted(t for t, on in loops.items() if not any(kinds[n].startswith(("set.", "audience.")) for n in on))


def _rule(op: str, value: int) -> dict[str, Any]:
    return {"condition": "attribute", "key": "n", "op": op, "value": value}


def _config(draw: Any, kind: str) -> dict[str, Any]:
    if kind == "abtest.split":
        shares = draw(st.lists(st.integers(1, 99), min_size=2, max_size=4))
        return {
            "variants": [{"key": f"v{i}", "share": s} for i, s in enumerate(shares)],
            "holdout": draw(st.sampled_from([0, 20])),
        }
    if kind == "flow.branch":
        values = draw(st.lists(st.integers(0, PEOPLE), min_size=1, max_size=3))
        return {"branches": [{"key": f"b{i}", "rule": _rule("lt", v)} for i, v in enumerate(values)]}
    if kind == "flow.wait":
        return {"for": {"seconds": 0}}
    if kind == "flow.jump":
        return {"rounds": draw(st.integers(1, 3))}
    if kind == "customer.tag":
        return {"tags": ["x"]}
    if kind == "flow.random":
        shares = draw(st.lists(st.integers(1, 99), min_size=2, max_size=4))
        return {"branches": [{"key": f"r{i}", "share": s} for i, s in enumerate(shares)]}
    return {"inputs": 2} if kind == "set.priority" else {}


def _inputs(draw: Any, kind: str) -> list[str]:
    if kind == "set.subtract":
        return ["in", "minus", *(["in"] * draw(st.integers(0, 1)))]
    if kind == "set.priority":
        return ["in1", "in2"]
    return ["in"] * draw(st.integers(2, 3) if kind.startswith("set.") else st.integers(1, 2))


def _outputs(made: dict[str, Any]) -> list[str]:
    kind, config = made["type"], made["config"]
    if kind == "abtest.split":
        return [v["key"] for v in config["variants"]] + (["holdout"] if config["holdout"] else [])
    if kind == "flow.random":
        return [b["key"] for b in config["branches"]]
    if kind == "flow.branch":
        return [b["key"] for b in config["branches"]] + ["else"]
    if kind == "flow.jump":
        return ["done"]
    return ["out1", "out2"] if kind == "set.priority" else ["out"]


def _back(drawing: dict[str, Any], made: dict[str, Any]) -> list[str]:
    return ["again"] if made["type"] == "flow.jump" else []


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    derandomize=True,
)
@given(drawing=drawings())
def test_engine_and_oracle_agree(shop: Shop, drawing: dict[str, Any]) -> None:
    if not shop.made:
        shop.customers(PEOPLE)
        shop.made["customers"] = "made"
    people = {int(c["id"]): int(c["attributes"]["n"]) for c in shop.all("customers?page_size=100")}
    edges = [f"{e['source']}.{e['source_port']}>{e['target']}.{e['target_port']}" for e in drawing["edges"]]
    canvas = shop.canvas(drawing["nodes"], edges)
    run = shop.run(canvas)
    low, high = drawing["bounds"]
    wanted: dict[tuple[str, str], set[int]] = {}
    with tenant_tx(Tenant.objects.order_by("-pk").values_list("pk", flat=True)[0]):
        entry = str(Wave.objects.get(run=run["id"]).pk)
    for person, n in people.items():
        for way in walk(drawing, canvas, entry, person, n, {"s0": n < low, "s1": n >= high}):
            wanted.setdefault(way, set()).add(person)
    assert run["status"] == "finished"
    assert run["check"]["balanced"], run["check"]
    assert {k for k, v in run["nodes"].items() for _ in v["left"]} <= {n for n, _ in wanted}
    with tenant_tx(Tenant.objects.order_by("-pk").values_list("pk", flat=True)[0]):
        row = Run.objects.select_related("version").get(pk=run["id"])
        found = {
            (n["id"], p): set(people_at(row, n["id"], port=p))
            for n in drawing["nodes"]
            for p in _outputs(n) + _back(drawing, n)
        }
    assert {k: v for k, v in found.items() if v} == wanted
