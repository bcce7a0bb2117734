"""Fields of settings and contents with the hints from which the browser makes its forms."""

from collections.abc import Mapping
from typing import Any

from pydantic import Field


def ui(zh: str, en: str, default: Any = ..., *, liquid: bool = False, secret: bool = False, widget: str = "text", help: tuple[str, str] | None = None,
       options: Mapping[str, tuple[str, str]] | None = None, **bounds: Any) -> Any:  # fmt: skip
    """A pydantic field with labels; `liquid` fields take variables, `secret` ones are never shown again. options: words of a choice."""
    hints: dict[str, Any] = {"labels": {"zh": zh, "en": en}, "widget": "secret" if secret else widget}
    if help:
        hints["help"] = {"zh": help[0], "en": help[1]}
    if options:
        hints["options"] = {key: {"zh": zh, "en": en} for key, (zh, en) in options.items()}
    extra: dict[str, Any] = {"x-ui": hints}
    if liquid:
        extra["x-liquid"] = True
    if secret:
        extra["writeOnly"] = True
    return Field(default, json_schema_extra=extra, **bounds)


def base_url(default: str) -> Any:
    """Where the provider is called: the real address unless the merchant points it at a stand-in or a proxy."""
    return ui("接口地址", "API address", default, max_length=500,
              help=("一般不用改;联调时可指向替身", "Usually left alone; may point at a stand-in"))  # fmt: skip


def callback_url() -> Any:
    """For providers that sign the address which they call."""
    return ui("对外回调地址", "Public callback address", "", max_length=1000,
              help=("服务商看到的回调地址与下面显示的不同时填写(例如经过代理)", "When the provider calls another address than the one shown below, as through a proxy"))  # fmt: skip


def callback_ips() -> Any:
    """For providers that sign nothing: the address is the secret, and the senders may be limited as well."""
    return ui("只接受这些 IP 的回调", "Callbacks from these IP addresses only", "", max_length=1000,
              help=("可选,用逗号分隔;留空则只凭回调地址", "Optional, by comma; empty: whoever knows the callback address"))  # fmt: skip


def secret_names(model: Any) -> set[str]:
    """Names of the secret fields of a settings model."""
    return {
        field.alias or name
        for name, field in model.model_fields.items()
        if isinstance(field.json_schema_extra, dict) and field.json_schema_extra.get("writeOnly")
    }
