"""Long actions: a row that says how far they are, carried out by a worker of the `slow` queue.

A runner is registered by kind and may be run again after a crash, so it must be repeatable.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import connection

from kernel.clock import db_now
from kernel.errors import ProblemError
from kernel.wake import SLOW
from tenants.models import Job
from tenants.ready import announce
from tenants.scope import current_tenant_id, tenant_tx

log = logging.getLogger(__name__)

Progress = Callable[[int, int | None], None]
Runner = Callable[[dict[str, Any], Progress], dict[str, Any]]
_runners: dict[str, Runner] = {}
LEASE_SECONDS = 120


def register_runner(kind: str, runner: Runner) -> None:
    """`runner(params, progress)` does the work in transactions of its own scope and returns the job's result."""
    _runners[kind] = runner


def job_create(kind: str, params: dict[str, Any]) -> Job:
    """A queued job in the open tenant."""
    job = Job.objects.create(kind=kind, params=params)
    announce(SLOW)
    return job


def job_show(job: Job) -> dict[str, Any]:
    return {
        "id": str(job.pk), "kind": job.kind, "status": job.status, "done": job.done, "total": job.total, "result": job.result,
        "error": job.error, "errors_url": None, "created_at": job.created_at, "finished_at": job.finished_at,
    }  # fmt: skip


def run_next_job(tenant_id: int) -> bool:
    """Claim and run one due job of the tenant; False when there is none."""
    with tenant_tx(tenant_id):
        job = _claim()
    if job is None:
        return False
    try:
        result = _runners[job.kind](job.params, lambda done, total: _progress(tenant_id, job.pk, done, total))
        _finish(tenant_id, job.pk, status="succeeded", result=result)
    except ProblemError as problem:
        _finish(tenant_id, job.pk, status="failed", error=problem.as_json())
    except Exception as error:
        log.exception("job %s failed", job.pk)
        _finish(tenant_id, job.pk, status="failed", error={"code": "internal", "detail": str(error)})
    return True


def has_due_jobs() -> bool:
    return Job.objects.filter(status__in=("queued", "running")).exists()


def _claim() -> Job | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE tenants_job SET status = 'running', lease_until = clock_timestamp() + make_interval(secs => %s) "
            "WHERE (tenant_id, id) IN (SELECT tenant_id, id FROM tenants_job WHERE tenant_id = %s AND (status = 'queued' "
            "OR (status = 'running' AND lease_until < clock_timestamp())) ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING id",
            [LEASE_SECONDS, current_tenant_id()],
        )
        row = cursor.fetchone()
    return Job.objects.get(pk=row[0]) if row else None


def _progress(tenant_id: int, job_id: int, done: int, total: int | None) -> None:
    with tenant_tx(tenant_id):
        lease = db_now() + timedelta(seconds=LEASE_SECONDS)
        Job.objects.filter(pk=job_id).update(done=done, total=total, lease_until=lease)


def _finish(tenant_id: int, job_id: int, **fields: Any) -> None:
    with tenant_tx(tenant_id):
        Job.objects.filter(pk=job_id).update(finished_at=db_now(), lease_until=None, **fields)
