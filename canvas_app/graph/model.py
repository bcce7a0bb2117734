"""Nodes and edges of a canvas, and the questions that one asks of them."""

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True)
class Node:
    id: str
    type: str
    config: dict[str, Any] = field(default_factory=dict)
    label: str = ""


@dataclass(frozen=True)
class Edge:
    """back: leaves by a port that may lead back to an earlier node; it takes no part in the order."""

    id: str
    source: str
    source_port: str
    target: str
    target_port: str
    back: bool = False


@dataclass(frozen=True)
class Graph:
    """nodes by id, in drawing order; edges may fan out from a port (each gets everybody) and in to one."""

    nodes: dict[str, Node]
    edges: tuple[Edge, ...]

    @classmethod
    def from_json(cls, raw: dict[str, Any], back: Mapping[str, str] = MappingProxyType({})) -> "Graph":
        """From the stored document (already validated by canvas_app.document). back: type of a node → its port back."""
        nodes = {
            n["id"]: Node(n["id"], n["type"], n.get("config") or {}, n.get("label") or "") for n in raw.get("nodes", [])
        }
        edges = tuple(
            _edge(e, back.get(nodes[e["source"]].type) if e["source"] in nodes else None) for e in raw.get("edges", [])
        )
        return cls(nodes, edges)

    @cached_property
    def _outgoing(self) -> dict[str, list[Edge]]:
        found: dict[str, list[Edge]] = defaultdict(list)
        for edge in self.edges:
            found[edge.source].append(edge)
        return found

    @cached_property
    def _incoming(self) -> dict[str, list[Edge]]:
        found: dict[str, list[Edge]] = defaultdict(list)
        for edge in self.edges:
            found[edge.target].append(edge)
        return found

    def out_edges(self, node: str, port: str | None = None) -> list[Edge]:
        return [e for e in self._outgoing.get(node, []) if port is None or e.source_port == port]

    def in_edges(self, node: str) -> list[Edge]:
        return self._incoming.get(node, [])

    def ways_in(self, node: str) -> list[Edge]:
        """In edges that do not lead back."""
        return [e for e in self.in_edges(node) if not e.back]

    def wired_ports(self, node: str) -> set[str]:
        return {e.source_port for e in self._outgoing.get(node, [])}

    def upstream(self, node: str) -> set[str]:
        """Every node from which `node` can be reached, itself not included."""
        return self._walk(node, lambda n: [e.source for e in self.in_edges(n)])

    def downstream(self, node: str) -> set[str]:
        """Every node that can be reached from `node`, itself not included."""
        return self._walk(node, lambda n: [e.target for e in self.out_edges(n)])

    def behind(self, starts: Iterable[str]) -> set[str]:
        """Every node that can be reached from one of `starts` without going back."""
        found: set[str] = set()
        for start in starts:
            found |= self._walk(start, lambda n: [e.target for e in self.out_edges(n) if not e.back])
        return found

    def before(self, node: str) -> set[str]:
        """Every node from which `node` can be reached without going back."""
        return self._walk(node, lambda n: [e.source for e in self.ways_in(n)])

    def nearest_before(self, node: str, types: Container[str]) -> str | None:
        """The node of one of these types from which the way to `node` is shortest."""
        todo, seen = [node], {node}
        while todo:
            todo = [e.source for n in todo for e in self.in_edges(n) if e.source not in seen]
            for found in todo:
                if self.nodes[found].type in types:
                    return found
            seen |= set(todo)
        return None

    def _walk(self, start: str, step: Any) -> set[str]:
        seen: set[str] = set()
        todo = list(step(start))
        while todo:
            node = todo.pop()
            if node not in seen:
                seen.add(node)
                todo.extend(step(node))
        return seen

    def order(self) -> list[str]:
        """Topological order (Kahn); shorter than the graph when there is a cycle."""
        missing = {n: len(self.ways_in(n)) for n in self.nodes}
        ready = [n for n, count in missing.items() if not count]
        result: list[str] = []
        while ready:
            node = ready.pop(0)
            result.append(node)
            for edge in self.out_edges(node):
                if not edge.back:
                    missing[edge.target] -= 1
                    if not missing[edge.target]:
                        ready.append(edge.target)
        return result

    def cycle(self) -> list[str]:
        """Nodes that lie on or behind a cycle of edges that do not lead back; empty when there is none."""
        ordered = set(self.order())
        return [n for n in self.nodes if n not in ordered]

    def longest_path(self) -> list[str]:
        """Nodes of a longest path; loops are gone through once."""
        best: dict[str, list[str]] = {}
        for node in self.order():
            before = max((best[e.source] for e in self.ways_in(node)), key=len, default=[])
            best[node] = [*before, node]
        return max(best.values(), key=len, default=[])

    def reachable_from(self, sources: Iterable[str]) -> set[str]:
        found = set(sources)
        for source in list(found):
            found |= self.downstream(source)
        return found

    def label_behind(self, split_types: Iterable[str]) -> dict[str, str]:
        """For each node, the port of the nearest split that all who stand there left by, else "".

        Used to write a message's A/B variant: known from the drawing alone when every way in leads through one variant.
        """
        splits, found = set(split_types), dict[str, str]()
        for node in self.order():
            found[node] = self._only_label(self.ways_in(node), splits, found)
        changed = any(e.back for e in self.edges)
        while changed:  # a loop may bring people of another variant back: labels only ever get lost
            before = dict(found)
            for node in self.order():
                found[node] = self._only_label(self.in_edges(node), splits, found)
            changed = found != before
        return found

    def _only_label(self, ways: Iterable[Edge], splits: set[str], found: dict[str, str]) -> str:
        labels = {e.source_port if self.nodes[e.source].type in splits else found.get(e.source, "") for e in ways}
        return labels.pop() if len(labels) == 1 else ""


def _edge(raw: dict[str, Any], back: str | None) -> Edge:
    port = raw.get("source_port") or "out"
    return Edge(raw["id"], raw["source"], port, raw["target"], raw.get("target_port") or "in", port == back)
