"""Identities in a merge: the survivor has those of both, and its own stay the preferred ones."""

from typing import Any

from django.db import connection

from customers.merging.rows import move, move_back
from customers.models import Identity
from tenants.scope import current_tenant_id

_TABLE = "customers_identity"
# A claim of either that the other has proved, or (the survivor's) that both claim, says nothing any more.
_SPENT = """
    DELETE FROM customers_identity i USING customers_identity o
    WHERE i.tenant_id = %(tenant)s AND o.tenant_id = %(tenant)s AND NOT i.proved AND i.kind = o.kind AND i.digest = o.digest
        AND (i.customer_id, o.customer_id) IN ((%(merged)s, %(survivor)s), (%(survivor)s, %(merged)s))
        AND (o.proved OR i.customer_id = %(survivor)s)
    RETURNING i.customer_id, i.kind, encode(i.digest, 'hex'), encode(i.sealed, 'hex'), i.source, i.created_at::text
"""
_CLAIM_AGAIN = """
    INSERT INTO customers_identity (tenant_id, customer_id, kind, digest, sealed, source, created_at, proved, main)
    SELECT %s, %s, %s, decode(%s, 'hex'), decode(%s, 'hex'), %s, %s::timestamptz, false, false ON CONFLICT DO NOTHING
"""


def identities_over(merged: int, survivor: int) -> dict[str, Any]:
    """What one only claimed and the other had proved is proved from now on. For `identities_back`."""
    with connection.cursor() as cursor:
        cursor.execute(_SPENT, {"tenant": current_tenant_id(), "merged": merged, "survivor": survivor})
        spent = [list(row) for row in cursor.fetchall()]
    kinds = Identity.objects.filter(customer_id=survivor, proved=True).values_list("kind", flat=True)
    second = Identity.objects.filter(customer_id=merged, main=True, kind__in=list(kinds))
    behind = sorted(second.values_list("pk", flat=True))
    second.update(main=False)
    return {"moved": move(_TABLE, merged, survivor), "behind": behind, "spent": spent}


def identities_back(kept: dict[str, Any], merged: int, survivor: int) -> None:
    move_back(_TABLE, kept["moved"], merged, survivor)
    Identity.objects.filter(pk__in=kept["behind"], customer_id=merged).update(main=True)
    with connection.cursor() as cursor:
        for row in kept.get("spent", ()):
            cursor.execute(_CLAIM_AGAIN, [current_tenant_id(), *row])
