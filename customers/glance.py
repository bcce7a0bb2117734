"""All that a message needs to know of a few people, by one statement: for the road of single events, where each question is a
round trip. Says the same as customers.people, consents, identities and zones, which ask for crowds. Reads only.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from customers.people import TAGS, profile_of
from customers.vault import vault
from kernel.copy import id_list
from kernel.sets import People, people
from tenants.scope import current_tenant_id

MOST: Final = 64  # people

_SEEN = """
    SELECT c.id, c.external_id, c.attributes::text, {tags}, c.blocked, c.timezone, s.granted, s.covers_service, i.digest, i.sealed
    FROM unnest(%(ids)s::bigint[]) AS v(id)
    JOIN customers_customer c ON c.tenant_id = %(tenant)s AND c.id = v.id AND c.merged_into IS NULL AND c.erased_at IS NULL
    LEFT JOIN customers_consent s ON s.tenant_id = %(tenant)s AND s.channel = %(channel)s AND s.customer_id = v.id
    LEFT JOIN LATERAL (
        SELECT digest, sealed FROM customers_identity WHERE tenant_id = %(tenant)s AND customer_id = v.id AND kind = %(kind)s
        AND proved ORDER BY main DESC, id DESC LIMIT 1
    ) i ON true
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """One person who is still there. granted: their latest word on the channel (None: silent). address: sealed still."""

    profile: dict[str, Any]
    blocked: bool
    timezone: str | None
    granted: bool | None
    covers_service: bool | None
    address: tuple[bytes, bytes] | None


@dataclass(frozen=True)
class Glance:
    """Who was seen, for one channel and the kind of identity it writes to (None: none)."""

    channel: str
    kind: str | None
    seen: dict[int, Seen]

    def those(self, test: Any, within: People) -> People:
        """Those of `within` who were seen and for whom `test(seen)` holds."""
        return people(c for c in within if c in self.seen and test(self.seen[c]))

    def addresses(self) -> Iterator[tuple[int, str]]:
        """(customer, plain address) of those who have one."""
        keys, kind = vault(), self.kind or ""
        for customer, one in self.seen.items():
            if one.address:
                yield customer, keys.open(kind, *one.address)


def glance(group: People, channel: str, kind: str | None, *, tags: bool) -> Glance:
    """At most MOST people. tags: of their profiles, else left empty."""
    sql = _SEEN.format(tags=TAGS if tags else "'{}'::text[]")
    params: dict[str, Any] = {
        "tenant": current_tenant_id(),
        "ids": id_list(group),
        "channel": channel,
        "kind": kind or "",
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows = cursor.fetchall()
    return Glance(channel, kind, {row[0]: _seen(*row) for row in rows})


def _seen(
    id_: int, external: str | None, attributes: str, tags: list[str], blocked: bool, zone: str | None,
    granted: bool | None, covers: bool | None, digest: memoryview | None, sealed: memoryview | None,
) -> Seen:  # fmt: skip
    address = None if digest is None or sealed is None else (bytes(digest), bytes(sealed))
    return Seen(profile_of(id_, external, attributes, tags), blocked, zone, granted, covers, address)
