"""Scheduled canvases whose time has come: one run for each occurrence, however many workers look, and what was missed.

An occurrence that is found more than `GRACE` after its time was missed: the system was down. The canvas says whether the
latest missed one is made up for by one run, or left out; the audit log keeps which ones they were.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any, Final
from zoneinfo import ZoneInfo

from canvas_app.models import Canvas, CanvasVersion, Run
from canvas_app.runtime.start import run_create
from canvas_app.schedule import Active, Schedule, occurrences
from kernel.clock import db_now
from kernel.wake import BULK
from tenants import quotas
from tenants.audit import audit
from tenants.ready import announce
from tenants.scope import tenant_tx
from tenants.settings import tenant_now

GRACE: Final = timedelta(minutes=5)
MISSED: Final = "canvas.fire_missed"
_SYSTEM: Final = "system"


def moments(version: CanvasVersion, after: datetime) -> Iterator[datetime]:
    """Occurrences of a version strictly after `after`; none when it has no schedule."""
    definition = version.definition
    if not definition.get("schedule"):
        return iter(())
    schedule = Schedule.model_validate(definition["schedule"])
    active = Active.model_validate(definition["active"]) if definition.get("active") else None
    return occurrences(schedule, active, ZoneInfo(tenant_now().timezone), after, anchor=version.published_at)


def plan_next(canvas: Canvas, version: CanvasVersion, after: datetime) -> None:
    """Write down when the canvas fires next, and have a worker look then."""
    canvas.next_fire_at = next(moments(version, after), None)
    canvas.save(update_fields=["next_fire_at"])
    if canvas.next_fire_at:
        announce(BULK, due_at=canvas.next_fire_at)


def fire_due(tenant_id: int) -> bool:
    """See to one canvas that is due; False when none is."""
    with tenant_tx(tenant_id):
        now = db_now()
        due = Canvas.objects.filter(status="live", kind="scheduled", next_fire_at__lte=now)
        canvas = due.order_by("next_fire_at").select_for_update(skip_locked=True, no_key=True).first()
        if canvas is None:
            return False
        fire_if_due(canvas, now)
        plan_next(canvas, version_of(canvas), now)
        return True


def fire_if_due(canvas: Canvas, now: datetime) -> None:
    """One run for the latest occurrence since the planned one. The caller has locked the canvas and plans anew: before a
    live canvas is paused, ended or published again, so that what was due at that very moment is not lost."""
    if canvas.status != "live" or canvas.next_fire_at is None or canvas.next_fire_at > now:
        return
    version = version_of(canvas)
    due = between(version, canvas.next_fire_at - timedelta(microseconds=1), now)
    if not due:  # the tenant's zone has changed meanwhile
        return
    latest, missed = due[-1], due[:-1]
    if now - latest > GRACE:
        missed = due
    skips = version.definition["schedule"].get("missed") == "skip" and missed == due
    if not skips and quotas.full(quotas.RUNS) is not None:
        note_missed(canvas, due, "quota")
        return
    run = None if skips else _run(canvas, version, latest)
    note_missed(canvas, missed, "down", run)


def _run(canvas: Canvas, version: CanvasVersion, at: datetime) -> Run | None:
    utc = at.astimezone(ZoneInfo("UTC"))
    return run_create(canvas, version, kind="occurrence", fire_key=f"at:{utc:%Y-%m-%dT%H:%M:%SZ}", fire_at=at)


def between(version: CanvasVersion, after: datetime, until: datetime) -> list[datetime]:
    """Occurrences in (after, until]."""
    return list(takewhile(lambda moment: moment <= until, moments(version, after)))


def note_missed(canvas: Canvas, missed: list[datetime], reason: str, run: Run | None = None) -> None:
    """reason: down (nobody was there to see), paused, or quota (as many runs as the tenant may have were under way). run: the one that makes up for the latest."""
    if missed:
        detail: dict[str, Any] = {"first": missed[0].isoformat(), "latest": missed[-1].isoformat()}
        made_up = str(run.pk) if run else None
        audit(_SYSTEM, MISSED, f"canvas:{canvas.pk}", **detail, count=len(missed), reason=reason, run=made_up)


def replan_all() -> None:
    """The tenant's zone may have changed: canvases fire by the clock on its wall. Those due already are left alone."""
    now = db_now()
    for canvas in Canvas.objects.filter(status="live", kind="scheduled").order_by("pk").select_for_update(no_key=True):
        due = canvas.next_fire_at is not None and canvas.next_fire_at <= now
        if not due and canvas.next_fire_at != next(moments(version_of(canvas), now), None):
            plan_next(canvas, version_of(canvas), now)


def version_of(canvas: Canvas) -> CanvasVersion:
    """The published one."""
    return CanvasVersion.objects.get(canvas=canvas, number=canvas.published)


def has_due() -> bool:
    return Canvas.objects.filter(status="live", kind="scheduled", next_fire_at__lte=db_now()).exists()
