"""Steps that are made of several: the drawing shows one, people walk through its stages ("f/1", "f/1r", …).

Everything that moves or counts people sees the stages, so nothing about them is special there; what is shown to people is
folded back by `drawn`. No node or edge that somebody draws has the mark in its id (canvas_app.document).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from canvas_app.graph.model import Edge, Graph, Node

MARK = "/"


@dataclass(frozen=True)
class Stage:
    """One step within. `assume`: the port by which an estimate lets those go on who wait here."""

    key: str
    type: str
    config: dict[str, Any]
    assume: str = ""


@dataclass(frozen=True)
class Way:
    """From a stage's port on to the stage `to`, or out of the whole by its port `out`."""

    stage: str
    port: str
    to: str = ""
    out: str = ""


@dataclass(frozen=True)
class Stages:
    """What a step is made of. People come in at the first stage."""

    stages: tuple[Stage, ...]
    ways: tuple[Way, ...]


@dataclass(frozen=True)
class Unfolded:
    """drawing: as drawn. graph: as walked. stages: node → its stages' ids. ways: (stage, port) → port of the whole, "" for on to
    the next stage; the likeliest first. assume: stage → port by which an estimate lets those go on who wait there."""

    drawing: Graph
    graph: Graph
    stages: dict[str, list[str]] = field(default_factory=dict)
    ways: dict[tuple[str, str], str] = field(default_factory=dict)
    assume: dict[str, str] = field(default_factory=dict)

    @cached_property
    def exits(self) -> dict[tuple[str, str], str]:
        """(stage, port) → port of the whole by which they leave it."""
        return {at: out for at, out in self.ways.items() if out}

    def entry(self, node: str) -> str:
        """The node at which people stand who come to `node`."""
        return self.stages[node][0] if node in self.stages else node

    def places(self, node: str) -> list[str]:
        """The nodes at which people of `node` may stand."""
        return self.stages.get(node, [node])

    def leaving(self, node: str, port: str) -> list[tuple[str, str]]:
        """(node, port) by which people leave who leave `node` by `port`."""
        if node not in self.stages:
            return [(node, port)]
        return [at for at, out in self.exits.items() if drawn(at[0]) == node and out == port]

    def assumed(self, ports: Mapping[str, str]) -> dict[str, str]:
        """node → port by which its people shall leave, for each stage: out by that port, or else on to the next stage."""
        return {at: self._port_to(at, port) for node, port in ports.items() for at in self.places(node)}

    def _port_to(self, at: str, port: str) -> str:
        return next((p for (stage, p), out in self.ways.items() if stage == at and out in ("", port)), port)


def drawn(name: str) -> str:
    """The node (or edge) of the drawing to which this one belongs; "" for a way within a step."""
    return name.partition(MARK)[0]


def unfold(drawing: Graph, made_of: Mapping[str, Stages]) -> Unfolded:
    """made_of: what the nodes that are made of several consist of."""
    stages = {node: [f"{node}{MARK}{s.key}" for s in inner.stages] for node, inner in made_of.items()}
    ways = {(f"{n}{MARK}{w.stage}", w.port): w.out for n, inner in made_of.items() for w in inner.ways}
    assume = {f"{n}{MARK}{s.key}": s.assume for n, inner in made_of.items() for s in inner.stages if s.assume}
    nodes = {n.id: n for node in drawing.nodes.values() for n in _nodes(node, made_of.get(node.id))}
    whole = Unfolded(drawing, Graph(nodes, ()), stages, ways, assume)
    inside = [e for node, inner in made_of.items() for e in _inside(node, inner)]
    edges = [e for edge in drawing.edges for e in _outside(edge, whole)]
    return Unfolded(drawing, Graph(nodes, (*edges, *inside)), stages, ways, assume)


def _nodes(node: Node, inner: Stages | None) -> Iterator[Node]:
    if inner is None:
        yield node
        return
    for stage in inner.stages:
        yield Node(f"{node.id}{MARK}{stage.key}", stage.type, stage.config, node.label)


def _inside(node: str, inner: Stages) -> Iterator[Edge]:
    for way in inner.ways:
        if way.to:
            at = f"{node}{MARK}{way.stage}"
            yield Edge(f"{MARK}{at}.{way.port}", at, way.port, f"{node}{MARK}{way.to}", "in")


def _outside(edge: Edge, whole: Unfolded) -> Iterator[Edge]:
    """The edge as drawn, once for each stage and port that leads out by it."""
    for i, (source, port) in enumerate(whole.leaving(edge.source, edge.source_port)):
        name = f"{edge.id}{MARK}{i}" if i else edge.id
        yield Edge(name, source, port, whole.entry(edge.target), edge.target_port, edge.back)
