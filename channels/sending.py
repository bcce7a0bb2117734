"""The sender's loop body: claim jobs, render, commit intents, call, write outcomes. Never more in flight than intents.

Each step is a transaction of its own, and no transaction is open during a call. A worker that dies between intent and
outcome leaves messages in flight; whoever claims their job next makes them unknown (or repeats them under the same id).
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from channels import wire
from channels.contract import AccountNow, ErrorClass, Outbound, Outcome
from channels.intent import commit_intents
from channels.jobs import MAX_PEOPLE, Job, claim, due_within
from channels.ledger import queued, recover
from channels.limiter import take
from channels.models import Account
from channels.outcomes import Result, let_go, told_to_wait, write_outcomes
from channels.policy import Rules, rules_of
from channels.preparing import Prepared, prepare
from channels.services.accounts import account_now
from tenants.scope import tenant_tx

log = logging.getLogger(__name__)

BUDGET_PEOPLE: Final = 3200  # claimed at once, at most
BUDGET_SECONDS: Final = 1.0  # then the rest goes back, so that other tenants have their turn
CHUNK: Final = 128  # rendered at once, at least
_STALE_SECONDS = 2.0  # an intent that waited so long is not acted on: the world may have changed
_SLOW_SECONDS = 3.0  # a slice that took longer: the account yields to others for as long as it took
_SOON_SECONDS, _NAP_SECONDS = 1.0, 0.05

_pace = BUDGET_PEOPLE  # people worth claiming, by how many the last round sent: what is not sent was looked up in vain
_blocked: dict[tuple[int, int], float] = {}  # (tenant, account) → monotonic time until which its rate is spent

_STALE = Outcome(ErrorClass.RATE, "stale_intent", retry_after=1.0)  # our own slowness uses up no attempt


@dataclass
class Lane:
    """Claimed jobs that share an account and a policy, worked off together."""

    tenant_id: int
    account: AccountNow
    rules: Rules
    jobs: list[Job]
    waiting: deque[Prepared]

    @property
    def capacity(self) -> int:
        return self.account.provider.concurrency * self.account.batch


def unit(tenant_id: int) -> bool:
    """One round of sending for a tenant. False when nothing is due."""
    with tenant_tx(tenant_id):
        lanes = _lanes(tenant_id, claim(_pace, blocked_for(tenant_id, 0.0)))
        soon = not lanes and due_within(_SOON_SECONDS, blocked_for(tenant_id, _SOON_SECONDS))
    if soon:
        time.sleep(_NAP_SECONDS)  # a rate-limited account goes on in a moment: no wake-up comes for that
    ends = time.monotonic() + BUDGET_SECONDS
    sent = sum(_work(lane, ends) for lane in lanes)
    if lanes:
        _set_pace(sent)
    return bool(lanes) or soon


def send_now(tenant_id: int, job_ids: Iterable[int]) -> int:
    """Send these jobs right away, by the same road as `unit`; how many messages were dealt with.

    For whoever has just made them and committed: an event need not wait for a sender to wake up. Outside of any
    transaction. A job that another worker has, that is held, not due or whose account's rate is spent is left to the
    senders' loop, which was told of it when it was made.
    """
    with tenant_tx(tenant_id):
        lanes = _lanes(tenant_id, claim(BUDGET_PEOPLE, blocked_for(tenant_id, 0.0), job_ids))
    ends = time.monotonic() + BUDGET_SECONDS
    return sum(_work(lane, ends) for lane in lanes)


def _set_pace(sent: int) -> None:
    global _pace
    _pace = min(max(2 * sent, MAX_PEOPLE), BUDGET_PEOPLE)


def block(account: AccountNow, seconds: float) -> None:
    """Leave the account alone for so long."""
    key = (account.tenant_id, account.id)
    _blocked[key] = max(_blocked.get(key, 0.0), time.monotonic() + seconds)


def blocked_for(tenant_id: int, seconds: float) -> list[int]:
    """Accounts of the tenant that must be left alone for longer than `seconds` from now."""
    now = time.monotonic()
    for key in [k for k, until in _blocked.items() if until <= now]:
        del _blocked[key]
    return [account for (tenant, account), until in _blocked.items() if tenant == tenant_id and until > now + seconds]


def _lanes(tenant_id: int, jobs: Iterable[Job]) -> list[Lane]:
    lanes: dict[tuple[int, str, str], Lane] = {}
    accounts: dict[int, AccountNow] = {}
    for job in jobs:
        if job.account_id not in accounts:
            accounts[job.account_id] = account_now(Account.objects.get(pk=job.account_id))
        account = accounts[job.account_id]
        key = (job.account_id, job.purpose, repr(job.quiet_hours))
        if key not in lanes:
            lanes[key] = Lane(tenant_id, account, rules_of(account.channel, job.purpose, job.quiet_hours), [], deque())
        if job.state == "in_flight":
            recover(job, idempotent=account.idempotent)
        lanes[key].jobs.append(job)
        lanes[key].waiting.extend(Prepared(job, message, customer) for customer, message in queued(job).items())
    return list(lanes.values())


def _work(lane: Lane, ends: float) -> int:
    """Slice after slice until the lane is empty, the time is up or the account's rate is spent. Returns how many."""
    total = len(lane.waiting)
    open_jobs = {job.id: job for job in lane.jobs}
    ready: deque[Prepared] = deque()
    while (lane.waiting or ready) and time.monotonic() < ends:
        granted, wait = _granted(lane, len(lane.waiting) + len(ready))
        if not granted:
            block(lane.account, wait)
            break
        if not ready:
            ready.extend(_prepared(lane, granted if lane.account.per_second else max(granted, CHUNK)))
        slice_ = [ready.popleft() for _ in range(min(granted, len(ready)))]
        wait = _send(lane, slice_, open_jobs, {p.job.id for p in (*lane.waiting, *ready)})
        if wait:
            block(lane.account, wait)
            break
    with tenant_tx(lane.tenant_id):
        let_go(list(open_jobs.values()))
    return total - len(lane.waiting) - len(ready)


def _granted(lane: Lane, left: int) -> tuple[int, float]:
    wanted = min(left, lane.capacity)
    if lane.account.per_second is None:
        return wanted, 0.0
    return take(f"{lane.tenant_id}:{lane.account.id}", lane.account.per_second, wanted)


def _prepared(lane: Lane, count: int) -> list[Prepared]:
    """The next ones, each customer once: a slice is judged as a set of people."""
    chosen: dict[int, Prepared] = {}
    for _ in range(min(count, len(lane.waiting))):
        one = lane.waiting.popleft()
        if one.customer_id in chosen:
            lane.waiting.append(one)
        else:
            chosen[one.customer_id] = one
    with tenant_tx(lane.tenant_id):
        prepare(lane.account, list(chosen.values()))
    return list(chosen.values())


def _send(lane: Lane, slice_: list[Prepared], open_jobs: dict[int, Job], busy: set[int]) -> float:
    """Intents, calls, outcomes. Returns how long the account asked to be left alone."""
    begun = time.monotonic()
    with tenant_tx(lane.tenant_id):
        flying = commit_intents(lane.rules, slice_)
    results = call(lane.account, flying, begun) if flying else []
    with tenant_tx(lane.tenant_id):
        write_outcomes(lane.account, results)
        finished = [job for job_id in {p.job.id for p in slice_} - busy if (job := open_jobs.pop(job_id, None))]
        let_go(finished)
    took = time.monotonic() - begun
    return max(told_to_wait(results), took if took > _SLOW_SECONDS else 0.0)


def call(account: AccountNow, flying: list[Prepared], since: float) -> list[Result]:
    """Hand them over, in batches, all at once; intents that were written too long ago come back as such."""
    return wire.run(deliver(account, flying, since))


async def deliver(account: AccountNow, flying: list[Prepared], since: float) -> list[Result]:
    """The same, on the loop of channels.wire."""
    if time.monotonic() - since > _STALE_SECONDS:
        return [(p, _STALE) for p in flying]
    outbound = [p.outbound for p in flying if p.outbound]
    batches = [outbound[i : i + account.batch] for i in range(0, len(outbound), account.batch)]
    found = await asyncio.gather(*(_one_call(account, batch, since) for batch in batches))
    return list(zip(flying, (outcome for batch in found for outcome in batch), strict=True))


async def _one_call(account: AccountNow, batch: list[Outbound], since: float) -> list[Outcome]:
    """A provider's own mistake counts as unknown: the request may have left."""
    if time.monotonic() - since > _STALE_SECONDS:  # stopped and continued in between
        return [_STALE] * len(batch)
    try:
        outcomes = await asyncio.wait_for(account.provider.send(account, batch), account.provider.deadline_seconds + 1)
    except TimeoutError:
        return [Outcome(ErrorClass.AMBIGUOUS, "timeout")] * len(batch)
    except Exception:
        log.exception("provider %s failed", account.provider.key)
        return [Outcome(ErrorClass.AMBIGUOUS, "provider_error")] * len(batch)
    if len(outcomes) != len(batch):
        log.error("provider %s: %s outcomes for %s messages", account.provider.key, len(outcomes), len(batch))
        return [Outcome(ErrorClass.AMBIGUOUS, "provider_error")] * len(batch)
    return outcomes
