"""Finding work across tenants: rows that say "tenant t may have work of kind k from then on".

A row is written in the transaction that creates the work and deleted only after the tenant was seen to have none left,
so no wake-up is needed for correctness. Insert-only: tenants with much going on never wait for one another's row lock.
"""

import time
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from kernel.wake import BULK, SEND, SLOW, TRIGGER, wake
from tenants.scope import current_tenant_id


@dataclass(frozen=True)
class ReadyTenant:
    """A tenant that may have due work, and the rows that said so."""

    tenant_id: int
    rows: list[int]


def announce(kind: str, due_in_seconds: float = 0.0, *, due_at: datetime | None = None) -> int:
    """The open tenant has work of `kind`, now or at `due_at`; workers are woken after commit when it is now.

    Returns the row, for whoever does the work himself and withdraws it.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO tenants_ready (tenant_id, kind, due_at) "
            "VALUES (%s, %s, coalesce(%s::timestamptz, clock_timestamp() + make_interval(secs => %s))) RETURNING id",
            [current_tenant_id(), kind, due_at, due_in_seconds],
        )
        row: int = cursor.fetchone()[0]
    if due_at is None and due_in_seconds == 0:
        wake(kind)
    return row


def withdraw(rows: list[int]) -> None:
    """The work that these rows told of is done, in this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM tenants_ready WHERE id = ANY(%s)", [rows])


def due_tenants(kind: str) -> list[ReadyTenant]:
    """Tenants with due rows, those that waited longest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tenant_id, array_agg(id) FROM tenants_ready WHERE kind = %s AND due_at <= clock_timestamp() "
            "GROUP BY tenant_id ORDER BY min(due_at)",
            [kind],
        )
        return [ReadyTenant(tenant, rows) for tenant, rows in cursor.fetchall()]


def settle(ready: ReadyTenant) -> None:
    """The tenant was seen to have no due work of the kind, locked or not: its rows may go.

    In a transaction of its own, whose commit does not wait for the disk: if the deletion is lost, somebody looks once more.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off; DELETE FROM tenants_ready WHERE id = ANY(%s)", [ready.rows])


_BEAT_SECONDS = 1.0
_beaten: dict[str, float] = {}


def beat(kind: str) -> None:
    """Note that a worker of `kind` has looked for work (read by /readyz); once a second is enough."""
    now = time.monotonic()
    if now - _beaten.get(kind, -_BEAT_SECONDS) < _BEAT_SECONDS:
        return
    _beaten[kind] = now
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO tenants_heartbeat (kind, at) VALUES (%s, clock_timestamp()) "
            "ON CONFLICT (kind) DO UPDATE SET at = excluded.at WHERE tenants_heartbeat.at < excluded.at - interval '1 second'",
            [kind],
        )


def workers_seen(within_seconds: int = 30) -> bool:
    """Has every kind of worker looked for work lately?"""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM tenants_heartbeat WHERE kind = ANY(%s) AND at > clock_timestamp() - make_interval(secs => %s)",
            [[TRIGGER, BULK, SEND, SLOW], within_seconds],
        )
        return bool(cursor.fetchone()[0] == 4)
