"""Two customers who may be one person: proposed by what arrives, decided by people (or by a worker, see `automatic`)."""

from collections.abc import Sequence
from dataclasses import dataclass

import orjson
from django.db import connection

from customers.identities import digest_list
from customers.merging.policy import AUTOMATIC, NAME, OFF
from kernel.wake import BULK
from tenants.ready import announce
from tenants.scope import current_tenant_id
from tenants.settings import Merging, Policy

Pair = tuple[str, bytes]  # identity kind, digest


@dataclass(frozen=True, slots=True)
class Likeness:
    """Why two are thought to be one. why: `proved` (one record says both) or `name` (a claimed value and the same name)."""

    one: int
    other: int
    pair: Pair
    policy: Policy
    why: str
    source: str

    def key(self) -> tuple[int, int]:
        return min(self.one, self.other), max(self.one, self.other)

    def evidence(self) -> dict[str, str]:
        return {"kind": self.pair[0], "digest": self.pair[1].hex(), "why": self.why, "source": self.source}


# Values that more customers have or claim than the tenant thinks possible prove nothing: `said.most_shared`.
_SHARED = """
    SELECT v.kind, v.digest FROM unnest((SELECT %(kinds)s::text[]), (SELECT %(digests)s::bytea[])) AS v(kind, digest)
    CROSS JOIN LATERAL (
        SELECT count(DISTINCT customer_id) AS many FROM (
            (SELECT customer_id FROM customers_identity i
             WHERE i.tenant_id = %(tenant)s AND i.kind = v.kind AND i.digest = v.digest AND proved)
            UNION ALL
            (SELECT customer_id FROM customers_identity i
             WHERE i.tenant_id = %(tenant)s AND i.kind = v.kind AND i.digest = v.digest AND NOT proved LIMIT %(most)s + 1)
        ) AS has
    ) AS counted WHERE many > %(most)s
"""
# One row a pair, in order of their ids, so that two requests wait for one another at most. What was decided stays so.
_PROPOSE = """
    INSERT INTO customers_mergeproposal AS p (tenant_id, first_id, second_id, status, evidence, held, at, decided_by)
    SELECT %(tenant)s, v.first, v.second, v.status, v.evidence, '', clock_timestamp(), ''
    FROM unnest((SELECT %(first)s::bigint[]), (SELECT %(second)s::bigint[]), (SELECT %(status)s::text[]), (SELECT %(evidence)s::jsonb[]))
        AS v(first, second, status, evidence)
    ORDER BY v.first, v.second
    ON CONFLICT (tenant_id, first_id, second_id) DO UPDATE
    SET evidence = CASE WHEN p.evidence @> excluded.evidence THEN p.evidence ELSE p.evidence || excluded.evidence END,
        status = excluded.status, held = ''
    WHERE p.status = 'open' AND (NOT p.evidence @> excluded.evidence OR excluded.status = 'queued' AND p.held = '')
    RETURNING p.status
"""
_NAMED = "lower(regexp_replace(normalize({0}.attributes ->> 'name', NFKC), '\\s', '', 'g'))"
_ALIKE = f"""
    SELECT DISTINCT v.customer, i.customer_id, v.kind, v.digest
    FROM unnest((SELECT %(customers)s::bigint[]), (SELECT %(kinds)s::text[]), (SELECT %(digests)s::bytea[])) AS v(customer, kind, digest)
    CROSS JOIN LATERAL (
        (SELECT customer_id FROM customers_identity i
         WHERE i.tenant_id = %(tenant)s AND i.kind = v.kind AND i.digest = v.digest AND proved)
        UNION ALL
        (SELECT customer_id FROM customers_identity i
         WHERE i.tenant_id = %(tenant)s AND i.kind = v.kind AND i.digest = v.digest AND NOT proved LIMIT %(most)s + 1)
    ) AS i
    JOIN customers_customer a ON a.tenant_id = %(tenant)s AND a.id = v.customer
    JOIN customers_customer b ON b.tenant_id = %(tenant)s AND b.id = i.customer_id
    WHERE i.customer_id <> v.customer AND b.merged_into IS NULL AND b.erased_at IS NULL
        AND length({_NAMED.format("a")}) > 1 AND {_NAMED.format("a")} = {_NAMED.format("b")}
"""


def alike(claims: Sequence[tuple[int, Pair]], said: Merging, source: str) -> list[Likeness]:
    """Who else has or claims what these customers claim, and has their name."""
    wanted = [
        (customer, pair) for customer, pair in claims if said.kinds.get(pair[0], said.others) not in (OFF, "claim")
    ]
    with connection.cursor() as cursor:
        cursor.execute(_ALIKE, {
            "tenant": current_tenant_id(), "most": said.most_shared, "customers": [customer for customer, _ in wanted],
            "kinds": [kind for _, (kind, _) in wanted], "digests": digest_list(digest for _, (_, digest) in wanted),
        })  # fmt: skip
        return [
            Likeness(a, b, (kind, bytes(digest)), "propose", NAME, source) for a, b, kind, digest in cursor.fetchall()
        ]


def propose(likenesses: Sequence[Likeness], said: Merging) -> None:
    """Written down, each pair once; those that a policy merges by itself are left to a worker."""
    spent = shared({one.pair for one in likenesses}, said) if likenesses else set()
    by_pair: dict[tuple[int, int], list[Likeness]] = {}
    for one in likenesses:
        if one.one != one.other and one.pair not in spent:
            by_pair.setdefault(one.key(), []).append(one)
    if not by_pair:
        return
    pairs = sorted(by_pair)
    with connection.cursor() as cursor:
        cursor.execute(_PROPOSE, {
            "tenant": current_tenant_id(), "first": [first for first, _ in pairs], "second": [second for _, second in pairs],
            "status": ["queued" if any(x.policy == AUTOMATIC for x in by_pair[p]) else "open" for p in pairs],
            "evidence": [orjson.dumps(_once(by_pair[p])).decode() for p in pairs],
        })  # fmt: skip
        if any(status == "queued" for (status,) in cursor.fetchall()):
            announce(BULK)


def _once(likenesses: list[Likeness]) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for one in likenesses:
        if (evidence := one.evidence()) not in found:
            found.append(evidence)
    return found


def shared(pairs: set[Pair], said: Merging) -> set[Pair]:
    """Those that more customers have or claim than one person could."""
    listed = sorted(pairs)
    with connection.cursor() as cursor:
        cursor.execute(_SHARED, {
            "tenant": current_tenant_id(), "most": said.most_shared, "kinds": [kind for kind, _ in listed],
            "digests": digest_list(digest for _, digest in listed),
        })  # fmt: skip
        return {(kind, bytes(digest)) for kind, digest in cursor.fetchall()}
