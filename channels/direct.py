"""The shortest road, for a few people of a triggered wave: their intents are committed by the transaction that makes their
messages, and the worker that made them makes the call. A crash in between is found by the senders when the lease ends.
"""

import asyncio
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection

from channels import sending, touching, wire
from channels.contract import AccountNow, ErrorClass
from channels.delivery import deliver
from channels.intent import write_intents
from channels.jobs import LEASE_SECONDS, Job, lease_new
from channels.ledger import tell
from channels.limiter import take
from channels.models import Account
from channels.outcomes import Result, let_go, told_to_wait, write_outcomes
from channels.parcel import Parcel
from channels.pausing import is_free
from channels.policy import Plan, rules_of
from channels.preparing import Prepared, read_seen, render
from channels.services.accounts import account_now
from customers import glance
from kernel.rows import fetch_row
from kernel.sets import People, load, people
from kernel.step import Step
from kernel.wake import SEND
from tenants.ready import announce, withdraw
from tenants.scope import current_tenant_id, once, tenant_tx

log = logging.getLogger(__name__)

MOST: Final = glance.MOST  # people; for more, the senders' loop is the better road


_ACCEPTED = """
    WITH job AS (
        DELETE FROM channels_sendjob WHERE tenant_id = %(tenant)s AND id = %(job)s AND fence = %(fence)s AND people = %(people)s RETURNING id
    ), row AS (
        DELETE FROM tenants_ready WHERE id = %(ready)s AND EXISTS (SELECT 1 FROM job)
    )
    UPDATE channels_message m SET status = CASE WHEN m.status = 'in_flight' THEN 'sent' ELSE m.status END, sent_at = clock_timestamp(),
        provider_id = CASE WHEN v.provider_id = '' THEN m.provider_id ELSE v.provider_id END
    FROM job, unnest((SELECT %(ids)s::bigint[]), (SELECT %(named)s::text[])) AS v(id, provider_id)
    WHERE m.tenant_id = %(tenant)s AND m.id = v.id RETURNING m.customer_id, m.status, m.reason
"""


@dataclass
class Flight:
    """Messages whose intents stand in the transaction that made them. `fly` it after the commit, once."""

    tenant_id: int
    account: AccountNow
    job: Job
    people: bytes  # of the job, as its row has them
    flying: list[Prepared]
    begun: float  # monotonic
    ready_row: int

    @property
    def whole(self) -> bool:
        """Does everybody in the job fly?"""
        return len(self.flying) == len(load(self.people))


def touch_now(step: Step, parcel: Parcel, plan: Plan, now: datetime) -> tuple[list[tuple[int, People]], Flight | None]:
    """As touching.touch, with the intents already in this transaction when there are few people and the account is free."""
    row = once(
        f"account:{parcel.account_id}",
        lambda: fetch_row(Account, "t.tenant_id = %s AND t.id = %s", [current_tenant_id(), parcel.account_id]),
    )
    account = account_now(row)
    if plan.glance is None or not is_free(row, now) or not _free(account, len(plan.send)):
        return touching.touch(step, parcel, plan), None
    begun = time.monotonic()
    written = touching.write_few(step, parcel, plan)
    if not written:
        return [], None
    fresh = people(written)
    job_row = next(touching.jobs_of(step, parcel, plan, [fresh], now))
    job = lease_new(job_row)
    alive = {c: Prepared(job, message, c) for c, message in written.items()}
    waiting = list(alive.values())
    render(read_seen(account, waiting, plan.glance), waiting)
    rules = rules_of(parcel.channel, parcel.purpose, plan.quiet_hours, waits=plan.waits)
    flying = write_intents(rules, Plan(fresh.copy(), zones=plan.zones), alive, now)
    ready = announce(SEND, LEASE_SECONDS + 1.0)
    return [(job.id, fresh)], Flight(current_tenant_id(), account, job, bytes(job_row.people), flying, begun, ready)


def _free(account: AccountNow, count: int) -> bool:
    """May so many leave at once? Takes them from the account's rate."""
    provider = account.provider
    if not 0 < count <= min(MOST, provider.concurrency * account.batch):
        return False
    if account.id in sending.blocked_for(account.tenant_id, 0.0):
        return False
    return (
        account.per_second is None or take(f"{account.tenant_id}:{account.id}", account.per_second, count)[0] == count
    )


def fly(flights: Sequence[Flight]) -> None:
    """Call, all at once, and write what became of it. Outside of any transaction, after the one that made them."""
    for flight, results in zip(flights, wire.run(_calls(flights)), strict=True):
        if _all_went_well(flight, results):
            continue
        with tenant_tx(flight.tenant_id):
            write_outcomes(flight.account, results)
            let_go([flight.job])
            if not flight.job.people:
                withdraw([flight.ready_row])
        if wait := told_to_wait(results):
            sending.block(flight.account, wait)


def _all_went_well(flight: Flight, results: list[Result]) -> bool:
    """Everybody was accepted and the job is still as it was made: the ledger is written and the job goes by one statement.

    False, with nothing done, when it is not so, or when the canvas could not be told: then the long way.
    """
    if not flight.whole or not all(outcome.error in (None, ErrorClass.DUP) for _, outcome in results):
        return False
    try:
        with tenant_tx(flight.tenant_id):
            settled = _write_accepted(flight, results)
            if not settled:
                return False
            tell(flight.job, settled, done=True)
    except Exception:
        log.exception("job %s: the canvas could not be told, trying again", flight.job.id)
        return False
    return True


def _write_accepted(flight: Flight, results: list[Result]) -> list[tuple[int, str, str]]:
    """(customer, status, reason) of all; nothing when the job is not ours any more, or not with these people."""
    with connection.cursor() as cursor:
        cursor.execute(
            _ACCEPTED,
            {
                "tenant": flight.tenant_id, "job": flight.job.id, "fence": flight.job.fence, "people": flight.people,
                "ready": flight.ready_row, "ids": [p.message_id for p, _ in results], "named": [o.provider_id for _, o in results],
            },
        )  # fmt: skip
        found: list[tuple[int, str, str]] = cursor.fetchall()
    return found


async def _calls(flights: Sequence[Flight]) -> list[list[Result]]:
    return await asyncio.gather(*(deliver(f.account, f.flying, f.begun) for f in flights))
