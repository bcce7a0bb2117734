"""What one step writes: cohorts that arrive, passages, doors. Collected first, written together."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection

from canvas_app.models import Cohort, Passage, Run
from canvas_app.runtime.plan import Plan
from kernel.clock import db_now
from kernel.sets import People, dump
from kernel.wake import BULK, TRIGGER
from tenants.ready import announce
from tenants.scope import current_tenant_id

GATHER = "gather"
_NOBODY = dump(People())


def queue_of(run: Run) -> str:
    """Triggered runs go before bulk."""
    return TRIGGER if run.kind == "standing" else BULK


@dataclass
class Movement:
    """Rows of one step of `run`, all at `now` (database clock)."""

    run: Run
    plan: Plan
    now: datetime
    cohorts: list[Cohort] = field(default_factory=list)
    passages: list[Passage] = field(default_factory=list)

    def passage(self, wave_id: int, node: str, kind: str, port: str, people: People, edge: str = "") -> None:
        if people:
            self.passages.append(
                Passage(
                    run_id=self.run.pk,
                    wave_id=wave_id,
                    node=node,
                    kind=kind,
                    port=port,
                    edge=edge,
                    people=dump(people),
                    size=len(people),
                    at=self.now,
                )
            )

    def merged(self, wave_id: int, node: str, times: int) -> None:
        """`times` arrivals were of people who had arrived already."""
        if times:
            self.passages.append(
                Passage(
                    run_id=self.run.pk,
                    wave_id=wave_id,
                    node=node,
                    kind="merge",
                    port="",
                    people=_NOBODY,
                    size=times,
                    at=self.now,
                )
            )

    def leave(self, wave_id: int, node: str, round_: int, port: str, people: People) -> None:
        """`people` leave `node` by `port`: on along its edges, or out of the run where the port has none."""
        if not people:
            return
        wired, catch_all = self.plan.graph.wired_ports(node), self.plan.types[node].catch_all
        taken = port if port in wired or catch_all not in wired else str(catch_all)
        self.passage(wave_id, node, "out", taken, people)
        for edge in self.plan.graph.out_edges(node, taken):
            gathers = self.plan.types[edge.target].gathers
            self.stand(
                wave_id, edge.target, edge.target_port, people, edge=edge.id, round_=round_,
                waits_for=GATHER if gathers else "", due_at=None if gathers else self.now,
            )  # fmt: skip

    def drop(self, wave_id: int, node: str, door: str, people: People) -> None:
        """`people` leave the run at `node` by a door that is no port."""
        self.passage(wave_id, node, "drop", door, people)

    def stand(
        self, wave_id: int, node: str, port: str, people: People, *, edge: str = "", round_: int = 0,
        parked: bool = False, waits_for: str = "", due_at: datetime | None = None, attempts: int = 0,
    ) -> None:  # fmt: skip
        if people:
            self.cohorts.append(
                Cohort(
                    run_id=self.run.pk,
                    wave_id=wave_id,
                    node=node,
                    port=port,
                    edge=edge,
                    round=round_,
                    people=dump(people),
                    size=len(people),
                    parked=parked,
                    waits_for=waits_for,
                    due_at=due_at,
                    attempts=attempts,
                    created_at=self.now,
                )
            )

    def write(self) -> None:
        """Insert everything, then see who has become due by it: set operations, and the end of the run."""
        Passage.objects.bulk_create(self.passages)
        Cohort.objects.bulk_create(self.cohorts)
        for due_at in sorted({c.due_at for c in self.cohorts if c.due_at and c.due_at > self.now}):
            announce(queue_of(self.run), due_at=due_at)
        if any(c.due_at is not None and c.due_at <= self.now for c in self.cohorts):
            announce(queue_of(self.run))


def conclude(run: Run, plan: Plan, waves: set[int]) -> None:
    """After a step: let set operations go whose upstream is empty, and finish a run that nobody stands in.

    The advisory lock makes the ends of steps of one run take turns: of two workers that finish the last two upstream
    cohorts at once, the second sees the first's work and knows that it was the last.
    """
    if run.kind == "standing" and not plan.has_gathers:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [current_tenant_id() % 2**31, run.pk % 2**31])
        if plan.has_gathers:
            _release_gathers(run, plan, waves)
        if run.kind != "standing":
            cursor.execute(
                "UPDATE canvas_app_run r SET status = 'finished', finished_at = clock_timestamp() WHERE tenant_id = %s AND id = %s "
                "AND status = 'running' AND NOT EXISTS (SELECT 1 FROM canvas_app_cohort c WHERE c.tenant_id = r.tenant_id AND c.run_id = r.id)",
                [current_tenant_id(), run.pk],
            )


def _release_gathers(run: Run, plan: Plan, waves: set[int]) -> None:
    standing: dict[int, set[str]] = {w: set() for w in waves}
    for wave_id, node in (
        Cohort.objects.filter(run_id=run.pk, wave_id__in=waves).values_list("wave_id", "node").distinct()
    ):
        standing[wave_id].add(node)
    released = 0
    for wave_id, nodes in standing.items():
        free = [n for n in nodes if n and plan.types[n].gathers and not (plan.graph.upstream(n) & nodes)]
        if free and "" not in nodes:
            waiting = Cohort.objects.filter(
                run_id=run.pk, wave_id=wave_id, node__in=free, waits_for=GATHER, due_at__isnull=True
            )
            released += waiting.update(due_at=db_now())
    if released:
        announce(queue_of(run))
