"""The latest people of a saved audience, as one set, and its size over time. Decides nothing about rules."""

from datetime import datetime

from django.db import connection

from audiences.models import Audience, AudienceSize
from kernel.copy import fetch_people
from kernel.sets import People, dump, load
from tenants.scope import current_tenant_id


def snapshot(audience_id: int) -> People:
    """The people who were saved last; empty when none were."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT people FROM audiences_audiencesnapshot WHERE tenant_id = %s AND audience_id = %s",
            [current_tenant_id(), audience_id],
        )
        row = cursor.fetchone()
    return load(row[0]) if row else People()


def snapshot_save(audience_id: int, people: People, at: datetime) -> None:
    """Replaces the people and notes the size."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audiences_audiencesnapshot (tenant_id, audience_id, people) VALUES (%s, %s, %s) "
            "ON CONFLICT (tenant_id, audience_id) DO UPDATE SET people = excluded.people",
            [current_tenant_id(), audience_id, dump(people)],
        )
    Audience.objects.filter(pk=audience_id).update(size=len(people), computed_at=at)
    AudienceSize.objects.create(audience_id=audience_id, size=len(people), at=at)


def snapshot_delete(audience_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM audiences_audiencesnapshot WHERE tenant_id = %s AND audience_id = %s",
            [current_tenant_id(), audience_id],
        )


def gone() -> People:
    """Customers who were merged away or erased: a partial index holds just these."""
    return fetch_people(
        "SELECT id FROM customers_customer WHERE tenant_id = %s AND (merged_into IS NOT NULL OR erased_at IS NOT NULL)",
        [current_tenant_id()],
    )
