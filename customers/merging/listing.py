"""Proposals for people to look at: both customers as they are today, and by what they are alike, masked."""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from rest_framework.request import Request

from customers.aliases import survivors, with_aliases
from customers.identities import digest_list, mask
from customers.merging.deciding import OPEN, survivor_of
from customers.models import Customer, MergeProposal
from customers.selectors import customers_show
from customers.vault import vault
from kernel.copy import id_list
from kernel.pagination import cursor, integer_position, page_of, page_size
from kernel.sets import people
from tenants.scope import current_tenant_id

_MOST_COUNTED = 10_000
# an open one whose two are one by now, or not there any more, asks for nothing
_LISTED = """
    FROM customers_mergeproposal p
    JOIN customers_customer a ON a.tenant_id = p.tenant_id AND a.id = p.first_id
    JOIN customers_customer b ON b.tenant_id = p.tenant_id AND b.id = p.second_id
    WHERE p.tenant_id = %(tenant)s AND p.status = %(status)s AND a.erased_at IS NULL AND b.erased_at IS NULL
        AND (p.status <> 'open' OR coalesce(a.merged_into, a.id) <> coalesce(b.merged_into, b.id))
        AND (%(group)s::bigint[] IS NULL OR p.first_id = ANY(%(group)s::bigint[]) OR p.second_id = ANY(%(group)s::bigint[]))
"""
_VALUES = """
    SELECT DISTINCT ON (i.kind, i.digest) i.kind, i.digest, i.sealed
    FROM unnest((SELECT %s::text[]), (SELECT %s::bytea[]), (SELECT %s::bigint[])) AS v(kind, digest, customer)
    JOIN customers_identity i ON i.tenant_id = %s AND i.customer_id = v.customer AND i.kind = v.kind AND i.digest = v.digest
"""


def proposals_page(request: Request, status: str, customer: Customer | None) -> dict[str, Any]:
    """Newest first, with `total` (counted up to 10,000)."""
    size, position = page_size(request), integer_position(cursor(request))
    group = None if customer is None else id_list(with_aliases(people([customer.pk])))
    params: dict[str, int | str | None] = {
        "tenant": current_tenant_id(),
        "status": status,
        "group": group,
        "below": position,
        "size": size + 1,
    }
    with connection.cursor() as db:
        db.execute(
            f"SELECT p.id {_LISTED} AND (%(below)s::bigint IS NULL OR p.id < %(below)s) ORDER BY p.id DESC LIMIT %(size)s",
            params,
        )
        ids = [row for (row,) in db.fetchall()]
        db.execute(f"SELECT count(*) FROM (SELECT {_LISTED} LIMIT {_MOST_COUNTED}) listed", params)
        total = db.fetchone()[0]
    shown = {row["id"]: row for row in proposals_show(list(MergeProposal.objects.filter(pk__in=ids[:size])))}
    return {**page_of(request, ids, size, lambda i: shown[str(i)], str), "total": total}


def proposals_show(rows: Sequence[MergeProposal]) -> list[dict[str, Any]]:
    """`survivor` is who would stay, `other` who would become them."""
    named = {pk for row in rows for pk in (row.first_id, row.second_id)}
    today = survivors([pk for row in rows if row.status == OPEN for pk in (row.first_id, row.second_id)])
    found = Customer.objects.in_bulk(named | set(today.values()))
    shown = {int(c["id"]): c for c in customers_show(list(found))}
    values = _values(rows, today)
    return [_show(row, found, shown, today, values) for row in rows]


def _show(
    row: MergeProposal, found: dict[int, Customer], shown: dict[int, Any], today: dict[int, int], values: dict[tuple[str, str], str]
) -> dict[str, Any]:  # fmt: skip
    stays, goes = survivor_of(*(found[today.get(pk, pk)] for pk in (row.first_id, row.second_id)))
    return {
        "id": str(row.pk), "status": row.status, "survivor": shown[stays.pk], "other": shown[goes.pk],
        "evidence": [
            {"kind": e["kind"], "value": values.get((e["kind"], e["digest"])), "why": e["why"], "source": e["source"]} for e in row.evidence
        ],
        "held": row.held, "at": row.at, "decided_at": row.decided_at, "decided_by": row.decided_by,
        "merge": str(row.merge_id) if row.merge_id else None,
    }  # fmt: skip


def _values(rows: Sequence[MergeProposal], today: dict[int, int]) -> dict[tuple[str, str], str]:
    """(kind, digest) → masked value, as long as one of the two has it."""
    asked = [
        (one["kind"], bytes.fromhex(one["digest"]), today.get(pk, pk))
        for row in rows for pk in (row.first_id, row.second_id) for one in row.evidence
    ]  # fmt: skip
    keys = vault()
    with connection.cursor() as db:
        db.execute(_VALUES, [
            [kind for kind, _, _ in asked], digest_list(digest for _, digest, _ in asked), [customer for _, _, customer in asked],
            current_tenant_id(),
        ])  # fmt: skip
        return {
            (kind, bytes(d).hex()): mask(kind, keys.open(kind, bytes(d), bytes(sealed)))
            for kind, d, sealed in db.fetchall()
        }
