"""Channels and their providers, found by walking channels.kinds: a new one is a new file and nothing else names it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from channels.contract import Provider
from kernel.errors import FieldProblem
from kernel.language import Text
from kernel.registry import Registry
from kernel.schema import Body


@dataclass(frozen=True)
class Kind:
    """A channel: what its content looks like and by which identity a customer is reached (None: always reachable)."""

    key: str
    labels: Text
    identity: str | None
    content: type[Body]
    html: frozenset[str] = field(default_factory=frozenset)  # content fields in which variables are HTML-escaped
    links: dict[str, str] = field(default_factory=dict)  # dotted field → how links stand in it: channels.declaring
    composed: Callable[[dict[str, Any], str], dict[str, Any]] = lambda content, purpose: content  # as it is sent
    refused: Callable[[dict[str, Any]], list[FieldProblem]] = lambda content: []  # what the platform does not take
    doubtful: Callable[[dict[str, Any], str], list[FieldProblem]] = lambda content, purpose: []  # told in the preview
    bounces: bool = False  # an address that was refused for good is not written to again
    service_only: bool = False  # the platform forbids marketing


kinds: Registry[Kind] = Registry("channels.kinds")
providers: Registry[Provider] = Registry("channels.kinds")


def providers_of(channel: str) -> list[Provider]:
    return [p for p in providers.values() if p.serves(channel)]
