"""The latest people of a saved audience, as one set, and its size over time. Decides nothing about rules."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import F

from audiences.days import day_close, days_delete, newest_day
from audiences.models import Audience, AudienceSize
from customers.aliases import with_survivors
from kernel.copy import select_people
from kernel.sets import People, dump, load
from tenants.scope import current_tenant_id
from tenants.settings import tenant_now

CANVAS = "canvas"  # saved by a step: of those that follow one another closely, one line of history is kept
_CLOSE = timedelta(minutes=1)


def snapshot(audience_id: int) -> People:
    """The people who were saved last, as who they are today (merges); empty when none were."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT people FROM audiences_audiencesnapshot WHERE tenant_id = %s AND audience_id = %s",
            [current_tenant_id(), audience_id],
        )
        row = cursor.fetchone()
    return with_survivors(load(row[0])) if row else People()


def snapshot_save(
    audience_id: int, people: People, at: datetime, *, cause: str = "", took_ms: int | None = None
) -> bool:
    """Replaces the people, closes the day before, notes size and change. False: a later computation was there already."""
    row = Audience.objects.select_for_update().filter(pk=audience_id).values_list("computed_at", flat=True)
    computed_at = row[0]
    if computed_at is not None and computed_at > at:
        return False
    before = snapshot(audience_id) if computed_at is not None else None
    if before is not None and computed_at is not None:
        _close_day(audience_id, before, computed_at, at)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audiences_audiencesnapshot (tenant_id, audience_id, people) VALUES (%s, %s, %s) "
            "ON CONFLICT (tenant_id, audience_id) DO UPDATE SET people = excluded.people",
            [current_tenant_id(), audience_id, dump(people)],
        )
    change = _change_of_day(audience_id, people)
    Audience.objects.filter(pk=audience_id).update(size=len(people), computed_at=at, change=change, failure=None)
    _note_size(
        AudienceSize(audience_id=audience_id, size=len(people), at=at, cause=cause, took_ms=took_ms), before, people
    )
    return True


def _close_day(audience_id: int, before: People, computed_at: datetime, at: datetime) -> None:
    zone = ZoneInfo(tenant_now().timezone)
    day = computed_at.astimezone(zone).date()
    if day < at.astimezone(zone).date():
        day_close(audience_id, before, computed_at, day)


def _change_of_day(audience_id: int, people: People) -> dict[str, object] | None:
    earlier = newest_day(audience_id)
    return None if earlier is None else change_since(earlier.people, earlier.at, people)


def change_since(before: People, at: datetime, people: People) -> dict[str, object]:
    """{"since", "joined", "left"}"""
    both = len(before & people)
    return {"since": at.isoformat(), "joined": len(people) - both, "left": len(before) - both}


def _note_size(row: AudienceSize, before: People | None, people: People) -> None:
    if before is not None:
        both = len(before & people)
        row.joined, row.left = len(people) - both, len(before) - both
    if row.cause == CANVAS and before is not None and _note_close(row):
        return
    row.save()


def _note_close(row: AudienceSize) -> bool:
    last = AudienceSize.objects.filter(audience_id=row.audience_id).order_by("-at").first()
    if last is None or last.cause != CANVAS or last.at < row.at - _CLOSE:
        return False
    AudienceSize.objects.filter(pk=last.pk).update(
        size=row.size, joined=F("joined") + row.joined, left=F("left") + row.left
    )
    return True


def snapshot_delete(audience_id: int) -> None:
    """With its days and sizes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM audiences_audiencesnapshot WHERE tenant_id = %s AND audience_id = %s",
            [current_tenant_id(), audience_id],
        )
    days_delete(audience_id)
    AudienceSize.objects.filter(audience_id=audience_id).delete()


def gone() -> People:
    """Customers who were merged away or erased: a partial index holds just these."""
    return select_people(
        "SELECT id FROM customers_customer WHERE tenant_id = %s AND (merged_into IS NOT NULL OR erased_at IS NOT NULL)",
        [current_tenant_id()],
    )
