"""Runs that do not add up: found regularly, written down, logged as an error, and cleared when they balance again."""

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

from django.db import connection
from django.db.models import F, Q, QuerySet

from canvas_app.models import Run, RunProof
from canvas_app.proof.whole import proof
from kernel.clock import db_now
from kernel.proof import Equation, faults
from tenants.scope import tenant_tx

log = logging.getLogger(__name__)
RUNS_A_TURN = 50
_EVERY = timedelta(minutes=15)  # of a run that goes on; one with an alarm is proved each time


def prove_runs(tenant_id: int) -> int:
    """Prove the tenant's runs that go on, have ended since their last proof, or have an alarm; how many are wrong."""
    with tenant_tx(tenant_id):
        due = list(_due().values_list("pk", flat=True)[:RUNS_A_TURN])
    return sum(bool(faults(prove(tenant_id, run_id))) for run_id in due)


def prove(tenant_id: int, run_id: int) -> list[Equation]:
    """The whole proof of one moment. Its alarm is opened, kept or cleared accordingly. Opens its own transactions."""
    with tenant_tx(tenant_id, snapshot=True):
        run, now = Run.objects.select_related("version").get(pk=run_id), db_now()
        equations = proof(run)
    wrong = faults(equations)
    if wrong:
        log.error("run %s of canvas %s does not add up: %s", run_id, run.canvas_id, ", ".join(e.name for e in wrong))
    with tenant_tx(tenant_id):
        row, _ = RunProof.objects.select_for_update().get_or_create(run_id=run_id, defaults={"proved_at": now})
        row.since = (row.since or now) if wrong else None
        row.proved_at, row.wrong = now, [e.as_json() for e in wrong]
        row.save()
    return equations


def prove_aside(tenant_id: int, run_id: int) -> list[Equation]:
    """The same for a caller whose transaction is open already: a snapshot needs one of its own, on its own connection."""

    def work() -> list[Equation]:
        try:
            return prove(tenant_id, run_id)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(work).result()


def _due() -> QuerySet[Run]:
    """Never proved first, then those whose proof is oldest, so that each gets its turn."""
    runs = Run.objects.annotate(proved_at=F("proofs__proved_at"))
    due = Q(proofs__since__isnull=False) | Q(status="running", proved_at__lt=db_now() - _EVERY)
    due |= Q(proved_at__isnull=True) | Q(finished_at__gte=F("proved_at"))
    return runs.filter(due).order_by(F("proved_at").asc(nulls_first=True), "pk")


def alarms() -> QuerySet[RunProof]:
    """Open alarms of the tenant."""
    return RunProof.objects.filter(since__isnull=False)


def alarm_show(run: Run) -> dict[str, Any] | None:
    """The open alarm of a run, for GET runs/{id}."""
    found = alarms().filter(run=run).first()
    if found is None:
        return None
    return {"since": found.since, "proved_at": found.proved_at, "equations": found.wrong}
