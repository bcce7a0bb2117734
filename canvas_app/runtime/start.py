"""How runs begin: a row for the run, a wave, and one cohort at node "" whose step evaluates the sources."""

import uuid
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from canvas_app.models import Canvas, CanvasVersion, Cohort, Run, Wave
from canvas_app.nodes.base import Arrivals
from canvas_app.runtime.context import LiveContext, salt_of
from canvas_app.runtime.movement import Movement, queue_of
from canvas_app.runtime.parts import Parts
from kernel.clock import db_now
from kernel.sets import People, dump, from_array, load, stable_hash, to_array, union
from tenants import quotas
from tenants.audit import audit
from tenants.ready import announce
from tenants.settings import tenant_now

_NOBODY = dump(People())


def run_create(
    canvas: Canvas,
    version: CanvasVersion,
    *,
    kind: str,
    fire_key: str,
    fire_at: datetime,
    sample: dict[str, Any] | None = None,
    empty: bool = False,
) -> Run | None:
    """The run of this occurrence, or None when there is one already (a second scheduler, or a repeated fire).

    empty: nobody enters by its sources; it takes over people of another run.
    """
    run, made = Run.objects.get_or_create(
        canvas=canvas,
        fire_key=fire_key,
        defaults={
            "version": version,
            "kind": kind,
            "fire_at": fire_at,
            "started_at": db_now(),
            "sample": sample,
            "goal_event": (version.definition.get("goal") or {}).get("event", ""),
        },
    )
    if not made:
        return None
    if kind != "standing" and not empty:
        enter(run)
    return run


def run_now(canvas: Canvas, sample: dict[str, Any] | None) -> Run:
    """A run by hand of the published version."""
    version = CanvasVersion.objects.get(canvas=canvas, number=canvas.published)
    run = run_create(
        canvas, version, kind="manual", fire_key=f"manual:{uuid.uuid4().hex}", fire_at=db_now(), sample=sample
    )
    assert run is not None, "a random key was taken"
    return run


def enter(run: Run) -> None:
    """A new wave of the run; a worker will fill it."""
    now = db_now()
    wave = Wave.objects.create(run=run, at=now, people=_NOBODY, size=0)
    Cohort.objects.create(run=run, wave=wave, node="", port="start", people=_NOBODY, size=0, due_at=now, created_at=now)
    announce(queue_of(run))


def begin_wave(movement: Movement, wave_id: int) -> None:
    """Evaluate every source, take the sample if there is one, and send people off along the sources' edges. Nobody enters
    when they are more than the tenant's quota of people a run: the run says so."""
    run, plan = movement.run, movement.plan
    found, there = {node: _source(movement, wave_id, node) for node in plan.starts}, _already_in(run, wave_id)
    chosen = _sampled(run, union(found.values()) - there)
    limit = quotas.limit_of(quotas.PEOPLE)
    if limit is not None and len(chosen) + len(there) > limit:
        _not_started(run, quotas.refused(quotas.PEOPLE, limit, count=len(chosen) + len(there)), movement.now)
        return
    Wave.objects.filter(pk=wave_id).update(people=dump(chosen), size=len(chosen))
    for node, group in found.items():
        movement.passage(wave_id, node, "in", "start", group & chosen)
        movement.leave(wave_id, node, 0, "out", group & chosen)


def _not_started(run: Run, words: dict[str, str], now: datetime) -> None:
    """A sample that was let go before goes on; what was refused can be released again."""
    released = bool(run.sample and run.sample.pop("released", None))
    run.failures, run.error = {**run.failures, "": {**words, "at": now.isoformat()}}, words["zh"]
    run.status = run.status if released else "failed"
    run.finished_at = None if released else now
    run.save(update_fields=["failures", "error", "sample", "status", "finished_at"])
    audit("system", "run.refused", f"run:{run.pk}", reason=words)


def _source(movement: Movement, wave_id: int, node: str) -> People:
    run, plan = movement.run, movement.plan
    context = LiveContext(
        now=movement.now, zone=ZoneInfo(tenant_now().timezone), node_id=node, salt=salt_of(run.canvas_id, node),
        quiet_hours=plan.definition.get("quiet_hours"), parts=Parts({}), steps={},
    )  # fmt: skip
    result = plan.types[node].process(context, plan.configs[node], Arrivals([], People()))
    return result.out["out"]


def _already_in(run: Run, wave_id: int) -> People:
    return union(load(raw) for raw in Wave.objects.filter(run=run).exclude(pk=wave_id).values_list("people", flat=True))


def _sampled(run: Run, group: People) -> People:
    """The whole group, or the part that the sample asks for (stable by run: the same people however often it is tried)."""
    if not run.sample or run.sample.get("released"):
        return group
    ids = to_array(group)
    count = run.sample.get("count")
    if count is None:
        count = round(len(ids) * float(run.sample["percent"]) / 100)
    order = stable_hash(f"sample:{run.pk}", ids).argsort()
    return from_array(ids[order[: int(count)]])


def release(run: Run) -> None:
    """After a sample: everybody else of the sources now enters as a second wave."""
    run.sample = {**(run.sample or {}), "released": True}
    run.status, run.finished_at, run.error = "running", None, ""
    run.failures.pop("", None)  # a release that was refused before
    run.save(update_fields=["sample", "status", "finished_at", "error", "failures"])
    enter(run)
