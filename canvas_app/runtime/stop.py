"""Stopping a run: everybody inside leaves by the door "stopped"; what was not yet handed over is not sent."""

from dataclasses import replace

from canvas_app.models import Cohort, Run
from canvas_app.nodes.handing import SENDING
from canvas_app.runtime.conclude import standing_of
from canvas_app.runtime.movement import Movement
from canvas_app.runtime.plan import plan_of
from channels import facade as channels
from kernel.clock import db_now
from kernel.sets import People, load

STOPPED = "stopped"


def run_stop(run: Run) -> None:
    """Messages in flight are left to their outcome: their people stay until it is known. Stopping twice is harmless."""
    if run.status not in ("running", "failed"):
        return
    let_go = {f"{SENDING}{job}": people for job, people in channels.cancel_run(run.pk)}
    movement = Movement(run, plan_of(run.version_id), db_now())
    cohorts = list(Cohort.objects.filter(run=run).exclude(node="").select_for_update())
    for cohort in cohorts:
        _let_out(movement, cohort, let_go)
    Cohort.objects.filter(run=run, pk__in=[c.pk for c in cohorts]).delete()
    Cohort.objects.filter(run=run, node="").delete()  # a wave that had not begun: nobody entered by it
    movement.write()
    run.status, run.finished_at = "stopped", movement.now
    run.save(update_fields=["status", "finished_at"])


def _let_out(movement: Movement, cohort: Cohort, let_go: dict[str, People]) -> None:
    group = load(cohort.people)
    leaving = let_go.get(cohort.waits_for, People()) & group if cohort.waits_for.startswith(SENDING) else group
    if not cohort.parked:
        movement.passage(cohort.wave_id, cohort.node, "in", cohort.port, group, edge=cohort.edge)
    movement.drop(cohort.wave_id, cohort.node, STOPPED, leaving)
    movement.stand(replace(standing_of(cohort), people=group - leaving, parked=True, due_at=None))
