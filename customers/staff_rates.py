"""How staff get on with their tasks (执行率): by member, how many were done, left aside, are open, and of those late."""

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Now

from customers.models import Staff, StaffTask
from customers.staff_tasks import DISMISSED, DONE, OPEN

_COUNTS = {
    "tasks": Count("pk"),
    "done": Count("pk", filter=Q(status=DONE)),
    "dismissed": Count("pk", filter=Q(status=DISMISSED)),
    "open": Count("pk", filter=Q(status=OPEN)),
    "late": Count("pk", filter=Q(status=OPEN, due_at__lt=Now())),
}


def rates(tasks: QuerySet[StaffTask]) -> dict[str, Any]:
    """{"total": counts, "staff": [{"staff": {"id", "name"} | None, …counts}]}, most tasks first.

    rate: done of all, 0 to 1; None without a task. staff None: tasks of canvas owners, who are no staff."""
    counted = tasks.values("staff_id").annotate(**_COUNTS).order_by("-tasks", "staff_id")
    rows: list[dict[str, Any]] = [dict(row) for row in counted]
    names = dict(Staff.objects.filter(pk__in=[r["staff_id"] for r in rows]).values_list("pk", "name"))
    return {
        "total": _with_rate({key: sum(row[key] for row in rows) for key in _COUNTS}),
        "staff": [{"staff": _named(row.pop("staff_id"), names), **_with_rate(row)} for row in rows],
    }


def _named(member: int | None, names: dict[int, str]) -> dict[str, str | None] | None:
    return None if member is None else {"id": str(member), "name": names.get(member)}


def _with_rate(counts: dict[str, int]) -> dict[str, Any]:
    return {**counts, "rate": round(counts["done"] / counts["tasks"], 4) if counts["tasks"] else None}
