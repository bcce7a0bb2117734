"""CHN-3, CAN-3: who may be sent a message now, hand-computed; quiet hours over midnight and over DST."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels import facade
from channels.quiet import no_hour_left, quiet_until, window
from kernel.clock import db_now
from kernel.sets import People, union
from tenants.scope import tenant_tx
from tests.channels.conftest import Shop

NIGHT = window({"from": "22:00", "to": "08:00"})
SHANGHAI, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")


def at(text: str, zone: ZoneInfo = SHANGHAI, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-11-21T21:59:59", None), ("2026-11-21T22:00:00", "2026-11-22T08:00:00"),
        ("2026-11-22T00:00:00", "2026-11-22T08:00:00"), ("2026-11-22T07:59:59", "2026-11-22T08:00:00"),
        ("2026-11-22T08:00:00", None),
    ],
)  # fmt: skip
def test_a_window_over_midnight(now: str, until: str | None) -> None:
    assert NIGHT
    assert quiet_until(at(now), [NIGHT], SHANGHAI) == (at(until) if until else None)


def test_windows_count_together() -> None:
    spans = [
        w for w in (NIGHT, window({"from": "07:00", "to": "10:00"}), window({"from": "12:00", "to": "13:00"})) if w
    ]
    assert quiet_until(at("2026-11-22T23:00:00"), spans, SHANGHAI) == at("2026-11-23T10:00:00")
    assert quiet_until(at("2026-11-22T12:30:00"), spans, SHANGHAI) == at("2026-11-22T13:00:00")


def test_the_night_of_the_spring_change_is_an_hour_shorter() -> None:
    assert NIGHT
    until = quiet_until(at("2026-03-07T23:00:00", NEW_YORK), [NIGHT], NEW_YORK)
    assert until == datetime(2026, 3, 8, 12, 0, tzinfo=UTC)  # 08:00 EDT
    assert until - at("2026-03-07T23:00:00", NEW_YORK) == timedelta(hours=8)


def test_the_night_of_the_autumn_change_is_an_hour_longer() -> None:
    assert NIGHT
    until = quiet_until(at("2026-10-31T23:00:00", NEW_YORK), [NIGHT], NEW_YORK)
    assert until == datetime(2026, 11, 1, 13, 0, tzinfo=UTC)  # 08:00 EST


def test_an_end_that_is_skipped_or_comes_twice() -> None:
    short = window({"from": "23:00", "to": "02:30"})
    assert short
    assert quiet_until(at("2026-03-07T23:30:00", NEW_YORK), [short], NEW_YORK) == datetime(2026, 3, 8, 7, 0, tzinfo=UTC)
    early = window({"from": "23:00", "to": "01:30"})
    assert early
    assert quiet_until(at("2026-11-01T01:10:00", NEW_YORK, fold=1), [early], NEW_YORK) == datetime(
        2026, 11, 1, 6, 30, tzinfo=UTC
    )


def test_a_free_hour_of_which_half_is_skipped() -> None:
    mostly = window({"from": "03:30", "to": "02:30"})
    assert mostly
    until = quiet_until(datetime(2026, 3, 8, 0, 1, 28, tzinfo=UTC), [mostly], NEW_YORK)
    assert until == datetime(2026, 3, 8, 7, 0, tzinfo=UTC)  # 03:00 EDT, right after the jump


def test_an_empty_window_is_none() -> None:
    assert window({"from": "08:00", "to": "08:00"}) is None
    assert window(None) is None


@pytest.mark.parametrize(
    ("spans", "closed"),
    [
        ([("22:00", "08:00")], False), ([("22:00", "10:00"), ("09:00", "22:00")], True),
        ([("22:00", "10:00"), ("09:00", "21:59")], False), ([("00:00", "12:00"), ("12:00", "00:00")], True),
        ([("12:00", "00:00"), ("00:00", "11:00")], False), ([("22:00", "21:00"), ("20:00", "23:00")], True), ([], False),
    ],
)  # fmt: skip
def test_windows_that_close_the_whole_day(spans: list[tuple[str, str]], closed: bool) -> None:
    found = [window({"from": start, "to": end}) for start, end in spans]
    assert no_hour_left([w for w in found if w]) is closed


clock = st.times().map(lambda t: t.replace(microsecond=0).isoformat())


@settings(deadline=None)
@given(
    now=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001  # hypothesis adds the zone
    raw=st.tuples(clock, clock),
    zone=st.sampled_from(["Asia/Shanghai", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]),
)
def test_never_early_and_at_most_a_day_late_or_two_when_the_free_hour_is_skipped(
    now: datetime, raw: tuple[str, str], zone: str
) -> None:
    span = window({"from": raw[0], "to": raw[1]})
    if span is None:
        return
    until = quiet_until(now, [span], ZoneInfo(zone))
    if until is not None:
        assert now < until <= now + timedelta(hours=50)
        assert quiet_until(until, [span], ZoneInfo(zone)) is None


@pytest.mark.django_db
@pytest.mark.usefixtures("answer")
class TestPlan:
    def test_each_reason_by_hand(self, shop: Shop) -> None:
        good, silent, refused = shop.people(3), shop.people(2, consent=None), shop.people(2, consent=False)
        blocked, nowhere = shop.people(2, blocked=True), shop.people(2, address=False)
        everybody = good | silent | refused | blocked | nowhere
        plan = shop.touch(shop.template(shop.account()), everybody)
        assert plan.send == good
        assert plan.held == {
            "no_consent": silent,
            "unsubscribed": refused,
            "blacklisted": blocked,
            "unreachable": nowhere,
        }
        assert shop.statuses() == {"queued": 3, "suppressed": 8}

    def test_service_needs_no_consent_but_obeys_blacklist_and_refusal_of_service(self, shop: Shop) -> None:
        silent, refused = shop.people(2, consent=None), shop.people(2, consent=False)
        blocked, covered = shop.people(1, consent=None, blocked=True), shop.people(1, consent=False)
        shop.sql("UPDATE customers_consent SET covers_service = true WHERE customer_id = %s", [min(covered)])
        plan = shop.touch(shop.template(shop.account(), purpose="service"), silent | refused | blocked | covered)
        assert plan.send == silent | refused
        assert plan.held == {"unsubscribed": covered, "blacklisted": blocked}

    def test_webhook_reaches_everybody(self, shop: Shop) -> None:
        group = shop.people(2, address=False, channel="webhook")
        account = shop.account(channel="webhook")
        assert shop.touch(shop.template(account, body={"hello": "{{ customer.external_id }}"}), group).send == group

    def test_consent_is_by_channel(self, shop: Shop) -> None:
        group = shop.people(2, channel="email")
        assert shop.touch(shop.template(shop.account()), group).held == {"no_consent": group}

    def test_quiet_hours_in_the_customers_zone_else_the_tenants(self, shop: Shop) -> None:
        here, there = shop.people(2), shop.people(3, timezone="America/New_York")
        template = shop.template(shop.account())
        now = at("2026-11-21T23:00:00")  # 10:00 in New York
        with tenant_tx(shop.tenant.pk):
            plan = facade.touch_plan(template.pk, here | there, now, {"from": "22:00", "to": "08:00"})
        assert plan.send == there
        assert plan.later == [(at("2026-11-22T08:00:00"), here)]

    def test_the_stricter_of_tenant_and_canvas_counts(self, shop: Shop) -> None:
        shop.settings(quiet_hours={"from": "22:00", "to": "09:00"})
        group, template = shop.people(2), shop.template(shop.account())
        with tenant_tx(shop.tenant.pk):
            plan = facade.touch_plan(template.pk, group, at("2026-11-21T21:30:00"), {"from": "19:00", "to": "08:00"})
            assert plan.later == [(at("2026-11-22T09:00:00"), group)]

    def test_what_would_come_too_late_is_held_back(self, shop: Shop) -> None:
        group, template = shop.people(2), shop.template(shop.account())
        night = {"from": "22:00", "to": "08:00", "expire_after": {"hours": 2, "minutes": 0}}
        with tenant_tx(shop.tenant.pk):
            plan = facade.touch_plan(template.pk, group, at("2026-11-22T05:59:59"), night)
            assert plan.held == {"expired": group}
            plan = facade.touch_plan(template.pk, group, at("2026-11-22T06:00:00"), night)
            assert plan.later == [(at("2026-11-22T08:00:00"), group)]

    def test_the_shorter_patience_of_tenant_and_canvas_counts(self, shop: Shop) -> None:
        shop.settings(quiet_hours={"from": "22:00", "to": "08:00", "expire_after": {"minutes": 30}})
        group, template = shop.people(2), shop.template(shop.account())
        night = {"from": "21:00", "to": "08:00", "expire_after": {"hours": 12}}
        with tenant_tx(shop.tenant.pk):
            assert facade.touch_plan(template.pk, group, at("2026-11-22T07:00:00"), night).held == {"expired": group}

    def test_when_no_hour_is_left_nobody_waits_for_ever(self, shop: Shop) -> None:
        shop.settings(quiet_hours={"from": "20:00", "to": "10:00"})
        group, template = shop.people(2), shop.template(shop.account())
        with tenant_tx(shop.tenant.pk):
            plan = facade.touch_plan(template.pk, group, db_now(), {"from": "09:00", "to": "21:00"})
        assert plan.held == {"expired": group}

    def test_service_is_exempt_from_quiet_hours(self, shop: Shop) -> None:
        group, template = shop.people(2), shop.template(shop.account(), purpose="service")
        with tenant_tx(shop.tenant.pk):
            assert facade.touch_plan(template.pk, group, db_now(), {"from": "00:00", "to": "23:59:59"}).send == group

    def test_crowds_are_spread_over_a_minute_and_nobody_is_lost(self, shop: Shop) -> None:
        group, template = shop.people(1500), shop.template(shop.account())
        with tenant_tx(shop.tenant.pk):
            plan = facade.touch_plan(template.pk, group, at("2026-11-21T23:00:00"), {"from": "22:00", "to": "08:00"})
            again = facade.touch_plan(template.pk, group, at("2026-11-21T23:10:00"), {"from": "22:00", "to": "08:00"})
        end = at("2026-11-22T08:00:00")
        assert len(plan.later) > 1
        assert all(end <= until <= end + timedelta(seconds=60) for until, _ in plan.later)
        assert union(part for _, part in plan.later) == group
        assert sum(len(part) for _, part in plan.later) == len(group)
        assert again.later == plan.later

    def test_problems_of_templates(self, shop: Shop, other_tenant: Any) -> None:
        account = shop.account()
        template = shop.template(account)
        with tenant_tx(shop.tenant.pk):
            assert facade.template_problems(template.pk) == []
            assert [p.code for p in facade.template_problems("nonsense")] == ["no_template"]
            assert facade.template_name(template.pk) == "t"
            type(account).objects.update(status="paused")
            assert [p.code for p in facade.template_problems(str(template.pk))] == ["account_paused"]
        with tenant_tx(other_tenant.pk):
            assert [p.code for p in facade.template_problems(template.pk)] == ["no_template"]


def test_nobody_is_planned_for_nothing(scope: Any) -> None:
    assert facade.Plan(People()).send == People()
