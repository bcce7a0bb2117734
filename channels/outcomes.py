"""Writes what became of the calls: to the ledger, back to the queue, or honestly as unknown. The fence is checked first."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from django.db import connection, transaction

from channels import bad_addresses
from channels.caps import give_back
from channels.contract import BOUNCED, AccountNow, ErrorClass, Outcome
from channels.jobs import Job, keep, lock_ours, split_off
from channels.ledger import BY_ID, flush
from channels.parcel import TO_CUSTOMERS
from channels.pausing import stop, stops
from channels.preparing import Prepared, message_key
from customers import consents
from customers.events import NewEvent, record
from kernel.clock import db_now
from kernel.copy import id_list
from kernel.sets import people
from kernel.wake import SEND
from tenants.ready import announce
from tenants.scope import current_tenant_id

log = logging.getLogger(__name__)

MAX_ATTEMPTS: Final = 3
_BACK_OFF_SECONDS = 5.0
_FLUSH_AGAIN_SECONDS = 5.0
_LONGEST_WAIT_SECONDS = 86_400.0
# classes after which the message may be tried again, and after how long when the provider does not say (None: back-off)
_AGAIN: dict[ErrorClass, float | None] = {
    ErrorClass.RETRY: None, ErrorClass.TOKEN: 1.0, ErrorClass.RATE: 2.0, ErrorClass.WINDOW: 900.0, ErrorClass.QUOTA: 900.0,
}  # fmt: skip

Result = tuple[Prepared, Outcome]


@dataclass
class _Sorted:
    accepted: list[Result] = field(default_factory=list)
    failed: list[Result] = field(default_factory=list)
    unknown: list[Result] = field(default_factory=list)
    again: list[Result] = field(default_factory=list)


def write_outcomes(account: AccountNow, results: Sequence[Result]) -> bool:
    """To be called in a transaction of its own. What a worker without its fence brings is dropped.

    True: the account is to send nothing more now.
    """
    ours = lock_ours({p.job.id: p.job for p, _ in results}.values())
    kept = _sort(account, [(p, o) for p, o in results if p.job.id in ours])
    _accepted(kept.accepted)
    _ended(kept.failed, "failed")
    _ended(kept.unknown, "unknown")
    _again(account, kept.again)
    _refund(account.channel, [*kept.failed, *(r for r in kept.again if r[1].error is not ErrorClass.AMBIGUOUS)])
    _tell(account.channel, [r for r in kept.failed if r[0].job.purpose in TO_CUSTOMERS])
    return stop(account, [outcome for _, outcome in results])


def told_to_wait(results: Sequence[Result]) -> float:
    """Seconds for which the account should be left alone; 0 when it did not ask for that."""
    return max((_wait(p.job, o) for p, o in results if o.error is ErrorClass.RATE and not o.narrow), default=0.0)


def _sort(account: AccountNow, results: list[Result]) -> _Sorted:
    kept = _Sorted()
    for result in results:
        one, outcome = result
        last = one.job.attempt + 1 >= _tries(one.job)
        if outcome.error in (None, ErrorClass.DUP):
            kept.accepted.append(result)
        elif outcome.error is ErrorClass.AMBIGUOUS:
            (kept.again if account.idempotent and not last else kept.unknown).append(result)
        elif _waits(account, outcome) or (outcome.error in _AGAIN and not last):
            kept.again.append(result)
        else:
            kept.failed.append(result)
    return kept


def _tries(job: Job) -> int:
    """The first one and those of the step's own setting."""
    return MAX_ATTEMPTS if job.retry is None else int(job.retry["times"]) + 1


def reason_of(outcome: Outcome) -> str:
    return f"{outcome.error.value}:{outcome.code}"[:100] if outcome.error else ""


def _accepted(results: list[Result]) -> None:
    # a receipt may have come before the answer: what it said stays
    sql = (
        "UPDATE channels_message m SET status = CASE WHEN m.status = 'in_flight' THEN 'sent' ELSE m.status END, "
        "sent_at = clock_timestamp(){more} FROM {rows} WHERE m.tenant_id = %s AND m.id = v.id"
    )
    plain = [p.message_id for p, o in results if not o.provider_id]
    named = {p.message_id: o.provider_id for p, o in results if o.provider_id}
    with connection.cursor() as cursor:
        if plain:
            cursor.execute(sql.format(more="", rows=BY_ID), [id_list(people(plain)), current_tenant_id()])
        if named:
            rows = "unnest((SELECT %s::bigint[]), (SELECT %s::text[])) AS v(id, provider_id)"
            more = sql.format(more=", provider_id = v.provider_id", rows=rows)
            cursor.execute(more, [list(named), list(named.values()), current_tenant_id()])


def _ended(results: list[Result], status: str) -> None:
    if not results:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE channels_message m SET status = %s, reason = v.reason, provider_id = v.provider_id "
            "FROM unnest((SELECT %s::bigint[]), (SELECT %s::text[]), (SELECT %s::text[])) AS v(id, reason, provider_id) "
            "WHERE m.tenant_id = %s AND m.id = v.id AND m.status = 'in_flight'",
            [
                status, [p.message_id for p, _ in results], [reason_of(o) for _, o in results],
                [o.provider_id for _, o in results], current_tenant_id(),
            ],
        )  # fmt: skip


def _waits(account: AccountNow, outcome: Outcome) -> bool:
    """No fault of the message's: it waits for the account, however long, and that is no try."""
    return (outcome.error is ErrorClass.RATE and not outcome.narrow) or stops(account, outcome)


def _again(account: AccountNow, results: list[Result]) -> None:
    if not results:
        return
    _ended(results, "queued")
    now, waits = db_now(), dict[tuple[int, float, int], list[Prepared]]()
    for one, outcome in results:
        wait, attempt = _wait(one.job, outcome), one.job.attempt + (not _waits(account, outcome))
        waits.setdefault((one.job.id, wait, attempt), []).append(one)
    for (_, wait, attempt), group in waits.items():
        split_off(group[0].job, people(p.customer_id for p in group), now + timedelta(seconds=wait), attempt=attempt)
        keep(group[0].job, leased=True)


def _wait(job: Job, outcome: Outcome) -> float:
    told = outcome.retry_after or (_AGAIN.get(outcome.error) if outcome.error else None)
    if told or job.retry is None:
        return told or _BACK_OFF_SECONDS * 4.0**job.attempt
    growth = 2.0**job.attempt if job.retry["backoff"] == "exponential" else 1.0
    return min(float(job.retry["seconds"]) * growth, _LONGEST_WAIT_SECONDS)


def _refund(channel: str, results: list[Result]) -> None:
    """Definite refusals give the cap back."""
    if not results:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT cap_day, array_agg(customer_id) FROM channels_message WHERE tenant_id = %s AND id = ANY(%s) "
            "AND cap_day IS NOT NULL AND status IN ('failed', 'queued') GROUP BY cap_day ORDER BY cap_day",
            [current_tenant_id(), [p.message_id for p, _ in results]],
        )
        counted = cursor.fetchall()
        cursor.execute(
            "UPDATE channels_message SET cap_day = NULL WHERE tenant_id = %s AND id = ANY(%s) AND cap_day IS NOT NULL "
            "AND status IN ('failed', 'queued')",
            [current_tenant_id(), [p.message_id for p, _ in results]],
        )
    for day, customers in counted:
        give_back(channel, people(customers), day)


def _tell(channel: str, failed: list[Result]) -> None:
    now, tenant = db_now(), current_tenant_id()
    refused = people(p.customer_id for p, o in failed if o.error is ErrorClass.OPTOUT)
    if refused:
        consents.consent_set(refused, channel, False, source="provider")
    gone = {p.customer_id: p.outbound.to if p.outbound else "" for p, o in failed if o.error is ErrorClass.RCPT}
    if gone:
        bad_addresses.note(channel, gone, BOUNCED)
    if failed:
        record(
            NewEvent(
                f"message:{message_key(tenant, p.message_id)}:failed", p.customer_id, "message.failed", now,
                {
                    "message": str(p.message_id), "canvas": str(p.job.step.canvas_id), "run": str(p.job.step.run_id),
                    "node": p.job.step.node, "channel": channel, "template": str(p.job.template_id), "reason": reason_of(o),
                },
            )
            for p, o in failed
        )  # fmt: skip


def let_go(jobs: Sequence[Job]) -> None:
    """Tell the canvas who may move on, then give the jobs back (or delete those with nobody left).

    A canvas that fails must not undo what the ledger knows: the telling has a savepoint of its own and is tried again.
    """
    for job in lock_ours(jobs).values():
        told, before = True, job.people.copy()
        try:
            with transaction.atomic():
                flush(job)
        except Exception:
            log.exception("job %s: the canvas could not be told, trying again", job.id)
            job.people, told = before, False
        keep(job, leased=False)
        if not told:
            _later(job)


def _later(job: Job) -> None:
    due = db_now() + timedelta(seconds=_FLUSH_AGAIN_SECONDS)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE channels_sendjob SET due_at = %s WHERE tenant_id = %s AND id = %s",
            [due, current_tenant_id(), job.id],
        )
    announce(SEND, due_at=due)
