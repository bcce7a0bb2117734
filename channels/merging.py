"""Two customers become one: settled messages and what was counted against caps are the survivor's. Undone by row and count.

Who still has a message on its way keeps its row: the canvas decides what becomes of it (canvas_app.runtime.merging).
"""

from typing import Any

import orjson
from django.db import connection

from customers.merging.rows import move, move_back
from tenants.scope import current_tenant_id

_ONCE = ("run_id", "node", "wave_id", "round")
_SETTLED = "r.status NOT IN ('queued', 'in_flight') AND r.purpose <> 'staff'"
_ADD = """
    INSERT INTO channels_capcount AS c (tenant_id, scope, day, customer_id, n)
    SELECT %(tenant)s, scope, day::date, %(target)s, n FROM jsonb_to_recordset(%(counts)s::jsonb) AS k (scope text, day text, n int)
    ORDER BY scope, day ON CONFLICT (tenant_id, scope, customer_id, day) DO UPDATE SET n = c.n + excluded.n
"""
_TAKE = """
    UPDATE channels_capcount c SET n = greatest(c.n - k.n, 0)
    FROM jsonb_to_recordset(%(counts)s::jsonb) AS k (scope text, day text, n int)
    WHERE c.tenant_id = %(tenant)s AND c.customer_id = %(source)s AND c.scope = k.scope AND c.day = k.day::date
"""


def on_merged(*, merged: int, survivor: int) -> dict[str, Any]:
    """Subscriber of customers.merged; what `on_unmerged` needs."""
    moved = move("channels_message", merged, survivor, only=_SETTLED, once=_ONCE)
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM channels_capcount WHERE tenant_id = %s AND customer_id = %s RETURNING scope, day::text, n",
            [current_tenant_id(), merged],
        )
        counts = [{"scope": scope, "day": day, "n": n} for scope, day, n in cursor.fetchall()]
    _count(_ADD, counts, target=survivor)
    return {"channels": {"messages": moved, "counts": counts}}


def on_unmerged(*, merged: int, survivor: int, kept: dict[str, Any]) -> None:
    mine = kept["channels"]
    move_back("channels_message", mine["messages"], merged, survivor)
    _count(_TAKE, mine["counts"], source=survivor)
    _count(_ADD, mine["counts"], target=merged)


def _count(statement: str, counts: list[dict[str, Any]], **who: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"tenant": current_tenant_id(), "counts": orjson.dumps(counts).decode(), **who})
