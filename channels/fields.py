"""Fields of settings and contents with the hints from which the browser makes its forms."""

from typing import Any

from pydantic import Field


def ui(zh: str, en: str, default: Any = ..., *, liquid: bool = False, secret: bool = False, widget: str = "text", help: tuple[str, str] | None = None, **bounds: Any) -> Any:  # fmt: skip
    """A pydantic field with labels; `liquid` fields take variables, `secret` ones are never shown again."""
    hints: dict[str, Any] = {"labels": {"zh": zh, "en": en}, "widget": widget}
    if help:
        hints["help"] = {"zh": help[0], "en": help[1]}
    extra: dict[str, Any] = {"x-ui": hints}
    if liquid:
        extra["x-liquid"] = True
    if secret:
        extra["writeOnly"] = True
    return Field(default, json_schema_extra=extra, **bounds)


def secret_names(model: Any) -> set[str]:
    """Names of the secret fields of a settings model."""
    return {
        field.alias or name
        for name, field in model.model_fields.items()
        if isinstance(field.json_schema_extra, dict) and field.json_schema_extra.get("writeOnly")
    }
