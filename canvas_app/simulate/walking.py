"""The engine's walk in virtual time: nothing is read from or written to where a real run's people stand."""

import time
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from canvas_app.document import config_of, unfolded
from canvas_app.models import Run
from canvas_app.nodes.base import registry
from canvas_app.references import name_of
from canvas_app.runtime.context import salt_of
from canvas_app.runtime.movement import GATHER, Movement, Standing
from canvas_app.runtime.parts import Parts
from canvas_app.runtime.plan import Plan, plan_with
from canvas_app.runtime.walk import Walk
from canvas_app.simulate.notebook import Notebook, Rehearsing
from kernel.errors import ProblemError

WAVE = 1
UNFINISHED = "unfinished"
_SECONDS, _MOMENTS = 10.0, 2_000  # real time, and moments at which somebody may go on: a draft may wait for ever


def draft_plan(definition: dict[str, Any]) -> Plan:
    """Of a draft: nodes that lack a setting, or name something that is gone, have no settings in it."""
    walked, configs = unfolded(definition), dict[str, Any]()
    for node in walked.graph.nodes.values():
        kind = registry[node.type]
        there = all(
            what == "attribute" or name_of(what, key) is not None for what, key, _ in kind.references(node.config)
        )
        try:
            made = config_of(kind, node.config)
        except ValidationError:
            continue
        if there:
            configs[node.id] = made
    return plan_with(definition, walked, configs)


@dataclass
class VirtualWalk(Walk):
    """assume: node → the port by which people leave where only the world decides."""

    notes: Notebook = field(default_factory=lambda: Notebook({}))
    assume: dict[str, str] = field(default_factory=dict)
    assumed: dict[str, str] = field(default_factory=dict)

    def until_the_end(self) -> None:
        """From moment to moment, until nobody can go on any more or it has taken too long."""
        ends, moments = time.monotonic() + _SECONDS, 0
        while moments < _MOMENTS and time.monotonic() < ends:
            self.on(ends)
            if not self._next_moment():
                return
            moments += 1

    def _next_moment(self) -> bool:
        movement = self.movement
        moments = [s.due_at for s in movement.resting if s.due_at is not None]
        if not moments:
            return False
        movement.now = min(moments)
        resting, movement.resting = movement.resting, []
        for one in resting:
            movement.stand(one)
        return True

    def _visit(self, node: str, round_: int, standing: list[Standing]) -> None:
        kind, config = self.movement.plan.types[node], self.movement.plan.configs.get(node)
        if config is None:
            self._all_out(node, round_, standing, door=UNFINISHED)
        elif kind.hears and node in self.assume:
            self.assumed[node] = self.assume[node]
            self._all_out(node, round_, standing, port=self.assume[node])
        else:
            try:
                super()._visit(node, round_, standing)
            except (ProblemError, ValidationError):  # a rule not begun yet is as unfinished as a missing setting
                self._all_out(node, round_, standing, door=UNFINISHED)

    def _all_out(self, node: str, round_: int, standing: list[Standing], *, port: str = "", door: str = "") -> None:
        everybody = self._take_in(node, standing).everybody
        if door:
            self.movement.drop(WAVE, node, door, everybody)
        else:
            self.movement.leave(WAVE, node, round_, port, everybody)

    def _park(self, round_: int, parts: Parts, like: Standing) -> None:
        """What waits for an outcome outside has it at once; what may be freed by an event waits for its end."""
        node = like.node
        kind, config = self.movement.plan.types[node], self.movement.plan.configs[node]
        if like.due_at is None and like.waits_for != GATHER:
            port = self.assume.get(node, "sent")
            self.assumed[node] = port
            self.movement.leave(WAVE, node, round_, port, like.people)
            return
        within = getattr(config, "within", None)
        if kind.hears and within is not None:
            self.assumed[node] = kind.waits_out
            like = replace(like, due_at=(like.since or self.movement.now) + within.delta)
        super()._park(round_, parts, like)

    def _context(self, node: str, round_: int, parts: Parts) -> Rehearsing:  # type: ignore[override]  # no effects: not a live one
        return self.rehearsing(node, round_)

    def rehearsing(self, node: str, round_: int = 0) -> Rehearsing:
        plan = self.movement.plan
        return Rehearsing(
            now=self.movement.now, zone=self._zone, node_id=node, salt=salt_of(self.movement.run.canvas_id, node),
            quiet_hours=plan.definition.get("quiet_hours"), lap=plan.loops.lap(node, round_), notes=self.notes,
        )  # fmt: skip


def virtual_walk(
    canvas_id: int, plan: Plan, at: datetime, notes: Notebook, assume: dict[str, str], *, triggered: bool
) -> VirtualWalk:
    """A walk of a run that is nowhere: its number is 0."""
    assume = {**plan.walked.assume, **plan.walked.assumed(assume)}
    run = Run(pk=0, canvas_id=canvas_id, kind="standing" if triggered else "manual")
    return VirtualWalk(Movement(run, plan, at), waves={WAVE}, fresh={WAVE}, notes=notes, assume=assume)
