"""People go from node to node in memory, in one transaction, for as long as somebody may go on and the time lasts.

A drawing of ten set nodes costs one transaction, whatever its size; what is left when the time is up stands in the
database and is claimed again. Only node types decide where people go.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from audiences import facade as audiences
from canvas_app.nodes.base import Arrivals, Input, Result
from canvas_app.runtime.conclude import release_gathers
from canvas_app.runtime.context import LiveContext, salt_of
from canvas_app.runtime.exits import Leavers
from canvas_app.runtime.movement import Movement, Standing
from canvas_app.runtime.parts import Parts, batch_of
from kernel.sets import People, union
from kernel.step import Step
from tenants.settings import tenant_now


@dataclass
class Walk:
    """`taken`: rows of the database whose people are on the way. `fresh`: waves that began in this transaction."""

    movement: Movement
    taken: set[int] = field(default_factory=set)
    waves: set[int] = field(default_factory=set)
    fresh: set[int] = field(default_factory=set)
    at_node: str = ""  # for the report when a node fails

    def __post_init__(self) -> None:
        self._zone = ZoneInfo(tenant_now().timezone)
        self._leavers = Leavers(self.movement.run.pk)

    def on(self, seconds: float) -> None:
        """As far as possible in so much time; at least one visit."""
        ends = time.monotonic() + seconds
        while True:
            while self.movement.due:
                self._visit(*self.movement.next_due())
                if time.monotonic() > ends:
                    return
            if not release_gathers(self.movement, self.taken, self.waves):
                return
            self._leavers = Leavers(self.movement.run.pk)  # others have joined

    def once(self) -> None:
        """One visit only: after a failure, so that the step at fault is found and the others are not held up."""
        if self.movement.due:
            self._visit(*self.movement.next_due())

    def _visit(self, node: str, round_: int, standing: list[Standing]) -> None:
        self.at_node = node
        kind = self.movement.plan.types[node]
        now, later = batch_of(standing, kind.chunk, alone=kind.gathers)
        for one in later:
            self.movement.stand(one)
        parts = Parts(_by_wave(now))
        arrivals = self._without_leavers(node, parts, self._take_in(node, now))
        context = self._context(node, round_, parts)
        result = kind.process(context, self.movement.plan.configs[node], arrivals)
        self._apply(node, round_, parts, arrivals, result)

    def _take_in(self, node: str, standing: list[Standing]) -> Arrivals:
        """Notes who came in by which edge, wave by wave; those who were parked here came in before."""
        plan, ways = self.movement.plan, dict[tuple[str, str], People]()
        if plan.types[node].gathers:  # an input by which nobody came counts too: an intersection with nobody is nobody
            ways = {(e.target_port, e.id): People() for e in plan.graph.in_edges(node)}
        came: dict[int, list[Standing]] = {}
        for one in standing:
            if not one.parked:
                came.setdefault(one.wave_id, []).append(one)
                ways[one.port, one.edge] = ways.get((one.port, one.edge), People()) | one.people
        for wave, group in came.items():
            self._note_arrivals(wave, node, group)
        returned = union(s.people for s in standing if s.parked)
        return Arrivals([Input(port, edge, group) for (port, edge), group in ways.items()], returned)

    def _note_arrivals(self, wave: int, node: str, came: list[Standing]) -> None:
        by_way: dict[tuple[str, str], People] = {}
        for one in came:
            key = (one.port, one.edge)
            by_way[key] = by_way[key] | one.people if key in by_way else one.people
        for (port, edge), group in by_way.items():
            self.movement.passage(wave, node, "in", port, group, edge=edge)
        if len(came) > 1:
            times = sum(len(group) for group in by_way.values()) - len(union(s.people for s in came))
            self.movement.merged(wave, node, times)

    def _without_leavers(self, node: str, parts: Parts, arrivals: Arrivals) -> Arrivals:
        """Exits, goals and erasures act when people next move."""
        everybody, gone = arrivals.everybody, People()
        if rule := (self.movement.plan.definition.get("exit") or {}).get("rule"):
            gone = audiences.people_of_rule(rule, within=everybody) & everybody
            for wave, group in parts.share(gone):
                self.movement.drop(wave, node, "exit_rule", group)
        known = [w for w in parts.waves if w not in self.fresh]
        for wave, reasons in self._leavers.of(known, self._everybody(everybody)).items() if known else ():
            for reason, group in reasons.items():
                mine = (group & parts.waves[wave]) - gone
                self.movement.drop(wave, node, reason, mine)
                gone |= mine
        if not gone:
            return arrivals
        return Arrivals([Input(i.port, i.edge, i.people - gone) for i in arrivals.fresh], arrivals.returned - gone)

    def _everybody(self, here: People) -> People:
        return here | union(s.people for s in self.movement.all_standing())

    def _context(self, node: str, round_: int, parts: Parts) -> LiveContext:
        run, plan = self.movement.run, self.movement.plan
        variant, triggered = plan.variants.get(node, ""), run.kind == "standing"
        return LiveContext(
            now=self.movement.now, zone=self._zone, node_id=node, salt=salt_of(run.canvas_id, node),
            quiet_hours=plan.definition.get("quiet_hours"), parts=parts,
            steps={w: Step(run.canvas_id, run.pk, node, w, round_, variant, triggered) for w in parts.waves},
        )  # fmt: skip

    def _apply(self, node: str, round_: int, parts: Parts, arrivals: Arrivals, result: Result) -> None:
        for port, group in result.out.items():
            for wave, part in parts.share(group):
                self.movement.leave(wave, node, round_, port, part)
        for park in result.park:
            self._park(node, round_, parts, Standing(0, node, "", park.people, due_at=park.until))
        for pending in result.pending:
            self._park(node, round_, parts, Standing(0, node, "", pending.people, waits_for=pending.key))
        for reason, group in result.held.items():
            for wave, part in parts.share(group):
                self.movement.passage(wave, node, "held", reason, part)
        # came a second time to a step that had served them: nothing is done twice, and nobody vanishes
        doors = [*result.dropped.items(), ("already_served", arrivals.everybody - result.everybody())]
        for door, group in doors:
            for wave, part in parts.share(group):
                self.movement.drop(wave, node, door, part)

    def _park(self, node: str, round_: int, parts: Parts, like: Standing) -> None:
        for wave, part in parts.share(like.people):
            self.movement.stand(
                Standing(wave, node, "", part, round=round_, parked=True, waits_for=like.waits_for, due_at=like.due_at)
            )


def _by_wave(standing: Iterable[Standing]) -> dict[int, People]:
    found: dict[int, People] = {}
    for one in standing:
        found[one.wave_id] = found[one.wave_id] | one.people if one.wave_id in found else one.people
    return found
