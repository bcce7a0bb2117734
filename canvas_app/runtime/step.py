"""One step: claim due cohorts at a node, let the node say where their people go, write it, commit.

The claimed rows stay locked for the length of the step, so no lease is needed (docs/decisions/002): when a worker dies, its
transaction is rolled back and the rows are free again; when it hangs, the server ends the transaction after a minute.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection

from audiences import facade as audiences
from canvas_app.models import Cohort, Run, RunExit, Wave
from canvas_app.nodes.base import Arrivals, Input, NodeType, Result
from canvas_app.runtime.context import LiveContext, salt_of
from canvas_app.runtime.movement import GATHER, Movement, conclude
from canvas_app.runtime.plan import Plan, plan_of
from canvas_app.runtime.start import begin_wave
from kernel.clock import db_now
from kernel.sets import People, dump, first, load, people, union
from kernel.step import Step
from tenants.scope import current_tenant_id, tenant_tx
from tenants.settings import tenant_now

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 3
_WAVES_A_STEP = 200
_CLAIMABLE = """canvas_app_cohort c
    JOIN canvas_app_run r ON r.tenant_id = c.tenant_id AND r.id = c.run_id
    JOIN canvas_app_canvas k ON k.tenant_id = r.tenant_id AND k.id = r.canvas_id
    WHERE c.tenant_id = %s AND c.due_at <= clock_timestamp() AND r.status = 'running' AND k.status <> 'paused'
    AND (r.kind = 'standing') = %s"""


class StepFailed(Exception):
    """A node could not do its step; carries the claimed cohorts, so that the failure is counted on them."""

    def __init__(self, cohorts: list[int], run_id: int) -> None:
        super().__init__(f"run {run_id}")
        self.cohorts, self.run_id = cohorts, run_id


@dataclass(frozen=True)
class Claimed:
    run_id: int
    node: str
    round: int
    cohorts: list[Cohort]


def has_due(*, standing: bool) -> bool:
    """Is any cohort due, locked by others or not?"""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {_CLAIMABLE})", [current_tenant_id(), standing])
        return bool(cursor.fetchone()[0])


def unit(tenant_id: int, *, standing: bool) -> bool:
    """One step for the tenant; False when nothing could be claimed."""
    try:
        with tenant_tx(tenant_id):
            claimed = _claim(standing)
            if claimed is None:
                return False
            _carry_out(claimed)
    except StepFailed as failed:
        log.exception("step failed")
        with tenant_tx(tenant_id):
            _count_failure(failed)
    return True


def _claim(standing: bool) -> Claimed | None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT c.id, c.run_id, c.wave_id, c.node, c.round, c.waits_for FROM {_CLAIMABLE} ORDER BY c.due_at LIMIT 1 FOR UPDATE OF c SKIP LOCKED",
            [current_tenant_id(), standing],
        )
        row = cursor.fetchone()
        if row is None:
            return None
        _, run_id, wave_id, node, round_, waits_for = row
        if waits_for == GATHER and not _alone(cursor, wave_id, node):
            return None
    same = Cohort.objects.filter(run_id=run_id, node=node, round=round_, due_at__lte=db_now())
    if waits_for == GATHER or not node:
        cohorts = list(same.filter(wave_id=wave_id).order_by("id").select_for_update())
    else:
        cohorts = list(same.order_by("id").select_for_update(skip_locked=True)[:_WAVES_A_STEP])
    return Claimed(run_id, node, round_, cohorts)


def _alone(cursor: object, wave_id: int, node: str) -> bool:
    # A set operation takes all its inputs, so two workers must not take half each.
    cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, %s))", [node, wave_id])  # type: ignore[attr-defined]
    return bool(cursor.fetchone()[0])  # type: ignore[attr-defined]


def _carry_out(claimed: Claimed) -> None:
    run = Run.objects.get(pk=claimed.run_id)
    plan, ids = plan_of(run.version_id), [c.pk for c in claimed.cohorts]
    movement = Movement(run, plan, db_now())
    try:
        if not claimed.node:
            begin_wave(movement, claimed.cohorts[0].wave_id)
        else:
            _walk(movement, claimed)
        if Cohort.objects.filter(pk__in=ids).delete()[0] != len(ids):
            raise RuntimeError("claimed cohorts are gone")
        movement.write()
        conclude(run, plan, {c.wave_id for c in claimed.cohorts})
    except Exception as error:
        raise StepFailed(ids, run.pk) from error


def _walk(movement: Movement, claimed: Claimed) -> None:
    zone = ZoneInfo(tenant_now().timezone)
    room = movement.plan.types[claimed.node].chunk
    for wave_id, cohorts in _by_wave(claimed.cohorts).items():
        if room is not None and room <= 0:
            _put_back(movement, cohorts)
            continue
        taken = cohorts if room is None else _take(movement, cohorts, room)
        room = None if room is None else room - sum(c.size for c in taken)
        _walk_wave(movement, claimed, wave_id, taken, zone)


def _by_wave(cohorts: Iterable[Cohort]) -> dict[int, list[Cohort]]:
    found: dict[int, list[Cohort]] = defaultdict(list)
    for cohort in cohorts:
        found[cohort.wave_id].append(cohort)
    return found


def _put_back(movement: Movement, cohorts: Iterable[Cohort]) -> None:
    for c in cohorts:
        _stand_again(movement, c, load(c.people))


def _stand_again(movement: Movement, c: Cohort, group: People) -> None:
    movement.stand(c.wave_id, c.node, c.port, group, edge=c.edge, round_=c.round, parked=c.parked, due_at=movement.now)


def _take(movement: Movement, cohorts: list[Cohort], room: int) -> list[Cohort]:
    """As many people as a step may have; the rest stands again for the next step."""
    taken = []
    for c in cohorts:
        if room <= 0:
            _put_back(movement, [c])
            continue
        group = load(c.people)
        mine = first(group, room)
        _stand_again(movement, c, group - mine)
        room -= len(mine)
        taken.append(_with_people(c, mine))
    return taken


def _with_people(c: Cohort, group: People) -> Cohort:
    return Cohort(
        pk=c.pk, tenant_id=c.tenant_id, run_id=c.run_id, wave_id=c.wave_id, node=c.node, port=c.port, edge=c.edge, round=c.round,
        people=dump(group), size=len(group), parked=c.parked, waits_for=c.waits_for, due_at=c.due_at, created_at=c.created_at,
    )  # fmt: skip


def _walk_wave(movement: Movement, claimed: Claimed, wave_id: int, cohorts: list[Cohort], zone: ZoneInfo) -> None:
    plan, node = movement.plan, claimed.node
    arrivals = _arrivals(plan.types[node], node, plan, cohorts)
    for way in arrivals.fresh:
        movement.passage(wave_id, node, "in", way.port, way.people, edge=way.edge)
    movement.merged(wave_id, node, sum(len(i.people) for i in arrivals.fresh) - len(arrivals.new))
    arrivals = _without_leavers(movement, wave_id, node, arrivals)
    context = _context(movement, claimed, wave_id, zone)
    result = plan.types[node].process(context, plan.configs[node], arrivals)
    _apply(movement, claimed, wave_id, arrivals, result)


def _arrivals(node_type: NodeType, node: str, plan: Plan, cohorts: list[Cohort]) -> Arrivals:
    fresh: dict[tuple[str, str], People] = {}
    if node_type.gathers:  # an input by which nobody came counts too: an intersection with nobody is nobody
        fresh = {(e.target_port, e.id): People() for e in plan.graph.in_edges(node)}
    for c in cohorts:
        if not c.parked:
            key = (c.port, c.edge)
            fresh[key] = fresh.get(key, People()) | load(c.people)
    returned = union(load(c.people) for c in cohorts if c.parked)
    return Arrivals([Input(port, edge, group) for (port, edge), group in fresh.items()], returned)


def _without_leavers(movement: Movement, wave_id: int, node: str, arrivals: Arrivals) -> Arrivals:
    """Exits, goals and erasures act when the cohort next moves."""
    gone, rule = People(), (movement.plan.definition.get("exit") or {}).get("rule")
    if rule:
        gone = audiences.people_of_rule(rule, within=arrivals.everybody) & arrivals.everybody
        movement.drop(wave_id, node, "exit_rule", gone)
    for reason, group in leavers(movement.run.pk, wave_id).items():
        mine = (group & arrivals.everybody) - gone
        movement.drop(wave_id, node, reason, mine)
        gone |= mine
    if not gone:
        return arrivals
    return Arrivals([Input(i.port, i.edge, i.people - gone) for i in arrivals.fresh], arrivals.returned - gone)


def leavers(run_id: int, wave_id: int) -> dict[str, People]:
    """Those who must leave, by reason. Only exits after the wave began count: who came again later is in again."""
    rows = RunExit.objects.filter(run_id=run_id, at__gte=Wave.objects.filter(pk=wave_id).values("at"))
    found: dict[str, list[int]] = defaultdict(list)
    for reason, customer in rows.values_list("reason", "customer_id"):
        found[reason].append(customer)
    return {reason: people(ids) for reason, ids in found.items()}


def _context(movement: Movement, claimed: Claimed, wave_id: int, zone: ZoneInfo) -> LiveContext:
    run, node = movement.run, claimed.node
    step = Step(
        run.canvas_id,
        run.pk,
        node,
        wave_id,
        claimed.round,
        movement.plan.variants.get(node, ""),
        run.kind == "standing",
    )
    return LiveContext(
        now=movement.now,
        zone=zone,
        node_id=node,
        salt=salt_of(run.canvas_id, node),
        quiet_hours=movement.plan.definition.get("quiet_hours"),
        step=step,
    )


def _apply(movement: Movement, claimed: Claimed, wave_id: int, arrivals: Arrivals, result: Result) -> None:
    node, round_ = claimed.node, claimed.round
    for port, group in result.out.items():
        movement.leave(wave_id, node, round_, port, group)
    for park in result.park:
        movement.stand(wave_id, node, "", park.people, round_=round_, parked=True, due_at=park.until)
    for pending in result.pending:
        movement.stand(wave_id, node, "", pending.people, round_=round_, parked=True, waits_for=pending.key)
    for reason, group in result.held.items():
        movement.passage(wave_id, node, "held", reason, group)
    for door, group in result.dropped.items():
        movement.drop(wave_id, node, door, group)
    # came a second time to a step that had served them: nothing is done twice, and nobody vanishes
    movement.drop(wave_id, node, "already_served", arrivals.everybody - result.everybody())


def _count_failure(failed: StepFailed) -> None:
    """Back off; after the third time the run fails and says why. Its people stay where they stand."""
    now = db_now()
    for cohort in Cohort.objects.filter(pk__in=failed.cohorts).select_for_update():
        cohort.attempts += 1
        if cohort.attempts >= MAX_ATTEMPTS:
            _fail_run(failed, now)
        cohort.due_at = now + timedelta(seconds=5 * 2**cohort.attempts)
        cohort.save(update_fields=["attempts", "due_at"])


def _fail_run(failed: StepFailed, now: datetime) -> None:
    reason = repr(failed.__cause__)[:1000]
    Run.objects.filter(pk=failed.run_id, status="running").update(status="failed", finished_at=now, error=reason)
