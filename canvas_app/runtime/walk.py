"""People go from node to node in memory, in one transaction, for as long as somebody may go on and the time lasts.

A drawing of ten set nodes costs one transaction, whatever its size; what is left when the time is up stands in the
database and is claimed again. Only node types decide where people go.
"""

import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from audiences import facade as audiences
from canvas_app.document import rank_of
from canvas_app.nodes.base import Arrivals, Input, Result, Stay
from canvas_app.runtime.conclude import release_gathers
from canvas_app.runtime.context import LiveContext, salt_of
from canvas_app.runtime.exits import Leavers
from canvas_app.runtime.lineage import ancestors
from canvas_app.runtime.merging import MERGED, take_over
from canvas_app.runtime.movement import Movement, Standing
from canvas_app.runtime.parts import Parts, batch_of
from channels.facade import Flight
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
    flights: list[Flight] | None = None  # see LiveContext

    def __post_init__(self) -> None:
        self._zone = ZoneInfo(tenant_now().timezone)
        self._leavers = Leavers(self.movement.run.pk)

    def on(self, ends: float) -> None:
        """As far as possible until then (monotonic); at least one visit."""
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
        kind = self.movement.plan.types[node]
        now, later = batch_of(standing, kind.chunk, kind.waves, alone=kind.gathers)
        for one in later:
            self.movement.stand(one)
        parts = Parts(_by_wave(now))
        arrivals = self._without_leavers(node, parts, self._take_in(node, now), now)
        context = self._context(node, round_, parts)
        result = kind.process(context, self.movement.plan.configs[node], arrivals)
        self._apply(node, round_, parts, arrivals, result)

    def _take_in(self, node: str, standing: list[Standing]) -> Arrivals:
        """Notes who came in by which edge, wave by wave; those who were parked here came in before."""
        plan, ways = self.movement.plan, dict[tuple[str, str], People]()
        if plan.types[node].gathers:  # an input by which nobody came counts too: an intersection with nobody is nobody
            ways = {(e.target_port, e.id): People() for e in plan.graph.in_edges(node)}
        here: dict[int, list[Standing]] = {}
        for one in standing:
            here.setdefault(one.wave_id, []).append(one)
            if not one.parked:
                ways[one.port, one.edge] = ways.get((one.port, one.edge), People()) | one.people
        for wave, group in here.items():
            self._note_arrivals(wave, node, group)
        returned = union(s.people for s in standing if s.parked)
        stays = self._stays(standing) if plan.types[node].hears else []
        return Arrivals([Input(port, edge, group) for (port, edge), group in ways.items()], returned, stays)

    def _stays(self, standing: list[Standing]) -> list[Stay]:
        """By moment of arrival; who came more than once counts from the first time."""
        found, seen = dict[datetime, People](), People()
        for one in sorted(standing, key=lambda s: s.since or self.movement.now):
            since = one.since or self.movement.now
            found[since] = found.get(since, People()) | (one.people - seen)
            seen |= one.people
        return [Stay(since, group) for since, group in found.items() if group]

    def _note_arrivals(self, wave: int, node: str, here: list[Standing]) -> None:
        """Each time that people came by an edge; who is here more than once is one from now on."""
        by_way: dict[tuple[str, str], list[People]] = defaultdict(list)
        for one in here:
            if not one.parked:
                by_way[one.port, one.edge].append(one.people)
        for (port, edge), groups in by_way.items():
            together = union(groups)
            distinct = len(together) == sum(map(len, groups))
            for group in [together] if distinct else groups:
                self.movement.passage(wave, node, "in", port, group, edge=edge)
        if len(here) > 1:
            self.movement.merged(wave, node, sum(len(s.people) for s in here) - len(union(s.people for s in here)))

    def _without_leavers(self, node: str, parts: Parts, arrivals: Arrivals, standing: list[Standing]) -> Arrivals:
        """Exits, goals and erasures act when people next move."""
        everybody, gone = arrivals.everybody, People()
        if rule := (self.movement.plan.definition.get("exit") or {}).get("rule"):
            gone = audiences.people_of_rule(rule, within=everybody) & everybody
            for wave, group in parts.share(gone):
                self.movement.drop(wave, node, "exit_rule", group)
        known = [w for w in parts.waves if w not in self.fresh]
        for wave, reasons in self._leavers.of(known, lambda: self._everybody(everybody)).items() if known else ():
            for reason, group in reasons.items():
                mine = (group & parts.waves[wave]) - gone
                self.movement.drop(wave, node, reason, mine)
                gone |= mine
                if reason == MERGED and mine:
                    self._take_over([replace(s, people=s.people & mine) for s in standing if s.wave_id == wave])
        if not gone:
            return arrivals
        return arrivals.without(gone)

    def _take_over(self, left: list[Standing]) -> None:
        self.waves |= take_over(self.movement, [one for one in left if one.people])

    def _everybody(self, here: People) -> People:
        return here | union(s.people for s in self.movement.all_standing())

    def _context(self, node: str, round_: int, parts: Parts) -> LiveContext:
        run, plan = self.movement.run, self.movement.plan
        variant, triggered = plan.variants.get(node, ""), run.kind == "standing"
        priority = rank_of(plan.definition.get("priority"))
        return LiveContext(
            now=self.movement.now, zone=self._zone, node_id=node, salt=salt_of(run.canvas_id, node),
            quiet_hours=plan.definition.get("quiet_hours"), lap=plan.loops.lap(node, round_), parts=parts,
            flights=self.flights,
            steps={w: Step(run.canvas_id, run.pk, node, w, round_, variant, triggered, priority) for w in parts.waves},
            before=ancestors(run, parts.waves), touching=plan.touching,
        )  # fmt: skip

    def _apply(self, node: str, round_: int, parts: Parts, arrivals: Arrivals, result: Result) -> None:
        for port, group in result.out.items():
            for wave, part in parts.share(group):
                self.movement.leave(wave, node, round_, port, part)
        for park in result.park:
            like = Standing(0, node, "", park.people, waits_for=park.waits_for, due_at=park.until, since=park.since)
            self._park(round_, parts, like)
        for pending in result.pending:
            self._park(round_, parts, Standing(0, node, "", pending.people, waits_for=pending.key))
        for reason, group in result.held.items():
            for wave, part in parts.share(group):
                self.movement.passage(wave, node, "held", reason, part)
        # came a second time to a step that had served them: nothing is done twice, and nobody vanishes
        doors = [*result.dropped.items(), ("already_served", arrivals.everybody - result.everybody())]
        for door, group in doors:
            for wave, part in parts.share(group):
                self.movement.drop(wave, node, door, part)

    def _park(self, round_: int, parts: Parts, like: Standing) -> None:
        for wave, part in parts.share(like.people):
            self.movement.stand(replace(like, wave_id=wave, people=part, round=round_, parked=True))


def _by_wave(standing: Iterable[Standing]) -> dict[int, People]:
    found: dict[int, People] = {}
    for one in standing:
        found[one.wave_id] = found[one.wave_id] | one.people if one.wave_id in found else one.people
    return found
