"""What one customer is to become. Pure: a second row of the same customer is folded into the first."""

from types import MappingProxyType
from typing import Any, cast

Pair = tuple[str, bytes]  # identity kind, digest
# What a row does not say is this, shared by all; writing into it by mistake fails.
_UNSAID = cast("dict[str, Any]", MappingProxyType({}))


class Change:
    """One row of an import, or several of one customer in order. None in a dict clears that entry.

    A plain class whose defaults stand on the class: ten thousand are made for a request, most with a few fields set.
    """

    external_id: str | None = None
    identities: dict[str, tuple[bytes, str] | None] = _UNSAID  # kind → (digest, plain value)
    claims: tuple[tuple[str, bytes, str], ...] = ()  # identities not proved: kind, digest, plain value
    attributes: dict[str, Any] = _UNSAID
    clears_attributes = False
    clears_identities = False
    tags: list[str] | tuple[str, ...] = ()
    clears_tags = False
    consents: dict[str, bool | None] = _UNSAID
    clears_consents = False
    timezone: str | None = None
    sets_timezone = False
    blocked: bool | None = None

    def __init__(self, index: int) -> None:
        self.index = index

    def pairs(self) -> list[Pair]:
        """The identities that it brings."""
        return [(kind, found[0]) for kind, found in self.identities.items() if found is not None]

    def fold(self, later: "Change") -> None:
        """Apply a later row of the same customer on top."""
        self.external_id = later.external_id or self.external_id
        self.attributes = later.attributes if later.clears_attributes else {**self.attributes, **later.attributes}
        self.identities = later.identities if later.clears_identities else {**self.identities, **later.identities}
        self.consents = later.consents if later.clears_consents else {**self.consents, **later.consents}
        self.claims = later.claims if later.clears_identities else (*self.claims, *later.claims)
        self.tags = later.tags if later.clears_tags else [*self.tags, *later.tags]
        for flag in ("clears_attributes", "clears_identities", "clears_consents", "clears_tags"):
            setattr(self, flag, getattr(self, flag) or getattr(later, flag))
        if later.sets_timezone:
            self.timezone, self.sets_timezone = later.timezone, True
        if later.blocked is not None:
            self.blocked = later.blocked
