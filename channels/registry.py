"""Channels and their providers, found by walking channels.kinds: a new one is a new file and nothing else names it."""

from dataclasses import dataclass, field

from channels.contract import Provider
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


kinds: Registry[Kind] = Registry("channels.kinds")
providers: Registry[Provider] = Registry("channels.kinds")


def providers_of(channel: str) -> list[Provider]:
    return [p for p in providers.values() if p.serves(channel)]
