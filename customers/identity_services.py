"""One identity of one customer, by hand: listed masked, added, proved, preferred, taken away. Bulk rows come by intake."""

from typing import Any

from django.db import connection

from customers.errors import CustomerCode, Rejected
from customers.identities import is_kind, mask, normalise
from customers.locks import give_names, hold_people
from customers.models import Customer, Identity
from customers.vault import vault
from kernel.errors import ProblemError
from tenants.audit import audit
from tenants.scope import current_tenant_id

_OWNERS = """
    SELECT mine.id, other.customer_id FROM customers_identity mine JOIN customers_identity other
    ON other.tenant_id = mine.tenant_id AND other.kind = mine.kind AND other.digest = mine.digest AND other.proved
    WHERE mine.tenant_id = %s AND mine.customer_id = %s AND NOT mine.proved AND other.customer_id <> mine.customer_id
"""


def identities_show(customer: Customer) -> list[dict[str, Any]]:
    """Masked, by kind, the preferred one first. belongs_to: who has proved what this customer only claims."""
    keys, rows = vault(), Identity.objects.filter(customer=customer).order_by("kind", "-proved", "-main", "-pk")
    with connection.cursor() as cursor:
        cursor.execute(_OWNERS, [current_tenant_id(), customer.pk])
        owners = dict(cursor.fetchall())
    return [
        {
            "id": str(r.pk), "kind": r.kind, "value": mask(r.kind, keys.open(r.kind, bytes(r.digest), bytes(r.sealed))),
            "proved": r.proved, "main": r.main and r.proved, "source": r.source, "since": r.created_at,
            "belongs_to": str(owners[r.pk]) if r.pk in owners else None,
        }
        for r in rows
    ]  # fmt: skip


def identity_add(customer: Customer, kind: str, value: str, *, proved: bool, actor: str) -> Identity:
    """A further one. Raises BAD_IDENTITY; IDENTITY_TAKEN when it is to be proved and another has it."""
    normal = normalise(kind, value) if is_kind(kind) else None
    if normal is None:
        raise _refused(CustomerCode.BAD_IDENTITY, "/value", kind=kind)
    hold_people()
    give_names()
    digest = vault().digest(kind, normal)
    known = Identity.objects.filter(customer=customer, kind=kind, digest=digest).first()
    row = known or Identity(
        customer=customer, kind=kind, digest=digest, sealed=vault().seal(kind, digest, normal), proved=False, main=False,
        source=actor,
    )  # fmt: skip
    if proved:
        _prove(row)
    row.save()
    audit(actor, "identity.add", f"customer:{customer.pk}", kind=kind, proved=proved)
    return row


def identity_change(row: Identity, *, proved: bool | None, main: bool | None, actor: str) -> None:
    """Raises IDENTITY_TAKEN."""
    hold_people()
    give_names()
    if proved and not row.proved:
        _prove(row)
    elif proved is False:
        row.proved, row.main = False, False
    if main and row.proved:
        Identity.objects.filter(customer=row.customer_id, kind=row.kind).update(main=False)
        row.main = True
    row.save()
    audit(actor, "identity.update", f"customer:{row.customer_id}", kind=row.kind, proved=row.proved, main=row.main)


def identity_remove(row: Identity, *, actor: str) -> None:
    audit(actor, "identity.remove", f"customer:{row.customer_id}", kind=row.kind)
    row.delete()


def _prove(row: Identity) -> None:
    others = Identity.objects.filter(kind=row.kind, proved=True)
    if others.filter(digest=row.digest).exclude(customer=row.customer_id).exists():
        raise _refused(CustomerCode.IDENTITY_TAKEN, "/value")
    row.main = row.main or not others.filter(customer=row.customer_id, main=True).exists()
    row.proved = True


def _refused(code: CustomerCode, place: str, **more: object) -> ProblemError:
    return ProblemError.invalid([Rejected(code, place=place, **more).as_problem()])
