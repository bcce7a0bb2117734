"""Steps that would change tags which a rule keeps: the rule alone decides, so the step does nothing. Reads only."""

from collections.abc import Iterator
from typing import Any

from canvas_app.graph.model import Graph
from canvas_app.nodes.base import NodeType
from customers.tags import names_kept_by_rule
from kernel.access import row_id
from rewards import facade as rewards


def tags_kept_by_rules(graph: Graph, types: dict[str, NodeType[Any]]) -> Iterator[tuple[str, str, str]]:
    """(node, tag, pointer below the node's settings)."""
    named = [(node, *found) for node, kind in types.items() for found in _named(kind, graph.nodes[node].config)]
    kept = names_kept_by_rule() if named else set()
    return (found for found in named if found[1] in kept)


def _named(kind: NodeType[Any], config: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """By the step itself, and by the packages that it grants."""
    yield from kind.tags(config)
    for what, key, at in kind.references(config):
        number = row_id(key) if what == "package" else None
        for tag in rewards.package_tags(number) if number is not None else ():
            yield tag, at
