"""How a run stands: counts by node and edge, and the proof that nobody vanished. Reads only."""

from typing import Any

from canvas_app.counts import Counts, counts_of
from canvas_app.ignored import ignored_events
from canvas_app.models import Cohort, Passage, Run, Wave
from canvas_app.nodes.base import EVENT
from canvas_app.proof.alarms import alarm_show
from canvas_app.proof.walking import WAVES_BY_SET, Walked, edges, names, nodes
from canvas_app.runtime.failure import error_of, failures_of
from canvas_app.runtime.goals import goal_show
from canvas_app.runtime.plan import Plan, plan_of
from kernel.sets import People, load, union


def run_show(run: Run, *, detail: bool = True) -> dict[str, Any]:
    """A run in the API's shape; `detail` adds nodes, edges and check."""
    shown = {
        "id": str(run.pk), "canvas": str(run.canvas_id), "version": run.version.number, "kind": run.kind, "status": _status(run),
        "fire_at": run.fire_at, "started_at": run.started_at, "finished_at": run.finished_at, "sample": run.sample, "error": error_of(run),
    }  # fmt: skip
    if not detail:
        return shown
    plan, counts = plan_of(run.version_id), counts_of(run)
    by_node = {n: _node(plan, counts, n) for n in plan.graph.nodes}
    by_edge = {e.id: counts.into[e.id] + counts.arrived[e.id] for e in plan.graph.edges}
    return {
        **shown,
        "nodes": by_node,
        "edges": by_edge,
        "check": check_run(run, plan, counts),
        "alarm": alarm_show(run),
        "ignored": ignored_events(run),
        "failures": failures_of(run),
        "goal": goal_show(run),
    }


def _status(run: Run) -> str:
    """running, or waiting when everybody inside waits for a later time or an answer."""
    if run.status != "running" or run.kind == "standing":
        return run.status
    standing = Cohort.objects.filter(run_id=run.pk)
    busy = standing.filter(parked=False).exists() or standing.exclude(waits_for__in=("", EVENT)).exists()
    return "running" if busy or not standing.exists() else "waiting"


def _node(plan: Plan, counts: Counts, node: str) -> dict[str, Any]:
    left = {port: n for (at, port), n in counts.out.items() if at == node}
    waiting = counts.inside[node] + sum(counts.arrived[e.id] for e in plan.graph.in_edges(node))
    waiting += counts.arrived[f"{node}:"]
    return {
        "entered": counts.entered[node] - counts.merged[node],
        "waiting": waiting,
        "left": left,
        "dropped": {door: n for (at, door), n in counts.drop.items() if at == node},
        "suppressed": {reason: n for (at, reason), n in counts.held.items() if at == node},
        "failed": left.get("failed", 0),
    }


def check_run(run: Run, plan: Plan, counts: Counts) -> dict[str, Any]:
    """{"entered", "inside", "left", "balanced", "wrong"}: people of the run, and whether its people add up.

    Edges and nodes by their sums, and for up to 50 waves the sets themselves. The whole proof is canvas_app.proof.
    """
    wrong = names([*edges(plan, counts), *nodes(plan, counts)])
    if _few_waves(run):
        walked = Walked(run, plan, by_wave=True)
        wrong += names(walked.equations())
        return {**walked.sizes(), "balanced": not wrong, "wrong": wrong}
    inside = sum(counts.inside.values()) + sum(counts.arrived.values())
    left = sum(counts.drop.values()) + sum(
        n for (node, port), n in counts.out.items() if not plan.graph.out_edges(node, port)
    )
    return {"entered": counts.people, "inside": inside, "left": left, "balanced": not wrong, "wrong": wrong}


def _few_waves(run: Run) -> bool:
    return (
        run.compacted_at is None
        and len(Wave.objects.filter(run_id=run.pk).values_list("pk")[: WAVES_BY_SET + 1]) <= WAVES_BY_SET
    )


def people_at(run: Run, node: str, *, port: str | None = None, waiting: bool = False) -> People:
    """Those who stand at a node now, or who entered it, or who left it by `port` (a hold-back reason or door, too)."""
    if waiting:
        return union(
            load(raw) for raw in Cohort.objects.filter(run_id=run.pk, node=node).values_list("people", flat=True)
        )
    passages = Passage.objects.filter(run_id=run.pk, node=node)
    chosen = passages.filter(kind__in=("out", "held", "drop"), port=port) if port else passages.filter(kind="in")
    return union(load(raw) for raw in chosen.values_list("people", flat=True))
