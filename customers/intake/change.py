"""What one customer is to become. Pure: a second row of the same customer is folded into the first."""

from dataclasses import dataclass, field
from typing import Any

Pair = tuple[str, bytes]  # identity kind, digest


@dataclass(slots=True)
class Change:
    """One row of an import, or several of one customer in order. None in a dict clears that entry."""

    index: int
    external_id: str | None = None
    identities: dict[str, tuple[bytes, str] | None] = field(default_factory=dict)  # kind → (digest, plain value)
    attributes: dict[str, Any] = field(default_factory=dict)
    clears_attributes: bool = False
    clears_identities: bool = False
    tags: list[str] = field(default_factory=list)
    clears_tags: bool = False
    consents: dict[str, bool | None] = field(default_factory=dict)
    clears_consents: bool = False
    timezone: str | None = None
    sets_timezone: bool = False
    blocked: bool | None = None

    def pairs(self) -> list[Pair]:
        """The identities that it brings."""
        return [(kind, found[0]) for kind, found in self.identities.items() if found is not None]

    def fold(self, later: "Change") -> None:
        """Apply a later row of the same customer on top."""
        self.external_id = later.external_id or self.external_id
        if later.clears_attributes:
            self.attributes, self.clears_attributes = {}, True
        if later.clears_identities:
            self.identities, self.clears_identities = {}, True
        if later.clears_tags:
            self.tags, self.clears_tags = [], True
        if later.clears_consents:
            self.consents, self.clears_consents = {}, True
        self.attributes.update(later.attributes)
        self.identities.update(later.identities)
        self.tags += later.tags
        self.consents.update(later.consents)
        if later.sets_timezone:
            self.timezone, self.sets_timezone = later.timezone, True
        if later.blocked is not None:
            self.blocked = later.blocked
