"""Send jobs: claiming them under a lease and a fence, splitting them, giving them back.

A job's `people` are those whom the canvas has not been told of yet. Every write checks the fence, so that a worker that
slept through its lease changes nothing. The clock is the database's.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import orjson
from django.conf import settings
from django.db import connection

from channels import mixed
from channels.models import SendJob
from kernel.clock import note
from kernel.copy import insert_all
from kernel.sets import People, dump, load
from kernel.step import Step
from kernel.wake import SEND
from tenants.ready import announce
from tenants.scope import current_tenant_id

LEASE_SECONDS: Final[int] = settings.SEND_LEASE_SECONDS
MAX_PEOPLE: Final = 2000  # of one job
_CANDIDATES: Final = 64
_FREE: Final = "a.status = 'active' AND (a.waits_until IS NULL OR a.waits_until <= clock_timestamp())"

_COLUMNS = (
    "id, origin, account_id, template_id, purpose, content, canvas_id, run_id, node, wave_id, round, variant, priority, "
    "quiet_hours, capped_waits, people, state, attempt, fence, retry, waves"
)


@dataclass
class Job:
    """A claimed send job as this worker knows it; `fence` proves that it is still ours."""

    id: int
    origin: int  # the id by which the canvas knows it
    account_id: int
    template_id: int
    purpose: str
    content: Any
    step: Step
    priority: int
    quiet_hours: dict[str, str] | None
    capped_waits: bool
    people: People
    state: str
    attempt: int
    fence: int
    retry: dict[str, Any] | None = None
    wave_of: dict[int, int] | None = None  # of a job that mixes waves; its step has none then
    held: bool = False
    seen_at: datetime | None = None  # the database's time when the row was last locked

    def by_wave(self, group: People) -> dict[int, People]:
        """Its people of `group` by wave."""
        return mixed.by_wave(group, self.wave_of, self.step.wave_id)


def read_job(row: tuple[Any, ...]) -> Job:
    (id_, origin, account, template, purpose, content, canvas, run, node, wave, round_, variant, priority, quiet, waits, group, state, attempt, fence, retry, waves) = row  # fmt: skip
    step = step_of(canvas, run, node, wave, round_, variant, priority)
    return Job(
        id_,
        origin or id_,
        account,
        template,
        purpose,
        _json(content),
        step,
        priority,
        _json(quiet),
        waits,
        load(group),
        state,
        attempt,
        fence,
        _json(retry),
        mixed.load(waves),
    )


def step_of(canvas: int, run: int, node: str, wave: int, round_: int, variant: str, urgency: int) -> Step:
    """Step.urgency read back."""
    return Step(canvas, run, node, wave, round_, variant, triggered=urgency % 2 == 0, priority=urgency // 2)


def _json(raw: Any) -> Any:
    return orjson.loads(raw) if isinstance(raw, str | bytes) else raw


def claim(budget: int, blocked: Iterable[int] = ()) -> list[Job]:
    """Due jobs of at most about `budget` people together, leased and fenced, high priority first and in it
    triggers' jobs; none of the accounts in `blocked`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH due AS MATERIALIZED ("
            "  SELECT j.tenant_id, j.id, j.size, j.priority, j.due_at FROM channels_sendjob j"
            f"  JOIN channels_account a ON a.tenant_id = j.tenant_id AND a.id = j.account_id AND {_FREE}"
            "  WHERE j.tenant_id = %(tenant)s AND NOT j.held AND j.due_at <= clock_timestamp()"
            "  AND (j.lease_until IS NULL OR j.lease_until < clock_timestamp())"
            "  AND j.account_id <> ALL(%(blocked)s)"
            "  ORDER BY j.priority, j.due_at, j.id LIMIT %(limit)s FOR UPDATE OF j SKIP LOCKED"
            "), taken AS ("
            "  SELECT id FROM (SELECT id, sum(size) OVER (ORDER BY priority, due_at, id) - size AS before FROM due) d"
            "  WHERE before < %(budget)s"
            ") UPDATE channels_sendjob s SET fence = fence + 1,"
            "  lease_until = clock_timestamp() + make_interval(secs => %(lease)s)"
            " FROM taken WHERE s.tenant_id = %(tenant)s AND s.id = taken.id "
            f"RETURNING {', '.join('s.' + c for c in _COLUMNS.split(', '))}",
            {
                "tenant": current_tenant_id(),
                "limit": _CANDIDATES,
                "budget": budget,
                "lease": LEASE_SECONDS,
                "blocked": list(blocked),
            },
        )
        return sorted(map(read_job, cursor.fetchall()), key=lambda job: (job.priority, job.id))


def lease_new(row: SendJob) -> Job:
    """Save a new job as this worker's, its intents being written in the same transaction."""
    row.state, row.fence, row.lease_until = "in_flight", 1, row.due_at + timedelta(seconds=LEASE_SECONDS)
    insert_all([row], numbered=True)
    step = step_of(row.canvas_id, row.run_id, row.node, row.wave_id, row.round, row.variant, row.priority)
    return Job(
        row.pk, row.pk, row.account_id, row.template_id, row.purpose, row.content, step, row.priority, row.quiet_hours, row.capped_waits,
        load(row.people), row.state, 0, row.fence, row.retry,
    )  # fmt: skip


def has_due() -> bool:
    """Is anything due, or leased by others? Jobs of paused runs and accounts are told of when they go on."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM channels_sendjob j JOIN channels_account a "
            f"ON a.tenant_id = j.tenant_id AND a.id = j.account_id AND {_FREE} "
            "WHERE j.tenant_id = %s AND NOT j.held AND j.due_at <= clock_timestamp())",
            [current_tenant_id()],
        )
        return bool(cursor.fetchone()[0])


def due_within(seconds: float, blocked: Iterable[int] = ()) -> bool:
    """Is a job due so soon that going away and being woken would be later?"""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM channels_sendjob j JOIN channels_account a "
            f"ON a.tenant_id = j.tenant_id AND a.id = j.account_id AND {_FREE} "
            "WHERE j.tenant_id = %s AND NOT j.held AND (j.lease_until IS NULL OR j.lease_until < clock_timestamp()) "
            "AND j.due_at <= clock_timestamp() + make_interval(secs => %s) AND j.account_id <> ALL(%s))",
            [current_tenant_id(), seconds, list(blocked)],
        )
        return bool(cursor.fetchone()[0])


def lock_ours(jobs: Iterable[Job]) -> dict[int, Job]:
    """Lock the jobs' rows in order of id, refresh them, and return those whose fence is still ours."""
    by_id = {job.id: job for job in jobs}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, fence, held, people, CASE WHEN lease_until > clock_timestamp() + make_interval(secs => %s) THEN state "
            "ELSE 'ready' END, clock_timestamp() FROM channels_sendjob WHERE tenant_id = %s AND id = ANY(%s) ORDER BY id FOR UPDATE",
            [LEASE_SECONDS / 2, current_tenant_id(), list(by_id)],
        )
        rows = cursor.fetchall()
    ours = {}
    for id_, fence, held, group, state, now in rows:
        job = by_id[id_]
        if fence == job.fence:
            job.people, job.held, job.state, job.seen_at = load(group), held, state, now
            ours[id_] = job
            note(now)
    return ours


def mark_in_flight(jobs: Iterable[Job]) -> None:
    """Intents of these jobs are in this transaction; the lease begins anew where less than half of it is left."""
    ids = [job.id for job in jobs if job.state != "in_flight"]
    if not ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE channels_sendjob SET state = 'in_flight', lease_until = clock_timestamp() + make_interval(secs => %s) "
            "WHERE tenant_id = %s AND id = ANY(%s)",
            [LEASE_SECONDS, current_tenant_id(), ids],
        )


def keep(job: Job, *, leased: bool) -> None:
    """Write the job's people back; nobody left: the row goes. The caller holds the row's lock.

    While it stays leased, what is in flight of it may still be in the air: the state is left as it is.
    """
    with connection.cursor() as cursor:
        if not job.people:
            cursor.execute(
                "DELETE FROM channels_sendjob WHERE tenant_id = %s AND id = %s", [current_tenant_id(), job.id]
            )
            return
        cursor.execute(
            "UPDATE channels_sendjob SET people = %s, size = %s"
            + ("" if leased else ", state = 'ready', lease_until = NULL")
            + " WHERE tenant_id = %s AND id = %s",
            [dump(job.people), len(job.people), current_tenant_id(), job.id],
        )


def split_off(job: Job, group: People, due_at: datetime, *, attempt: int) -> None:
    """These people of the job wait until `due_at` in a job of their own. The caller writes `job` back."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO channels_sendjob (tenant_id, account_id, template_id, purpose, content, canvas_id, run_id, node, "
            "wave_id, waves, round, variant, priority, quiet_hours, capped_waits, people, size, state, held, attempt, due_at, fence, origin, retry) "
            "SELECT tenant_id, account_id, template_id, purpose, content, canvas_id, run_id, node, wave_id, waves, round, variant, "
            "priority, quiet_hours, capped_waits, %s, %s, 'ready', held, %s, %s, 0, %s, retry FROM channels_sendjob WHERE tenant_id = %s AND id = %s",
            [dump(group), len(group), attempt, due_at, job.origin, current_tenant_id(), job.id],
        )
    job.people -= group
    announce(SEND, due_at=due_at)
