"""Stopping a run: everybody inside leaves by the door "stopped"; what was not yet handed over is not sent."""

from canvas_app.models import Cohort, Run
from canvas_app.nodes.kinds.message_send import SENDING
from canvas_app.runtime.movement import Movement
from canvas_app.runtime.plan import plan_of
from channels import facade as channels
from kernel.clock import db_now
from kernel.sets import load

STOPPED = "stopped"


def run_stop(run: Run) -> None:
    """Messages in flight are left to their outcome: their people stay until it is known. Stopping twice is harmless."""
    if run.status != "running":
        return
    channels.cancel_run(run.pk)  # publishes channels.settled for those let go, who then leave by `suppressed`
    movement = Movement(run, plan_of(run.version_id), db_now())
    cohorts = Cohort.objects.filter(run=run).exclude(waits_for__startswith=SENDING).select_for_update()
    for cohort in cohorts:
        if not cohort.node:
            continue
        if not cohort.parked:
            movement.passage(cohort.wave_id, cohort.node, "in", cohort.port, load(cohort.people), edge=cohort.edge)
        movement.drop(cohort.wave_id, cohort.node, STOPPED, load(cohort.people))
    Cohort.objects.filter(pk__in=[c.pk for c in cohorts]).delete()
    movement.write()
    run.status, run.finished_at = "stopped", movement.now
    run.save(update_fields=["status", "finished_at"])
