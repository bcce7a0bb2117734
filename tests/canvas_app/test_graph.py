"""The graph's answers: order, cycles, who is upstream, variants known from the drawing."""

from canvas_app.graph.model import Graph
from canvas_app.graph.ports import Port, Ports
from canvas_app.graph.unfold import Stage, Stages, Way, drawn, unfold
from tests.journeys.shop import edge


def graph(*texts: str) -> Graph:
    """a.b>c is an edge from a's port b to c; nodes whose name begins with s are splits."""
    edges = [edge(i, text) for i, text in enumerate(texts)]
    names = sorted({e[end] for e in edges for end in ("source", "target")})
    return Graph.from_json(
        {"nodes": [{"id": n, "type": "split" if n[0] == "s" else "x"} for n in names], "edges": edges}
    )


def test_order_and_reach() -> None:
    g = graph("a>b", "a>c", "b>d", "c>d")
    assert g.order()[0] == "a"
    assert g.order()[-1] == "d"
    assert g.upstream("d") == {"a", "b", "c"}
    assert g.downstream("a") == {"b", "c", "d"}
    assert g.cycle() == []
    assert len(g.longest_path()) == 3


def test_cycle_is_found() -> None:
    assert set(graph("a>b", "b>c", "c>b").cycle()) == {"b", "c"}


def test_variant_is_known_only_when_every_way_leads_through_it() -> None:
    g = graph("a>s", "s.x>b", "s.y>c", "b>d", "c>d", "b>e")
    assert g.label_behind({"split"}) == {"a": "", "s": "", "b": "x", "c": "y", "d": "", "e": "x"}


def test_ports_made_by_settings() -> None:
    ports = Ports(
        inputs=(Port(count="inputs", prefix="in"), Port("in", numbered_too=True)),
        outputs=(Port(each="variants"), Port("holdout", when="holdout")),
    )
    config = {"inputs": 3, "variants": [{"key": "a"}, {"key": "b"}]}
    assert ports.input_keys(config) == ["in1", "in2", "in3", "in"]
    assert ports.output_keys(config) == ["a", "b"]
    assert ports.has_output("holdout", {**config, "holdout": 5})
    assert not ports.has_output("c", config)
    assert ports.has_input("in7", config)


TWO = Stages(
    (Stage("1", "send", {}, assume="sent"), Stage("2", "send", {})),
    (
        Way("1", "sent", out="yes"),
        Way("1", "failed", to="2"),
        Way("2", "sent", out="yes"),
        Way("2", "failed", out="no"),
    ),
)


def test_a_step_made_of_several_is_walked_by_its_stages() -> None:
    found = unfold(graph("a>f", "f.yes>g", "g.yes>b", "g.no>b"), {"f": TWO, "g": TWO})
    ways = {(e.source, e.source_port, e.target) for e in found.graph.edges}
    assert ways == {
        ("a", "out", "f/1"), ("f/1", "failed", "f/2"), ("f/1", "sent", "g/1"), ("f/2", "sent", "g/1"),
        ("g/1", "failed", "g/2"), ("g/1", "sent", "b"), ("g/2", "sent", "b"), ("g/2", "failed", "b"),
    }  # fmt: skip
    assert len({e.id for e in found.graph.edges}) == len(found.graph.edges)
    assert {drawn(e.id) for e in found.graph.edges} == {"e0", "e1", "e2", "e3", ""}
    assert found.leaving("f", "no") == [("f/2", "failed")]
    assert (found.entry("f"), found.entry("a"), found.places("f")) == ("f/1", "a", ["f/1", "f/2"])
    assert found.assumed({"f": "no", "a": "out"}) == {"f/1": "failed", "f/2": "failed", "a": "out"}
