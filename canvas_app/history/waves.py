"""Waves of standing runs that nobody has stood in for long become one row an hour; the events that made people enter go.

Until then they are kept one by one: the customer's timeline shows the event of each entry, and a goal's window may be open.
"""

from collections import defaultdict
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import connection

from canvas_app.document import Goal
from canvas_app.history.batches import alone, hour_of, in_batches
from canvas_app.models import Run, Wave
from canvas_app.runtime.goals import window_of
from canvas_app.runtime.plan import plan_of
from kernel.clock import db_now
from kernel.sets import dump, load, union
from tenants.scope import current_tenant_id, tenant_tx

BATCH = 20_000
_OLD = """
    SELECT w.id, w.at, w.size, w.people FROM (
        SELECT id, tenant_id, run_id, at, size, people, count(*) OVER (PARTITION BY date_trunc('hour', at)) AS n
        FROM canvas_app_wave WHERE tenant_id = %(tenant)s AND run_id = %(run)s AND at < %(before)s AND told = 2
    ) AS w WHERE w.n > 1 AND NOT EXISTS (
        SELECT 1 FROM canvas_app_cohort c WHERE c.tenant_id = w.tenant_id AND c.run_id = w.run_id AND c.wave_id = w.id)
    ORDER BY date_trunc('hour', w.at), w.id LIMIT %(limit)s
"""


def compact_waves(tenant_id: int) -> int:
    """Waves saved."""
    with tenant_tx(tenant_id):
        runs = list(Run.objects.filter(kind="standing", compacted_at__isnull=False))
        due = [(run.pk, db_now() - _kept_for(run)) for run in runs]
    return sum(in_batches(tenant_id, BATCH, partial(_merge_batch, run_id, before)) for run_id, before in due)


def _kept_for(run: Run) -> timedelta:
    goal = plan_of(run.version_id).definition.get("goal")
    return max(
        timedelta(days=settings.WAVE_ENTRIES_DAYS), window_of(Goal.model_validate(goal)) if goal else timedelta()
    )


def _merge_batch(run_id: int, before: datetime) -> tuple[int, int]:
    if not alone(run_id):
        return 0, 0
    with connection.cursor() as cursor:
        cursor.execute(_OLD, {"tenant": current_tenant_id(), "run": run_id, "before": before, "limit": BATCH})
        rows = cursor.fetchall()
    groups = defaultdict(list)
    for row in rows:
        groups[hour_of(row[1])].append(row)
    for group in groups.values():
        _merge(run_id, group)
    return len(rows), len(groups)


def _merge(run_id: int, group: list[tuple[int, datetime, int, bytes]]) -> None:
    """Into the first of them. Its passages come along; what the ledgers call a wave stays their own number."""
    kept, *others = sorted(pk for pk, *_ in group)
    scope: dict[str, Any] = {"tenant": current_tenant_id(), "run": run_id, "kept": kept, "others": others}
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE canvas_app_passage SET wave_id = %(kept)s WHERE tenant_id = %(tenant)s AND run_id = %(run)s AND wave_id = ANY(%(others)s)",
            scope,
        )
        cursor.execute(
            "DELETE FROM canvas_app_waveentry WHERE tenant_id = %(tenant)s AND (wave_id = %(kept)s OR wave_id = ANY(%(others)s))",
            scope,
        )
        cursor.execute("DELETE FROM canvas_app_wave WHERE tenant_id = %(tenant)s AND id = ANY(%(others)s)", scope)
    everybody = dump(union(load(row[3]) for row in group))
    Wave.objects.filter(pk=kept).update(people=everybody, size=sum(row[2] for row in group))
