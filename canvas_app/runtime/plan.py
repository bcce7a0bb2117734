"""A published definition ready to be walked: graph, node types and settings, parsed once for each version and process."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from canvas_app.document import config_of, unfolded
from canvas_app.graph.loops import Loops, loops_of
from canvas_app.graph.model import Graph
from canvas_app.graph.unfold import Unfolded
from canvas_app.models import CanvasVersion
from canvas_app.nodes.base import NodeType, registry
from tenants.scope import current_tenant_id


@dataclass(frozen=True)
class Plan:
    """What a version says, as people walk it, with settings as models. `variants`: A/B variant by node, known from the drawing."""

    definition: Mapping[str, Any]
    walked: Unfolded
    types: dict[str, NodeType[Any]]
    configs: dict[str, Any]
    variants: dict[str, str]
    places: dict[str, int]
    loops: Loops

    def place(self, node: str) -> int:
        """Where the node comes in the order of the drawing."""
        return self.places.get(node, len(self.places))

    def port_taken(self, node: str, port: str) -> str:
        """The port by which people leave who should leave by `port`: the catch-all one where only that is wired."""
        wired, catch_all = self.graph.wired_ports(node), self.types[node].catch_all
        return str(catch_all) if catch_all in wired and port not in wired else port

    @property
    def graph(self) -> Graph:
        """As walked: a step that is made of several is its stages."""
        return self.walked.graph

    @cached_property
    def touching(self) -> dict[str, list[str]]:
        """Step that is made of several → those of its stages whose outcomes are its own."""
        return {node: [s for s in stages if self.types[s].outcomes] for node, stages in self.walked.stages.items()}

    @property
    def starts(self) -> list[str]:
        return [n for n, t in self.types.items() if t.starts]

    @cached_property
    def hearing(self) -> dict[str, list[str]]:
        """Name of an event → nodes at which it may free people who are parked."""
        found: dict[str, list[str]] = defaultdict(list)
        for node, kind in self.types.items():
            if kind.hears:
                for name in kind.watches(self.graph.nodes[node].config):
                    found[name].append(node)
        return found

    @property
    def has_gathers(self) -> bool:
        return any(t.gathers for t in self.types.values())


def make_plan(definition: Mapping[str, Any]) -> Plan:
    """Raises pydantic.ValidationError when a node lacks a setting (never for a published version)."""
    walked = unfolded(dict(definition))
    configs = {n.id: config_of(registry[n.type], n.config) for n in walked.graph.nodes.values()}
    return plan_with(definition, walked, configs)


def plan_with(definition: Mapping[str, Any], walked: Unfolded, configs: dict[str, Any]) -> Plan:
    """configs: of a draft, those nodes are missing that lack a setting."""
    graph = walked.graph
    types = {n.id: registry[n.type] for n in graph.nodes.values()}
    configs = {n: types[n].placed(config, walked.drawing, n) for n, config in configs.items()}
    splits = {t.type for t in types.values() if t.splits}
    places = {node: at for at, node in enumerate(graph.order())}
    rounds = {n: kind.rounds(configs[n]) if n in configs else 0 for n, kind in types.items() if kind.ports.back}
    return Plan(definition, walked, types, configs, graph.label_behind(splits), places, loops_of(graph, rounds))


@lru_cache(maxsize=256)
def _cached(tenant_id: int, version_id: int) -> Plan:
    return make_plan(CanvasVersion.objects.get(pk=version_id).definition)


def plan_of(version_id: int) -> Plan:
    """The plan of a version of the open tenant. Versions never change, so it is kept."""
    return _cached(current_tenant_id(), version_id)
