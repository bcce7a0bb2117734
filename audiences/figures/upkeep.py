"""Keeps the figures up to date: touched people soon, everybody once a day (time passes), all at once by command or job."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from audiences.figures.compute import Basis, rank, write
from audiences.figures.definitions import definitions
from audiences.figures.model import model_of
from audiences.models import FigureState
from audiences.world import open_world
from kernel.clock import db_now
from kernel.sets import People, chunks, union
from tenants.scope import current_tenant_id

REBUILD = "figures.rebuild"
AT_ONCE = 20_000  # people in one transaction
RANK_EVERY = timedelta(minutes=10)
_LOCK = 0x66696775  # "figu"


def state() -> FigureState:
    """The tenant's row; made when it is not there yet."""
    FigureState.objects.bulk_create([FigureState()], ignore_conflicts=True)
    return FigureState.objects.get()


def alone(*, wait: bool) -> bool:
    """One worker a tenant; the lock ends with the transaction."""
    function = "pg_advisory_xact_lock" if wait else "pg_try_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, hashint8(%s))", [_LOCK, current_tenant_id()])
        return cursor.fetchone()[0] is not False


def basis(now: datetime | None = None) -> Basis:
    """What the figures are worked out by, as of now."""
    saved = FigureState.objects.values_list("model", flat=True).first()
    return Basis(open_world(now=now).clock, definitions(), model_of(saved))


def rebuild() -> int:
    """Everybody's figures anew, in this transaction; how many have some. Waits for others who write them."""
    alone(wait=True)
    current, known = basis(), state()
    rows = write(current)
    rank()
    known.full_at = known.ranked_at = current.clock.now
    known.save(update_fields=["full_at", "ranked_at"])
    return rows


def refresh(by_name: dict[str, People]) -> None:
    """Figures of those to whom something happened that counts."""
    current = basis()
    counted = current.defined.counted()
    people = union(group for name, group in by_name.items() if name in counted)
    for part in chunks(people, AT_ONCE):
        write(current, part)
    if people:
        FigureState.objects.filter(pk=state().pk).update(changed_at=current.clock.now)


def rank_again() -> None:
    """Scores by rank follow what changed, but are worked out at most every ten minutes: everybody's may move."""
    known = state()
    if known.changed_at is None or (known.ranked_at is not None and known.ranked_at >= known.changed_at):
        return
    now = db_now()
    if known.ranked_at is None or now - known.ranked_at >= RANK_EVERY:
        rank()
        FigureState.objects.filter(pk=known.pk).update(ranked_at=now)


def is_due(known: FigureState, now: datetime, zone: Any) -> bool:
    """Once a day of the tenant's: stages change without events."""
    return known.full_at is None or known.full_at.astimezone(zone).date() < now.astimezone(zone).date()
