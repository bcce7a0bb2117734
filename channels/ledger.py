"""A job's messages in the ledger: who waits, who is settled, what a dead worker left behind, and telling the canvas.

Statuses: queued → in_flight → sent | failed | unknown, or suppressed; receipts go on from there.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from django.db import connection

from channels.jobs import Job
from kernel.copy import PAIRS, id_list, pairs
from kernel.events import publish
from kernel.sets import People, people
from kernel.step import Step
from tenants.scope import current_tenant_id

PENDING: Final = ("queued", "in_flight")
# ids to look up one by one. The length of the list is hidden from the planner: where it knows that it is long, it may
# rather read all the tenant's messages
BY_ID: Final = "unnest((SELECT %s::bigint[])) AS v(id)"
# the messages m of a step by (wave, customer). A loop over the pairs and nothing else: with plain joins the planner, which takes
# a new run for empty, reads the whole run for each of them
OF_PAIRS: Final = (
    f"{PAIRS} CROSS JOIN LATERAL (SELECT * FROM channels_message x WHERE x.tenant_id = %s AND x.run_id = %s AND x.node = %s "
    "AND x.round = %s AND x.wave_id = v.wave AND x.customer_id = v.id OFFSET 0) AS m"
)


def flush(job: Job) -> None:
    """Tell the canvas of everybody in the job whose message is settled by the ledger, and let them go from the job.

    The ledger is asked, not this worker's memory: after a crash the next one tells exactly the same.
    """
    settled = _settled(job)
    if settled:
        job.people -= people(customer for customer, _, _ in settled)
        tell(job, settled, done=not job.people and not _others(job))


def tell(job: Job, settled: Iterable[tuple[int, str, str]], *, done: bool) -> None:
    """Tell the canvas of (customer, status, reason). done: nobody is left of the job that it knows."""
    sent, failed, unknown, suppressed = People(), People(), People(), dict[str, People]()
    for customer, status, reason in settled:
        if status == "suppressed":
            suppressed.setdefault(reason, People()).add(customer)
        else:
            {"failed": failed, "unknown": unknown}.get(status, sent).add(customer)
    publish(
        "channels.settled", step=job.step, job_id=job.origin, sent=sent, failed=failed, suppressed=suppressed,
        unknown=unknown, done=done,
    )  # fmt: skip


def _others(job: Job) -> bool:
    """Are there more jobs that were split off from the one the canvas knows, or that one itself?"""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM channels_sendjob WHERE tenant_id = %s AND run_id = %s AND node = %s AND wave_id = %s "
            "AND coalesce(origin, id) = %s AND id <> %s)",
            [current_tenant_id(), job.step.run_id, job.step.node, job.step.wave_id, job.origin, job.id],
        )
        return bool(cursor.fetchone()[0])


def _settled(job: Job) -> list[tuple[int, str, str]]:
    return [row for row in _of(job, "status, reason", "status <> ALL(%s)", list(PENDING)) if row[0] in job.people]


def _of(job: Job, columns: str, condition: str, param: Any) -> list[tuple[Any, ...]]:
    """(customer, columns) of the step's messages from the job's first customer to its last; there may be others between.

    A job's people lie side by side in the ledger's unique key. Asked for one by one, in a ledger that has grown since
    its statistics were taken, the planner may read the whole run for each job.
    """
    if not job.people:
        return []
    if job.wave_of is not None:
        return _of_waves(job, columns, condition, param)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT customer_id, {columns} FROM channels_message m WHERE tenant_id = %s AND run_id = %s AND node = %s "
            f"AND wave_id = %s AND round = %s AND customer_id BETWEEN %s AND %s AND {condition}",
            [*step_key(job.step), job.people.min(), job.people.max(), param],
        )
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def _of_waves(job: Job, columns: str, condition: str, param: Any) -> list[tuple[Any, ...]]:
    """The same for a job that mixes waves, whose people do not lie side by side: each is looked up."""
    waves = job.by_wave(job.people)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT customer_id, {columns} FROM {OF_PAIRS} WHERE {condition}",
            [*pairs(waves), *step_place(job.step), param],
        )
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def step_key(step: Step) -> list[Any]:
    """The columns in front of the customer in the ledger's unique key."""
    return [current_tenant_id(), step.run_id, step.node, step.wave_id, step.round]


def step_place(step: Step) -> list[Any]:
    """The same but for the wave: what OF_PAIRS asks for behind the pairs."""
    return [current_tenant_id(), step.run_id, step.node, step.round]


def queued(job: Job) -> dict[int, tuple[int, date | None]]:
    """customer → (message id, day on which it was already counted) of those in the job who wait to be sent."""
    return {c: (id_, day) for c, id_, day in _of(job, "m.id, cap_day", "status = %s", "queued") if c in job.people}


def recover(job: Job, *, idempotent: bool) -> None:
    """A worker died between intent and outcome: what was in flight is unknown, or is repeated with the same id
    where the other side drops repeats. Runs in the transaction of the claim."""
    lost = [id_ for customer, id_ in _of(job, "m.id", "status = %s", "in_flight") if customer in job.people]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE channels_message m SET status = %s, reason = %s "
            f"FROM {BY_ID} WHERE m.tenant_id = %s AND m.id = v.id AND m.status = 'in_flight'",
            [
                "queued" if idempotent else "unknown", "" if idempotent else "ambiguous:lost_worker", id_list(people(lost)),
                current_tenant_id(),
            ],
        )  # fmt: skip


def suppress(ids: Iterable[int], reason: str) -> None:
    """Queued messages that are held back after all."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE channels_message m SET status = 'suppressed', reason = %s "
            f"FROM {BY_ID} WHERE m.tenant_id = %s AND m.id = v.id AND m.status = 'queued'",
            [reason, id_list(people(ids)), current_tenant_id()],
        )


def message_answers(step: Step, group: People) -> dict[int, str]:
    """customer → what the other side calls the message of this step (wave and round)."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT m.customer_id, m.provider_id FROM {OF_PAIRS}",
            [*pairs({step.wave_id: group}), current_tenant_id(), step.run_id, step.node, step.round],
        )
        return dict(cursor.fetchall())
