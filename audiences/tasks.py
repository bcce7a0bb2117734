"""Long work of the room, carried out by workers: computing saved audiences anew, exports."""

from typing import Any

from audiences.accuracy.check import CHECK_TAG, check_job
from audiences.export import EXPORT, export
from audiences.figures.upkeep import REBUILD
from audiences.following import rebuild_all
from audiences.models import Audience
from audiences.refresh import ASKED, compute_noted
from audiences.tagging import REFRESH_TAG, refresh_job
from tenants.jobs import Progress, register_runner
from tenants.scope import tenant_tx

REFRESH = "audience.refresh"
REFRESH_MANY = "audience.refresh_many"


def refresh(params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Repeatable: what counts is the last computation."""
    problem = compute_noted(params["tenant"], params["audience"], ASKED)
    if problem is not None:
        raise problem
    progress(1, 1)
    with tenant_tx(params["tenant"]):
        size = Audience.objects.values_list("size", flat=True).get(pk=params["audience"])
    return {"audience": str(params["audience"]), "size": size}


def refresh_many(params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """One after the other; one that fails does not keep the others from theirs."""
    failed, ids = list[dict[str, str]](), params["audiences"]
    for done, audience_id in enumerate(ids, start=1):
        problem = compute_noted(params["tenant"], audience_id, ASKED)
        if problem is not None:
            failed.append({"audience": str(audience_id), "code": problem.code.name.lower()})
        progress(done, len(ids))
    return {"refreshed": len(ids) - len(failed), "failed": failed}


def register() -> None:
    register_runner(REFRESH, refresh)
    register_runner(REFRESH_MANY, refresh_many)
    register_runner(REBUILD, rebuild_all)
    register_runner(REFRESH_TAG, refresh_job)
    register_runner(CHECK_TAG, check_job)
    register_runner(EXPORT, export)
