"""Long actions: a row that says how far they are, carried out by a worker of the `slow` queue.

A runner is registered by kind and may be run again after a crash, so it must be repeatable: what it writes and the call of
`progress` that tells of it go into one transaction, and then nothing is done twice.
"""

import logging
import time
import uuid
from collections.abc import Callable
from typing import Any, Final

from django.db import connection
from django.utils import translation

from kernel.clock import db_now
from kernel.errors import Code, ProblemError
from kernel.wake import SLOW
from tenants.files import file_url
from tenants.models import Job
from tenants.ready import announce
from tenants.scope import current_tenant_id, tenant_tx

log = logging.getLogger(__name__)

LEASE_SECONDS = 120
TURN_SECONDS = 10.0
_ATTEMPTS = 5
_LANGUAGE = "_language"
OPEN: Final = ("queued", "running")
LATER: Final[dict[str, Any]] = {}  # what a runner returns whose turn is over: it is called again after the others


class JobLost(Exception):  # not a fault: somebody else carries on
    """The lease ran out and another worker has the job, or it was cancelled: write nothing more."""


class JobCancelled(Exception):  # as above
    """Somebody asked for the job to stop."""


class Progress:
    """How a runner tells how far it is. Calling it renews the lease and raises JobLost or JobCancelled.

    Called inside an open transaction of the tenant it is the fence of what that transaction writes.
    """

    def __init__(self, tenant_id: int, job: Job) -> None:
        self.tenant_id, self.job_id = tenant_id, job.pk
        self._token, self._began = job.token, time.monotonic()

    def __call__(self, done: int, total: int | None) -> None:
        self._update(done=done, total=total, attempts=0)

    def keep(self, *, file: int | None = None, errors: int | None = None) -> None:
        """Files (ids) that the job leaves for download."""
        self._update(**({"file_id": file} if file else {}), **({"errors_file_id": errors} if errors else {}))

    @property
    def turn_is_over(self) -> bool:
        """Others wait: a long runner returns LATER when this is true and it can go on from what it has stored."""
        return time.monotonic() - self._began > TURN_SECONDS

    def _update(self, **fields: Any) -> None:
        sets = "".join(f", {name} = %({name})s" for name in fields)
        with tenant_tx(self.tenant_id), connection.cursor() as cursor:
            cursor.execute(
                "UPDATE tenants_job SET lease_until = clock_timestamp() + make_interval(secs => %(lease)s)"
                + sets
                + " WHERE "
                "tenant_id = %(tenant)s AND id = %(job)s AND token = %(token)s AND status = 'running' RETURNING cancel_asked",
                {**fields, "lease": LEASE_SECONDS, "tenant": self.tenant_id, "job": self.job_id, "token": self._token},
            )
            row = cursor.fetchone()
            if row is None:
                raise JobLost
            if row[0]:
                raise JobCancelled

    def finish(self, status: str, **fields: Any) -> bool:
        """The job gets this status unless it is no longer ours."""
        with tenant_tx(self.tenant_id):
            mine = Job.objects.filter(pk=self.job_id, token=self._token, status="running")
            return bool(mine.update(status=status, lease_until=None, **fields))


Runner = Callable[[dict[str, Any], Progress], dict[str, Any]]
_runners: dict[str, Runner] = {}


def register_runner(kind: str, runner: Runner) -> None:
    """`runner(params, progress)` does the work in transactions of its own scope and returns the job's result, or LATER."""
    _runners[kind] = runner


def job_create(kind: str, params: dict[str, Any]) -> Job:
    """A queued job in the open tenant. What it says to people it says in the language of this request."""
    job = Job.objects.create(kind=kind, params={**params, _LANGUAGE: translation.get_language() or "zh-hans"})
    announce(SLOW)
    return job


def job_show(job: Job) -> dict[str, Any]:
    return {
        "id": str(job.pk), "kind": job.kind, "status": job.status, "done": job.done, "total": job.total, "result": job.result,
        "error": job.error, "errors_url": file_url(job.errors_file_id), "file_url": file_url(job.file_id),
        "created_at": job.created_at, "finished_at": job.finished_at,
    }  # fmt: skip


def job_cancel(job: Job) -> None:
    """Ends a job that waits, and asks one that runs to stop at its next step. Raises CONFLICT when it has ended."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE tenants_job SET cancel_asked = true, finished_at = CASE WHEN status = 'queued' THEN clock_timestamp() END, "
            "status = CASE WHEN status = 'queued' THEN 'cancelled' ELSE status END "
            "WHERE tenant_id = %s AND id = %s AND status IN ('queued', 'running') RETURNING id",
            [current_tenant_id(), job.pk],
        )
        if cursor.fetchone() is None:
            raise ProblemError(Code.JOB_ENDED)


def run_next_job(tenant_id: int) -> bool:
    """Claim and run one due job of the tenant; False when there is none."""
    with tenant_tx(tenant_id):
        job = _claim()
    if job is None:
        return False
    progress = Progress(tenant_id, job)
    params = dict(job.params)
    with translation.override(params.pop(_LANGUAGE, "zh-hans")):
        _run(job, params, progress)
    return True


def _run(job: Job, params: dict[str, Any], progress: Progress) -> None:
    try:
        if job.cancel_asked:
            raise JobCancelled
        if job.attempts > _ATTEMPTS:  # whoever took it died each time: it must not take all workers along
            raise ProblemError(Code.JOB_GAVE_UP, attempts=_ATTEMPTS)
        result = _runners[job.kind](params, progress)
        if result is LATER:
            progress.finish("queued")
        else:
            _end(progress, "succeeded", result=result)
    except JobLost:
        log.warning("job %s is another worker's now", job.pk)
    except JobCancelled:
        _end(progress, "cancelled")
    except ProblemError as problem:
        _end(progress, "failed", error=problem.as_json())
    except Exception as error:
        log.exception("job %s failed", job.pk)
        _end(progress, "failed", error={"code": "internal", "detail": str(error)})


def _end(progress: Progress, status: str, **fields: Any) -> None:
    with tenant_tx(progress.tenant_id):
        progress.finish(status, finished_at=db_now(), **fields)


def has_due_jobs() -> bool:
    return Job.objects.filter(status__in=OPEN).exists()


def _claim() -> Job | None:
    with connection.cursor() as cursor:
        cursor.execute(
            # as a subquery of IN, the choice may be made anew for each row and several jobs be claimed at once
            "WITH next AS MATERIALIZED (SELECT id FROM tenants_job WHERE tenant_id = %(tenant)s AND (status = 'queued' "
            "OR (status = 'running' AND lease_until < clock_timestamp())) ORDER BY claimed_at NULLS FIRST, id LIMIT 1 "
            "FOR UPDATE SKIP LOCKED) UPDATE tenants_job j SET status = 'running', attempts = attempts + 1, token = %(token)s, "
            "claimed_at = clock_timestamp(), lease_until = clock_timestamp() + make_interval(secs => %(lease)s) "
            "FROM next WHERE j.tenant_id = %(tenant)s AND j.id = next.id RETURNING j.id",
            {"token": str(uuid.uuid4()), "lease": LEASE_SECONDS, "tenant": current_tenant_id()},
        )
        row = cursor.fetchone()
    return Job.objects.get(pk=row[0]) if row else None
