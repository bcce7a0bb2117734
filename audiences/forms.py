"""Hints for the form of a condition, put into its JSON Schema as x-ui. Texts in both languages."""

from typing import Any

from kernel.language import Text


def ui(order: int, zh: str, en: str, widget: str | None = None, **hints: Any) -> dict[str, Any]:
    """json_schema_extra of one field. hints: help=Text, visibleWhen, units, options={value: Text}."""
    shown: dict[str, Any] = {"order": order, "labels": {"zh": zh, "en": en}}
    if widget:
        shown["widget"] = widget
    return {"x-ui": shown | {name: _plain(hint) for name, hint in hints.items()}}


def _plain(hint: Any) -> Any:
    if isinstance(hint, Text):
        return hint.labels()
    return {key: _plain(value) for key, value in hint.items()} if isinstance(hint, dict) else hint
