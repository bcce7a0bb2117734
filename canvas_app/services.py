"""What people do with a canvas: draw, publish, pause, resume, end, run. Each in the caller's transaction and scope."""

from typing import Any, Literal

from django.db.models import F
from django.utils import timezone

from canvas_app.document import Document, to_json, validate
from canvas_app.errors import STATUS_WORDS, Code
from canvas_app.models import Approval, Canvas, CanvasVersion, Cohort, Run
from canvas_app.runtime import awaiting
from canvas_app.runtime.failure import retry
from canvas_app.runtime.fire import between, fire_if_due, note_missed, plan_next, version_of
from canvas_app.runtime.going import wait_for_steps
from canvas_app.runtime.movement import queue_of
from canvas_app.runtime.overdue import active_runs, overdue_people, skip, spread
from canvas_app.runtime.start import release, run_create, run_now
from canvas_app.runtime.stop import run_stop
from canvas_app.watching import rewatch
from channels import facade as channels
from kernel.clock import db_now
from kernel.errors import Code as Common
from kernel.errors import ProblemError
from kernel.schema import parse
from kernel.wake import BULK, TRIGGER
from tenants import quotas
from tenants.audit import audit
from tenants.errors import QuotaCode
from tenants.ready import announce

Overdue = Literal["run", "skip"] | int  # an integer: spread over so many minutes
DOCUMENT_KEYS = tuple(Document.model_fields)


def canvas_create(*, name: str, kind: str, document: dict[str, Any], actor: str) -> Canvas:
    """A draft. Raises 400 with pointers when the document is none."""
    draft = parse(Document, document)
    validate(draft, kind)
    canvas = Canvas.objects.create(name=name, kind=kind, draft=to_json(draft), created_by=actor)
    audit(actor, "canvas.create", f"canvas:{canvas.pk}", name=name)
    return canvas


def canvas_update(canvas: Canvas, change: dict[str, Any], *, revision: int, actor: str) -> Canvas:
    """Apply a change of the draft if `revision` is still the current one (412 else). A new name alone raises no revision."""
    if canvas.status == "archived":
        raise wrong_status(canvas)
    if revision != canvas.revision:
        raise ProblemError(Common.REVISION_STALE, revision=canvas.revision, extra={"revision": canvas.revision})
    name = change.pop("name", None)
    if name is not None:
        canvas.name = name
    if change:
        draft = parse(Document, {**canvas.draft, **change})
        validate(draft, canvas.kind)
        canvas.draft, canvas.revision = to_json(draft), canvas.revision + 1
    canvas.save()
    return canvas


def wrong_status(canvas: Canvas) -> ProblemError:
    return ProblemError(Code.WRONG_STATUS, status=STATUS_WORDS[canvas.status].say())


def go_live(canvas: Canvas, version: CanvasVersion) -> None:
    """Begin to watch, or plan the next run."""
    if canvas.kind == "scheduled":
        plan_next(canvas, version, db_now())
    else:
        run_create(canvas, version, kind="standing", fire_key=f"standing:{version.number}", fire_at=db_now())
    rewatch(canvas)


def canvas_pause(canvas: Canvas, *, actor: str) -> Canvas:
    """Everybody stays where they stand; nobody enters; nothing is handed to a channel."""
    if canvas.status != "live":
        raise wrong_status(canvas)
    wait_for_steps(canvas.pk)
    now = db_now()
    fire_if_due(canvas, now)
    canvas.status, canvas.next_fire_at, canvas.paused_at = "paused", None, now
    canvas.save()
    for run_id in _active_runs(canvas):
        channels.hold_run(run_id)
    audit(actor, "canvas.pause", f"canvas:{canvas.pk}")
    return canvas


def canvas_resume(canvas: Canvas, *, actor: str, overdue: Overdue = "run") -> Canvas:
    """On from where they stood. What became due meanwhile is done now, left out, or spread over so many minutes;
    occurrences of a schedule in between are left out, and noted."""
    if canvas.status != "paused":
        raise wrong_status(canvas)
    now, version = db_now(), version_of(canvas)
    concerned, runs = overdue_people(canvas), active_runs(canvas)
    for run in runs:
        if overdue == "skip":
            skip(run)
        elif overdue != "run":
            spread(run, overdue)
    if canvas.kind == "scheduled" and canvas.paused_at:
        note_missed(canvas, between(version, canvas.paused_at, now), "paused")
    canvas.status, canvas.paused_at = "live", None
    canvas.save()
    go_live(canvas, version)
    for run in runs:
        channels.release_run(run.pk)
        announce(queue_of(run))
    awaiting.ask_again([run.pk for run in runs])
    audit(actor, "canvas.resume", f"canvas:{canvas.pk}", overdue=overdue, people=concerned)
    return canvas


def canvas_end(canvas: Canvas, *, actor: str) -> Canvas:
    """Nobody enters any more; those inside finish their way."""
    if canvas.status not in ("live", "paused"):
        raise wrong_status(canvas)
    fire_if_due(canvas, db_now())
    was_paused = canvas.status == "paused"
    canvas.status, canvas.next_fire_at, canvas.paused_at = "ended", None, None
    canvas.save()
    if was_paused:
        for run_id in _active_runs(canvas):
            channels.release_run(run_id)
        awaiting.ask_again(_active_runs(canvas))
        announce(BULK if canvas.kind == "scheduled" else TRIGGER)
    close_standing_runs(canvas)
    rewatch(canvas)
    audit(actor, "canvas.end", f"canvas:{canvas.pk}")
    return canvas


def close_standing_runs(canvas: Canvas) -> None:
    """Standing runs that nobody enters any more are finished once nobody stands in them."""
    for run in Run.objects.filter(canvas=canvas, kind="standing", status="running").select_for_update(no_key=True):
        superseded = canvas.status not in ("live", "paused") or run.version_id != version_of(canvas).pk
        if superseded and not Cohort.objects.filter(run=run).exists():
            run.status, run.finished_at = "finished", db_now()
            run.save(update_fields=["status", "finished_at"])


def canvas_archive(canvas: Canvas, *, actor: str) -> Canvas:
    if canvas.status in ("live", "paused"):
        raise wrong_status(canvas)
    canvas.status = "archived"
    canvas.save(update_fields=["status", "updated_at"])
    audit(actor, "canvas.archive", f"canvas:{canvas.pk}")
    return canvas


def canvas_delete(canvas: Canvas, *, actor: str) -> None:
    """Only a draft that never was published: everything else has a history."""
    if canvas.status != "draft" or canvas.published:
        raise ProblemError(Code.NOT_DRAFT)
    audit(actor, "canvas.delete", f"canvas:{canvas.pk}", name=canvas.name)
    Approval.objects.filter(canvas=canvas).delete()
    canvas.delete()


def canvas_duplicate(canvas: Canvas, *, name: str, actor: str) -> Canvas:
    copy = Canvas.objects.create(name=name, kind=canvas.kind, draft=canvas.draft, created_by=actor)
    audit(actor, "canvas.duplicate", f"canvas:{copy.pk}", source=canvas.pk)
    return copy


def version_restore(canvas: Canvas, number: int, *, actor: str) -> Canvas:
    """The draft becomes what version `number` was; nothing goes live by it."""
    version = CanvasVersion.objects.filter(canvas=canvas, number=number).first()
    if version is None:
        raise ProblemError(Common.NOT_FOUND)
    Canvas.objects.filter(pk=canvas.pk).update(
        draft=version.definition, revision=F("revision") + 1, updated_at=timezone.now()
    )
    canvas.refresh_from_db()
    audit(actor, "canvas.restore", f"canvas:{canvas.pk}", version=number)
    return canvas


def canvas_run_now(canvas: Canvas, sample: dict[str, Any] | None, *, actor: str) -> Run:
    if canvas.kind != "scheduled":
        raise ProblemError(Code.NOT_SCHEDULED)
    if canvas.status != "live":
        raise wrong_status(canvas)
    if (limit := quotas.full(quotas.RUNS)) is not None:
        raise ProblemError(QuotaCode.QUOTA_RUNS_AT_ONCE, limit=limit)
    run = run_now(canvas, sample)
    audit(actor, "canvas.run_now", f"canvas:{canvas.pk}", run=run.pk, sample=sample)
    return run


def run_release(run: Run, *, actor: str) -> Run:
    """The rest of the audience, after a look at the sample."""
    if not run.sample or run.sample.get("released") or run.status not in ("running", "finished"):
        raise ProblemError(Code.NOTHING_TO_RELEASE)
    release(run)
    rewatch(run.canvas)
    audit(actor, "run.release", f"run:{run.pk}")
    return run


def run_retry(run: Run, *, actor: str) -> Run:
    """People who wait at a step that could not be done try it again. Raises NOTHING_TO_RETRY."""
    if run.status not in ("running", "failed") or not retry(run, actor=actor):
        raise ProblemError(Code.NOTHING_TO_RETRY)
    audit(actor, "run.retry", f"run:{run.pk}")
    return run


def run_stop_by(run: Run, *, actor: str) -> Run:
    run_stop(run)
    audit(actor, "run.stop", f"run:{run.pk}")
    return run


def _active_runs(canvas: Canvas) -> list[int]:
    return list(Run.objects.filter(canvas=canvas, status="running").values_list("pk", flat=True))
