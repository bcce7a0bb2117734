"""Two customers become one while canvases run. Noted here, obeyed when the people next move (canvas_app.runtime.merging)."""

from typing import Any

from django.db import connection

from canvas_app.models import Entry, Run, RunExit
from canvas_app.runtime.exits import note_exits
from canvas_app.runtime.merging import MERGED
from kernel.clock import db_now
from tenants.scope import current_tenant_id

# the survivor entered as often as both did, and last when either did
_ENTRIES = """
    INSERT INTO canvas_app_entry AS e (tenant_id, canvas_id, customer_id, last_at, times)
    SELECT tenant_id, canvas_id, %(target)s, last_at, times FROM canvas_app_entry
    WHERE tenant_id = %(tenant)s AND customer_id = %(source)s
    ON CONFLICT (tenant_id, canvas_id, customer_id) DO UPDATE
    SET times = e.times + excluded.times, last_at = greatest(e.last_at, excluded.last_at)
"""


def on_merged(*, merged: int, survivor: int) -> dict[str, Any]:
    """Subscriber of customers.merged; what `on_unmerged` needs."""
    now, runs = db_now(), list(Run.objects.filter(status__in=("running", "failed")).values_list("pk", flat=True))
    exits = RunExit.objects.filter(run_id__in=runs, customer_id=merged)
    before = [[e.run_id, e.reason, e.at.isoformat()] for e in exits]
    for run in runs:
        note_exits(run, MERGED, [(merged, now)])
    theirs, ours = _entries(merged), _entries(survivor)
    with connection.cursor() as cursor:
        cursor.execute(_ENTRIES, {"tenant": current_tenant_id(), "source": merged, "target": survivor})
    Entry.objects.filter(customer_id=merged).delete()
    return {"canvas": {"exits": before, "had": theirs, "before": {c: ours[c] for c in theirs if c in ours}}}


def _entries(customer: int) -> dict[str, list[Any]]:
    rows = Entry.objects.filter(customer_id=customer)
    return {str(e.canvas_id): [e.last_at.isoformat(), e.times] for e in rows}


def on_unmerged(*, merged: int, survivor: int, kept: dict[str, Any]) -> None:
    """Who was replaced in a run already stays replaced; who was not goes on under their own name."""
    mine = kept["canvas"]
    RunExit.objects.filter(customer_id=merged, reason=MERGED).delete()
    tenant = current_tenant_id()
    RunExit.objects.bulk_create(
        (RunExit(tenant_id=tenant, run_id=r, customer_id=merged, reason=why, at=at) for r, why, at in mine["exits"]),
        ignore_conflicts=True,
    )
    for canvas, (last_at, times) in mine["had"].items():
        _give_back(int(canvas), survivor, last_at, times, mine["before"].get(canvas))
        Entry.objects.create(tenant_id=tenant, canvas_id=int(canvas), customer_id=merged, last_at=last_at, times=times)


def _give_back(canvas: int, survivor: int, last_at: str, times: int, before: list[Any] | None) -> None:
    """The survivor's own entries again, and those since the merge."""
    entry = Entry.objects.filter(canvas_id=canvas, customer_id=survivor).first()
    if entry is None:
        return
    if before is None and entry.times <= times:
        entry.delete()
        return
    merged_last = max(last_at, before[0]) if before else last_at
    entry.times = max(entry.times - times, 1)
    if before and entry.last_at.isoformat() == merged_last:
        entry.last_at = before[0]
    entry.save()
