"""Ready-made canvases (CAN-10), one JSON file each beside this one: labels, what they need, and the drawing.

A placeholder such as "@template:welcome" in a drawing stands for something the marketer has to choose; it is taken out
when a canvas is made from it, so that the check asks for it.
"""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from canvas_app.errors import Code
from kernel.errors import ProblemError


@lru_cache(maxsize=1)
def _all() -> dict[str, dict[str, Any]]:
    files = sorted(Path(__file__).parent.glob("*.json"))
    return {f.stem: json.loads(f.read_text(encoding="utf-8")) for f in files}


def gallery_show() -> list[dict[str, Any]]:
    """[{"key", "labels", "description", "kind", "needs", "definition"}]."""
    return [
        {"key": key, **item, "definition": without_placeholders(item["definition"])} for key, item in _all().items()
    ]


def gallery_document(key: str) -> tuple[str, dict[str, Any]]:
    """(kind, document) for a new canvas. Raises UNKNOWN_TEMPLATE."""
    item = _all().get(key)
    if item is None:
        raise ProblemError.at("/template", Code.UNKNOWN_TEMPLATE, key=key)
    return item["kind"], without_placeholders(item["definition"])


def without_placeholders(value: Any) -> Any:
    """The drawing with every "@…" setting left open."""
    if isinstance(value, dict):
        return {k: without_placeholders(v) for k, v in value.items() if not (isinstance(v, str) and v.startswith("@"))}
    if isinstance(value, list):
        return [without_placeholders(v) for v in value]
    return value


def filled(key: str, choices: dict[str, str]) -> tuple[str, dict[str, Any]]:
    """(kind, document) with each placeholder replaced by `choices` (KeyError when one is missing)."""
    item = _all()[key]
    return item["kind"], _fill(item["definition"], choices)


def _fill(value: Any, choices: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {k: _fill(v, choices) for k, v in value.items()}
    if isinstance(value, list):
        return [_fill(v, choices) for v in value]
    return choices[value] if isinstance(value, str) and value.startswith("@") else value
