"""Addresses that are not written to again: they bounced for good, or whoever reads there complained. Kept by blind index.

It is the address that is bad, not the customer: another one is written to.
"""

from collections.abc import Mapping
from typing import Final

from django.db import connection

from channels.registry import kinds
from customers import identities
from kernel.copy import fetch_people, id_list
from kernel.sets import People, people
from tenants.scope import current_tenant_id

_FEW: Final = 20_000  # people who are looked up one by one; for more the bad addresses are
_ANY = "SELECT EXISTS (SELECT 1 FROM channels_badaddress WHERE tenant_id = %s AND kind = %s)"
_USED = (  # the address of a customer that would be used
    "CROSS JOIN LATERAL (SELECT i.digest FROM customers_identity i WHERE i.tenant_id = %(tenant)s AND i.customer_id = {customer} "
    "AND i.kind = %(kind)s AND i.proved ORDER BY i.main DESC, i.id DESC LIMIT 1) AS used"
)
_BY_PERSON = (
    f"SELECT v.id FROM unnest((SELECT %(ids)s::bigint[])) AS v(id) {_USED.format(customer='v.id')} WHERE EXISTS (SELECT 1 "
    "FROM channels_badaddress b WHERE b.tenant_id = %(tenant)s AND b.kind = %(kind)s AND b.digest = used.digest)"
)
_BY_ADDRESS = (
    "SELECT x.customer_id FROM channels_badaddress b CROSS JOIN LATERAL (SELECT customer_id FROM customers_identity x "
    "WHERE x.tenant_id = b.tenant_id AND x.kind = b.kind AND x.digest = b.digest AND x.proved OFFSET 0) AS x "
    f"{_USED.format(customer='x.customer_id')} WHERE b.tenant_id = %(tenant)s AND b.kind = %(kind)s AND used.digest = b.digest"
)


def of(kind: str | None, group: People) -> People:
    """Those of `group` who would be written to at a bad address."""
    if kind is None or not group or not _any(kind):
        return People()
    few, known = len(group) <= _FEW, {"tenant": current_tenant_id(), "kind": kind}
    return (
        fetch_people(_BY_PERSON, {**known, "ids": id_list(group)}) if few else fetch_people(_BY_ADDRESS, known) & group
    )


def _any(kind: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_ANY, [current_tenant_id(), kind])
        return bool(cursor.fetchone()[0])


def note(channel: str, addresses: Mapping[int, str], reason: str) -> None:
    """customer → the address of theirs that is bad; empty, or one that is not theirs: the one that they have. In the caller's transaction."""
    kind = kinds[channel].identity
    if not kinds[channel].bounces or kind is None or not addresses:
        return
    current = identities.addresses(kind, people(addresses))
    digests = identities.digests(kind, {*addresses.values(), *current.values()} - {""})
    owners = identities.find((kind, digest) for digest in digests.values())
    bad = set[bytes]()
    for customer, told in addresses.items():
        digest = digests.get(told)
        if digest is None or owners.get((kind, digest)) != customer:
            digest = digests.get(current.get(customer, ""))
        if digest is not None:
            bad.add(digest)
    _insert(kind, sorted(bad), reason)


def _insert(kind: str, digests: list[bytes], reason: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO channels_badaddress (tenant_id, kind, digest, reason, noted_at) "
            "SELECT %s, %s, v.digest, %s, clock_timestamp() FROM unnest(%s::bytea[]) AS v(digest) ON CONFLICT (tenant_id, kind, digest) DO NOTHING",
            [current_tenant_id(), kind, reason, identities.digest_list(digests)],
        )
