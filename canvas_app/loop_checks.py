"""What is wrong with loops in a drawing. Pure: graph and node types in, codes out."""

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from canvas_app.document import config_of
from canvas_app.errors import Code
from canvas_app.graph.loops import MOST, loops_of
from canvas_app.graph.model import Graph
from canvas_app.nodes.base import NodeType


def loop_faults(graph: Graph, types: dict[str, NodeType[Any]]) -> Iterator[tuple[Code, str, bool]]:
    """(code, node, keeps it from being published)."""
    jumps = [n for n, kind in types.items() if kind.ports.back]
    if not jumps:
        return
    for jump in jumps:
        if types[jump].ports.back not in graph.wired_ports(jump):
            yield Code.JUMP_NOWHERE, jump, True
    loops = loops_of(graph, {n: _rounds(types[n], graph.nodes[n].config) for n in jumps})
    for node in loops.on:
        if types[node].gathers:
            yield Code.SET_IN_LOOP, node, True
    for loop in dict.fromkeys(loops.on.values()):
        if loops.most > MOST:
            yield Code.LOOP_TOO_LONG, loop, True
        if not any(types[n].waits for n, at in loops.on.items() if at == loop):
            yield Code.LOOP_WITHOUT_WAIT, loop, False


def _rounds(kind: NodeType[Any], config: dict[str, Any]) -> int:
    try:
        return kind.rounds(config_of(kind, config))
    except ValidationError:  # told of elsewhere
        return 1
