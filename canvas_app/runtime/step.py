"""One unit of the engine's work: claim due cohorts, let their people walk on, write where they stand, commit."""

import logging
from datetime import datetime, timedelta

from canvas_app.models import Cohort, Run
from canvas_app.runtime.claim import Claimed, claim
from canvas_app.runtime.conclude import commit_movement, standing_of
from canvas_app.runtime.movement import Movement
from canvas_app.runtime.plan import plan_of
from canvas_app.runtime.start import begin_wave
from canvas_app.runtime.walk import Walk
from kernel.clock import db_now
from tenants.scope import tenant_tx

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 3
BULK_SECONDS, TRIGGER_SECONDS = 1.0, 0.3  # of walking in one transaction; a visit that has begun is finished


class StepFailed(Exception):
    """A node could not do its step; carries the claimed cohorts, so that the failure is counted on them."""

    def __init__(self, cohorts: list[int], run_id: int) -> None:
        super().__init__(f"run {run_id}")
        self.cohorts, self.run_id = cohorts, run_id


def unit(tenant_id: int, *, standing: bool) -> bool:
    """One transaction for the tenant; False when nothing could be claimed."""
    try:
        with tenant_tx(tenant_id):
            claimed = claim(standing=standing)
            if claimed is None:
                return False
            _carry_out(claimed, TRIGGER_SECONDS if standing else BULK_SECONDS)
    except StepFailed as failed:
        log.exception("step failed")
        with tenant_tx(tenant_id):
            _count_failure(failed)
    return True


def _carry_out(claimed: Claimed, seconds: float) -> None:
    run = Run.objects.get(pk=claimed.run_id)
    try:
        walk = Walk(
            Movement(run, plan_of(run.version_id), db_now()),
            taken={c.pk for c in claimed.cohorts},
            waves={c.wave_id for c in claimed.cohorts},
        )
        _begin(walk, claimed)
        if any(c.attempts for c in claimed.cohorts):
            walk.once()
        else:
            walk.on(seconds)
        commit_movement(walk.movement, walk.taken, walk.waves)
    except Exception as error:
        raise StepFailed([c.pk for c in claimed.cohorts], run.pk) from error


def _begin(walk: Walk, claimed: Claimed) -> None:
    if not claimed.node:
        begin_wave(walk.movement, claimed.cohorts[0].wave_id)
        walk.fresh |= walk.waves
        return
    for cohort in claimed.cohorts:
        walk.movement.stand(standing_of(cohort))


def _count_failure(failed: StepFailed) -> None:
    """Back off; after the third time the run fails and says why. Its people stay where they stand."""
    now = db_now()
    for cohort in Cohort.objects.filter(pk__in=failed.cohorts).select_for_update():
        cohort.attempts += 1
        if cohort.attempts >= MAX_ATTEMPTS:
            _fail_run(failed, now)
        cohort.due_at = now + timedelta(seconds=5 * 2**cohort.attempts)
        cohort.save(update_fields=["attempts", "due_at"])


def _fail_run(failed: StepFailed, now: datetime) -> None:
    reason = repr(failed.__cause__)[:1000]
    Run.objects.filter(pk=failed.run_id, status="running").update(status="failed", finished_at=now, error=reason)
