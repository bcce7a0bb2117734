"""The whole proof of one run. Call it in a snapshot (tenant_tx(..., snapshot=True)): its parts ask one after another."""

from typing import Any

from canvas_app.counts import counts_of
from canvas_app.models import Run
from canvas_app.proof.ledgers import ledgers
from canvas_app.proof.walking import WAVES_BY_SET, Walked, edges, nodes, places
from canvas_app.runtime.plan import plan_of
from kernel.events import ask
from kernel.proof import Equation


def proof(run: Run) -> list[Equation]:
    """Movement first, then what was sent and given, then what each room proves of itself (topic runs.proof)."""
    plan, counts = plan_of(run.version_id), counts_of(run)
    by_wave = run.compacted_at is None and run.waves.count() <= WAVES_BY_SET
    found = [*edges(plan, counts), *nodes(plan, counts), places(plan, counts)]
    found += Walked(run, plan, by_wave=by_wave).equations()
    found += ledgers(run, plan)
    for answer in ask("runs.proof", run_id=run.pk):
        found += answer
    return found


def proof_show(equations: list[Equation]) -> dict[str, Any]:
    return {"balanced": all(e.ok for e in equations), "equations": [e.as_json() for e in equations]}
