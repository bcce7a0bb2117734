"""How history is compacted: a batch of a run a transaction, one worker at a time, until nothing is saved any more."""

from collections.abc import Callable
from datetime import datetime

from django.db import connection

from tenants.scope import tenant_tx


def in_batches(tenant_id: int, size: int, merge: Callable[[], tuple[int, int]]) -> int:
    """Rows saved by `merge`, which gives (rows taken, rows put in their place) of a transaction of its own."""
    saved = 0
    while True:
        with tenant_tx(tenant_id):
            taken, left = merge()
        saved += taken - left
        if taken < size or taken == left:
            return saved


def alone(run_id: int) -> bool:
    """Is nobody else compacting the run? Until the end of the transaction nobody will."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended('compact', %s))", [run_id])
        return bool(cursor.fetchone()[0])


def hour_of(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)
