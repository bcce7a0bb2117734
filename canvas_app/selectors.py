"""Canvases in the API's shapes. Reads only."""

from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet, Sum

from canvas_app.models import Canvas, CanvasVersion, Run, Wave
from canvas_app.schedule import Active, Schedule, occurrences, rfc5545
from channels import facade as channels
from kernel.clock import db_now
from tenants.settings import tenant_now


def canvases(*, status: str = "", kind: str = "", search: str = "") -> QuerySet[Canvas]:
    rows = Canvas.objects.all()
    rows = rows.filter(status=status) if status else rows.exclude(status="archived")
    rows = rows.filter(kind=kind) if kind else rows
    return rows.filter(Q(name__icontains=search)) if search else rows


def canvas_row(canvas: Canvas) -> dict[str, Any]:
    """List shape: everything but the drawing."""
    run = newest_run(canvas)
    entered = Wave.objects.filter(run__canvas_id=canvas.pk).aggregate(n=Sum("size"))["n"] or 0
    return {
        "id": str(canvas.pk), "name": canvas.name, "kind": canvas.kind, "status": canvas.status, "revision": canvas.revision,
        "version": canvas.published, "changed": canvas.published is None or canvas.published_revision != canvas.revision,
        "run": str(run.pk) if run else None, "next_fire_at": canvas.next_fire_at, "entered": entered,
        "messages": channels.canvas_message_count(canvas.pk), "created_at": canvas.created_at, "updated_at": canvas.updated_at,
    }  # fmt: skip


def canvas_show(canvas: Canvas) -> dict[str, Any]:
    """Whole shape: the draft's keys beside the row's."""
    return {**canvas_row(canvas), **canvas.draft, "rrule": _rule_text(canvas)}


def newest_run(canvas: Canvas) -> Run | None:
    """The standing run, else the newest."""
    runs = Run.objects.filter(canvas=canvas)
    return runs.filter(kind="standing", status="running").order_by("-pk").first() or runs.order_by("-pk").first()


def _rule_text(canvas: Canvas) -> str | None:
    if not canvas.draft.get("schedule"):
        return None
    active = Active.model_validate(canvas.draft["active"]) if canvas.draft.get("active") else None
    first = (active.from_ if active and active.from_ else canvas.created_at).astimezone(ZoneInfo(tenant_now().timezone)).date()
    return rfc5545(Schedule.model_validate(canvas.draft["schedule"]), first)


def next_occurrences(canvas: Canvas, limit: int) -> list[str]:
    """ISO times in the tenant's zone."""
    if not canvas.draft.get("schedule"):
        return []
    schedule = Schedule.model_validate(canvas.draft["schedule"])
    active = Active.model_validate(canvas.draft["active"]) if canvas.draft.get("active") else None
    found = occurrences(schedule, active, ZoneInfo(tenant_now().timezone), db_now().astimezone(UTC))
    return [moment.isoformat() for moment, _ in zip(found, range(limit), strict=False)]


def version_show(version: CanvasVersion) -> dict[str, Any]:
    return {
        "number": version.number, "name": version.name, "published_at": version.published_at,
        "published_by": version.published_by, "definition": version.definition,
    }  # fmt: skip
