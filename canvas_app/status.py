"""How a run stands: counts by node and edge, and the proof that nobody vanished. Reads only."""

from collections import defaultdict
from typing import Any

from django.db.models import Q

from canvas_app.counts import Counts, counts_of
from canvas_app.graph.unfold import Unfolded, drawn
from canvas_app.ignored import ignored_events
from canvas_app.models import Cohort, Passage, Run, Wave
from canvas_app.nodes.base import EVENT, FAILED
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
    by_node = {n: _node(plan, counts, n) for n in plan.walked.drawing.nodes}
    by_edge = dict.fromkeys((e.id for e in plan.walked.drawing.edges), 0)
    for edge in plan.graph.edges:
        if drawn(edge.id) in by_edge:
            by_edge[drawn(edge.id)] += counts.into[edge.id] + counts.arrived[edge.id]
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
    places, entry = plan.walked.places(node), plan.walked.entry(node)
    waiting = sum(counts.inside[p] + counts.arrived[f"{p}:"] for p in places)
    waiting += sum(counts.arrived[e.id] for p in places for e in plan.graph.in_edges(p))
    own = {
        "entered": counts.entered[entry] - counts.merged[entry], "waiting": waiting,
        "left": _left(plan, counts, node), "dropped": _sums(counts.drop, places), "suppressed": _sums(counts.held, places),
        "failed": sum(counts.out[p, FAILED] for p in places),
    }  # fmt: skip
    return {**own, "stages": [_stage(counts, s) for s in plan.touching[node]]} if node in plan.touching else own


def _left(plan: Plan, counts: Counts, node: str) -> dict[str, int]:
    """By port of the step as it is drawn."""
    if node not in plan.walked.stages:
        return _sums(counts.out, [node])
    found: dict[str, int] = defaultdict(int)
    for (at, port), n in counts.out.items():
        if drawn(at) == node and (out := plan.walked.exits.get((at, port))):
            found[out] += n
    return dict(found)


def _stage(counts: Counts, stage: str) -> dict[str, Any]:
    """One touch of several: how many came to it, and by what they left it."""
    return {
        "node": stage, "entered": counts.entered[stage] - counts.merged[stage], "left": _sums(counts.out, [stage]),
        "suppressed": _sums(counts.held, [stage]),
    }  # fmt: skip


def _sums(counted: dict[tuple[str, str], int], places: list[str]) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for (at, name), n in counted.items():
        if at in places:
            found[name] += n
    return dict(found)


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
    walked = plan_of(run.version_id).walked
    places = walked.places(node)
    if waiting:
        standing = Cohort.objects.filter(run_id=run.pk, node__in=places)
        return union(load(raw) for raw in standing.values_list("people", flat=True))
    passages = Passage.objects.filter(run_id=run.pk, node__in=places)
    if port:
        chosen = passages.filter(_by_port(walked, node, port))
    else:
        chosen = passages.filter(kind="in", node=walked.entry(node))
    return union(load(raw) for raw in chosen.values_list("people", flat=True))


def _by_port(walked: Unfolded, node: str, port: str) -> Q:
    found = Q(kind__in=("held", "drop"), port=port)
    for at, out in walked.leaving(node, port):
        found |= Q(kind="out", node=at, port=out)
    return found
