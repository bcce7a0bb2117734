"""Canvases in the API's shapes. Reads only."""

from collections import defaultdict
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Q, QuerySet, Sum

from canvas_app.graph.unfold import drawn
from canvas_app.models import Canvas, CanvasVersion, Cohort, Run, Wave
from canvas_app.runtime.fire import MISSED
from canvas_app.runtime.overdue import overdue_people
from canvas_app.runtime.plan import plan_of
from canvas_app.schedule import Active, Schedule, occurrences, rfc5545
from channels import facade as channels
from kernel.clock import db_now
from tenants.models import AuditEntry
from tenants.scope import current_tenant_id
from tenants.settings import tenant_now

_MISSED_SHOWN = 20
IN_OPERATION = ("live", "paused")


def canvases_in_operation() -> int:
    return Canvas.objects.filter(status__in=IN_OPERATION).count()


def runs_under_way() -> int:
    """Of those that begin and end; a triggered canvas has one that stays up."""
    return Run.objects.filter(status="running").exclude(kind="standing").count()


def canvases(*, status: str = "", kind: str = "", search: str = "") -> QuerySet[Canvas]:
    rows = Canvas.objects.all()
    rows = rows.filter(status=status) if status else rows.exclude(status="archived")
    rows = rows.filter(kind=kind) if kind else rows
    return rows.filter(Q(name__icontains=search)) if search else rows


def canvas_rows(found: list[Canvas]) -> list[dict[str, Any]]:
    """List shape: everything but the drawing. A fixed number of queries, however many canvases."""
    ids = [c.pk for c in found]
    runs = _newest_runs(ids)
    messages = _messages(ids)
    sums = (
        Wave.objects.filter(run__canvas_id__in=ids, origin__isnull=True)
        .values_list("run__canvas_id")
        .annotate(n=Sum("size"))
    )
    entered: dict[int, int] = dict(sums)
    return [_row(c, runs.get(c.pk), entered.get(c.pk, 0), messages.get(c.pk, 0)) for c in found]


def _messages(canvas_ids: list[int]) -> dict[int, int]:
    """Messages handed over by all runs of each canvas."""
    canvas_of = dict(Run.objects.filter(canvas_id__in=canvas_ids).values_list("pk", "canvas_id"))
    found: dict[int, int] = defaultdict(int)
    for run_id, count in channels.handed_over(list(canvas_of)).items():
        found[canvas_of[run_id]] += count
    return found


def _newest_runs(canvas_ids: list[int]) -> dict[int, int]:
    """The standing run that people enter, else the newest."""
    newest: dict[int, tuple[bool, int]] = {}
    for pk, canvas_id, kind, status in Run.objects.filter(canvas_id__in=canvas_ids).values_list(
        "pk", "canvas_id", "kind", "status"
    ):
        rank = (kind == "standing" and status == "running", pk)
        newest[canvas_id] = max(rank, newest.get(canvas_id, (False, 0)))
    return {canvas_id: pk for canvas_id, (_, pk) in newest.items()}


def _row(canvas: Canvas, run: int | None, entered: int, messages: int) -> dict[str, Any]:
    return {
        "id": str(canvas.pk), "name": canvas.name, "kind": canvas.kind, "status": canvas.status, "revision": canvas.revision,
        "version": canvas.published, "changed": canvas.published is None or canvas.published_revision != canvas.revision,
        "run": str(run) if run else None, "next_fire_at": canvas.next_fire_at, "paused_at": canvas.paused_at, "entered": entered,
        "messages": messages, "created_at": canvas.created_at, "updated_at": canvas.updated_at,
    }  # fmt: skip


def canvas_show(canvas: Canvas) -> dict[str, Any]:
    """Whole shape: the draft's keys beside the row's."""
    return {**canvas_rows([canvas])[0], **canvas.draft, "rrule": _rule_text(canvas)}


def _rule_text(canvas: Canvas) -> str | None:
    if not canvas.draft.get("schedule"):
        return None
    active = Active.model_validate(canvas.draft["active"]) if canvas.draft.get("active") else None
    first = (
        (active.from_ if active and active.from_ else canvas.created_at)
        .astimezone(ZoneInfo(tenant_now().timezone))
        .date()
    )
    return rfc5545(Schedule.model_validate(canvas.draft["schedule"]), first)


def next_occurrences(canvas: Canvas, limit: int) -> list[str]:
    """ISO times in the tenant's zone."""
    if not canvas.draft.get("schedule"):
        return []
    schedule = Schedule.model_validate(canvas.draft["schedule"])
    active = Active.model_validate(canvas.draft["active"]) if canvas.draft.get("active") else None
    now = db_now().astimezone(UTC)
    found = occurrences(schedule, active, ZoneInfo(tenant_now().timezone), now, anchor=_published_at(canvas))
    return [moment.isoformat() for moment, _ in zip(found, range(limit), strict=False)]


def _published_at(canvas: Canvas) -> datetime | None:
    """When what is drawn now went live; None for a draft that would go live at this moment."""
    if canvas.published is None or canvas.published_revision != canvas.revision:
        return None
    return CanvasVersion.objects.get(canvas=canvas, number=canvas.published).published_at


def missed_occurrences(canvas: Canvas) -> list[dict[str, Any]]:
    """Newest first: {"first", "latest", "count", "reason": down | paused, "run": the one that made up for them, "noted_at"}."""
    rows = AuditEntry.objects.filter(action=MISSED, target=f"canvas:{canvas.pk}").order_by("-at")[:_MISSED_SHOWN]
    return [{**row.detail, "noted_at": row.at} for row in rows]


def people_inside(canvas: Canvas) -> dict[str, Any]:
    """{"people", "overdue", "nodes": [{"node", "label", "type", "people"}]}: who stands where in all runs, by place; before
    the canvas is published again or goes on after a pause."""
    standing = Cohort.objects.filter(run__canvas=canvas, run__status="running").exclude(node="")
    rows = list(standing.values_list("node", "run__version_id").annotate(n=Sum("size")).order_by("node"))
    drawings = {v: plan_of(v).walked.drawing.nodes for v in {version for _, version, _ in rows}}
    nodes: dict[str, dict[str, Any]] = {}
    for at, version, n in rows:
        node = drawn(at)
        known = drawings[version][node]
        place = nodes.setdefault(node, {"node": node, "label": known.label, "type": known.type, "people": 0})
        place["people"] += n
    overdue = overdue_people(canvas) if canvas.status == "paused" else 0
    return {"people": sum(p["people"] for p in nodes.values()), "overdue": overdue, "nodes": list(nodes.values())}


def version_show(version: CanvasVersion) -> dict[str, Any]:
    return {
        "number": version.number, "name": version.name, "published_at": version.published_at,
        "published_by": version.published_by, "definition": version.definition,
    }  # fmt: skip


def canvases_naming(paths: list[str], key: int | str) -> list[dict[str, Any]]:
    """[{"type", "id", "name"}] of canvases whose drawing, or live version, has the id at one of these JSON paths ($id)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT k.id, k.name FROM canvas_app_canvas k LEFT JOIN canvas_app_canvasversion v ON v.tenant_id = k.tenant_id "
            "AND v.canvas_id = k.id AND v.number = k.published AND k.status IN ('live', 'paused'), "
            "jsonb_build_object('id', %s::text) AS vars WHERE k.tenant_id = %s AND k.status <> 'archived' AND EXISTS ("
            "SELECT 1 FROM unnest(%s::jsonpath[]) AS path WHERE jsonb_path_exists(k.draft, path, vars) "
            "OR jsonb_path_exists(v.definition, path, vars)) ORDER BY k.id",
            [str(key), current_tenant_id(), paths],
        )
        return [{"type": "canvas", "id": str(pk), "name": name} for pk, name in cursor.fetchall()]
