"""How many people each place of a rule's tree holds: what the rule editor shows beside every line. Writes nothing.

Each condition is asked of everyone once, and the groups are set algebra over the answers: the root is the same set
that `evaluate` gives. That is more work than the root alone, so it may take only so long; the caller then goes without.
"""

from django.db import transaction

from audiences.errors import Code
from audiences.evaluate import Evaluation
from audiences.keeping import Keeping
from audiences.limit import bounded, hurry
from audiences.rule import All, AnyOf, Leaf, Node, Not
from audiences.snapshots import gone
from audiences.world import World
from kernel.errors import ProblemError
from kernel.sets import People

LIMIT_SECONDS = 3.0  # for all the conditions together

Counts = dict[str, int]


class _Counter:
    def __init__(self, world: World) -> None:
        keeping = Keeping(world.tenant_id)
        self.evaluation, self.left, self.counts = Evaluation(world, keeping=keeping), gone(), Counts()
        self.known: dict[bytes, People] = {}  # equal conditions are asked once

    def people(self, node: Node, at: str) -> People:
        """Those of `node`, the merged and erased taken out; notes how many at its pointer."""
        found = self._people(node, at)
        self.counts[at] = len(found)
        return found

    def _people(self, node: Node, at: str) -> People:
        if isinstance(node, Leaf):
            return self._leaf(node)
        if isinstance(node, Not):
            return self.evaluation.everyone() - self.people(node.part, f"{at}/not")
        kind = "all" if isinstance(node, All) else "any"
        return _joined(node, [self.people(part, f"{at}/{kind}/{i}") for i, part in enumerate(node.parts)])

    def _leaf(self, leaf: Leaf) -> People:
        if leaf.key not in self.known:
            hurry()
            self.known[leaf.key] = self.evaluation.people(leaf) - self.left
        return self.known[leaf.key]


def _joined(node: All | AnyOf, sets: list[People]) -> People:
    found = sets[0]
    for group in sets[1:]:
        found = found & group if isinstance(node, All) else found | group
    return found


def counted(tree: Node, world: World) -> tuple[People, Counts] | None:
    """The people of the tree, and pointer → how many ("" is the root); None when the conditions take too long for that."""
    counter = _Counter(world)
    try:
        with transaction.atomic(), bounded(LIMIT_SECONDS):  # in a savepoint, so that giving up undoes it
            return counter.people(tree, ""), counter.counts
    except ProblemError as problem:
        if problem.code is not Code.TOO_SLOW:
            raise
        return None
