"""Events not yet matched against triggers. Claimed by deletion inside the transaction that acts on them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.db import connection

from tenants.scope import current_tenant_id

_CLAIM = """
    WITH gone AS (
        DELETE FROM customers_eventinbox WHERE tenant_id = %(tenant)s AND id IN (
            SELECT id FROM customers_eventinbox WHERE tenant_id = %(tenant)s ORDER BY id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
        ) RETURNING id, event_id, customer_id, name, occurred_at, properties, received_at
    )
    SELECT id, event_id, customer_id, name, occurred_at, properties::text, received_at FROM gone ORDER BY id
"""


@dataclass(frozen=True, slots=True)
class InboxEvent:
    id: int
    event_id: str
    customer_id: int
    name: str
    occurred_at: datetime
    properties: dict[str, Any]
    received_at: datetime


def claim(limit: int) -> list[InboxEvent]:
    """Up to `limit` events, oldest first, that nobody else is at. They are gone when the caller commits, back if not."""
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"tenant": current_tenant_id(), "limit": limit})
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return [InboxEvent(*row[:5], properties=orjson.loads(row[5]), received_at=row[6]) for row in rows]


def has_due() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM customers_eventinbox WHERE tenant_id = %s)", [current_tenant_id()])
        return bool(cursor.fetchone()[0])


def stored(name: str, since: datetime) -> list[InboxEvent]:
    """Events of this name that happened since then, in the inbox's shape, whether they passed through it or not."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, event_id, customer_id, name, occurred_at, properties::text, received_at FROM customers_event "
            "WHERE tenant_id = %s AND name = %s AND occurred_at >= %s ORDER BY occurred_at, id",
            [current_tenant_id(), name, since],
        )
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return [InboxEvent(*row[:5], properties=orjson.loads(row[5]), received_at=row[6]) for row in rows]
