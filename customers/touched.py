"""Whose data changed, for those who keep something worked out from it: one row a writing transaction, never one an event.

A row holds the set of people and the names of what happened to them. It commits together with the change, so whoever
takes the row sees the change.
"""

from collections.abc import Iterable
from typing import Any

import orjson
from django.db import connection

from kernel.sets import People, dump, load, union
from tenants.scope import current_tenant_id

CHANGED = "customer.changed"  # attributes, identities, consents: no event tells of them
MERGED = "customer.merged"  # events went over from one to the other: both are touched
OF_TAGS = ("tag.added", "tag.removed")
NOTE = "INSERT INTO customers_touched (tenant_id, people, names) SELECT %(tenant)s, %(people)s, %(names)s::jsonb"


def noted(people: People, names: Iterable[str]) -> dict[str, Any]:
    """Parameters `people` and `names` of NOTE."""
    return {"people": dump(people), "names": orjson.dumps(sorted(set(names))).decode()}


def touch(people: People, *names: str) -> None:
    """Note that something of these people changed."""
    if people:
        with connection.cursor() as cursor:
            cursor.execute(NOTE, {"tenant": current_tenant_id(), **noted(people, names)})


def take(limit: int) -> dict[str, People]:
    """Take rows off the queue until they hold `limit` people or none is left: name → people."""
    by_name: dict[str, People] = {}
    everybody, ids = People(), list[int]()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, people, names::text FROM customers_touched WHERE tenant_id = %s ORDER BY id LIMIT 2000 FOR UPDATE SKIP LOCKED",
            [current_tenant_id()],
        )
        for row, raw, names in cursor.fetchall():
            if len(everybody) >= limit:
                break
            group = load(raw)
            everybody |= group
            for name in orjson.loads(names):
                by_name[name] = by_name.get(name, People()) | group
            ids.append(row)
        cursor.execute(
            "DELETE FROM customers_touched WHERE tenant_id = %s AND id = ANY(%s)", [current_tenant_id(), ids]
        )
    return by_name


def waiting(names: Iterable[str]) -> People:
    """Everybody who is on the queue now because one of these happened."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT people FROM customers_touched WHERE tenant_id = %s AND names ?| %s",
            [current_tenant_id(), list(names)],
        )
        return union(load(raw) for (raw,) in cursor.fetchall())


def forget() -> None:
    """Empty the queue: everything is about to be worked out anew, in this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM customers_touched WHERE tenant_id = %s", [current_tenant_id()])
