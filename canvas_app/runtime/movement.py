"""What one transaction of a run does: who goes on, who stands where, passages, doors. Collected first, written together."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from canvas_app.models import Cohort, Passage, Run
from canvas_app.nodes.base import EVENT
from canvas_app.runtime.plan import Plan
from kernel.copy import insert_all
from kernel.sets import People, dump, first
from kernel.wake import BULK, TRIGGER
from tenants.ready import announce

GATHER = "gather"
_NOBODY = dump(People())


def queue_of(run: Run) -> str:
    """Triggered runs go before bulk."""
    return TRIGGER if run.kind == "standing" else BULK


@dataclass(slots=True)
class Standing:
    """People at an input port of a node, not written down yet; fields as in Cohort."""

    wave_id: int
    node: str
    port: str
    people: People
    edge: str = ""
    round: int = 0
    parked: bool = False
    waits_for: str = ""
    due_at: datetime | None = None
    since: datetime | None = None  # when they came to the node; None: with this movement

    def divided(self, count: int) -> tuple["Standing", "Standing"]:
        """(the first `count` people, the rest), both standing where they stood."""
        mine = first(self.people, count)
        return replace(self, people=mine), replace(self, people=self.people - mine)


@dataclass
class Movement:
    """One transaction of `run`, all at `now` (database clock).

    due: by (node, round), people who may go on at once, in this very transaction. resting: those who may not.
    """

    run: Run
    plan: Plan
    now: datetime
    due: dict[tuple[str, int], list[Standing]] = field(default_factory=lambda: defaultdict(list))
    resting: list[Standing] = field(default_factory=list)
    passages: list[Passage] = field(default_factory=list)

    def passage(self, wave_id: int, node: str, kind: str, port: str, people: People, edge: str = "") -> None:
        if people:
            self._note(wave_id, node, kind, port, edge, dump(people), len(people))

    def merged(self, wave_id: int, node: str, times: int) -> None:
        """`times` arrivals were of people who had arrived already."""
        if times:
            self._note(wave_id, node, "merge", "", "", _NOBODY, times)

    def _note(self, wave_id: int, node: str, kind: str, port: str, edge: str, raw: bytes, size: int) -> None:
        self.passages.append(
            Passage(
                tenant_id=self.run.tenant_id, run_id=self.run.pk, wave_id=wave_id, node=node, kind=kind, port=port,
                edge=edge, people=raw, size=size, at=self.now,
            )
        )  # fmt: skip

    def leave(self, wave_id: int, node: str, round_: int, port: str, people: People) -> None:
        """`people` leave `node` by `port`: on along its edges, or out of the run where the port has none."""
        if not people:
            return
        taken = self.plan.port_taken(node, port)
        self.passage(wave_id, node, "out", taken, people)
        for edge in self.plan.graph.out_edges(node, taken):
            gathers = self.plan.types[edge.target].gathers
            self.stand(
                Standing(
                    wave_id, edge.target, edge.target_port, people, edge.id, self.plan.loops.after(edge, round_),
                    waits_for=GATHER if gathers else "", due_at=None if gathers else self.now,
                )
            )  # fmt: skip

    def drop(self, wave_id: int, node: str, door: str, people: People) -> None:
        """`people` leave the run at `node` by a door that is no port."""
        self.passage(wave_id, node, "drop", door, people)

    def stand(self, standing: Standing) -> None:
        if not standing.people:
            return
        if standing.due_at is not None and standing.due_at <= self.now:
            self.due[standing.node, standing.round].append(standing)
        else:
            self.resting.append(standing)

    def next_due(self) -> tuple[str, int, list[Standing]]:
        """Everybody who may go on at the first node in drawing order, so that ways that meet again are taken in together."""
        key = min(self.due, key=lambda k: (k[1], self.plan.place(k[0])))
        return *key, self.due.pop(key)

    def all_standing(self) -> Iterable[Standing]:
        for group in self.due.values():
            yield from group
        yield from self.resting

    def write(self) -> None:
        """Insert everything; workers are woken for those who are due, now or later."""
        insert_all(self.passages)
        rows = [self._row(s) for s in self.all_standing()]
        insert_all(rows)
        for due_at in sorted({s.due_at for s in self.resting if s.due_at}):
            announce(queue_of(self.run), due_at=due_at)
        if any(self.due.values()):
            announce(queue_of(self.run))

    def _row(self, s: Standing) -> Cohort:
        return Cohort(
            tenant_id=self.run.tenant_id, run_id=self.run.pk, wave_id=s.wave_id, node=s.node, port=s.port, edge=s.edge,
            round=s.round, people=dump(s.people), size=len(s.people), parked=s.parked, waits_for=s.waits_for,
            lowest=s.people.min() if s.waits_for == EVENT else None, highest=s.people.max() if s.waits_for == EVENT else None,
            due_at=s.due_at, since=s.since or self.now, created_at=self.now,
        )  # fmt: skip
