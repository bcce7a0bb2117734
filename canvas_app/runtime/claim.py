"""Claiming due cohorts: the rows of one (run, node, round) together, locked until the transaction ends.

The lock is the lease (docs/decisions/002): when a worker dies, its transaction is rolled back and the rows are free again;
when it hangs, the server ends the transaction after a minute.
"""

from dataclasses import dataclass

from django.db import connection
from django.db.backends.utils import CursorWrapper

from canvas_app.models import Cohort
from canvas_app.runtime.movement import GATHER
from kernel.clock import db_now
from tenants.scope import current_tenant_id

_COHORTS_A_STEP = 2000
_CLAIMABLE = """canvas_app_cohort c
    JOIN canvas_app_run r ON r.tenant_id = c.tenant_id AND r.id = c.run_id
    JOIN canvas_app_canvas k ON k.tenant_id = r.tenant_id AND k.id = r.canvas_id
    WHERE c.tenant_id = %s AND c.due_at <= clock_timestamp() AND r.status = 'running' AND k.status <> 'paused'
    AND (r.kind = 'standing') = %s"""


@dataclass(frozen=True)
class Claimed:
    """cohorts: locked rows at one (node, round) of the run; node "" is a wave about to begin."""

    run_id: int
    node: str
    cohorts: list[Cohort]


def has_due(*, standing: bool) -> bool:
    """Is any cohort due, locked by others or not?"""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {_CLAIMABLE})", [current_tenant_id(), standing])
        return bool(cursor.fetchone()[0])


def claim(*, standing: bool) -> Claimed | None:
    """The longest due and whoever is due at the same place; None when nothing can be had."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT c.attempts, c.run_id, c.wave_id, c.node, c.round, c.waits_for FROM {_CLAIMABLE} ORDER BY c.due_at LIMIT 1 FOR UPDATE OF c SKIP LOCKED",
            [current_tenant_id(), standing],
        )
        row = cursor.fetchone()
        if row is None:
            return None
        attempts, run_id, wave_id, node, round_, waits_for = row
        if waits_for == GATHER and not _alone(cursor, wave_id, node):
            return None
    same = Cohort.objects.filter(run_id=run_id, node=node, round=round_, due_at__lte=db_now()).order_by("id")
    if waits_for == GATHER or not node or attempts:  # a wave that failed is tried by itself: it spoils no other
        return Claimed(run_id, node, list(same.filter(wave_id=wave_id).select_for_update()))
    return Claimed(run_id, node, list(same.filter(attempts=0).select_for_update(skip_locked=True)[:_COHORTS_A_STEP]))


def _alone(cursor: CursorWrapper, wave_id: int, node: str) -> bool:
    # a set operation takes all its inputs, so two workers must not take half each
    cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, %s))", [node, wave_id])
    return bool(cursor.fetchone()[0])
