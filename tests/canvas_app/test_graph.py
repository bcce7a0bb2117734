"""The graph's answers: order, cycles, who is upstream, variants known from the drawing."""

from canvas_app.graph.model import Graph
from canvas_app.graph.ports import Port, Ports
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
