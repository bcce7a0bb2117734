"""Dynamic audiences that keep themselves up to date: schedule, days before, failures in words (AUD-5)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.utils import timezone

from audiences import upkeep
from audiences.days import at_end_of, newest_day
from audiences.models import Audience, AudienceDay, AudienceSize
from audiences.refresh import Schedule, next_time, refresh_due, refresh_unit
from audiences.services import audience_create_dynamic, audience_create_static
from audiences.snapshots import snapshot, snapshot_save
from kernel.sets import people
from tenants.models import Tenant
from tenants.scope import tenant_tx
from tests.audiences.shop import Person, declare, write
from tests.conftest import Api

CITY = {"condition": "attribute", "key": "city", "op": "eq", "value": "上海"}
NOON = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)  # in Shanghai
SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("schedule", "now", "zone", "expected"),
    [
        ({"every": "hour"}, NOON, SHANGHAI, datetime(2026, 3, 10, 5, 0, tzinfo=UTC)),
        ({"every": "hour"}, NOON + timedelta(minutes=59), SHANGHAI, datetime(2026, 3, 10, 5, 0, tzinfo=UTC)),
        ({"every": "day", "at": "12:01"}, NOON, SHANGHAI, datetime(2026, 3, 10, 4, 1, tzinfo=UTC)),
        ({"every": "day", "at": "12:00"}, NOON, SHANGHAI, datetime(2026, 3, 11, 4, 0, tzinfo=UTC)),
        # the night when summer begins has 23 hours: 04:00 is two hours before UTC instead of one
        ({"every": "day", "at": "04:00"}, datetime(2026, 3, 28, 12, 0, tzinfo=UTC), BERLIN, datetime(2026, 3, 29, 2, 0, tzinfo=UTC)),
    ],
)  # fmt: skip
def test_the_next_time_is_after_now_and_on_the_tenants_clock(
    schedule: dict[str, str], now: datetime, zone: ZoneInfo, expected: datetime
) -> None:
    assert next_time(Schedule.model_validate(schedule), now, zone) == expected


@pytest.fixture
def crowd(tenant: Tenant) -> list[Person]:
    everybody = [Person("amy", {"city": "上海"}), Person("bob", {"city": "上海"}), Person("cat", {"city": "杭州"})]
    with tenant_tx(tenant.pk):
        declare(tenant.pk, city="string")
        write(tenant.pk, everybody)
    return everybody


def move(person: Person, city: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE customers_customer SET attributes = jsonb_build_object('city', %s::text) WHERE id = %s",
            [city, person.id],
        )


def overdue(audience: Any, **back: float) -> None:
    Audience.objects.filter(pk=int(audience)).update(next_refresh_at=timezone.now() - timedelta(**back))


def test_a_schedule_is_set_shown_changed_and_taken_away(api: Api, crowd: list[Person]) -> None:
    body = {"name": "上海", "rule": CITY, "schedule": {"every": "day", "at": "04:00"}}
    made = api.post("audiences", body).json()
    assert made["schedule"] == {"every": "day", "at": "04:00"}
    assert datetime.fromisoformat(made["next_refresh_at"]).astimezone(SHANGHAI).strftime("%H:%M") == "04:00"
    hourly = api.patch(f"audiences/{made['id']}", {"schedule": {"every": "hour"}}).json()
    assert datetime.fromisoformat(hourly["next_refresh_at"]).minute == 0
    assert api.patch(f"audiences/{made['id']}", {"name": "沪"}).json()["schedule"] == {"every": "hour"}
    off = api.patch(f"audiences/{made['id']}", {"schedule": None}).json()
    assert (off["schedule"], off["next_refresh_at"]) == (None, None)


@pytest.mark.parametrize(
    ("schedule", "pointer"),
    [
        ({"every": "day"}, "/schedule/at"),
        ({"every": "day", "at": "25:00"}, "/schedule/at"),
        ({"every": "hour", "at": "04:00"}, "/schedule/at"),
        ({"every": "minute"}, "/schedule/every"),
        ("daily", "/schedule"),
    ],
)
def test_a_bad_schedule_is_told_with_its_place(api: Api, schedule: Any, pointer: str) -> None:
    answer = api.post("audiences", {"name": "x", "rule": CITY, "schedule": schedule})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, pointer)


def test_a_static_audience_has_no_schedule(api: Api, crowd: list[Person]) -> None:
    body = {"name": "x", "kind": "static", "customers": ["amy"], "schedule": {"every": "hour"}}
    assert api.post("audiences", body).json()["errors"][0]["code"] == "not_dynamic"


@pytest.mark.django_db(transaction=True)
def test_what_is_due_is_computed_once_however_often_it_was_missed(
    tenant: Tenant, api: Api, crowd: list[Person]
) -> None:
    made = api.post("audiences", {"name": "上海", "rule": CITY, "schedule": {"every": "hour"}}).json()
    assert not refresh_unit(tenant.pk)
    with tenant_tx(tenant.pk):
        move(crowd[2], "上海")
        overdue(made["id"], days=3)
        assert refresh_due()
    assert refresh_unit(tenant.pk)
    assert not refresh_unit(tenant.pk)
    shown = api.get(f"audiences/{made['id']}").json()
    assert shown["size"] == 3
    assert datetime.fromisoformat(shown["next_refresh_at"]) > datetime.fromisoformat(shown["computed_at"])
    newest = api.get(f"audiences/{made['id']}/history").json()["results"][0]
    assert (newest["cause"], newest["joined"], newest["left"], newest["size"]) == ("schedule", 1, 0, 3)
    assert newest["took_ms"] >= 0


@pytest.mark.django_db(transaction=True)
def test_the_one_due_for_longest_comes_first_and_a_worker_that_died_is_made_up_for(tenant: Tenant, api: Api) -> None:
    with tenant_tx(tenant.pk):
        declare(tenant.pk, city="string")
    ids = [api.post("audiences", {"name": n, "rule": CITY, "schedule": {"every": "hour"}}).json()["id"] for n in "甲乙"]
    with tenant_tx(tenant.pk):
        overdue(ids[0], minutes=5)
        overdue(ids[1], hours=5)
    from audiences.refresh import _claim

    with tenant_tx(tenant.pk):  # claimed by somebody who then dies
        assert _claim() == int(ids[1])
        again = Audience.objects.get(pk=int(ids[1])).next_refresh_at
    assert again is not None
    assert timezone.now() + timedelta(minutes=10) < again < timezone.now() + timedelta(minutes=20)
    with tenant_tx(tenant.pk):
        assert _claim() == int(ids[0])
        assert _claim() is None


@pytest.mark.django_db(transaction=True)
def test_a_failure_is_kept_in_words_and_does_not_stop_the_schedule(
    tenant: Tenant, api: Api, crowd: list[Person]
) -> None:
    made = api.post("audiences", {"name": "上海", "rule": CITY, "schedule": {"every": "hour"}}).json()
    with tenant_tx(tenant.pk):
        Audience.objects.filter(pk=int(made["id"])).update(rule={"all": [{"condition": "nope"}]})
        overdue(made["id"], minutes=1)
    assert refresh_unit(tenant.pk)
    shown = api.get(f"audiences/{made['id']}").json()
    assert (shown["failure"]["code"], shown["failure"]["detail"]) == ("invalid", "没有 nope 这种条件")
    assert (shown["size"], shown["next_refresh_at"] > shown["failure"]["at"]) == (2, True)
    api.language = "en"
    assert "no condition nope" in api.get(f"audiences/{made['id']}").json()["failure"]["detail"]
    assert api.patch(f"audiences/{made['id']}", {"rule": CITY}).json()["failure"] is None


def test_a_later_computation_is_not_overwritten_by_an_earlier_one(scope: Tenant) -> None:
    audience = audience_create_static(name="x", people=people([1])).pk
    now = timezone.now() + timedelta(hours=1)
    assert snapshot_save(audience, people([1, 2]), now)
    assert not snapshot_save(audience, people([3]), now - timedelta(minutes=1))
    assert set(snapshot(audience)) == {1, 2}


def test_each_days_last_people_are_kept_for_thirty_days_in_little_room(scope: Tenant) -> None:
    audience = Audience.objects.create(name="x", kind="dynamic", rule=CITY).pk
    at, first = datetime(2026, 3, 1, 4, 0, tzinfo=UTC), date(2026, 3, 1)
    states = [people([*range(1, 1000), 2000 + day]) for day in range(41)]
    for day, state in enumerate(states):
        snapshot_save(audience, people([5]), at + timedelta(days=day))
        snapshot_save(audience, state, at + timedelta(days=day, hours=1))  # the last of its day counts
    for back in range(1, 31):
        found = at_end_of(audience, first + timedelta(days=40 - back))
        assert found is not None
        assert (found.people, found.at) == (states[40 - back], at + timedelta(days=40 - back, hours=1))
    assert at_end_of(audience, first + timedelta(days=8)) is None
    assert (
        sum(len(row) for row in AudienceDay.objects.filter(audience_id=audience).values_list("people", flat=True))
        < 3000
    )


def test_change_since_the_day_and_the_week_before(api: Api, tenant: Tenant) -> None:
    with tenant_tx(tenant.pk):
        made = audience_create_static(name="x", people=people([1])).pk
        today = timezone.now() + timedelta(days=20)
        for back, state in ((8, [1, 2, 3]), (7, [1, 2]), (2, [9]), (1, [1, 5]), (0, [1, 6, 7])):
            snapshot_save(made, people(state), today - timedelta(days=back))
    changes = api.get(f"audiences/{made}/changes").json()
    assert [(changes[k]["joined"], changes[k]["left"]) for k in ("day", "week")] == [(2, 1), (2, 1)]
    shown = api.get(f"audiences/{made}").json()
    assert {k: shown["change"][k] for k in ("joined", "left")} == {"joined": 2, "left": 1}
    assert shown["trend"][-1] == 3


def test_a_second_computation_of_the_day_keeps_the_change_against_the_day_before(scope: Tenant) -> None:
    audience, noon = audience_create_static(name="x", people=people([1])).pk, NOON + timedelta(days=3650)
    for hours, state in ((0, [1, 2]), (24, [1, 3]), (25, [1, 3, 4])):
        snapshot_save(audience, people(state), noon + timedelta(hours=hours))
    change = Audience.objects.get(pk=audience).change
    assert change is not None
    assert (change["joined"], change["left"]) == (2, 1)
    before = newest_day(audience)
    assert before is not None
    assert set(before.people) == {1, 2}


def test_history_by_days_and_thinned_when_old(api: Api, tenant: Tenant, crowd: list[Person]) -> None:
    with tenant_tx(tenant.pk):
        made = audience_create_dynamic(name="上海", rule=CITY).pk
        midnight = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
        for days, hour, size in ((500, 1, 10), (40, 1, 20), (40, 2, 21), (39, 1, 22), (3, 1, 30), (3, 2, 31)):
            at = midnight - timedelta(days=days) + timedelta(hours=hour)
            AudienceSize.objects.create(audience_id=made, size=size, at=at)
        upkeep.thin_history()
    sizes = [row["size"] for row in api.get(f"audiences/{made}/history").json()["results"]]
    assert sizes == [31, 30, 22, 21, 2]
    assert [row["size"] for row in api.get(f"audiences/{made}/history?days=10").json()["results"]] == [31, 30, 2]
    assert api.get(f"audiences/{made}/history?days=x").json()["errors"][0]["pointer"] == "/days"


@pytest.mark.django_db(transaction=True)
def test_several_are_refreshed_by_one_job(api: Api, tenant: Tenant, crowd: list[Person]) -> None:
    from tenants.jobs import run_next_job

    ids = [api.post("audiences", {"name": n, "rule": CITY}).json()["id"] for n in "甲乙"]
    with tenant_tx(tenant.pk):
        move(crowd[2], "上海")
        Audience.objects.filter(pk=int(ids[0])).update(rule={"all": []})
    job = api.post("audiences/refresh", {"audiences": ids}).json()
    assert run_next_job(tenant.pk)
    done = api.get(f"jobs/{job['id']}").json()
    assert (done["status"], done["done"], done["total"]) == ("succeeded", 2, 2)
    assert done["result"] == {"refreshed": 1, "failed": [{"audience": ids[0], "code": "invalid"}]}
    assert api.get(f"audiences/{ids[1]}").json()["size"] == 3
