"""How a run stands: counts by node and edge, and the proof that nobody vanished. Reads only."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from canvas_app.models import Cohort, Passage, Run, Wave
from canvas_app.runtime.plan import Plan, plan_of
from kernel.sets import People, load, union
from tenants.scope import current_tenant_id

_WAVES_BY_SET = 50  # up to here the proof compares the people themselves, beyond it their numbers


@dataclass
class Counts:
    """Sums over passages and cohorts of a run."""

    into: dict[str, int] = field(default_factory=lambda: defaultdict(int))  # by edge; "node:" for a source
    merged: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    out: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    drop: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    held: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    arrived: dict[str, int] = field(default_factory=lambda: defaultdict(int))  # fresh cohorts not taken in yet, by edge
    inside: dict[str, int] = field(default_factory=lambda: defaultdict(int))  # taken in and waiting there, by node
    entered: dict[str, int] = field(default_factory=lambda: defaultdict(int))


def counts_of(run: Run) -> Counts:
    found = Counts()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT node, kind, port, edge, sum(size)::bigint FROM canvas_app_passage WHERE tenant_id = %s AND run_id = %s GROUP BY 1, 2, 3, 4",
            [current_tenant_id(), run.pk],
        )
        for node, kind, port, edge, size in cursor.fetchall():
            if kind == "in":
                found.into[edge or f"{node}:"] += size
                found.entered[node] += size
            elif kind == "merge":
                found.merged[node] += size
            else:
                getattr(found, kind)[node, port] += size
        cursor.execute(
            "SELECT node, edge, parked, sum(size)::bigint FROM canvas_app_cohort WHERE tenant_id = %s AND run_id = %s GROUP BY 1, 2, 3",
            [current_tenant_id(), run.pk],
        )
        for node, edge, parked, size in cursor.fetchall():
            if parked:
                found.inside[node] += size
            else:
                found.arrived[edge] += size
    return found


def run_show(run: Run, *, detail: bool = True) -> dict[str, Any]:
    """A run in the API's shape; `detail` adds nodes, edges and check."""
    shown = {
        "id": str(run.pk), "canvas": str(run.canvas_id), "version": run.version.number, "kind": run.kind, "status": _status(run),
        "fire_at": run.fire_at, "started_at": run.started_at, "finished_at": run.finished_at, "sample": run.sample, "error": run.error or None,
    }  # fmt: skip
    if not detail:
        return shown
    plan, counts = plan_of(run.version_id), counts_of(run)
    nodes = {n: _node(plan, counts, n) for n in plan.graph.nodes}
    edges = {e.id: counts.into[e.id] + counts.arrived[e.id] for e in plan.graph.edges}
    return {**shown, "nodes": nodes, "edges": edges, "check": check_run(run, plan, counts)}


def _status(run: Run) -> str:
    """running, or waiting when everybody inside waits for a later time or an answer."""
    if run.status != "running" or run.kind == "standing":
        return run.status
    standing = Cohort.objects.filter(run_id=run.pk)
    busy = standing.filter(parked=False).exists() or standing.exclude(waits_for="").exists()
    return "running" if busy or not standing.exists() else "waiting"


def _node(plan: Plan, counts: Counts, node: str) -> dict[str, Any]:
    left = {port: n for (at, port), n in counts.out.items() if at == node}
    waiting = counts.inside[node] + sum(counts.arrived[e.id] for e in plan.graph.in_edges(node))
    return {
        "entered": counts.entered[node] - counts.merged[node],
        "waiting": waiting,
        "left": left,
        "dropped": {door: n for (at, door), n in counts.drop.items() if at == node},
        "suppressed": {reason: n for (at, reason), n in counts.held.items() if at == node},
        "failed": left.get("failed", 0),
    }


def check_run(run: Run, plan: Plan, counts: Counts) -> dict[str, Any]:
    """{"entered", "inside", "left", "balanced", "wrong"}: people of the run, and whether every equation holds.

    Equations: each edge (what its port let out = what its target took in + what stands there), each node (in = out + dropped
    + waiting + merged), and for up to 50 waves the sets themselves: entered = inside ∪ left, nobody else anywhere.
    """
    wrong = [*_edges_wrong(plan, counts), *_nodes_wrong(plan, counts)]
    waves = Wave.objects.filter(run_id=run.pk)
    sizes = list(waves.values_list("size", flat=True)[: _WAVES_BY_SET + 1])
    if len(sizes) <= _WAVES_BY_SET:
        people, set_faults = _by_sets(run, plan)
        return {**people, "balanced": not wrong and not set_faults, "wrong": wrong + set_faults}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(size), 0)::bigint FROM canvas_app_wave WHERE tenant_id = %s AND run_id = %s",
            [current_tenant_id(), run.pk],
        )
        entered = cursor.fetchone()[0]
    inside = sum(counts.inside.values()) + sum(counts.arrived.values())
    left = sum(counts.drop.values()) + sum(
        n for (node, port), n in counts.out.items() if not plan.graph.out_edges(node, port)
    )
    return {"entered": entered, "inside": inside, "left": left, "balanced": not wrong, "wrong": wrong}


def _edges_wrong(plan: Plan, counts: Counts) -> list[str]:
    return [
        e.id
        for e in plan.graph.edges
        if counts.out[e.source, e.source_port] != counts.into[e.id] + counts.arrived[e.id]
    ]


def _nodes_wrong(plan: Plan, counts: Counts) -> list[str]:
    wrong = []
    for node in plan.graph.nodes:
        out = sum(n for (at, _), n in counts.out.items() if at == node) + sum(
            n for (at, _), n in counts.drop.items() if at == node
        )
        if counts.entered[node] != out + counts.inside[node] + counts.merged[node]:
            wrong.append(node)
    return wrong


def _by_sets(run: Run, plan: Plan) -> tuple[dict[str, int], list[str]]:
    """Counts people by wave (somebody in two waves entered twice), and names waves whose sets do not agree."""
    inside, left = _sets_by_wave(Cohort.objects.filter(run_id=run.pk)), _left_by_wave(run, plan)
    total, faults = {"entered": 0, "inside": 0, "left": 0}, []
    for wave_id, raw in Wave.objects.filter(run_id=run.pk).values_list("pk", "people"):
        entered, here, gone = load(raw), inside.get(wave_id, People()), left.get(wave_id, People())
        total["entered"] += len(entered)
        total["inside"] += len(here)
        total["left"] += len(gone - here)
        if (here | gone) != entered:
            faults.append(f"wave:{wave_id}")
    return total, faults


def _sets_by_wave(rows: Any) -> dict[int, People]:
    groups: dict[int, list[People]] = defaultdict(list)
    for wave_id, raw in rows.values_list("wave_id", "people"):
        groups[wave_id].append(load(raw))
    return {wave_id: union(found) for wave_id, found in groups.items()}


def _left_by_wave(run: Run, plan: Plan) -> dict[int, People]:
    groups: dict[int, list[People]] = defaultdict(list)
    doors = Passage.objects.filter(run_id=run.pk, kind__in=("out", "drop"))
    for wave_id, node, kind, port, raw in doors.values_list("wave_id", "node", "kind", "port", "people"):
        if kind == "drop" or not plan.graph.out_edges(node, port):
            groups[wave_id].append(load(raw))
    return {wave_id: union(found) for wave_id, found in groups.items()}


def people_at(run: Run, node: str, *, port: str | None = None, waiting: bool = False) -> People:
    """Those who stand at a node now, or who entered it, or who left it by `port` (a hold-back reason or door, too)."""
    if waiting:
        return union(
            load(raw) for raw in Cohort.objects.filter(run_id=run.pk, node=node).values_list("people", flat=True)
        )
    passages = Passage.objects.filter(run_id=run.pk, node=node)
    chosen = passages.filter(kind__in=("out", "held", "drop"), port=port) if port else passages.filter(kind="in")
    return union(load(raw) for raw in chosen.values_list("people", flat=True))
