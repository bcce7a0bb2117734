"""Where canvases use an audience: in the drawing, in the live version, at which node, as a condition to leave. Reads only."""

from typing import Any

from canvas_app.models import Canvas, CanvasVersion

_RUNS = ("live", "paused")


def audience_places(canvas_ids: list[int], audience_id: int) -> list[dict[str, Any]]:
    """[{"type", "id", "name", "status", "draft": [where], "live": [where]}]; where: a node's label or id, "exit", "goal"."""
    canvases = Canvas.objects.filter(pk__in=canvas_ids).order_by("pk")
    return [_places(canvas, str(audience_id)) for canvas in canvases]


def _places(canvas: Canvas, key: str) -> dict[str, Any]:
    live = None
    if canvas.published is not None and canvas.status in _RUNS:
        versions = CanvasVersion.objects.filter(canvas=canvas, number=canvas.published)
        live = versions.values_list("definition", flat=True).first()
    return {
        "type": "canvas", "id": str(canvas.pk), "name": canvas.name, "status": canvas.status,
        "draft": _where(canvas.draft, key), "live": _where(live or {}, key),
    }  # fmt: skip


def _where(document: dict[str, Any], key: str) -> list[str]:
    nodes = (document.get("graph") or {}).get("nodes") or []
    found = [node.get("label") or node.get("id") or "" for node in nodes if _names(node.get("config"), key)]
    return found + [part for part in ("exit", "goal") if _names(document.get(part), key)]


def _names(part: Any, key: str) -> bool:
    """Is the audience the setting `audience` here, or a condition of a rule, at any depth?"""
    if isinstance(part, list):
        return any(_names(below, key) for below in part)
    if not isinstance(part, dict):
        return False
    named = [part.get("audience"), part.get("id") if part.get("condition") == "audience" else None]
    if key in named or (part.get("condition") == "audience_count" and key in (part.get("ids") or [])):
        return True
    return any(_names(below, key) for below in part.values())
