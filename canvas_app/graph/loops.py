"""Loops: which nodes lie on one, and how often somebody has been round, as one number for the ledgers' keys.

A person goes round loops inside loops; `round` writes down how often by which jump, as digits of one number: the jump
that comes later in the drawing counts more, and going back by it begins the counts of those inside its loop anew. So the
number grows with every step back and ends, and (node, round) never comes twice. Outside of every loop it is 0.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from canvas_app.graph.model import Edge, Graph

MOST = 32_767  # rounds are kept as smallint


@dataclass(frozen=True)
class Loops:
    """rounds: how often a jump may go back. worth: of one round by it. inside: jumps that begin anew when it goes back.
    on: node → the loop it lies on (an id of one of its jumps), absent for nodes on none."""

    rounds: Mapping[str, int]
    worth: dict[str, int]
    inside: dict[str, set[str]]
    on: dict[str, str]
    most: int

    def lap(self, jump: str, round_: int) -> int:
        """How often people of this round have gone back by `jump`."""
        return round_ // self.worth[jump] % (self.rounds[jump] + 1) if jump in self.worth else 0

    def after(self, edge: Edge, round_: int) -> int:
        """The round of people of `round_` once they have gone along the edge."""
        if not self.on or self.on.get(edge.source) is None or self.on.get(edge.source) != self.on.get(edge.target):
            return 0
        if not edge.back:
            return round_
        return (
            round_
            + self.worth[edge.source]
            - sum(self.lap(j, round_) * self.worth[j] for j in self.inside[edge.source])
        )


def loops_of(graph: Graph, rounds: Mapping[str, int]) -> Loops:
    """rounds: jump → how often it may go back, for every node with a port back."""
    order = [n for n in graph.order() if n in rounds]
    on = _members(graph, order)
    worth: dict[str, int] = {}
    reached: dict[str, int] = {}  # loop → what the next jump of it is worth
    for jump in order:
        if jump in on:
            worth[jump] = reached.get(on[jump], 1)
            reached[on[jump]] = worth[jump] * (rounds[jump] + 1)
    inside = {j: {i for i in order if i != j and i in worth and i in _body(graph, j)} for j in worth}
    return Loops(rounds, worth, inside, on, max(reached.values(), default=1) - 1)


def _members(graph: Graph, jumps: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for jump in jumps:
        if jump not in found and jump in graph.downstream(jump):
            found.update(dict.fromkeys(graph.downstream(jump) & graph.upstream(jump), jump))
    return found


def _body(graph: Graph, jump: str) -> set[str]:
    """Nodes between where it goes back to and itself."""
    begin = [e.target for e in graph.out_edges(jump) if e.back]
    return (set(begin) | graph.behind(begin)) & graph.before(jump)
