"""A rule asked of one person in Python: over their events, attributes and tags, with none of the SQL of the conditions.

What can't be told so (a condition of another kind) is taken from the set that the rule's own SQL gives, and counted as unchecked.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from audiences.figures.definitions import ORDER, Definitions
from audiences.rule import All, AnyOf, Leaf, Node, Not
from audiences.world import World
from customers.operators import compare
from customers.readings import read_number
from customers.where import matches, values_at
from kernel.sets import People


@dataclass(frozen=True)
class Happened:
    name: str
    at: datetime
    properties: dict[str, Any]


@dataclass(frozen=True)
class Person:
    id: int
    attributes: dict[str, Any]
    tags: list[str]
    events: list[Happened]


@dataclass
class Examiner:
    """`sets`: who passes a condition that can't be told of one person, by its canonical text."""

    world: World
    defined: Definitions
    sets: dict[bytes, People] = field(default_factory=dict)

    def holds(self, node: Node, who: Person) -> bool:
        if isinstance(node, Leaf):
            return self.leaf(node, who)[0]
        if isinstance(node, Not):
            return not self.holds(node.part, who)
        every = all if isinstance(node, All) else any
        assert isinstance(node, All | AnyOf)
        return every(self.holds(part, who) for part in node.parts)

    def leaf(self, leaf: Leaf, who: Person) -> tuple[bool, Any]:
        """Does it hold, and what was found."""
        told = _TOLD.get(leaf.condition.key)
        if told is None or not self.checks(leaf):
            return who.id in self.sets[leaf.key], None
        return told(leaf.params, who, self)

    def checks(self, leaf: Leaf) -> bool:
        """What is sealed is asked in one go, not person by person."""
        return leaf.condition.key in CHECKED and getattr(leaf.params, "key", None) not in self.world.sensitive


Answer = tuple[bool, Any]


def _attribute(params: Any, who: Person, examiner: Examiner) -> Answer:
    value = who.attributes.get(params.key)
    kind = examiner.world.types.get(params.key, "any")
    return compare(kind, params.op, params.value).test(value, examiner.world.clock), value


def _event(params: Any, who: Person, examiner: Examiner) -> Answer:
    clock = examiner.world.clock
    start, end = params.window.ends(clock) if params.window else (None, None)
    counted = [
        e for e in who.events
        if e.name == params.event and (start is None or e.at >= start) and (end is None or e.at < end)
        and matches(params.where, e.properties, clock)
    ]  # fmt: skip
    if params.measure in ("first", "last"):
        times = sorted(e.at for e in counted)
        at = times[0 if params.measure == "first" else -1] if times else None
        return params.counted().test(at.isoformat() if at else None, clock), at
    figure = _MEASURES[params.measure](counted, params, examiner)
    return params.counted().test(figure, clock), figure


def _values(counted: list[Happened], params: Any) -> list[Any]:
    path = tuple(str(params.property).split("."))
    return [v for e in counted for v in values_at(path, e.properties) if v is not None]


def _numbers(counted: list[Happened], params: Any) -> list[Decimal]:
    return [n for v in _values(counted, params) if (n := read_number(v)) is not None]


_MEASURES: dict[str, Callable[[list[Happened], Any, Examiner], Decimal | None]] = {
    "count": lambda counted, params, examiner: Decimal(len(counted)),
    "days": lambda counted, params, examiner: Decimal(
        len({e.at.astimezone(examiner.world.clock.zone).date() for e in counted})
    ),
    "distinct": lambda counted, params, examiner: Decimal(len({repr(v) for v in _values(counted, params)})),
    "sum": lambda counted, params, examiner: sum(found, Decimal(0)) if (found := _numbers(counted, params)) else None,
    "avg": lambda counted, params, examiner: (
        sum(found) / Decimal(len(found)) if (found := _numbers(counted, params)) else None
    ),
    "min": lambda counted, params, examiner: min(_numbers(counted, params), default=None),
    "max": lambda counted, params, examiner: max(_numbers(counted, params), default=None),
}


def _tag(params: Any, who: Person, examiner: Examiner) -> Answer:
    carried = [name in who.tags for name in params.value]
    return {"has_any": any(carried), "has_all": all(carried), "has_none": not any(carried)}[params.op], None


def _lifecycle(params: Any, who: Person, examiner: Examiner) -> Answer:
    orders, now, defined = [e.at for e in who.events if e.name == ORDER], examiner.world.clock.now, examiner.defined
    if not orders:
        stage = "potential"
    elif max(orders) < now - defined.churned_after:
        stage = "churned"
    elif len(orders) == 1:
        stage = "first_purchase"
    else:
        stage = "retained" if min(orders) < now - defined.retained_after else "repeat"
    return stage in params.wanted(), stage


_TOLD: dict[str, Callable[[Any, Person, Examiner], Answer]] = {
    "attribute": _attribute,
    "event": _event,
    "tag": _tag,
    "lifecycle": _lifecycle,
}
CHECKED = frozenset(_TOLD)  # keys of the conditions that can be asked so
