"""Celery's side: a wake-up of a kind means "loop: claim, work, commit, until nothing is due"."""

from celery import shared_task

from audiences import facade as audiences
from canvas_app.runtime import work
from channels import facade as channels
from config import housekeeping as upkeep
from customers.merging import deciding as merging
from kernel.wake import BULK, KINDS, SEND, SLOW, TRIGGER
from rewards import facade as rewards
from tenants import jobs
from tenants.drain import HasDue, Unit, drain


def slow_unit(tenant_id: int) -> bool:
    """A job, an audience whose time has come, and grants to be told of: none keeps the others waiting."""
    worked = jobs.run_next_job(tenant_id)
    worked = rewards.tell_issued(tenant_id) or worked
    return audiences.refresh_unit(tenant_id) or worked


def slow_due() -> bool:
    return jobs.has_due_jobs() or rewards.has_notices() or audiences.refresh_due()


def bulk_unit(tenant_id: int) -> bool:
    """A step of the canvases, a batch of what providers told, and two customers who become one."""
    told = channels.receipts_unit(tenant_id)
    merged = merging.unit(tenant_id)
    return work.bulk_unit(tenant_id) or told or merged


def bulk_due() -> bool:
    return channels.receipts_due() or merging.has_due() or work.bulk_due()


WORK: dict[str, tuple[Unit, HasDue]] = {
    TRIGGER: (work.trigger_unit, work.trigger_due),
    BULK: (bulk_unit, bulk_due),
    SEND: (channels.unit, channels.has_due),
    SLOW: (slow_unit, slow_due),
}
assert set(WORK) == set(KINDS)


def run_kind(kind: str, *, stays: bool = False) -> int:
    """One bounded loop over all tenants' due work of the kind; units done."""
    return drain(kind, *WORK[kind], stays=stays)


@shared_task(name="config.tasks.wake_trigger")
def wake_trigger() -> None:
    run_kind(TRIGGER, stays=True)  # events come one by one: the next one need not go through the queue again


@shared_task(name="config.tasks.wake_bulk")
def wake_bulk() -> None:
    run_kind(BULK)


@shared_task(name="config.tasks.wake_send")
def wake_send() -> None:
    run_kind(SEND)


@shared_task(name="config.tasks.wake_slow")
def wake_slow() -> None:
    run_kind(SLOW)


@shared_task(name="config.tasks.housekeeping")
def housekeeping() -> None:
    upkeep.clean()


@shared_task(name="config.tasks.figures")
def figures() -> None:
    upkeep.keep_figures()
