"""Identities in a merge: the survivor has those of both, and its own stay the preferred ones."""

from typing import Any

from customers.merging.rows import move, move_back
from customers.models import Identity

_TABLE = "customers_identity"


def identities_over(merged: int, survivor: int) -> dict[str, Any]:
    """What the survivor only claimed and the merged one had proved is proved from now on. For `identities_back`."""
    for row in Identity.objects.filter(customer_id=merged):
        Identity.objects.filter(customer_id=survivor, kind=row.kind, digest=row.digest, proved=False).delete()
    kinds = Identity.objects.filter(customer_id=survivor, proved=True).values_list("kind", flat=True)
    second = Identity.objects.filter(customer_id=merged, main=True, kind__in=list(kinds))
    behind = sorted(second.values_list("pk", flat=True))
    second.update(main=False)
    return {"moved": move(_TABLE, merged, survivor), "behind": behind}


def identities_back(kept: dict[str, Any], merged: int, survivor: int) -> None:
    move_back(_TABLE, kept["moved"], merged, survivor)
    Identity.objects.filter(pk__in=kept["behind"], customer_id=merged).update(main=True)
