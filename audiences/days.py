"""Who was in an audience at the end of earlier days, compactly, and what changed since. Decides nothing about rules.

The newest day holds its people whole; each older one the people who are in it or in the next newer one, but not in both.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection

from audiences.models import AudienceDay
from kernel.sets import People, dump, load
from tenants.scope import current_tenant_id

KEPT_DAYS = 30


@dataclass(frozen=True)
class Before:
    """People of an audience as computed at `at`, the last computation of its day."""

    people: People
    at: datetime


def day_close(audience_id: int, people: People, at: datetime, day: date) -> None:
    """These were the last people of `day`, which is over; days older than KEPT_DAYS go."""
    newest = _rows(audience_id).order_by("-day").first()
    if newest is not None and newest.day >= day:
        return  # the tenant's zone was moved back: that day is closed already
    if newest is not None:
        apart = load(newest.people) ^ people
        _rows(audience_id).filter(day=newest.day).update(people=_compact(apart))
    AudienceDay.objects.create(
        tenant_id=current_tenant_id(), audience_id=audience_id, day=day, at=at, people=_compact(people)
    )
    _rows(audience_id).filter(day__lt=day - timedelta(days=KEPT_DAYS)).delete()


def newest_day(audience_id: int) -> Before | None:
    """The last computation of an earlier day."""
    row = _rows(audience_id).order_by("-day").first()
    return Before(load(row.people), row.at) if row else None


def at_end_of(audience_id: int, day: date) -> Before | None:
    """The last computation of `day` or of a day before it; None when none is kept."""
    known = _rows(audience_id).filter(day__lte=day).order_by("-day").values_list("day", "at").first()
    if known is None:
        return None
    people = People()
    newer_first = _rows(audience_id).filter(day__gte=known[0]).order_by("-day").values_list("people", flat=True)
    for apart in newer_first:
        people = people ^ load(apart)
    return Before(people, known[1])


def days_delete(audience_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM audiences_audienceday WHERE tenant_id = %s AND audience_id = %s",
            [current_tenant_id(), audience_id],
        )


def _rows(audience_id: int):  # type: ignore[no-untyped-def]  # a queryset of a model with a composite key
    return AudienceDay.objects.filter(tenant_id=current_tenant_id(), audience_id=audience_id)


def _compact(people: People) -> bytes:
    kept = People(people)
    kept.run_optimize()
    return dump(kept)
