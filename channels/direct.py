"""The shortest road, for a few people of a triggered wave: their intents are committed by the transaction that makes their
messages, and the worker that made them makes the call. A crash in between is found by the senders when the lease ends.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from channels import sending, touching, wire
from channels.contract import AccountNow
from channels.delivery import deliver
from channels.intent import write_intents
from channels.jobs import LEASE_SECONDS, Job, lease_new
from channels.ledger import queued
from channels.limiter import take
from channels.models import Account
from channels.outcomes import Result, let_go, told_to_wait, write_outcomes
from channels.parcel import Parcel
from channels.policy import Plan, rules_of
from channels.preparing import Prepared, prepare
from channels.services.accounts import account_now
from kernel.sets import People
from kernel.step import Step
from kernel.wake import SEND
from tenants.ready import announce, withdraw
from tenants.scope import current_tenant_id, tenant_tx

MOST: Final = 64  # people; for more, the senders' loop is the better road


@dataclass
class Flight:
    """Messages whose intents stand in the transaction that made them. `fly` it after the commit, once."""

    tenant_id: int
    account: AccountNow
    job: Job
    flying: list[Prepared]
    begun: float  # monotonic
    ready_row: int


def touch_now(step: Step, parcel: Parcel, plan: Plan, now: datetime) -> tuple[list[tuple[int, People]], Flight | None]:
    """As touching.touch, with the intents already in this transaction when there are few people and the account is free."""
    row = Account.objects.get(pk=parcel.account_id)
    account = account_now(row)
    if row.status != "active" or not _free(account, len(plan.send)):
        return touching.touch(step, parcel, plan), None
    begun = time.monotonic()
    fresh = touching.write_messages(step, parcel, plan)
    if not fresh:
        return [], None
    job = lease_new(next(touching.jobs_of(step, parcel, plan, [fresh])))
    alive = {c: Prepared(job, message, c) for c, (message, _) in queued(job).items()}
    prepare(account, list(alive.values()))
    rules = rules_of(parcel.channel, parcel.purpose, plan.quiet_hours, waits=plan.waits)
    flying = write_intents(rules, Plan(fresh.copy(), zones=plan.zones), alive, now)
    ready = announce(SEND, LEASE_SECONDS + 1.0)
    return [(job.id, fresh)], Flight(current_tenant_id(), account, job, flying, begun, ready)


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
        with tenant_tx(flight.tenant_id):
            write_outcomes(flight.account, results)
            let_go([flight.job])
            if not flight.job.people:
                withdraw([flight.ready_row])
        if wait := told_to_wait(results):
            sending.block(flight.account, wait)


async def _calls(flights: Sequence[Flight]) -> list[list[Result]]:
    return await asyncio.gather(*(deliver(f.account, f.flying, f.begun) for f in flights))
