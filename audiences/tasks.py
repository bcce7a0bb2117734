"""Long work of the room, carried out by workers: computing a saved audience anew."""

from typing import Any

from audiences.models import Audience
from audiences.services import audience_compute
from audiences.snapshots import snapshot_save
from kernel.clock import db_now
from tenants.jobs import Progress, register_runner
from tenants.scope import tenant_tx

REFRESH = "audience.refresh"


def refresh(params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Repeatable: what counts is the last computation."""
    with tenant_tx(params["tenant"]):
        audience = Audience.objects.get(pk=params["audience"])
        people = audience_compute(audience)
        if audience.rule is None:
            snapshot_save(audience.pk, people, db_now())
    progress(1, 1)
    return {"audience": str(params["audience"]), "size": len(people)}


def register() -> None:
    register_runner(REFRESH, refresh)
