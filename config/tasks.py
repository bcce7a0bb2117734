"""Celery's side: a wake-up of a kind means "loop: claim, work, commit, until nothing is due"."""

from celery import shared_task

from canvas_app.runtime import work
from channels import facade as channels
from config import housekeeping as upkeep
from kernel.wake import BULK, KINDS, SEND, SLOW, TRIGGER
from tenants import jobs
from tenants.drain import HasDue, Unit, drain

WORK: dict[str, tuple[Unit, HasDue]] = {
    TRIGGER: (work.trigger_unit, work.trigger_due),
    BULK: (work.bulk_unit, work.bulk_due),
    SEND: (channels.unit, channels.has_due),
    SLOW: (jobs.run_next_job, jobs.has_due_jobs),
}
assert set(WORK) == set(KINDS)


def run_kind(kind: str) -> int:
    """One bounded loop over all tenants' due work of the kind; units done."""
    return drain(kind, *WORK[kind])


@shared_task(name="config.tasks.wake_trigger")
def wake_trigger() -> None:
    run_kind(TRIGGER)


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
