"""What people see of a file's cells: identities and sensitive attributes are masked, and so is what looks like an identity.

The uploaded file itself is sealed; this is for samples, previews and lists of errors, which live on beside it.
"""

from collections.abc import Sequence
from typing import Any

from customers.attributes import MASK
from customers.event_sample import shown
from customers.identities import mask, normalise
from customers.imports.rows import Mapping
from customers.imports.targets import Target
from customers.sealed import sensitive_keys

_WHO = ("identities", "customer")


class Hiding:
    """For one mapping, in the open scope. plain: who looks may see everything."""

    def __init__(self, mapping: Mapping, *, plain: bool = False) -> None:
        self._sensitive = set() if plain else sensitive_keys()
        self._mapping, self._plain = mapping, plain

    @property
    def hides(self) -> bool:
        """Is there anything in the file that not everybody may see?"""
        return any(target is not None and self._is_personal(target) for target in self._mapping)

    def _is_personal(self, target: Target) -> bool:
        return self._is_secret(target) or (target.family in _WHO and target.key != "external_id")

    def _is_secret(self, target: Target) -> bool:
        return target.family == "attributes" and target.key in self._sensitive

    def cell(self, column: int, value: Any) -> Any:
        target = self._mapping[column] if column < len(self._mapping) else None
        if self._plain or value in ("", None):
            return value
        if target is None or not self._is_personal(target):
            return shown(value, sensitive=False)
        return MASK if self._is_secret(target) else _identity(target.key, str(value))

    def line(self, cells: Sequence[Any]) -> list[Any]:
        return [self.cell(column, value) for column, value in enumerate(cells)]

    def row(self, row: dict[str, Any] | None) -> dict[str, Any] | None:
        """What a line becomes, in the shape of the API."""
        if self._plain or row is None:
            return row
        hidden = dict(row)
        for part in _WHO:
            if part in row:
                hidden[part] = {
                    kind: v if kind == "external_id" else _identity(kind, v) for kind, v in row[part].items()
                }
        if "attributes" in row:
            hidden["attributes"] = {k: MASK if k in self._sensitive else v for k, v in row["attributes"].items()}
        return hidden


def _identity(kind: str, value: str) -> str:
    """A cell that is no identity may nearly be one. What is masked already stays."""
    if MASK in value:
        return value
    normal = normalise(kind, value)
    return mask("", value) if normal is None else mask(kind, normal)
