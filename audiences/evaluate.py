"""A rule's tree → the set of people for whom it holds, by set algebra over few statements. Writes nothing.

Only active customers come out. `all` takes its cheap parts first; once few are left, the rest is asked of those few only.
"""

from dataclasses import dataclass, field

from audiences.errors import Code
from audiences.keeping import Keeping
from audiences.limit import hurry
from audiences.rule import All, AnyOf, Leaf, Node, Not, parse_rule
from audiences.snapshots import snapshot
from audiences.window import Window
from audiences.world import World
from customers.fragments import Sql, joined, sql
from kernel.copy import id_list, select_people
from kernel.errors import ProblemError
from kernel.sets import People

_MARGIN = 0.001  # seconds since the epoch as floats are a little less than exact
FEW = 5000  # up to so many people are looked up one by one; more are cheaper read whole
_ACTIVE = "c.merged_into IS NULL AND c.erased_at IS NULL"
_GONE = "(c.merged_into IS NOT NULL OR c.erased_at IS NOT NULL)"


@dataclass
class Evaluation:
    """One evaluation: equal conditions are asked once. `within`: a set of at most FEW people to whom all is restricted."""

    world: World
    within: People | None = None
    inside: frozenset[int] = frozenset()  # saved audiences that are being evaluated around this one
    memo: dict[bytes, People] = field(default_factory=dict)
    keeping: Keeping | None = None  # answers kept from before, when everybody is asked about
    named: frozenset[str] = frozenset()  # events on which the condition depends that is asked now

    def select(self, statement: Sql) -> People:
        key = self.keeping.key_of(statement, self.named, self.world.clock.now) if self.keeping else None
        if key is None or self.keeping is None:
            return _sent(statement)
        kept = self.keeping.find(key)
        if kept is not None:
            return kept[0]
        found = _sent(statement)
        self.keeping.keep(key, found)
        return found

    def only(self, column: str) -> Sql:
        """` AND column = ANY(those few)`, or nothing."""
        if self.within is None:
            return Sql("")
        return sql(" AND " + column + " = ANY({}::bigint[])", id_list(self.within))

    def customers(self, predicate: Sql) -> People:
        """Active customers whose row passes."""
        start = sql("SELECT c.id FROM customers_customer c WHERE c.tenant_id = {} AND ", self.world.tenant_id)
        return self.select(sql("{}" + _ACTIVE + "{} AND ({})", start, self.only("c.id"), predicate))

    def everyone(self) -> People:
        if b"everyone" not in self.memo:
            self.memo[b"everyone"] = self.customers(Sql("true"))
        return self.memo[b"everyone"]

    def rest(self, group: People) -> People:
        """Everyone else."""
        return self.everyone() - group

    def without_gone(self, group: People) -> People:
        """`group` without the merged and erased."""
        if not group:
            return group
        start = sql("SELECT c.id FROM customers_customer c WHERE c.tenant_id = {} AND ", self.world.tenant_id)
        return group - self.select(sql("{}" + _GONE + "{}", start, self.only("c.id")))

    def narrowed(self, group: People) -> "Evaluation":
        """The same for `group` only, when those are few."""
        if self.within is not None or len(group) > FEW:
            return self
        return Evaluation(self.world, group, self.inside)

    def of_all(self) -> "Evaluation":
        """The same without the restriction, for what ranks everybody."""
        return (
            self
            if self.within is None
            else Evaluation(self.world, None, self.inside, keeping=self.keeping, named=self.named)
        )

    def audience(self, audience_id: int) -> People:
        """People of a saved audience: dynamic ones by their rule as of now, static ones from their list."""
        saved = self.world.audience(audience_id)
        if saved is None:
            raise ProblemError(Code.UNKNOWN_AUDIENCE)
        if audience_id in self.inside:
            raise ProblemError(Code.AUDIENCE_CYCLE)
        if saved.rule is None:
            people = snapshot(audience_id)
            return people if self.within is None else people & self.within
        tree = parse_rule(saved.rule, "/rule", self.world)
        return Evaluation(self.world, self.within, self.inside | {audience_id}, keeping=self.keeping).people(tree)

    def people(self, node: Node) -> People:
        row = self.row(node)
        if row is not None:
            return self.customers(row)
        if isinstance(node, Leaf):
            if node.key not in self.memo:
                self.memo[node.key] = self.leaf(node)
            return self.memo[node.key]
        if isinstance(node, Not):
            return self.rest(self.people(node.part))
        return self.all_of(node) if isinstance(node, All) else self.any_of(node)

    def leaf(self, leaf: Leaf) -> People:
        window = leaf.condition.slides(leaf.params)
        return self._asked(leaf) if window is None or self.keeping is None else self._slid(leaf, window, self.keeping)

    def _slid(self, leaf: Leaf, window: Window, keeping: Keeping) -> People:
        """The answer of a while ago, asked again only of those whose events the window has left or reached since."""
        names = leaf.condition.events(leaf.params)
        what = f"{leaf.key.decode()}\n{self.world.clock.zone.key}"
        key = keeping.key(what, ("customers_event", "customers_customer"), names)
        span = _span(window, self.world)
        kept = keeping.find(key) if key else None
        if kept is not None:
            people, then = kept
            moved = self._moved(names, list(zip(then, span, strict=True)))
            if len(moved) <= FEW:
                return (people - moved) | Evaluation(self.world, moved, self.inside)._asked(leaf) if moved else people
        found = self._asked(leaf)
        if key:
            keeping.keep(key, found, span)
        return found

    def _moved(self, names: set[str], ends: list[tuple[float, float]]) -> People:
        """Those with such an event between where an end of the window was and where it is."""
        between = [
            sql("e.occurred_at BETWEEN to_timestamp({}) AND to_timestamp({})", min(pair) - _MARGIN, max(pair) + _MARGIN)
            for pair in ends
        ]
        asked = sql(
            "SELECT e.customer_id FROM customers_event e WHERE e.tenant_id = {} AND e.name = ANY({}) AND {}",
            self.world.tenant_id,
            sorted(names),
            joined("OR", between),
        )
        return _sent(asked)

    def _asked(self, leaf: Leaf) -> People:
        before, self.named = self.named, frozenset(leaf.condition.events(leaf.params))
        try:
            return leaf.condition.people(leaf.params, self)
        finally:
            self.named = before

    def row(self, node: Node) -> Sql | None:
        """The predicate over a customer's row for a subtree that needs nothing else."""
        if isinstance(node, Leaf):
            return node.condition.row(node.params, self.world)
        if isinstance(node, Not):
            inner = self.row(node.part)
            return None if inner is None else sql("({}) IS NOT TRUE", inner)
        rows = [self.row(part) for part in node.parts]
        known = [row for row in rows if row is not None]
        if len(known) < len(rows):
            return None
        return joined("AND" if isinstance(node, All) else "OR", known)

    def split(self, parts: tuple[Node, ...]) -> tuple[list[Sql], list[Node]]:
        """Parts that are row predicates, and the others from cheap to dear."""
        rows, others = list[Sql](), list[Node]()
        for part in parts:
            row = self.row(part)
            if row is None:
                others.append(part)
            else:
                rows.append(row)
        return rows, sorted(others, key=_cost)

    def all_of(self, node: All) -> People:
        rows, others = self.split(node.parts)
        current = self.customers(joined("AND", rows)) if rows else None
        for part in others:
            current = self.also(current, part)
            if not current:
                break
        return current if current is not None else self.everyone()

    def also(self, current: People | None, part: Node) -> People:
        if current is None:
            return self.people(part)
        place = self.narrowed(current)
        return current - place.people(part.part) if isinstance(part, Not) else current & place.people(part)

    def any_of(self, node: AnyOf) -> People:
        rows, others = self.split(node.parts)
        found = self.customers(joined("OR", rows)) if rows else People()
        for part in others:
            found = found | self.people(part)
        return found


def _sent(statement: Sql) -> People:
    hurry()
    return select_people(statement.text, statement.params)


def _span(window: Window, world: World) -> tuple[float, float]:
    """Both ends of a window that has `last`, as seconds since the epoch."""
    start, end = window.ends(world.clock)
    return (start or world.clock.now).timestamp(), (end or world.clock.now).timestamp()


def _cost(node: Node) -> int:
    if isinstance(node, Leaf):
        return node.condition.cost
    if isinstance(node, Not):
        return 1000 + _cost(node.part)  # taken away from what is there, so it comes after what adds
    return sum(_cost(part) for part in node.parts)


def evaluate(tree: Node, world: World, within: People | None = None) -> People:
    """People of the tree, all of the tenant's or those of `within`."""
    if within is not None and not within:
        return People()
    few = within if within is not None and len(within) <= FEW else None
    evaluation = Evaluation(world, few, keeping=Keeping(world.tenant_id) if few is None else None)
    found = evaluation.people(tree)
    if within is not None:
        found = found & within
    return found if evaluation.row(tree) is not None else evaluation.without_gone(found)
