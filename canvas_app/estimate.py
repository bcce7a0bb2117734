"""How many people would go where if the canvas ran now: the real node types with a context that has no effects."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from canvas_app.document import config_of, unfolded
from canvas_app.graph.model import Graph
from canvas_app.graph.unfold import Unfolded, drawn
from canvas_app.nodes.base import Arrivals, Input, NodeType, Result, registry
from canvas_app.nodes.handing import SENDING
from canvas_app.references import name_of
from canvas_app.runtime.context import DryContext, salt_of
from kernel.clock import db_now
from kernel.errors import ProblemError
from kernel.sets import People, union
from tenants.settings import tenant_now

LAST_LAP = 1_000_000


@dataclass
class Estimate:
    """By node: people in, and people out by port. Nodes that can't be walked yet (a setting is missing) are left out."""

    as_of: datetime
    nodes: dict[str, tuple[People, dict[str, People]]] = field(default_factory=dict)
    edges: dict[str, People] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {
            "nodes": {
                n: {"in": len(i), "out": {p: len(g) for p, g in out.items()}} for n, (i, out) in self.nodes.items()
            },
            "edges": {e: len(g) for e, g in self.edges.items()},
            "as_of": self.as_of,
        }


def estimate(canvas_id: int, definition: dict[str, Any]) -> Estimate:
    """Walk the drawing once, in order. Waits are passed at once; messages count as sent where policy lets them; loops are
    gone through once."""
    walked, zone = unfolded(definition), ZoneInfo(tenant_now().timezone)
    graph = walked.graph
    result = Estimate(db_now())
    for node_id in graph.order():
        node = graph.nodes[node_id]
        node_type = registry[node.type]
        fresh = [Input(e.target_port, e.id, result.edges.get(e.id, People())) for e in graph.in_edges(node_id)]
        context = DryContext(
            now=result.as_of,
            zone=zone,
            node_id=node_id,
            salt=salt_of(canvas_id, node_id),
            quiet_hours=definition.get("quiet_hours"),
            lap=LAST_LAP,
        )
        arrivals, port = Arrivals(fresh, People()), walked.assume.get(node_id, node_type.waits_out)
        out = _walk(walked.drawing, node_type, node.config, context, arrivals, port)
        if out is None:
            continue
        entered = out.get("out", People()) if node_type.starts else union(i.people for i in fresh)
        result.nodes[node_id] = (entered, out)
        wired = graph.wired_ports(node_id)
        for edge in graph.out_edges(node_id):
            result.edges[edge.id] = _by_edge(node_type, edge.source_port, wired, out)
    return _folded(result, walked)


def _folded(found: Estimate, walked: Unfolded) -> Estimate:
    """As drawn: a step that is made of several is one again."""
    shown = Estimate(found.as_of)
    for node in walked.drawing.nodes:
        if walked.entry(node) not in found.nodes:
            continue
        people, out = found.nodes[walked.entry(node)]
        shown.nodes[node] = people, _out(found, walked, node) if node in walked.stages else out
    for edge in walked.graph.edges:
        if edge.id in found.edges and (name := drawn(edge.id)):
            shown.edges[name] = shown.edges.get(name, People()) | found.edges[edge.id]
    return shown


def _out(found: Estimate, walked: Unfolded, node: str) -> dict[str, People]:
    ports: dict[str, People] = {}
    for (stage, port), out in walked.exits.items():
        if drawn(stage) == node and stage in found.nodes:
            ports[out] = ports.get(out, People()) | found.nodes[stage][1].get(port, People())
    return ports


def _by_edge(node_type: NodeType[Any], port: str, wired: set[str], out: dict[str, People]) -> People:
    if port != node_type.catch_all:
        return out.get(port, People())
    return union(group for key, group in out.items() if key == port or key not in wired)


def _walk(
    graph: Graph, node_type: NodeType[Any], config: dict[str, Any], context: DryContext, arrivals: Arrivals, port: str
) -> dict[str, People] | None:
    if not _complete(node_type, config):
        return None
    try:
        settings = node_type.placed(config_of(node_type, config), graph, context.node_id)
        result = node_type.process(context, settings, arrivals)
    except (ValidationError, ProblemError):  # a rule not begun yet is as unfinished as a missing setting
        return None
    ports = [k for k in node_type.output_keys(config) if k != node_type.catch_all]
    return _passed(result, ports, port)


def _complete(node_type: NodeType[Any], config: dict[str, Any]) -> bool:
    """References that are not filled in, or no longer there, can't be asked."""
    return all(what == "attribute" or name_of(what, key) is not None for what, key, _ in node_type.references(config))


def _passed(result: Result, ports: list[str], port: str) -> dict[str, People]:
    out = {port: result.out.get(port, People()) for port in ports}
    waited = union(p.people for p in result.park)
    sent = union(p.people for p in result.pending if p.key.startswith(SENDING))
    if waited and "sent" not in out:
        out[port] = out.get(port, People()) | waited
    if "sent" in out:
        out["sent"] = out["sent"] | sent | waited
    return out
