"""What the room keeps up to date in the background: a pass for the open queue of touched people, another for the day."""

from typing import Any

from audiences import tagging
from audiences.figures import upkeep as figures
from audiences.figures.learning import learn
from audiences.figures.upkeep import REBUILD
from audiences.world import open_world
from customers import touched
from tenants.jobs import Progress, job_create
from tenants.models import Job
from tenants.scope import tenant_tx

PEOPLE = 50_000  # in one pass: a tenant who loads millions must not keep the others waiting


def catch_up(tenant_id: int) -> bool:
    """One pass over the queue, in a transaction of its own: a queue row goes with the work that it asked for.

    False when nothing was waiting, or another worker is at it.
    """
    with tenant_tx(tenant_id):
        if not figures.alone(wait=False):
            return False
        by_name = touched.take(PEOPLE)
        if by_name:
            figures.refresh(by_name)
            tagging.refresh_touched(by_name)
        figures.rank_again()
        return bool(by_name)


def rebuild_all(params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """The job of the day: figures, the model behind the next purchase, then every tag with a rule. Repeatable: what counts is the last computation."""
    with tenant_tx(params["tenant"]):
        rows = rebuild_figures(params["tenant"])
        progress(0, None)
    with tenant_tx(params["tenant"]):
        learn()
        progress(0, None)
    return {"customers": rows, "tags": tagging.refresh_all(params["tenant"], progress)}


def rebuild_figures(tenant_id: int) -> int:
    """Everybody's figures; the queue is emptied, so every tag with a rule must be refreshed afterwards."""
    with tenant_tx(tenant_id):
        figures.alone(wait=True)
        touched.forget()
        return figures.rebuild()


def daily(tenant_id: int) -> None:
    """Once a day of the tenant's, a job that works everything out anew."""
    with tenant_tx(tenant_id):
        clock = open_world().clock
        waiting = Job.objects.filter(kind=REBUILD, status__in=("queued", "running")).exists()
        if not waiting and figures.is_due(figures.state(), clock.now, clock.zone):
            job_create(REBUILD, {"tenant": tenant_id})
