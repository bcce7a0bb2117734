"""Invariant 6: a cap of n means at most n, whoever sends at once; refusals give back, unknowns don't."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection

from channels.caps import ALL, Cap, caps_for, give_back, raise_counts, spent
from kernel.sets import People
from tenants.models import Tenant
from tenants.scope import tenant_tx
from tests.channels.conftest import Shop
from tests.sink import Sink

DAY = date(2026, 11, 21)
GROUP = People(range(1, 41))


def _at_once(work: Callable[[int], Any], times: int) -> list[Any]:
    def one(i: int) -> Any:
        try:
            return work(i)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(one, range(times)))


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_never_exceed_the_cap(tenant: Tenant) -> None:
    def attempt(i: int) -> int:
        with tenant_tx(tenant.pk):
            return len(raise_counts([Cap(ALL, 3, 1)], "sms" if i % 2 else "email", GROUP, DAY))

    granted = _at_once(attempt, 40)
    assert sum(granted) == 3 * len(GROUP)
    with tenant_tx(tenant.pk), connection.cursor() as cursor:
        cursor.execute("SELECT max(n), min(n), count(*) FROM channels_capcount WHERE scope = '*'")
        assert cursor.fetchone() == (3, 3, len(GROUP))


@pytest.mark.django_db(transaction=True)
def test_several_caps_over_several_days_all_hold(tenant: Tenant) -> None:
    caps = [Cap(ALL, 4, 1), Cap("sms", 2, 1), Cap(ALL, 7, 3)]

    def attempt(i: int) -> int:
        channel = "sms" if i % 2 else "email"
        mine = [c for c in caps if c.scope in (ALL, channel)]
        with tenant_tx(tenant.pk):
            return len(raise_counts(mine, channel, GROUP, DAY + timedelta(days=i % 3)))

    _at_once(attempt, 60)
    with tenant_tx(tenant.pk), connection.cursor() as cursor:
        cursor.execute("SELECT max(n) FROM channels_capcount WHERE scope = '*'")
        assert cursor.fetchone()[0] <= 4
        cursor.execute("SELECT max(n) FROM channels_capcount WHERE scope = 'sms'")
        assert cursor.fetchone()[0] <= 2
        cursor.execute(
            "SELECT max(s), min(s) FROM (SELECT sum(n) AS s FROM channels_capcount WHERE scope = '*' GROUP BY customer_id) t"
        )
        most, least = cursor.fetchone()
        assert (most, least) == (7, 7)
        # the count over all channels is what the channels add up to: all or none
        cursor.execute(
            "SELECT sum(n) FILTER (WHERE scope = '*'), sum(n) FILTER (WHERE scope IN ('sms', 'email')) FROM channels_capcount"
        )
        both = cursor.fetchone()
        assert both[0] == both[1]


@pytest.mark.django_db
def test_reading_and_giving_back(scope: Tenant) -> None:
    caps = [Cap(ALL, 1, 1)]
    assert raise_counts(caps, "sms", GROUP, DAY) == GROUP
    assert spent(caps, GROUP, DAY) == GROUP
    assert raise_counts(caps, "email", GROUP, DAY) == People()
    assert spent(caps, GROUP, DAY + timedelta(days=1)) == People()
    give_back("sms", People([3]), DAY)
    assert raise_counts(caps, "email", GROUP, DAY) == People([3])


@pytest.mark.django_db
def test_a_cap_of_none_lets_nobody_through(scope: Tenant) -> None:
    assert raise_counts([Cap("sms", 0, 1)], "sms", GROUP, DAY) == People()
    assert spent([Cap("sms", 0, 1)], GROUP, DAY) == GROUP


@pytest.mark.django_db
def test_seven_days_count_together(scope: Tenant) -> None:
    caps = [Cap(ALL, 2, 7)]
    one = People([5])
    assert raise_counts(caps, "sms", one, DAY) == one
    assert raise_counts(caps, "sms", one, DAY + timedelta(days=6)) == one
    assert raise_counts(caps, "sms", one, DAY + timedelta(days=6)) == People()
    assert raise_counts(caps, "sms", one, DAY + timedelta(days=7)) == one


def test_caps_of_other_channels_do_not_bind() -> None:
    settings = [{"channel": None, "limit": 2, "per": {"days": 1}}, {"channel": "email", "limit": 1, "per": {"days": 7}}]
    assert caps_for(settings, "sms") == [Cap(ALL, 2, 1)]
    assert caps_for(settings, "email") == [Cap(ALL, 2, 1), Cap("email", 1, 7)]


@pytest.mark.django_db
@pytest.mark.usefixtures("answer")
def test_the_third_marketing_message_of_a_day_is_held_back_and_service_is_not(shop: Shop, gateway: Sink) -> None:
    account, group = shop.gateway(gateway), shop.people(3)
    marketing, service = shop.template(account), shop.template(account, purpose="service")
    for node in ("m1", "m2", "m3"):
        shop.touch(marketing, group, node=node)
    shop.touch(service, group, node="s")
    shop.drain()
    assert shop.statuses() == {"sent": 9, "suppressed": 3}
    assert shop.reasons(status="suppressed") == {"capped": 3}
    assert shop.statuses(node="s") == {"sent": 3}
    assert shop.touch(marketing, group, node="m4").held == {"capped": group}


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("answer")
def test_several_senders_at_once_keep_the_cap_and_send_each_once(shop: Shop, gateway: Sink) -> None:
    template, group = shop.template(shop.gateway(gateway, batch=20)), shop.people(60)
    for run in range(8):
        shop.touch(template, group, run=run)
    _at_once(lambda _: shop.drain(), 4)
    assert shop.statuses() == {"sent": 120, "suppressed": 360}
    assert gateway.stats() | {"requests": 0} == {
        "requests": 0, "messages": 120, "delivered": 120, "customers": 60, "forged": 0, "repeated": 0, "doubled": 0,
    }  # fmt: skip
