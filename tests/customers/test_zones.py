"""Where people live, as far as it is known (CHN-3, CAN-2): their own zone, else the tenant's."""

from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers import zones
from customers.models import Customer
from customers.zones import zones_of
from kernel.sets import people as group
from kernel.sets import union

pytestmark = pytest.mark.django_db
HOME = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def five(scope):
    ids = [Customer.objects.create(external_id=f"c{i}").pk for i in range(5)]
    Customer.objects.filter(pk__in=ids[:2]).update(timezone="Europe/Berlin")
    Customer.objects.filter(pk=ids[2]).update(timezone="Asia/Tokyo")
    return ids


def test_own_zone_else_home(five):
    assert zones_of(group(five), HOME) == [
        (HOME, group(five[3:])), (ZoneInfo("Asia/Tokyo"), group([five[2]])), (ZoneInfo("Europe/Berlin"), group(five[:2])),
    ]  # fmt: skip
    assert zones_of(group(five[3:]), HOME) == [(HOME, group(five[3:]))]
    assert zones_of(group(), HOME) == []


def test_without_home_the_tenants_zone_counts(five, tenant):
    tenant.timezone = "America/New_York"
    tenant.save()
    assert zones_of(group(five[3:])) == [(ZoneInfo("America/New_York"), group(five[3:]))]


@pytest.mark.parametrize("wrong", ["Mars/Olympus", "", "../etc/passwd", "/abs", "a\x7fb"])
def test_a_wrong_zone_is_an_unknown_one(five, wrong):
    Customer.objects.filter(pk=five[2]).update(timezone=wrong)
    assert zones_of(group(five[2:]), HOME) == [(HOME, group(five[2:]))]


def test_own_zone_that_is_the_home_zone_is_one_group(five):
    Customer.objects.filter(pk=five[4]).update(timezone=HOME.key)
    assert zones_of(group(five[3:]), HOME) == [(HOME, group(five[3:]))]


def test_large_groups_and_small_ones_give_the_same_by_one_query(five, monkeypatch):
    small = zones_of(group(five[1:]), HOME)
    monkeypatch.setattr(zones, "_LOOK_UP", 1)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        large = zones_of(group(five[1:]), HOME)
    assert large == small
    assert union(part for _, part in large) == group(five[1:])
    assert len(queries) == 1
