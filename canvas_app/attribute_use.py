"""Which canvases look at an attribute of customers, change it or write it into a text. Reads only."""

from typing import Any

from audiences import facade as audiences
from canvas_app.models import Canvas, CanvasVersion
from canvas_app.nodes.base import registry
from channels import facade as channels

_RUNS = ("live", "paused")


def canvases_with_attribute(*, key: str) -> list[dict[str, Any]]:
    """[{"type", "id", "name"}]: in their drawing, or in the version that people walk by."""
    found = []
    for canvas in Canvas.objects.exclude(status="archived").order_by("pk"):
        live = CanvasVersion.objects.filter(canvas=canvas, number=canvas.published) if canvas.status in _RUNS else ()
        documents = [canvas.draft, *(version.definition for version in live)]
        if any(key in _attributes(document) for document in documents):
            found.append({"type": "canvas", "id": str(canvas.pk), "name": canvas.name})
    return found


def _attributes(document: dict[str, Any]) -> set[str]:
    nodes = (document.get("graph") or {}).get("nodes") or []
    return _in_rules_and_texts(document) | {key for node in nodes for key in _set_at(node)}


def _set_at(node: dict[str, Any]) -> set[str]:
    """What the settings of a node name as an attribute."""
    kind = registry.get(str(node.get("type")))
    if kind is None:
        return set()
    return {key for what, key, _ in kind.references(node.get("config") or {}) if what == "attribute"}


def _in_rules_and_texts(part: Any) -> set[str]:
    if isinstance(part, str):
        return channels.attributes_in(part)
    if isinstance(part, list):
        return set().union(*(_in_rules_and_texts(below) for below in part))
    if not isinstance(part, dict):
        return set()
    named = audiences.attributes_in(part) if "condition" in part else set()
    return named.union(*(_in_rules_and_texts(below) for below in part.values()))
