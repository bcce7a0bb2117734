"""When the channels room says what became of messages, people move on from where they waited for it."""

from dataclasses import replace

from canvas_app.models import Cohort, Run
from canvas_app.nodes.kinds.message_send import SENDING
from canvas_app.runtime.conclude import commit_movement, standing_of
from canvas_app.runtime.exits import leavers
from canvas_app.runtime.movement import Movement
from canvas_app.runtime.plan import plan_of
from kernel.clock import db_now
from kernel.sets import People, load, union
from kernel.step import Step


def touch_settled(
    *,
    step: Step,
    job_id: int,
    sent: People,
    failed: People,
    suppressed: dict[str, People],
    unknown: People,
    done: bool,
) -> None:
    """Subscriber of channels.settled, in its transaction. An unknown outcome goes out by `sent`: most of them did arrive,
    and sending them down a fallback path could reach a person twice."""
    waiting = list(Cohort.objects.filter(waits_for=f"{SENDING}{job_id}").select_for_update())
    if not waiting:
        return
    run = Run.objects.get(pk=step.run_id)
    movement = Movement(run, plan_of(run.version_id), db_now())
    held = union(suppressed.values())
    for cohort in waiting:
        group = load(cohort.people)
        for port, part in (("sent", sent | unknown), ("failed", failed), ("suppressed", held)):
            movement.leave(cohort.wave_id, cohort.node, cohort.round, port, part & group)
        for reason, part in suppressed.items():
            movement.passage(cohort.wave_id, cohort.node, "held", reason, part & group)
        rest = group - sent - unknown - failed - held
        movement.stand(replace(standing_of(cohort), people=rest))
    commit_movement(movement, {c.pk for c in waiting}, {c.wave_id for c in waiting})


def people_leaving(*, step: Step, people: People) -> People:
    """Subscriber of channels.leaving: those who must not get the message any more, because they left the run."""
    return leavers(step.run_id, step.wave_id, people)
