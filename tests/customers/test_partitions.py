"""Months get their partition before their first event, wrong dates stay in the default one (AUD-2)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from customers import partitions

pytestmark = pytest.mark.django_db(transaction=True)


def partition_of(event_id, tenant):
    from tenants.scope import tenant_tx

    with tenant_tx(tenant.pk), connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM customers_event WHERE event_id = %s", [event_id])
        return cursor.fetchone()[0]


def test_each_month_has_its_own(api, tenant):
    next_year = datetime.now(UTC).year + 1
    days = {
        "a": "2019-05-31T23:00:00-05:00",
        "b": "2019-05-01T00:00:00Z",
        "c": "1950-01-01T00:00:00Z",
        "d": "1990-01-01T00:00:00Z",
    }
    sent = [{"event_id": k, "customer": {"external_id": "x"}, "name": "n", "occurred_at": at} for k, at in days.items()]
    assert api.post("events/bulk", {"events": sent}).json()["accepted"] == 4
    assert {k: partition_of(k, tenant) for k in days} == {
        "a": "customers_event_2019_06", "b": "customers_event_2019_05", "c": "customers_event_default", "d": "customers_event_1990_01",
    }  # fmt: skip
    partitions.ensure([date(next_year + 1, 1, 1)])
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [f"customers_event_{next_year + 1}_01"])
        assert cursor.fetchone() == (None,)


def test_each_partition_keeps_strangers_out():
    partitions.ensure([date(2018, 1, 1)])
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), bool_and(relrowsecurity AND relforcerowsecurity) FROM pg_class WHERE relname LIKE 'customers_event_%%' "
                       "AND relkind = 'r' AND relispartition")  # fmt: skip
        count, secured = cursor.fetchone()
    assert count >= 3
    assert secured


def test_a_month_that_cannot_be_made_goes_to_the_default(api, tenant, monkeypatch):
    def busy(months):
        partitions._failed.update(dict.fromkeys(months, float("inf")))

    monkeypatch.setattr(partitions, "_make_all", busy)
    at = datetime(2017, 3, 1, tzinfo=UTC) + timedelta(hours=1)
    row = {"event_id": "z", "customer": {"external_id": "x"}, "name": "n", "occurred_at": at.isoformat()}
    assert api.post("events/bulk", {"events": [row]}).json()["accepted"] == 1
    assert partition_of("z", tenant) == "customers_event_default"
