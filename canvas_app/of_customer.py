"""One customer and the canvases: which they entered, and where they stand now, waiting for what, and what comes next."""

from functools import lru_cache
from typing import Any

from django.db import connection

from canvas_app.document import graph_of
from canvas_app.graph.model import Graph
from canvas_app.models import CanvasVersion, WaveEntry
from canvas_app.nodes.base import registry
from customers.aliases import with_aliases
from customers.timeline import Window
from kernel.sets import dump, load, people
from tenants.scope import current_tenant_id

# Who stands alone is found by the bytes of their set; the others are looked into one by one.
_STANDING = """
    SELECT c.people, c.size, c.node, c.since, c.due_at, c.waits_for, c.created_at, r.id, r.version_id, v.id, v.name
    FROM canvas_app_cohort c
    JOIN canvas_app_run r ON r.tenant_id = c.tenant_id AND r.id = c.run_id AND r.status = 'running'
    JOIN canvas_app_canvas v ON v.tenant_id = c.tenant_id AND v.id = r.canvas_id
    WHERE c.tenant_id = %s AND c.node <> '' AND (c.size > 1 OR c.people = ANY(%s)) ORDER BY c.created_at DESC, c.id DESC
"""


def timeline(*, customer_id: int, window: Window) -> list[dict[str, Any]]:
    """Triggered canvases that the customer entered."""
    entries = WaveEntry.objects.filter(customer_id=customer_id).select_related("wave__run__canvas")
    return [
        {"at": e.wave.at, "kind": "canvas", "number": e.wave_id, "name": "canvas.entered", "detail": {
            "canvas": str(e.wave.run.canvas_id), "name": e.wave.run.canvas.name, "run": str(e.wave.run_id), "event": e.name,
        }}
        for e in window.of(entries, "wave__at", "wave_id")
    ]  # fmt: skip


def standing(*, customer_id: int) -> list[dict[str, Any]]:
    """Every place in a running canvas where they are now, newest first."""
    group = with_aliases(people([customer_id]))
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, [current_tenant_id(), [dump(people([one])) for one in group]])
        rows = [row for row in cursor.fetchall() if row[1] == 1 or group & load(row[0])]
    graphs = lru_cache(_graph)
    return [_place(row, graphs(row[8])) for row in rows]


def _graph(version_id: int) -> Graph:
    return graph_of(CanvasVersion.objects.get(pk=version_id).definition)


def _place(row: tuple[Any, ...], graph: Graph) -> dict[str, Any]:
    node, since, due_at, waits_for, came, run, canvas, name = *row[2:8], *row[9:]
    node = node if node in graph.nodes else node.split("/")[0]  # a stage of a step that is made of several
    following = [graph.nodes[e.target] for e in graph.edges if e.source == node and e.target in graph.nodes]
    return {
        "canvas": {"id": str(canvas), "name": name}, "run": str(run), "node": _named(graph, node), "since": since or came,
        "until": due_at, "waits_for": "message" if waits_for.startswith("sending") else waits_for,
        "next": list({n.id: _named(graph, n.id) for n in following}.values()),
    }  # fmt: skip


def _named(graph: Graph, node: str) -> dict[str, str]:
    found = graph.nodes.get(node)
    if found is None:
        return {"id": node, "type": "", "label": node}
    return {"id": node, "type": found.type, "label": found.label or registry[found.type].labels.say()}
