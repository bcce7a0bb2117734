"""Messages of a paused run whose time came meanwhile: how many, left out, or spread over some minutes.

Only jobs that nobody is at; what was in flight when the run was paused goes to its end.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Now

from channels.jobs import step_of
from channels.models import SendJob
from channels.touching import let_go_of
from kernel.clock import db_now
from kernel.events import publish
from kernel.sets import People, dump, load, split
from kernel.wake import SEND
from tenants.ready import announce

PAUSED = "paused"


def _overdue(run_ids: Iterable[int]) -> QuerySet[SendJob]:
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=Now())
    return SendJob.objects.filter(free, run_id__in=list(run_ids), held=True, due_at__lte=Now())


def overdue_people(run_ids: Iterable[int]) -> int:
    return int(_overdue(run_ids).aggregate(n=Sum("size"))["n"] or 0)


def leave_out(run_id: int) -> None:
    """Their messages are held back, reason `paused`, and the canvas is told as of any other outcome."""
    for job in _overdue([run_id]).order_by("id").select_for_update(skip_locked=True):
        step = step_of(job.canvas_id, job.run_id, job.node, job.wave_id, job.round, job.variant, job.priority)
        known, gone = job.origin or job.pk, let_go_of(job, load(job.people), PAUSED)
        if gone:
            publish(
                "channels.settled", step=step, job_id=known, sent=People(), failed=People(), suppressed={PAUSED: gone},
                unknown=People(), done=not SendJob.objects.filter(Q(pk=known) | Q(origin=known)).exists(),
            )  # fmt: skip


def spread(run_id: int, seconds: int, slices: int) -> None:
    """Evenly over so many seconds: job by job where there are enough of them, else by people (stable hash)."""
    jobs = list(_overdue([run_id]).order_by("id").select_for_update(skip_locked=True))
    parts = -(-slices // len(jobs)) if jobs else 1
    for number, job in enumerate(jobs):
        _divide(job, parts, [seconds * ((number + i * len(jobs)) % slices) // slices for i in range(parts)])


def _divide(job: SendJob, parts: int, delays: list[int]) -> None:
    groups = split(load(job.people), f"overdue:{job.run_id}", [1.0] * parts)
    (delay, group), *others = [(d, g) for d, g in zip(delays, groups, strict=True) if g]
    now = db_now()
    for later, other in others:
        values = {f.attname: getattr(job, f.attname) for f in SendJob._meta.concrete_fields if not f.primary_key}
        _put_off(
            SendJob(**{**values, "origin": job.origin or job.pk, "fence": 0, "lease_until": None}), other, now, later
        )
    _put_off(job, group, now, delay)


def _put_off(job: SendJob, group: People, now: datetime, seconds: int) -> None:
    job.people, job.size, job.due_at = dump(group), len(group), now + timedelta(seconds=seconds)
    job.save()
    announce(SEND, due_at=job.due_at)
