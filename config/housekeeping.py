"""Regular upkeep of the whole installation: old idempotency records, partitions ahead, standing runs that nobody enters,
events that nobody waits for, counters of past days and of caps, rewards that ran out, goals, the proof of runs, and their
history in fewer rows, audiences that are due."""

import logging
from datetime import date, timedelta

from django.utils import timezone

from audiences import facade as audiences
from audiences.following import catch_up, daily
from canvas_app.history.own_events import tell_events
from canvas_app.history.passages import compact_passages
from canvas_app.history.waves import compact_waves
from canvas_app.ignored import fold as fold_ignored
from canvas_app.models import Canvas
from canvas_app.proof.alarms import prove_runs
from canvas_app.runtime.fire import replan_all
from canvas_app.runtime.goals import note_goals_again
from canvas_app.services import close_standing_runs
from canvas_app.watching import rewatch_all
from channels import facade as channels
from customers import partitions, versions
from customers.event_stats import keep_tallies_small
from customers.imports.services import imports_forget
from customers.moments import add_months
from customers.retention import forget_old_events
from rewards import facade as rewards
from tenants.files import files_forget_expired
from tenants.models import IdempotencyRecord, Tenant
from tenants.scope import tenant_tx

log = logging.getLogger(__name__)
_MONTHS_AHEAD = 3
_EVENT_BATCHES = 50


def clean() -> None:
    """Each tenant in a transaction of its own; one that fails does not keep the others from theirs."""
    partitions_ahead(timezone.now().date())
    for tenant_id in Tenant.objects.filter(is_active=True).values_list("pk", flat=True):
        try:
            with tenant_tx(tenant_id):
                IdempotencyRecord.objects.filter(created_at__lt=timezone.now() - timedelta(hours=24)).delete()
                files_forget_expired()
                versions.compact()
                imports_forget()
                for canvas in Canvas.objects.filter(kind="triggered", runs__status="running").distinct():
                    close_standing_runs(canvas)
                replan_all()
                rewatch_all()
                fold_ignored()
                audiences.keep_up()
            expire_rewards(tenant_id)
            prove_runs(tenant_id)
            with tenant_tx(tenant_id):
                note_goals_again()
            forget_cap_counts(tenant_id)
            forget_callbacks(tenant_id)
            forget_events(tenant_id)
            tell_events(tenant_id)
            compact_passages(tenant_id)
            compact_waves(tenant_id)
        except Exception:
            log.exception("housekeeping of tenant %s", tenant_id)


def keep_figures() -> None:
    """What is worked out from customers' data follows it, tenant by tenant, one bounded pass each."""
    for tenant_id in Tenant.objects.filter(is_active=True).values_list("pk", flat=True):
        try:
            catch_up(tenant_id)
            daily(tenant_id)
        except Exception:
            log.exception("figures of tenant %s", tenant_id)


def expire_rewards(tenant_id: int) -> None:
    """In transactions of ten thousand, so that a package that ends for a million people holds no lock for long."""
    done = rewards.EXPIRY_BATCH
    while done == rewards.EXPIRY_BATCH:
        with tenant_tx(tenant_id):
            done = rewards.expire_due(timezone.now())


def forget_cap_counts(tenant_id: int) -> None:
    """Counters older than any cap looks back, in short transactions."""
    deleted = 1
    while deleted:
        with tenant_tx(tenant_id):
            deleted = channels.forget_old_counts(timezone.now().date())


def forget_callbacks(tenant_id: int) -> None:
    """Providers' callbacks that are long worked off, in short transactions."""
    deleted = 1
    while deleted:
        with tenant_tx(tenant_id):
            deleted = channels.forget_old_callbacks()


def forget_events(tenant_id: int) -> None:
    """Events older than the tenant keeps, in short transactions and not more than so many at a time; and their tallies."""
    with tenant_tx(tenant_id):
        keep_tallies_small()
    for _ in range(_EVENT_BATCHES):
        with tenant_tx(tenant_id):
            if forget_old_events() == 0:
                break


def partitions_ahead(today: date) -> None:
    """Monthly partitions of events for this month and the next ones, before the first event needs them."""
    first = today.replace(day=1)
    partitions.ensure(add_months(first, ahead) for ahead in range(_MONTHS_AHEAD + 1))
