"""REW-2: budget in money, limits by period, validity by days of the tenant's calendar, discount coupons."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.sets import people
from rewards import facade
from rewards.items import span
from rewards.models import Grant, Package
from tests.rewards.conftest import CODE, COUPON, GENERATED, NOW, POINTS, step

pytestmark = pytest.mark.django_db
Make = Callable[..., Package]
SHANGHAI = ZoneInfo("Asia/Shanghai")


def test_a_budget_is_never_exceeded_by_a_cent(make: Make) -> None:
    """0.1 + 0.2 a share: ten of them are 3.00, of which a float would be unsure."""
    package = make({**GENERATED, "cost": "0.10"}, {**POINTS, "cost": "0.20"}, budget=Decimal("3.00"))
    granted = facade.grant(step(), package.pk, people(range(1, 13)), NOW)
    assert (granted.out, granted.out_of_stock) == (people(range(1, 11)), people([11, 12]))
    package.refresh_from_db()
    assert (package.issued, package.spent) == (10, Decimal("3.00"))
    assert sum(Grant.objects.values_list("cost", flat=True)) == Decimal("3.00")
    assert [p.code for p in facade.package_problems(package.pk, NOW)] == ["budget_used_up"]


def test_what_is_left_of_a_budget_and_is_less_than_a_share_is_left(make: Make) -> None:
    package = make({**POINTS, "cost": "3.00"}, budget=Decimal("10.00"))
    assert len(facade.grant(step(), package.pk, people(range(9)), NOW).out) == 3
    assert facade.preview(package.pk, people([20]), NOW).out_of_stock == people([20])


def test_stock_and_budget_both_hold(make: Make) -> None:
    package = make({**POINTS, "cost": "1.00"}, budget=Decimal("5.00"), stock=3)
    assert len(facade.grant(step(), package.pk, people(range(9)), NOW).out) == 3


def test_a_grant_keeps_what_it_cost_when_it_was_issued(make: Make) -> None:
    package = make({**POINTS, "cost": "1.00"})
    facade.grant(step(), package.pk, people([1]), NOW)
    Package.objects.update(items=[{**POINTS, "cost": "2.50"}])
    facade.grant(step(wave=2), package.pk, people([1]), NOW)
    package.refresh_from_db()
    assert list(Grant.objects.order_by("id").values_list("cost", flat=True)) == [Decimal("1.00"), Decimal("2.50")]
    assert package.spent == Decimal("3.50")


def test_only_who_was_served_from_the_pool_is_paid_for(make: Make) -> None:
    from rewards import pool

    package = make({**CODE, "cost": "7.00"}, budget=Decimal("100.00"))
    pool.add(package, ["A", "B"])
    facade.grant(step(), package.pk, people([1, 2, 3]), NOW)
    package.refresh_from_db()
    assert package.spent == Decimal("14.00")


def test_a_limit_for_a_period_frees_itself(make: Make) -> None:
    package = make(per_customer=1, per_customer_days=30)
    facade.grant(step(), package.pk, people([1]), NOW)
    late, later = NOW + timedelta(days=30, seconds=-1), NOW + timedelta(days=30)
    assert facade.grant(step(wave=2), package.pk, people([1]), late).skipped == people([1])
    assert facade.grant(step(wave=3), package.pk, people([1]), later).out == people([1])


@pytest.mark.parametrize(
    ("validity", "start", "end"),
    [
        ({}, None, None),
        ({"days": 1}, None, "2026-11-12T02:00:00+00:00"),
        ({"days": 1, "end_of_day": True}, None, "2026-11-12T16:00:00+00:00"),
        ({"days": 1, "start_days": 2}, "2026-11-13T02:00:00+00:00", "2026-11-14T02:00:00+00:00"),
        (
            {"days": 1, "start_days": 2, "end_of_day": True},
            "2026-11-12T16:00:00+00:00",
            "2026-11-14T16:00:00+00:00",
        ),
        ({"to": "2026-12-01T00:00:00+08:00"}, None, "2026-11-30T16:00:00+00:00"),
    ],
)
def test_spans_of_validity(validity: dict[str, Any], start: str | None, end: str | None) -> None:
    """Issued on 11 November at 10:00 in Shanghai."""
    found = [None if t is None else t.astimezone(UTC).isoformat() for t in span(validity, NOW, SHANGHAI)]
    assert found == [start, end]


@given(
    issued=st.integers(1_700_000_000, 1_900_000_000).map(lambda s: datetime.fromtimestamp(s, UTC)),
    days=st.integers(1, 400),
    start=st.integers(0, 60),
    zone=st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Pacific/Apia"]),
)
def test_nobody_has_less_than_the_days_promised(issued: datetime, days: int, start: int, zone: str) -> None:
    local = ZoneInfo(zone)
    begins, ends = span({"days": days, "start_days": start, "end_of_day": True}, issued, local)
    assert ends is not None
    midnight = ends.astimezone(local)
    assert (midnight.hour, midnight.minute) == (0, 0) or zone == "Pacific/Apia"
    first_day = (begins or issued).astimezone(local).date()
    assert (midnight.date() - first_day).days == days + 1


def test_a_start_after_days_is_kept_with_the_grant(make: Make) -> None:
    package = make(validity={"days": 10, "start_days": 3})
    facade.grant(step(), package.pk, people([1]), NOW)
    grant = Grant.objects.get()
    assert datetime.fromisoformat(grant.item["valid_from"]) == NOW + timedelta(days=3)
    assert grant.expires_at == NOW + timedelta(days=13)


def test_points_may_lapse(make: Make) -> None:
    package = make({**POINTS, "valid_days": 90}, validity={"days": 5})
    facade.grant(step(), package.pk, people([1]), NOW)
    assert Grant.objects.get().expires_at == NOW + timedelta(days=90)


PERCENT = {"kind": "coupon", "name": "八折", "percent_off": 20, "max_discount": "50.00"}


def test_discount_coupons_and_budgets_over_http(api: Any) -> None:
    sent = {"name": "x", "items": [{**PERCENT, "cost": "12.5"}], "budget": "100", "low_stock": 3, "per_customer": 1}
    made = api.post("reward-packages", {**sent, "per_customer_days": 7})
    assert made.status_code == 201, made.json()
    got = made.json()
    assert got["items"][0]["percent_off"] == 20
    assert (got["budget"], got["spent"], got["unit_cost"], got["available"]) == ("100.00", "0.00", "12.50", 8)
    assert (got["low"], got["per_customer_days"]) == (False, 7)
    less = api.patch(f"reward-packages/{got['id']}", {"budget": "30.00"}).json()
    assert (less["available"], less["low"]) == (2, True)
    assert api.patch(f"reward-packages/{got['id']}", {"budget": None}).json()["available"] is None


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"items": [{**PERCENT, "discount": "5.00"}]}, "/items/0/discount", "discount_or_percent"),
        ({"items": [{"kind": "coupon", "name": "x"}]}, "/items/0/discount", "discount_or_percent"),
        ({"items": [{**COUPON, "max_discount": "5.00"}]}, "/items/0/max_discount", "max_needs_percent"),
        ({"items": [{**PERCENT, "percent_off": 100}]}, "/items/0/percent_off", "bad_value"),
        ({"items": [{**POINTS, "cost": "-1"}]}, "/items/0/cost", "bad_money"),
        ({"budget": "1.005"}, "/budget", "bad_money"),
        ({"validity": {"start_days": 3}}, "/validity/days", "days_missing"),
        ({"per_customer_days": 3}, "/per_customer_days", "days_need_limit"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(api: Any, change: dict[str, Any], pointer: str, code: str) -> None:
    answer = api.post("reward-packages", {"name": "x", "items": [POINTS], **change})
    assert answer.status_code == 400, answer.json()
    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [(pointer, code)]


def test_a_budget_can_not_be_less_than_what_is_spent(api: Any, scope: Any) -> None:
    package = Package.objects.create(name="x", items=[POINTS], spent=Decimal("9.99"), budget=Decimal("20.00"))
    answer = api.patch(f"reward-packages/{package.pk}", {"budget": "9.98"})
    assert answer.json()["errors"][0]["code"] == "budget_below_spent"
    assert api.patch(f"reward-packages/{package.pk}", {"budget": "9.99"}).status_code == 200
