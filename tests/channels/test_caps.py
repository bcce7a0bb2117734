"""Invariant 6: a cap of n means at most n, whoever sends at once; refusals give back, unknowns don't."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from channels import facade
from channels.caps import ALL, Cap, caps_for, forget_before, give_back, raise_counts, spent
from channels.policy import rules_of
from config import housekeeping
from kernel.sets import People
from tenants.models import Tenant
from tenants.scope import tenant_tx
from tests.channels.conftest import Shop
from tests.sink import Sink

DAY = date(2026, 11, 21)
GROUP = People(range(1, 41))


def on(day: date, group: People = GROUP) -> list[tuple[date, People]]:
    return [(day, group)]


def _at_once(work: Callable[[int], Any], times: int, workers: int = 8) -> list[Any]:
    def one(i: int) -> Any:
        try:
            return work(i)
        finally:
            connection.close()

    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(one, range(times)))


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_never_exceed_the_cap(tenant: Tenant) -> None:
    def attempt(i: int) -> int:
        with tenant_tx(tenant.pk):
            return len(raise_counts([Cap(ALL, 3, 1)], "sms" if i % 2 else "email", on(DAY)).through)

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
            return len(raise_counts(mine, channel, on(DAY + timedelta(days=i % 3))).through)

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


@pytest.mark.django_db(transaction=True)
def test_sixteen_at_once_with_mixed_channels_and_windows_end_at_exactly_the_cap(tenant: Tenant) -> None:
    """Few people, two channels, day, week and rolling window, refusals in between: nothing over, nothing left unused."""
    few = People(range(1, 6))
    caps = [Cap(ALL, 5, 1), Cap(ALL, 9, weekly=True), Cap("sms", 4, 3)]
    days = [date(2026, 11, 16), date(2026, 11, 17)]  # Monday, Tuesday

    def attempt(i: int) -> None:
        channel, day = ("sms", "email")[i % 2], days[i // 2 % 2]
        mine = [c for c in caps if c.scope in (ALL, channel)]
        with tenant_tx(tenant.pk):
            through = raise_counts(
                mine, channel, [(days[0], few & People([1, 2])), (day, few - People([1, 2]))]
            ).through
            if i % 7 == 0:
                give_back(channel, through & People([4, 5]), day)

    _at_once(attempt, 160, 16)
    with tenant_tx(tenant.pk):
        for day in days:  # whatever is still free is taken to the last one
            for channel in ("email", "sms") * 9:
                raise_counts([c for c in caps if c.scope in (ALL, channel)], channel, [(day, few)])
    with tenant_tx(tenant.pk), connection.cursor() as cursor:
        cursor.execute(
            "SELECT scope, day, customer_id, n FROM channels_capcount WHERE scope <> '#' ORDER BY customer_id, day, scope"
        )
        counted = {(scope, day, customer): n for scope, day, customer, n in cursor.fetchall()}
    for customer in few:
        daily = [counted[ALL, day, customer] for day in days]
        assert max(daily) <= 5
        assert sum(daily) == 9
        assert sum(counted.get(("sms", day, customer), 0) for day in days) <= 4
        assert sum(counted.get((scope, day, customer), 0) for scope in ("sms", "email") for day in days) == 9


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_each_other_in_a_circle_around_midnight(tenant: Tenant) -> None:
    """The same people in two zones' days, in both orders, with refusals: no deadlock."""
    caps = [Cap(ALL, 1000, 1)]
    halves = [People(range(1, 200)), People(range(200, 400))]

    def attempt(i: int) -> None:
        with tenant_tx(tenant.pk):
            through = raise_counts(
                caps, ("sms", "email")[i % 2], [(DAY, halves[i % 2]), (DAY + timedelta(days=1), halves[1 - i % 2])]
            ).through
            assert len(through) == 399
        with tenant_tx(tenant.pk):
            give_back(("sms", "email")[i % 2], halves[0], DAY + timedelta(days=i % 2))

    _at_once(attempt, 60, 8)


@pytest.mark.django_db
def test_the_one_cap_of_a_new_tenant_costs_one_statement(scope: Tenant) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert raise_counts(caps_for(scope.settings["caps"], "sms"), "sms", on(DAY)).through == GROUP
    assert len(queries) == 1


@pytest.mark.django_db
def test_large_groups_and_small_ones_give_the_same(scope: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    caps = [Cap(ALL, 2, 3)]
    raise_counts(caps, "sms", on(DAY, People(range(1, 21))))
    raise_counts(caps, "sms", on(DAY, People(range(10, 31))))
    small = spent(caps, on(DAY, People(range(5, 41))))
    monkeypatch.setattr("channels.caps._LOOK_UP", 1)
    assert spent(caps, on(DAY, People(range(5, 41)))) == small == People(range(10, 21))


@pytest.mark.django_db
def test_a_week_begins_on_monday(scope: Tenant) -> None:
    caps, one, monday = [Cap(ALL, 2, weekly=True)], People([5]), date(2026, 11, 16)
    sunday = monday + timedelta(days=6)
    assert raise_counts(caps, "sms", on(monday, one)).through == one
    assert raise_counts(caps, "sms", on(sunday, one)).through == one
    assert raise_counts(caps, "sms", on(sunday, one)).through == People()
    assert spent(caps, on(monday + timedelta(days=3), one)) == one
    assert raise_counts(caps, "sms", on(sunday + timedelta(days=1), one)).through == one  # counts anew
    assert spent(caps, on(sunday, one)) == one  # and not for the week before


@pytest.mark.django_db
def test_a_day_ends_where_the_customer_lives(shop: Shop) -> None:
    """00:30 on Sunday in Shanghai is still Saturday in New York."""
    here, there = shop.people(2), shop.people(2, timezone="America/New_York")
    template = shop.template(shop.account())
    saturday, night = (datetime(2026, 11, day, hour, 30, tzinfo=UTC) for day, hour in ((21, 15), (21, 16)))
    with tenant_tx(shop.tenant.pk):
        rules = rules_of("sms", "marketing", None)
        assert rules.days(here | there, saturday) == [(DAY, here | there)]
        assert rules.days(here | there, night) == [(DAY, there), (DAY + timedelta(days=1), here)]
        for _ in range(2):
            raise_counts(rules.caps, "sms", rules.days(here | there, saturday))
        assert facade.touch_plan(template.pk, here | there, saturday, None).held == {"capped": here | there}
        assert facade.touch_plan(template.pk, here | there, night, None).held == {"capped": there}


@pytest.mark.django_db
def test_old_counters_are_deleted_and_those_a_cap_looks_at_are_not(scope: Tenant) -> None:
    settings = [{"channel": None, "limit": 2, "per": {"days": 30}}]
    for back in (0, 29, 31, 33, 400):
        raise_counts([Cap(ALL, 9)], "sms", on(DAY - timedelta(days=back), People([1])))
    assert forget_before(settings, DAY) == 4  # two scopes, two days
    assert forget_before(settings, DAY) == 0
    assert forget_before([{"channel": None, "limit": 2, "per": {"weeks": 1}}], DAY) == 4
    assert spent([Cap(ALL, 1)], on(DAY, People([1]))) == People([1])


@pytest.mark.django_db
def test_housekeeping_forgets_counters(scope: Tenant) -> None:
    raise_counts([Cap(ALL, 9)], "sms", on(DAY - timedelta(days=4000), People([1])))
    with connection.cursor() as cursor:
        housekeeping.forget_cap_counts(scope.pk)
        cursor.execute("SELECT count(*) FROM channels_capcount")
        assert cursor.fetchone() == (0,)


@pytest.mark.django_db
def test_reading_and_giving_back(scope: Tenant) -> None:
    caps = [Cap(ALL, 1, 1)]
    assert raise_counts(caps, "sms", on(DAY, GROUP)).through == GROUP
    assert spent(caps, on(DAY)) == GROUP
    assert raise_counts(caps, "email", on(DAY, GROUP)).through == People()
    assert spent(caps, on(DAY + timedelta(days=1))) == People()
    give_back("sms", People([3]), DAY)
    assert raise_counts(caps, "email", on(DAY, GROUP)).through == People([3])


@pytest.mark.django_db
def test_a_cap_of_none_lets_nobody_through(scope: Tenant) -> None:
    assert raise_counts([Cap("sms", 0, 1)], "sms", on(DAY)).through == People()
    assert spent([Cap("sms", 0, 1)], on(DAY)) == GROUP


@pytest.mark.django_db
def test_seven_days_count_together(scope: Tenant) -> None:
    caps = [Cap(ALL, 2, 7)]
    one = People([5])
    assert raise_counts(caps, "sms", on(DAY, one)).through == one
    assert raise_counts(caps, "sms", on(DAY + timedelta(days=6), one)).through == one
    assert raise_counts(caps, "sms", on(DAY + timedelta(days=6), one)).through == People()
    assert raise_counts(caps, "sms", on(DAY + timedelta(days=7), one)).through == one


def test_caps_of_other_channels_do_not_bind() -> None:
    settings = [{"channel": None, "limit": 2, "per": {"days": 1}}, {"channel": "email", "limit": 1, "per": {"days": 7}}]
    assert caps_for(settings, "sms") == [Cap(ALL, 2, 1)]
    assert caps_for(settings, "email") == [Cap(ALL, 2, 1), Cap("email", 1, 7)]
    weekly = [{"channel": "email", "limit": 1, "per": {"weeks": 1}}]
    assert caps_for(weekly, "email") == [Cap("email", 1, weekly=True)]


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
