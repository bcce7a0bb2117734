"""People of an older version's run go over to the new version's: to the same step, to another one, or out by a named door.

Who waits for an answer from outside (a message on its way) stays until it is there, and goes over with the next step: a run
that is `moving` hands over whoever is claimed in it, so nobody is overtaken by a worker that was at it meanwhile.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from typing import Final

from django.db import connection

from canvas_app.graph.unfold import drawn
from canvas_app.models import Cohort, Run, Wave
from canvas_app.nodes.base import EVENT, LEAVE
from canvas_app.runtime.conclude import commit_movement, standing_of
from canvas_app.runtime.exits import Leavers, note_exits
from canvas_app.runtime.merging import MERGED
from canvas_app.runtime.movement import GATHER, Movement, Standing
from canvas_app.runtime.plan import plan_of
from canvas_app.runtime.walk import Walk
from kernel.clock import db_now
from kernel.sets import People, dump, load, union
from tenants.scope import current_tenant_id

MOVED: Final = "moved"
VERSION_CHANGED: Final = "version_changed"


def run_is_moving(run: Run) -> bool:
    return bool((run.moving or {}).get("to"))


def move_everybody(run: Run) -> Counter[str]:
    """All who can go over now. Counts people by place: moved · left (their step is gone) · staying (wait for an answer)."""
    found: Counter[str] = Counter()
    while cohorts := _movable(run):
        found += move(run, cohorts)
    staying = Cohort.objects.filter(run=run).exclude(node="").values_list("size", flat=True)
    return found + Counter({"staying": sum(staying)})


def _movable(run: Run) -> list[Cohort]:
    """Locked. Asked again until there are none: whom a step held at first is seen afterwards where it put them."""
    here = Cohort.objects.filter(run=run, waits_for__in=("", GATHER, EVENT)).exclude(node="")
    return list(here.order_by("pk").select_for_update())


def move(run: Run, cohorts: list[Cohort]) -> Counter[str]:
    """These rows (locked, of one run) go over. In the old run they leave by a door, in the new one they come in."""
    assert run.moving is not None, "the run does not know where to"
    target = Run.objects.get(pk=run.moving["to"])
    crossing = _Crossing(run, target, run.moving.get("redirects") or {})
    waves = {c.wave_id for c in cohorts}
    gone = Leavers(run.pk).of(waves, lambda: union(load(c.people) for c in cohorts))
    for cohort in cohorts:
        reasons = gone.get(cohort.wave_id, {})
        if merged := reasons.pop(MERGED, None):  # they come along, and are replaced where they arrive
            note_exits(target.pk, MERGED, ((c, crossing.into.now) for c in merged & load(cohort.people)))
        crossing.take(standing_of(cohort), reasons)
    commit_movement(crossing.out, {c.pk for c in cohorts}, waves)
    crossing.arrive()
    return crossing.counted


@dataclass
class _Crossing:
    """One transaction's worth of people between two runs."""

    run: Run
    target: Run
    redirects: dict[str, str | None]
    counted: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        now = db_now()
        self.out = Movement(self.run, plan_of(self.run.version_id), now)
        self.into = Movement(self.target, plan_of(self.target.version_id), now)
        self._arriving: list[Standing] = []
        self._same_loops = self.out.plan.loops == self.into.plan.loops

    def take(self, one: Standing, gone: dict[str, People]) -> None:
        """Out of the old run: by the reason for which they must leave anyway, else to their new place or by a door."""
        if not one.parked:
            self.out.passage(one.wave_id, one.node, "in", one.port, one.people, edge=one.edge)
        left = People()
        for reason, group in gone.items():
            self.out.drop(one.wave_id, one.node, reason, (one.people & group) - left)
            left |= group
        rest = one.people - left
        place = self._place(replace(one, people=rest))
        self.out.drop(one.wave_id, one.node, MOVED if place else VERSION_CHANGED, rest)
        self.counted["moved" if place else "left"] += len(rest)
        if place and rest:
            self._arriving.append(place)

    def _place(self, one: Standing) -> Standing | None:
        """Where they stand in the new version (still with the old wave); None: nowhere."""
        round_ = one.round if self._same_loops else 0
        old, new = self.out.plan.types[one.node], self.into.plan.types.get(one.node)
        if new is None or new.type != old.type:
            target = self.redirects.get(drawn(one.node))
            place = self.into.plan.walked.entry(target) if target else None
            return self._fresh(replace(one, round=round_), place, "") if place in self.into.plan.types else None
        if not one.parked:
            return self._fresh(replace(one, round=round_), one.node, one.port)
        if self.out.plan.configs[one.node] == self.into.plan.configs[one.node] and one.due_at:
            return replace(one, round=round_)
        # the settings have changed: asked again. Who waits for a time, from when they came; the others know themselves
        again = one.since if new.when_overdue == LEAVE else None
        return replace(one, round=round_, waits_for="", due_at=self.into.now, parked=again is None)

    def _fresh(self, one: Standing, node: str | None, port: str) -> Standing:
        """At an input of `node`, not taken in yet. A set operation waits for the others, as ever."""
        assert node is not None
        kind, config = self.into.plan.types[node], self.into.plan.graph.nodes[node].config
        taken = port if port and kind.ports.has_input(port, kind.with_defaults(config)) else kind.input_keys(config)[0]
        waits_for, due_at = (GATHER, None) if kind.gathers else ("", self.into.now)
        return replace(
            one, node=node, port=taken, edge="", parked=False, since=None, waits_for=waits_for, due_at=due_at
        )

    def arrive(self) -> None:
        """Into the new run, by waves that remember the old ones."""
        if not self._arriving:
            return
        waves = self._waves()
        for one in self._arriving:
            one.wave_id = waves[one.wave_id]
            if one.parked:
                self.into.passage(one.wave_id, one.node, "in", MOVED, one.people)
            if one.parked or self.into.plan.types[one.node].when_overdue != LEAVE:
                self.into.stand(one)
            else:
                self._ask_as_of_then(one)
        commit_movement(self.into, set(), set(waves.values()))

    def _ask_as_of_then(self, one: Standing) -> None:
        """They wait from the moment at which they came to the step, under its new settings."""
        came = one.since or self.into.now
        walk = Walk(Movement(self.target, self.into.plan, came), waves={one.wave_id})
        walk.movement.stand(replace(one, port="in", due_at=came, since=came))
        walk.once()
        self.into.passages += walk.movement.passages
        for standing in walk.movement.all_standing():
            self.into.stand(replace(standing, since=came) if standing.parked else standing)

    def _waves(self) -> dict[int, int]:
        """Old wave → new wave, made or joined."""
        people: dict[int, People] = defaultdict(People)
        for one in self._arriving:
            people[one.wave_id] = people[one.wave_id] | one.people
        known = {
            w.origin: w for w in Wave.objects.filter(run=self.target, origin__in=people).select_for_update(no_key=True)
        }
        began = dict(Wave.objects.filter(pk__in=people).values_list("pk", "at"))
        found = {}
        for origin, group in sorted(people.items()):
            wave = known.get(origin) or Wave(
                run=self.target, origin=origin, at=began[origin], told=1, people=dump(People())
            )
            together = load(wave.people) | group
            wave.people, wave.size = dump(together), len(together)
            wave.save()
            found[origin] = wave.pk
        _copy_entries(found)
        return found


def _copy_entries(waves: dict[int, int]) -> None:
    """The event that made each of them enter comes along, for `{{ event.… }}` and for goals."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO canvas_app_waveentry (tenant_id, wave_id, customer_id, event_id, name, occurred_at, properties) "
            "SELECT e.tenant_id, v.new, e.customer_id, e.event_id, e.name, e.occurred_at, e.properties "
            "FROM unnest(%s::bigint[], %s::bigint[]) AS v (old, new) "
            "JOIN canvas_app_waveentry e ON e.tenant_id = %s AND e.wave_id = v.old ON CONFLICT DO NOTHING",
            [list(waves), list(waves.values()), current_tenant_id()],
        )
