"""Scheduled canvases whose time has come: one run for each occurrence, however many workers look."""

from datetime import datetime
from zoneinfo import ZoneInfo

from canvas_app.models import Canvas, CanvasVersion
from canvas_app.runtime.start import run_create
from canvas_app.schedule import Active, Schedule, next_occurrence
from kernel.clock import db_now
from kernel.wake import BULK
from tenants.ready import announce
from tenants.scope import tenant_tx
from tenants.settings import tenant_now


def upcoming(canvas_definition: dict, after: datetime) -> datetime | None:
    """The next occurrence of a definition strictly after `after`; None when it has no schedule or none is left."""
    if not canvas_definition.get("schedule"):
        return None
    schedule = Schedule.model_validate(canvas_definition["schedule"])
    active = Active.model_validate(canvas_definition["active"]) if canvas_definition.get("active") else None
    return next_occurrence(schedule, active, ZoneInfo(tenant_now().timezone), after)


def plan_next(canvas: Canvas, definition: dict, after: datetime) -> None:
    """Write down when the canvas fires next, and have a worker look then."""
    canvas.next_fire_at = upcoming(definition, after)
    canvas.save(update_fields=["next_fire_at"])
    if canvas.next_fire_at:
        announce(BULK, due_at=canvas.next_fire_at)


def fire_due(tenant_id: int) -> bool:
    """Start the run of one canvas that is due; False when none is. A fire missed while the system was down runs once, now."""
    with tenant_tx(tenant_id):
        due = Canvas.objects.filter(status="live", kind="scheduled", next_fire_at__lte=db_now())
        canvas = due.order_by("next_fire_at").select_for_update(skip_locked=True).first()
        if canvas is None or canvas.next_fire_at is None:
            return False
        version = CanvasVersion.objects.get(canvas=canvas, number=canvas.published)
        fire_at = canvas.next_fire_at
        run_create(canvas, version, kind="occurrence", fire_key=f"at:{fire_at:%Y-%m-%dT%H:%M:%SZ}", fire_at=fire_at)
        plan_next(canvas, version.definition, db_now())
        return True


def has_due() -> bool:
    return Canvas.objects.filter(status="live", kind="scheduled", next_fire_at__lte=db_now()).exists()
