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
    further: tuple[tuple[str, bytes, str], ...] = ()  # proved ones beside the preferred one of their kind
    attributes: dict[str, Any] = _UNSAID
    clears_attributes = False
    secrets: dict[str, tuple[str, Any]] = _UNSAID  # of sensitive attributes: key → (type, plain value or None)
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
        preferred = [(kind, found[0]) for kind, found in self.identities.items() if found is not None]
        return preferred + [(kind, digest) for kind, digest, _ in self.further] if self.further else preferred

    def only_claim(self, pair: Pair) -> None:
        """One of its proved identities is kept, but as a claim."""
        kind, digest = pair
        named = self.identities.get(kind)
        if named is not None and named[0] == digest:
            self.claims = (*self.claims, (kind, *named))
            self.identities = {k: v for k, v in self.identities.items() if k != kind}
        self.claims = (*self.claims, *(one for one in self.further if one[:2] == pair))
        self.further = tuple(one for one in self.further if one[:2] != pair)

    def fold(self, later: "Change") -> None:
        """Apply a later row of the same customer on top."""
        self.external_id = later.external_id or self.external_id
        self.attributes = later.attributes if later.clears_attributes else {**self.attributes, **later.attributes}
        self.secrets = later.secrets if later.clears_attributes else {**self.secrets, **later.secrets}
        self.identities = later.identities if later.clears_identities else {**self.identities, **later.identities}
        self.consents = later.consents if later.clears_consents else {**self.consents, **later.consents}
        for field in ("claims", "further"):
            kept = () if later.clears_identities else later.not_cleared(getattr(self, field))
            if kept != getattr(self, field) or getattr(later, field):
                setattr(self, field, (*kept, *getattr(later, field)))
        self.tags = later.tags if later.clears_tags else [*self.tags, *later.tags]
        for flag in ("clears_attributes", "clears_identities", "clears_consents", "clears_tags"):
            setattr(self, flag, getattr(self, flag) or getattr(later, flag))
        if later.sets_timezone:
            self.timezone, self.sets_timezone = later.timezone, True
        if later.blocked is not None:
            self.blocked = later.blocked

    def not_cleared(self, earlier: tuple[tuple[str, bytes, str], ...]) -> tuple[tuple[str, bytes, str], ...]:
        """Those of an earlier row of whose kind this one does not take everything away."""
        return tuple(one for one in earlier if self.identities.get(one[0], one) is not None)
