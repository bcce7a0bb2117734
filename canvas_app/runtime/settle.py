"""When the channels room says what became of messages, people move on from where they waited for it."""

from dataclasses import replace

from canvas_app.models import Cohort, Run
from canvas_app.nodes.handing import SENDING, wants_task
from canvas_app.runtime.conclude import commit_movement, standing_of
from canvas_app.runtime.exits import leavers
from canvas_app.runtime.merging import MERGED, again, merged_here, take_over
from canvas_app.runtime.movement import Movement
from canvas_app.runtime.plan import Plan, plan_of
from channels import facade as channels
from customers import staff_tasks
from kernel.clock import db_now
from kernel.language import Text
from kernel.rows import fetch_row, fetch_rows
from kernel.sets import People, load, union
from kernel.step import Step
from rewards import facade as rewards
from tenants.scope import current_tenant_id, once

_WAITING = "t.tenant_id = %s AND t.waits_for = %s ORDER BY t.id FOR UPDATE"

_UNDELIVERED = Text("“{node}”没有送达,请人工跟进", "“{node}” did not get through: follow up in person")


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
    held = union(suppressed.values())
    results = {"sent": sent, "failed": failed, "suppressed": held, "unknown": unknown}
    settled = union(results.values())
    rows = fetch_rows(Cohort, _WAITING, [current_tenant_id(), f"{SENDING}{job_id}"])
    waiting = [c for c in rows if load(c.people).intersect(settled)]  # of those nothing is known yet, nothing changes
    if not waiting:
        return
    key = "t.tenant_id = %s AND t.id = %s"
    run = once(f"run:{step.run_id}", lambda: fetch_row(Run, key, [current_tenant_id(), step.run_id]))
    movement = Movement(run, plan_of(run.version_id), db_now())
    waves, gone = {c.wave_id for c in waiting}, merged_here(run.pk, held)
    for cohort in waiting:
        group = load(cohort.people)
        _hand_failures_to_people(run, movement.plan, replace(step, wave_id=cohort.wave_id), failed & group)
        merged = gone & group
        if merged:  # what was not sent is decided anew for the survivor
            movement.drop(cohort.wave_id, cohort.node, MERGED, merged)
            waves |= take_over(movement, [again(movement.plan, replace(standing_of(cohort), people=merged))])
            group -= merged
        for port, part in _by_port(movement.plan, cohort.node, results).items():
            movement.leave(cohort.wave_id, cohort.node, cohort.round, port, part & group)
        if movement.plan.types[cohort.node].gives:
            _tell_rewards(replace(step, wave_id=cohort.wave_id, round=cohort.round), results, group)
        for reason, part in suppressed.items():
            movement.passage(cohort.wave_id, cohort.node, "held", reason, part & group)
        movement.stand(replace(standing_of(cohort), people=group - settled))
    commit_movement(movement, {c.pk for c in waiting}, waves)


def _by_port(plan: Plan, node: str, results: dict[str, People]) -> dict[str, People]:
    ports: dict[str, People] = {}
    for result, port in plan.types[node].settled.items():
        ports[port] = ports.get(port, People()) | results[result]
    return ports


def _tell_rewards(step: Step, results: dict[str, People], group: People) -> None:
    """What the merchant's shop said of a reward that it was to issue."""
    mine = {result: part & group for result, part in results.items()}
    answers = channels.connector_answers(step, mine["sent"])
    rewards.settle(step, mine["sent"], mine["failed"] | mine["suppressed"], mine["unknown"], answers, db_now())


def _hand_failures_to_people(run: Run, plan: Plan, step: Step, failed: People) -> None:
    """Where the step says so, and no fallback path is drawn: nobody is left without a trace (CAN-11)."""
    if failed and wants_task(plan.configs[step.node], plan.graph.wired_ports(step.node)):
        label = plan.graph.nodes[step.node].label or plan.types[step.node].labels.zh
        words = staff_tasks.Words(_UNDELIVERED.zh.format(node=label), _UNDELIVERED.en.format(node=label))
        staff_tasks.hand_to_people(step, failed, words, run.canvas.created_by)


def people_leaving(*, step: Step, waves: dict[int, People]) -> People:
    """Subscriber of channels.leaving: those who must not get the message any more, because they left the run."""
    return leavers(step.run_id, waves)
