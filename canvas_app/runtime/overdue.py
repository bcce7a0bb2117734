"""What became due while a canvas was paused: how many people, left out, or spread over some minutes.

Overdue are people whose waiting is over and messages whose time has come. People who were on their way between two steps
simply go on, and those who wait for an event or an answer are told what came of it.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from django.db.models import QuerySet, Sum
from django.db.models.functions import Now

from canvas_app.models import Canvas, Cohort, Run
from canvas_app.nodes.base import HOLD_BACK, LEAVE
from canvas_app.runtime.conclude import commit_movement
from canvas_app.runtime.movement import Movement, queue_of
from canvas_app.runtime.plan import Plan, plan_of
from channels import facade as channels
from kernel.clock import db_now
from kernel.sets import dump, load, split
from kernel.step import Step
from tenants.ready import announce

SKIPPED: Final = "skipped_while_paused"
PAUSED: Final = "paused"
_BATCH = 2000
_SLICE_SECONDS, _MAX_SLICES = 10, 60


def active_runs(canvas: Canvas) -> list[Run]:
    return list(Run.objects.filter(canvas=canvas, status="running").select_related("version").order_by("pk"))


def overdue_people(canvas: Canvas) -> int:
    """People (by place: who waits at two steps counts twice) of all runs of a paused canvas."""
    runs = active_runs(canvas)
    waiting = sum(_overdue(run).aggregate(n=Sum("size"))["n"] or 0 for run in runs)
    return int(waiting) + channels.overdue_people([run.pk for run in runs])


def _overdue(run: Run) -> QuerySet[Cohort]:
    plan = plan_of(run.version_id)
    skippable = [n for n, t in plan.types.items() if t.when_overdue]
    return Cohort.objects.filter(run=run, parked=True, waits_for="", due_at__lte=Now(), node__in=skippable)


def skip(run: Run) -> None:
    """Those who waited for a time leave by a named door; messages are held back, and their people go on."""
    channels.leave_out_overdue(run.pk)
    plan, now = plan_of(run.version_id), db_now()
    for cohorts in _batches(run):
        movement = Movement(run, plan, now)
        for cohort in cohorts:
            _leave_out(movement, plan, cohort)
        commit_movement(movement, {c.pk for c in cohorts}, {c.wave_id for c in cohorts})


def _batches(run: Run) -> Iterator[list[Cohort]]:
    while cohorts := list(_overdue(run).order_by("pk").select_for_update()[:_BATCH]):
        yield cohorts


def _leave_out(movement: Movement, plan: Plan, cohort: Cohort) -> None:
    node, group = cohort.node, load(cohort.people)
    if plan.types[node].when_overdue == LEAVE:
        movement.drop(cohort.wave_id, node, SKIPPED, group)
    elif plan.types[node].when_overdue == HOLD_BACK:
        run, variant = movement.run, plan.variants.get(node, "")
        step = Step(run.canvas_id, run.pk, node, cohort.wave_id, cohort.round, variant, run.kind == "standing")
        channels.hold_back(step, plan.configs[node].template, group, PAUSED)
        movement.passage(cohort.wave_id, node, "held", PAUSED, group)
        movement.leave(cohort.wave_id, node, cohort.round, "suppressed", group)


def spread(run: Run, minutes: int) -> None:
    """Evenly, by stable hash: everybody has a slice, whether they wait alone or with a million others."""
    seconds = minutes * 60
    slices = min(_MAX_SLICES, max(1, seconds // _SLICE_SECONDS))
    channels.spread_overdue(run.pk, seconds, slices)
    now = db_now()
    moments = [now + timedelta(seconds=seconds * i / slices) for i in range(slices)]
    rows = list(_overdue(run).select_for_update())
    for start in range(0, len(rows), _BATCH):
        batch, later = rows[start : start + _BATCH], list[Cohort]()
        for cohort in batch:
            parts = split(load(cohort.people), f"overdue:{run.pk}", [1.0] * slices)
            later += [_copy(cohort, dump(p), len(p), at) for at, p in zip(moments, parts, strict=True) if p]
        Cohort.objects.filter(pk__in=[c.pk for c in batch]).delete()
        Cohort.objects.bulk_create(later)
    for moment in moments if rows else ():
        announce(queue_of(run), due_at=moment)


def _copy(cohort: Cohort, people: bytes, size: int, due_at: datetime) -> Cohort:
    kept = {f.attname: getattr(cohort, f.attname) for f in Cohort._meta.concrete_fields if not f.primary_key}
    return Cohort(**{**kept, "people": people, "size": size, "due_at": due_at})
