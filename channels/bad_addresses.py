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

_FEW: Final = 20_000  # people who are looked up one by one; for more the bad addresses are read whole
# those whose address, the one that would be used, is bad
_OF = """
    SELECT c.customer_id FROM (
        SELECT DISTINCT ON (i.customer_id) i.customer_id, i.digest FROM customers_identity i
        WHERE i.tenant_id = %(tenant)s AND i.kind = %(kind)s AND i.proved AND i.customer_id IN (
            SELECT x.customer_id FROM channels_badaddress b JOIN customers_identity x
            ON x.tenant_id = b.tenant_id AND x.kind = b.kind AND x.digest = b.digest
            WHERE b.tenant_id = %(tenant)s AND b.kind = %(kind)s {within})
        ORDER BY i.customer_id, i.main DESC, i.id DESC
    ) c JOIN channels_badaddress b ON b.tenant_id = %(tenant)s AND b.kind = %(kind)s AND b.digest = c.digest
"""


def of(kind: str | None, group: People) -> People:
    """Those of `group` who would be written to at a bad address."""
    if kind is None or not group:
        return People()
    few = len(group) <= _FEW
    sql = _OF.format(within="AND x.customer_id = ANY(%(ids)s::bigint[])" if few else "")
    return (
        fetch_people(sql, {"tenant": current_tenant_id(), "kind": kind, "ids": id_list(group) if few else "{}"}) & group
    )


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
