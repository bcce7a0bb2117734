"""Passages of waves that nobody stands in any more become one row for each way and hour: people together, sizes added up.

Every sum and every union over a run stays what it was; somebody who came twice counts twice in the size and once among
the people, as before. What can no longer be told afterwards is which wave a passage was of.
"""

from collections import defaultdict
from datetime import datetime, timedelta
from functools import partial

from django.db import connection

from canvas_app.history.batches import alone, hour_of, in_batches
from canvas_app.models import Passage, Run
from canvas_app.proof.walking import WAVES_BY_SET
from kernel.clock import db_now
from kernel.sets import dump, load, union
from tenants.scope import current_tenant_id, tenant_tx

BATCH = 100_000
_SETTLED_AFTER = timedelta(minutes=5)
_CLAIM = """
    WITH done AS (
        SELECT id, node, kind, port, edge, date_trunc('hour', at) AS hour,
               count(*) OVER (PARTITION BY node, kind, port, edge, date_trunc('hour', at)) AS n
        FROM canvas_app_passage p WHERE p.tenant_id = %(tenant)s AND p.run_id = %(run)s AND p.at < %(before)s AND NOT EXISTS (
            SELECT 1 FROM canvas_app_cohort c WHERE c.tenant_id = p.tenant_id AND c.run_id = p.run_id AND c.wave_id = p.wave_id)
    )
    DELETE FROM canvas_app_passage WHERE tenant_id = %(tenant)s AND id IN (
        SELECT id FROM done WHERE n > 1 ORDER BY hour, node, kind, port, edge LIMIT %(limit)s)
    RETURNING node, kind, port, edge, wave_id, size, at, people
"""


def compact_passages(tenant_id: int) -> int:
    """Rows saved. Runs with few waves are left alone: there the proof compares wave by wave."""
    with tenant_tx(tenant_id):
        before, runs = db_now() - _SETTLED_AFTER, _runs()
    return sum(in_batches(tenant_id, BATCH, partial(_merge_batch, run_id, before)) for run_id in runs)


def _runs() -> list[int]:
    """Standing runs that go on or ended lately, with more waves than are proved one by one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.id FROM canvas_app_run r WHERE r.tenant_id = %(tenant)s AND r.kind = 'standing' "
            "AND (r.status = 'running' OR r.finished_at > clock_timestamp() - interval '1 day') AND (SELECT count(*) FROM ("
            "SELECT 1 FROM canvas_app_wave w WHERE w.tenant_id = r.tenant_id AND w.run_id = r.id LIMIT %(few)s + 1) AS t) > %(few)s",
            {"tenant": current_tenant_id(), "few": WAVES_BY_SET},
        )
        return [pk for (pk,) in cursor.fetchall()]


def _merge_batch(run_id: int, before: datetime) -> tuple[int, int]:
    """(rows taken, rows put in their place), in the open transaction: all or nothing."""
    if not alone(run_id):
        return 0, 0
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"tenant": current_tenant_id(), "run": run_id, "before": before, "limit": BATCH})
        rows = cursor.fetchall()
    groups = defaultdict(list)
    for node, kind, port, edge, *rest in rows:
        groups[node, kind, port, edge, hour_of(rest[2])].append(rest)
    merged = [
        Passage(
            run_id=run_id, node=node, kind=kind, port=port, edge=edge, wave_id=min(r[0] for r in group), size=sum(r[1] for r in group),
            at=min(r[2] for r in group), people=dump(union(load(r[3]) for r in group)),
        )
        for (node, kind, port, edge, _), group in groups.items()
    ]  # fmt: skip
    Passage.objects.bulk_create(merged)
    if merged:
        Run.objects.filter(pk=run_id, compacted_at__isnull=True).update(compacted_at=db_now())
    return len(rows), len(merged)
