"""Who of the chosen people gets in, and by which sources: membership at a scheduled canvas, the event at a triggered one."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from audiences import facade as audiences
from canvas_app.nodes.base import Arrivals
from canvas_app.runtime.matching import occurring
from canvas_app.simulate.walking import WAVE, VirtualWalk
from customers.inbox import InboxEvent
from customers.moments import Clock
from kernel.sets import People, people, union


@dataclass(frozen=True)
class Happening:
    """The event that the test customers are said to have done; None: one that fits the trigger."""

    name: str
    properties: dict[str, Any] = field(default_factory=dict)

    def as_context(self, at: datetime) -> dict[str, Any]:
        return {"name": self.name, "occurred_at": at.isoformat(), "properties": self.properties}


def let_in(walk: VirtualWalk, chosen: People, event: Happening | None, *, everyone: bool) -> People:
    """Those who got in. everyone: who belongs nowhere comes in by the first source."""
    starts = [n for n in walk.movement.plan.starts if n in walk.movement.plan.configs]
    found = {node: _admitted(walk, node, chosen, event) for node in starts}
    if everyone and starts:
        found[starts[0]] |= chosen - union(found.values())
    for node, group in found.items():
        walk.movement.passage(WAVE, node, "in", "start", group)
        walk.movement.leave(WAVE, node, 0, "out", group)
    return union(found.values())


def _admitted(walk: VirtualWalk, node: str, chosen: People, event: Happening | None) -> People:
    plan = walk.movement.plan
    config, context = plan.configs[node], walk.rehearsing(node)
    if "triggered" not in plan.types[node].kinds or walk.movement.run.kind != "standing":
        return plan.types[node].process(context, config, Arrivals([], People())).out.get("out", People()) & chosen
    group = chosen if event is None else _who_do(config, chosen, event, Clock(context.now, context.zone))
    return group & audiences.people_of_rule(config.rule, within=group) if config.rule is not None and group else group


def _who_do(config: Any, chosen: People, event: Happening, clock: Clock) -> People:
    done = [InboxEvent(0, "", int(c), event.name, clock.now, event.properties, clock.now) for c in chosen]
    return people(e.customer_id for e in occurring(config, done, clock))
