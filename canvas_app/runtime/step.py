"""One unit of the engine's work: claim due cohorts, let their people walk on, write where they stand, commit."""

import logging
import time

from canvas_app.models import Run
from canvas_app.runtime.claim import Claimed, claim
from canvas_app.runtime.conclude import commit_movement, standing_of
from canvas_app.runtime.failure import count_failure
from canvas_app.runtime.going import going_on
from canvas_app.runtime.movement import Movement
from canvas_app.runtime.moving import move, run_is_moving
from canvas_app.runtime.plan import plan_of
from canvas_app.runtime.start import begin_wave
from canvas_app.runtime.walk import Walk
from channels import facade as channels
from channels.facade import Flight
from kernel.clock import db_now
from tenants.scope import tenant_tx

log = logging.getLogger(__name__)

BULK_SECONDS, TRIGGER_SECONDS = 1.0, 0.3  # of walking in one transaction; a visit that has begun is finished


class StepFailed(Exception):
    """A node could not do its step; carries the claimed cohorts, so that the failure is counted on them."""

    def __init__(self, cohorts: list[int], run_id: int) -> None:
        super().__init__(f"run {run_id}")
        self.cohorts, self.run_id = cohorts, run_id


def unit(tenant_id: int, *, standing: bool) -> bool:
    """One transaction for the tenant, and the few messages that it let fly; False when nothing could be claimed."""
    flights: list[Flight] | None = [] if standing else None
    try:
        with tenant_tx(tenant_id):
            claimed = claim(standing=standing)
            if claimed is None:
                return False
            ends = time.monotonic() + (TRIGGER_SECONDS if standing else BULK_SECONDS)
            _carry_out(claimed, ends, flights)
    except StepFailed as failed:
        log.exception("step failed")
        with tenant_tx(tenant_id):
            count_failure(failed.run_id, failed.cohorts, failed.__cause__)
        return True
    channels.fly(flights or [])
    return True


def _carry_out(claimed: Claimed, ends: float, flights: list[Flight] | None) -> None:
    run = Run.objects.get(pk=claimed.run_id)
    if not going_on(run.canvas_id):
        return  # paused since it was claimed: everybody stays
    try:
        if claimed.node and run_is_moving(run):
            move(run, claimed.cohorts)
            return
        walk = Walk(
            Movement(run, plan_of(run.version_id), db_now()),
            taken={c.pk for c in claimed.cohorts},
            waves={c.wave_id for c in claimed.cohorts},
            flights=flights,
        )
        _begin(walk, claimed)
        if any(c.attempts for c in claimed.cohorts):
            walk.once()
        else:
            walk.on(ends)
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
