"""Occurrences on the tenant's wall clock (CAN-1)."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from canvas_app.schedule import Active, Schedule, next_occurrence, occurrences, rfc5545

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")


def times(schedule: dict, active: dict | None, zone: ZoneInfo, after: str, limit: int = 20) -> list[str]:
    found = occurrences(
        Schedule.model_validate(schedule),
        Active.model_validate(active) if active else None,
        zone,
        datetime.fromisoformat(after),
    )
    return [m.isoformat() for m, _ in zip(found, range(limit), strict=False)]


def test_every_thursday_at_ten_from_29_august_to_23_october() -> None:
    active = {"from": "2024-08-29T00:00:00+08:00", "to": "2024-10-23T23:59:59+08:00"}
    found = times(
        {"at": ["10:00:00"], "repeat": "weekly", "weekdays": ["TH"]}, active, SHANGHAI, "2024-08-01T00:00:00+08:00"
    )
    assert found[0] == "2024-08-29T10:00:00+08:00"
    assert found[-1] == "2024-10-17T10:00:00+08:00"
    assert len(found) == 8


def test_range_of_one_second_before_and_after() -> None:
    active = {"from": "2024-08-29T10:00:01+08:00", "to": "2024-09-05T10:00:00+08:00"}
    found = times(
        {"at": ["10:00:00"], "repeat": "weekly", "weekdays": ["TH"]}, active, SHANGHAI, "2024-08-01T00:00:00+08:00"
    )
    assert found == ["2024-09-05T10:00:00+08:00"]


def test_several_times_a_day_and_interval() -> None:
    active = {"from": "2026-01-01T00:00:00+08:00", "to": "2026-01-05T00:00:00+08:00"}
    found = times(
        {"at": ["18:00", "09:30:15"], "repeat": "daily", "interval": 2}, active, SHANGHAI, "2025-12-01T00:00:00+08:00"
    )
    assert found == [
        "2026-01-01T09:30:15+08:00", "2026-01-01T18:00:00+08:00", "2026-01-03T09:30:15+08:00", "2026-01-03T18:00:00+08:00",
    ]  # fmt: skip


def test_month_days_from_both_ends() -> None:
    active = {"from": "2028-02-01T00:00:00+08:00", "to": "2028-03-31T23:59:00+08:00"}
    found = times(
        {"at": ["08:00"], "repeat": "monthly", "monthdays": [1, -1]}, active, SHANGHAI, "2028-01-01T00:00:00+08:00"
    )
    assert [f[:10] for f in found] == ["2028-02-01", "2028-02-29", "2028-03-01", "2028-03-31"]


def test_daylight_saving_gap_and_overlap() -> None:
    active = {"from": "2026-03-28T00:00:00+01:00", "to": "2026-03-30T23:00:00+02:00"}
    gap = times({"at": ["02:30"], "repeat": "daily"}, active, BERLIN, "2026-03-01T00:00:00+01:00")
    assert gap == ["2026-03-28T02:30:00+01:00", "2026-03-29T03:30:00+02:00", "2026-03-30T02:30:00+02:00"]
    active = {"from": "2026-10-25T00:00:00+02:00", "to": "2026-10-25T23:00:00+01:00"}
    overlap = times({"at": ["02:30"], "repeat": "daily"}, active, BERLIN, "2026-10-01T00:00:00+02:00")
    assert overlap == ["2026-10-25T02:30:00+02:00"]


def test_once_without_a_range_is_the_next_such_time() -> None:
    schedule = {"at": ["10:00"], "repeat": "once"}
    assert times(schedule, None, SHANGHAI, "2026-05-01T09:00:00+08:00") == ["2026-05-01T10:00:00+08:00"]
    assert times(schedule, None, SHANGHAI, "2026-05-01T10:00:00+08:00") == ["2026-05-02T10:00:00+08:00"]


def test_a_rule_that_never_fires_ends() -> None:
    schedule = Schedule.model_validate({"at": ["10:00"], "repeat": "monthly", "monthdays": [31], "weekdays": []})
    over = Active.model_validate({"from": "2026-02-01T00:00:00+08:00", "to": "2026-02-28T00:00:00+08:00"})
    assert next_occurrence(schedule, over, SHANGHAI, datetime(2026, 1, 1, tzinfo=UTC)) is None


def test_rule_text() -> None:
    schedule = Schedule.model_validate({"at": ["10:00"], "repeat": "weekly", "weekdays": ["TH"]})
    assert (
        rfc5545(schedule, datetime(2024, 8, 29, tzinfo=UTC).date())
        == "DTSTART:20240829\nRRULE:FREQ=WEEKLY;INTERVAL=1;BYDAY=TH"
    )
