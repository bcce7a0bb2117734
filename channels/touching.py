"""Writes down what the canvas decided: a message for everybody, and send jobs for those who are to get one.

In the caller's transaction, set-based. Whoever already has a message of this step is left out.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from channels import mixed
from channels.jobs import MAX_PEOPLE
from channels.ledger import BY_ID, OF_PAIRS, step_key
from channels.mixed import Waves
from channels.models import SendJob
from channels.parcel import STAFF, Parcel
from channels.policy import Plan
from kernel.clock import db_now
from kernel.copy import fetch_people, id_list, pairs
from kernel.sets import People, chunks, dump, load, union
from kernel.step import Step
from kernel.wake import SEND
from tenants.ready import announce
from tenants.scope import current_tenant_id

_INSERT = (
    "INSERT INTO channels_message (tenant_id, canvas_id, run_id, node, wave_id, round, customer_id, variant, channel, account_id, "
    "template_id, purpose, status, reason, provider_id, created_at) SELECT %(tenant)s, %(canvas)s, %(run)s, %(node)s, v.wave, "
    "%(round)s, v.id, %(variant)s, %(channel)s, %(account)s, %(template)s, %(purpose)s, %(status)s, %(reason)s, '', "
    "clock_timestamp() FROM (SELECT {wave}) AS v "
    "ON CONFLICT (tenant_id, run_id, node, wave_id, round, customer_id) DO NOTHING RETURNING customer_id"
)
_INSERT_ONE_WAVE = _INSERT.format(wave="%(wave)s::bigint AS wave, unnest(%(ids)s::bigint[]) AS id")
_INSERT_WAVES = _INSERT.format(wave="unnest(%(wave)s::bigint[]) AS wave, unnest(%(ids)s::bigint[]) AS id")
_INSERT_FEW = f"{_INSERT_ONE_WAVE}, id"
_BIG_WAVE = 500  # people; so many are worth a job of their own, whose messages lie side by side


def touch(step: Step, parcel: Parcel, plan: Plan, after_seconds: float = 0.0) -> list[tuple[int, People]]:
    """(job id, people) of the jobs made."""
    return _touch(step, parcel, plan, after_seconds, None)


def touch_waves(step: Step, parcel: Parcel, plan: Plan, waves: Waves) -> list[tuple[int, People]]:
    """The same for people of several waves at the step: big ones have jobs of their own, small ones share theirs."""
    made: list[tuple[int, People]] = []
    small = {wave: group for wave, group in waves.items() if len(group) < _BIG_WAVE}
    for wave, group in waves.items():
        if wave not in small or len(small) == 1:
            made += touch(replace(step, wave_id=wave), parcel, plan.restricted(group))
    if len(small) > 1:
        made += _touch(step, parcel, plan.restricted(union(small.values())), 0.0, small)
    return made


def _touch(
    step: Step, parcel: Parcel, plan: Plan, after_seconds: float, waves: Waves | None
) -> list[tuple[int, People]]:
    fresh = write_messages(step, parcel, plan, waves)
    if not fresh:
        return []
    parts, due = list(chunks(fresh, MAX_PEOPLE)), db_now() + timedelta(seconds=after_seconds)
    jobs = SendJob.objects.bulk_create(jobs_of(step, parcel, plan, parts, due, waves))
    announce(SEND, after_seconds)
    return [(job.pk, part) for job, part in zip(jobs, parts, strict=True)]


def write_messages(step: Step, parcel: Parcel, plan: Plan, waves: Waves | None = None) -> People:
    """Those of plan.send who have a message of this step from now on and had none. waves: where not all are of the step's."""
    for reason, group in sorted(plan.held.items()):
        _insert(step, parcel, group, "suppressed", reason, waves)
    return _insert(step, parcel, plan.send, "queued", "", waves)


def write_few(step: Step, parcel: Parcel, plan: Plan) -> dict[int, int]:
    """The same of a few, of one wave: customer → id of the message."""
    for reason, group in sorted(plan.held.items()):
        _insert(step, parcel, group, "suppressed", reason, None)
    with connection.cursor() as cursor:
        cursor.execute(_INSERT_FEW, _row(step, parcel, plan.send, "queued", "", None))
        return dict(cursor.fetchall())


def _insert(step: Step, parcel: Parcel, group: People, status: str, reason: str, waves: Waves | None) -> People:
    if not group:
        return People()
    sql = _INSERT_ONE_WAVE if waves is None else _INSERT_WAVES
    return fetch_people(sql, _row(step, parcel, group, status, reason, waves))


def _row(step: Step, parcel: Parcel, group: People, status: str, reason: str, waves: Waves | None) -> dict[str, Any]:
    tenant, run, node, wave, round_ = step_key(step)
    of_each, ids = (str(wave), id_list(group)) if waves is None else pairs(_restricted(waves, group))
    return {
        "tenant": tenant, "canvas": step.canvas_id, "run": run, "node": node, "wave": of_each, "round": round_,
        "variant": step.variant, "channel": parcel.channel, "account": parcel.account_id,
        "template": parcel.template_id, "purpose": parcel.purpose, "status": status, "reason": reason, "ids": ids,
    }  # fmt: skip


def _restricted(waves: Waves, group: People) -> dict[int, People]:
    return {wave: part for wave, mine in waves.items() if (part := mine & group)}


def jobs_of(
    step: Step, parcel: Parcel, plan: Plan, parts: list[People], due: datetime, waves: Waves | None = None
) -> Iterator[SendJob]:
    """One for each part, not saved yet."""
    for part in parts:
        wave_id, mixing = (step.wave_id, None) if waves is None else (mixed.MIXED, mixed.dump(_restricted(waves, part)))
        yield SendJob(
            account_id=parcel.account_id, template_id=parcel.template_id, purpose=parcel.purpose, content=parcel.content, retry=parcel.retry,
            canvas_id=step.canvas_id, run_id=step.run_id, node=step.node, wave_id=wave_id, waves=mixing, round=step.round,
            variant=step.variant, priority=step.urgency, quiet_hours=plan.quiet_hours, capped_waits=plan.waits, people=dump(part),
            size=len(part), due_at=due,
        )  # fmt: skip


def set_held(run_id: int, held: bool) -> None:
    """Pause or go on with a run's jobs. Intents already committed run to their end."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE channels_sendjob SET held = %s WHERE (tenant_id, id) IN (SELECT tenant_id, id FROM channels_sendjob "
            "WHERE tenant_id = %s AND run_id = %s AND held <> %s ORDER BY id FOR UPDATE)",
            [held, current_tenant_id(), run_id, held],
        )
    if not held:
        announce(SEND)


def cancel(run_id: int, group: People | None, reason: str) -> list[tuple[int, People]]:
    """Queued messages of these people (None: all) in the run are held back; returns those let go, by job.

    What is in flight goes on to its end and is told of as usual.
    """
    let_go: dict[int, People] = {}
    for job in SendJob.objects.select_for_update().filter(run_id=run_id).order_by("id"):
        if job.purpose == STAFF and group is not None:  # its people are staff
            continue
        inside, known = load(job.people), job.origin or job.pk
        if gone := let_go_of(job, inside if group is None else inside & group, reason):
            let_go[known] = let_go.get(known, People()) | gone
    return list(let_go.items())


def let_go_of(job: SendJob, group: People, reason: str) -> People:
    """Those of `group` whose message was still queued: held back from now on, and out of the job (locked by the caller)."""
    gone = _cancel_in(job, group, reason)
    if gone:
        _shrink(job, load(job.people) - gone)
    return gone


def _cancel_in(job: SendJob, group: People, reason: str) -> People:
    if not group:
        return People()
    waves = mixed.by_wave(group, mixed.load(job.waves), job.wave_id)
    ids = fetch_people(
        f"SELECT m.id FROM {OF_PAIRS} WHERE m.status = 'queued'",
        [*pairs(waves), current_tenant_id(), job.run_id, job.node, job.round],
    )
    return fetch_people(
        f"UPDATE channels_message m SET status = 'suppressed', reason = %s FROM {BY_ID} WHERE m.tenant_id = %s AND m.id = v.id "
        "AND m.status = 'queued' RETURNING m.customer_id",
        [reason, id_list(ids), current_tenant_id()],
    )


def _shrink(job: SendJob, rest: People) -> None:
    if rest:
        job.people, job.size = dump(rest), len(rest)
        job.save(update_fields=["people", "size"])
    else:
        job.delete()


def counts(run_id: int) -> dict[str, dict[str, int]]:
    """node → status → messages."""
    found: dict[str, dict[str, int]] = {}
    for node, status, n in _grouped("status", run_id, "true"):
        found.setdefault(node, {})[status] = n
    return found


def held_counts(run_id: int) -> dict[str, dict[str, int]]:
    """node → reason → messages held back."""
    found: dict[str, dict[str, int]] = {}
    for node, reason, n in _grouped("reason", run_id, "status = 'suppressed'"):
        found.setdefault(node, {})[reason] = n
    return found


def _grouped(column: str, run_id: int, condition: str) -> list[tuple[str, str, int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT node, {column}, count(*) FROM channels_message WHERE tenant_id = %s AND run_id = %s AND {condition} GROUP BY 1, 2",
            [current_tenant_id(), run_id],
        )
        found: list[tuple[str, str, int]] = cursor.fetchall()
    return found


def people_with(run_id: int, node: str, statuses: list[str] | None) -> People:
    """None: whatever the status."""
    chosen, wanted = ("AND status = ANY(%s)", [statuses]) if statuses is not None else ("", [])
    return fetch_people(
        f"SELECT customer_id FROM channels_message WHERE tenant_id = %s AND run_id = %s AND node = %s {chosen}",
        [current_tenant_id(), run_id, node, *wanted],
    )


def waiting_by_job(run_id: int) -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(origin, id), sum(size)::bigint FROM channels_sendjob WHERE tenant_id = %s AND run_id = %s "
            "AND purpose <> %s GROUP BY 1",
            [current_tenant_id(), run_id, STAFF],  # nobody in the run waits for word to the staff
        )
        return dict(cursor.fetchall())


def served(step: Step, group: People) -> People:
    """Those of `group` to whom a message of this very step was handed over."""
    return fetch_people(
        "SELECT customer_id FROM channels_message WHERE tenant_id = %s AND run_id = %s AND node = %s AND wave_id = %s AND round = %s "
        "AND customer_id = ANY(%s::bigint[]) AND status NOT IN ('queued', 'suppressed', 'failed')",
        [*step_key(step), id_list(group)],
    )
