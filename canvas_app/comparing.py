"""What differs between two definitions of a canvas: steps, connections and settings. Pure; positions do not count."""

from collections.abc import Callable, Iterable
from typing import Any

Definition = dict[str, Any]


def compare(before: Definition, after: Definition) -> dict[str, Any]:
    """{"nodes": {"added", "removed", "changed": [{"id", "type", "label", "fields"}]}, "edges": {"added", "removed"}, "settings"}.

    fields: what of a step has changed ("type", "label", or the name of a setting); settings: keys of the canvas.
    """
    keys = sorted((before.keys() | after.keys()) - {"graph"})
    return {
        "nodes": _nodes(before["graph"]["nodes"], after["graph"]["nodes"]),
        "edges": _sides(_by(before["graph"]["edges"], _way), _by(after["graph"]["edges"], _way)),
        "settings": [key for key in keys if before.get(key) != after.get(key)],
    }


def _nodes(before: list[Definition], after: list[Definition]) -> dict[str, Any]:
    old, new = _by(before, lambda n: n["id"]), _by(after, lambda n: n["id"])
    sides = {side: [_named(n) for n in found] for side, found in _sides(old, new).items()}
    fields = {key: _fields(old[key], new[key]) for key in new if key in old}
    return {**sides, "changed": [{**_named(new[key]), "fields": names} for key, names in fields.items() if names]}


def _sides(old: dict[Any, Definition], new: dict[Any, Definition]) -> dict[str, list[Definition]]:
    return {"added": [new[k] for k in new if k not in old], "removed": [old[k] for k in old if k not in new]}


def _fields(old: Definition, new: Definition) -> list[str]:
    a, b = old.get("config") or {}, new.get("config") or {}
    changed = [name for name in ("type", "label") if (old.get(name) or "") != (new.get(name) or "")]
    return changed + [name for name in sorted(a.keys() | b.keys()) if a.get(name) != b.get(name)]


def _by(rows: Iterable[Definition], key: Callable[[Definition], Any]) -> dict[Any, Definition]:
    return {key(row): row for row in rows}


def _way(edge: Definition) -> tuple[str, str, str, str]:
    return edge["source"], edge.get("source_port", "out"), edge["target"], edge.get("target_port", "in")


def _named(node: Definition) -> Definition:
    return {"id": node["id"], "type": node["type"], "label": node.get("label") or ""}
