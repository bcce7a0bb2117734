"""One customer's values in plain, for those who may see them and say why; each time is in the audit log, without the values."""

from collections.abc import Sequence
from typing import Any

from customers import sealed
from customers.errors import CustomerCode
from customers.identities import addresses, is_kind
from customers.models import Customer, Identity
from customers.vault import vault
from kernel.access import row_id
from kernel.errors import ProblemError, problem_at
from kernel.sets import people
from tenants.audit import audit

_ATTRIBUTE, _IDENTITY = "attributes.", "identities."


def reveal(customer: Customer, fields: Sequence[str], *, reason: str, actor: str) -> dict[str, Any]:
    """field → value, None where there is none. fields: "phone" (the preferred one of a kind), "identities.<id>" (that very
    one), "attributes.<key>" of a sensitive attribute. Raises UNKNOWN_REVEAL for what is none of these."""
    keys = sealed.sensitive_keys()
    unknown = [
        problem_at(f"/fields/{i}", CustomerCode.UNKNOWN_REVEAL, field=field)
        for i, field in enumerate(fields)
        if not _is_known(field, keys)
    ]
    if unknown:
        raise ProblemError.invalid(unknown)
    secrets = sealed.opened([customer.pk]).get(customer.pk, {})
    found = {field: _value(customer, field, secrets) for field in fields}
    audit(actor, "customer.reveal", f"customer:{customer.pk}", fields=list(found), reason=reason)
    return found


def _is_known(field: str, keys: set[str]) -> bool:
    if field.startswith(_ATTRIBUTE):
        return field.removeprefix(_ATTRIBUTE) in keys
    return row_id(field.removeprefix(_IDENTITY)) is not None if field.startswith(_IDENTITY) else is_kind(field)


def _value(customer: Customer, field: str, secrets: dict[str, Any]) -> Any:
    if field.startswith(_ATTRIBUTE):
        key = field.removeprefix(_ATTRIBUTE)
        return secrets.get(key, customer.attributes.get(key))  # in the open while it moves under the seal
    if field.startswith(_IDENTITY):
        row = Identity.objects.filter(customer=customer, pk=int(field.removeprefix(_IDENTITY))).first()
        return row and plain_identity(row)
    return addresses(field, people([customer.pk])).get(customer.pk)


def plain_identity(row: Identity) -> str:
    return vault().open(row.kind, bytes(row.digest), bytes(row.sealed))
