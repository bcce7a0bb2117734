"""Claimed jobs sorted into lanes: what shares an account and a policy is worked off together."""

from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from channels.contract import AccountNow
from channels.jobs import Job
from channels.ledger import queued, recover
from channels.models import Account
from channels.policy import Rules, rules_of
from channels.preparing import Prepared
from channels.services.accounts import account_now


@dataclass
class Lane:
    """`waiting` are the queued messages of its jobs, `left` counts by job those that are not dealt with yet."""

    tenant_id: int
    account: AccountNow
    rules: Rules
    jobs: dict[int, Job] = field(default_factory=dict)
    waiting: deque[Prepared] = field(default_factory=deque)
    left: Counter[int] = field(default_factory=Counter)

    @property
    def capacity(self) -> int:
        """So many may be in the air at once."""
        return self.account.provider.concurrency * self.account.batch

    def take(self, count: int) -> list[Prepared]:
        """The next ones, each customer once: a slice is judged as a set of people."""
        chosen: dict[int, Prepared] = {}
        for _ in range(min(count, len(self.waiting))):
            one = self.waiting.popleft()
            if one.customer_id in chosen:
                self.waiting.append(one)
            else:
                chosen[one.customer_id] = one
        return list(chosen.values())

    def finished(self, dealt_with: Iterable[Prepared]) -> list[Job]:
        """Jobs of which nothing is left now; they leave the lane."""
        self.left.subtract(p.job.id for p in dealt_with)
        done = [job_id for job_id in self.jobs if self.left[job_id] <= 0]
        return [self.jobs.pop(job_id) for job_id in done]


def lanes_of(tenant_id: int, jobs: Iterable[Job]) -> list[Lane]:
    """In the transaction of the claim: what a dead worker left in flight is settled first."""
    lanes: dict[tuple[int, str, str, bool], Lane] = {}
    accounts: dict[int, AccountNow] = {}
    for job in jobs:
        if job.account_id not in accounts:
            accounts[job.account_id] = account_now(Account.objects.get(pk=job.account_id))
        account = accounts[job.account_id]
        key = (job.account_id, job.purpose, repr(job.quiet_hours), job.capped_waits)
        if key not in lanes:
            rules = rules_of(account.channel, job.purpose, job.quiet_hours, waits=job.capped_waits)
            lanes[key] = Lane(tenant_id, account, rules)
        if job.state == "in_flight":
            recover(job, idempotent=account.idempotent)
        _board(lanes[key], job)
    return list(lanes.values())


def _board(lane: Lane, job: Job) -> None:
    aboard = [Prepared(job, message, customer, counted) for customer, (message, counted) in queued(job).items()]
    lane.jobs[job.id] = job
    lane.left[job.id] = len(aboard)
    lane.waiting.extend(aboard)
