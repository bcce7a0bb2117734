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


NEW_YORK = ZoneInfo("America/New_York")


def test_new_york_gap_and_overlap_several_times_a_day() -> None:
    active = {"from": "2026-03-07T00:00:00-05:00", "to": "2026-03-09T23:00:00-04:00"}
    gap = times({"at": ["02:00", "02:59:59"], "repeat": "daily"}, active, NEW_YORK, "2026-03-01T00:00:00-05:00")
    assert gap == [
        "2026-03-07T02:00:00-05:00", "2026-03-07T02:59:59-05:00", "2026-03-08T03:00:00-04:00", "2026-03-08T03:59:59-04:00",
        "2026-03-09T02:00:00-04:00", "2026-03-09T02:59:59-04:00",
    ]  # fmt: skip
    active = {"from": "2026-11-01T00:00:00-04:00", "to": "2026-11-02T12:00:00-05:00"}
    overlap = times({"at": ["01:30", "02:30"], "repeat": "daily"}, active, NEW_YORK, "2026-10-30T00:00:00-04:00")
    assert overlap == [
        "2026-11-01T01:30:00-04:00", "2026-11-01T02:30:00-05:00", "2026-11-02T01:30:00-05:00", "2026-11-02T02:30:00-05:00",
    ]  # fmt: skip


def test_two_times_that_the_gap_makes_one_are_one_occurrence() -> None:
    active = {"from": "2026-03-29T00:00:00+01:00", "to": "2026-03-29T23:00:00+02:00"}
    schedule = {"at": ["02:30", "03:30"], "repeat": "daily"}
    assert times(schedule, active, BERLIN, "2026-03-01T00:00:00+01:00") == ["2026-03-29T03:30:00+02:00"]


def test_after_the_first_of_a_doubled_hour_the_second_is_not_another_occurrence() -> None:
    schedule = {"at": ["02:30"], "repeat": "daily"}
    found = times(schedule, None, BERLIN, "2026-10-25T02:30:00+02:00", 1)
    assert found == ["2026-10-26T02:30:00+01:00"]


def days(schedule: dict, active: dict, after: str, limit: int = 20) -> list[str]:
    return [t[:10] for t in times({"at": ["09:00"], **schedule}, active, SHANGHAI, after, limit)]


def test_the_31st_leaves_short_months_out_and_the_last_day_does_not() -> None:
    active = {"from": "2026-01-01T00:00:00+08:00", "to": "2026-06-30T23:00:00+08:00"}
    after = "2025-12-01T00:00:00+08:00"
    assert days({"repeat": "monthly", "monthdays": [31]}, active, after) == ["2026-01-31", "2026-03-31", "2026-05-31"]
    assert days({"repeat": "monthly", "monthdays": [-1]}, active, after) == [
        "2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31", "2026-06-30",
    ]  # fmt: skip
    # 31 is the last day of January and March: one occurrence there, not two
    assert days({"repeat": "monthly", "monthdays": [31, -1]}, active, after, 3) == [
        "2026-01-31",
        "2026-02-28",
        "2026-03-31",
    ]
    assert days({"repeat": "monthly", "monthdays": [-31]}, active, after, 3) == [
        "2026-01-01",
        "2026-03-01",
        "2026-05-01",
    ]


def test_without_month_days_the_day_of_the_first_counts_and_29_february_waits_for_leap_years() -> None:
    active = {"from": "2028-02-29T00:00:00+08:00"}
    assert days({"repeat": "monthly", "interval": 12}, active, "2028-01-01T00:00:00+08:00", 3) == [
        "2028-02-29", "2032-02-29", "2036-02-29",
    ]  # fmt: skip


def test_every_second_week_is_counted_from_the_first_day_of_the_range() -> None:
    active = {"from": "2026-11-04T00:00:00+08:00"}  # a Wednesday: its week begins on Monday the 2nd
    schedule = {"repeat": "weekly", "weekdays": ["MO", "FR"], "interval": 2}
    wanted = ["2026-11-06", "2026-11-16", "2026-11-20", "2026-11-30"]
    assert days(schedule, active, "2026-10-01T00:00:00+08:00", 4) == wanted
    assert days(schedule, active, "2026-11-12T00:00:00+08:00", 3) == wanted[1:], (
        "asked from an off week: the same weeks"
    )


def test_weekdays_within_months() -> None:
    active = {"from": "2026-11-01T00:00:00+08:00", "to": "2026-12-31T00:00:00+08:00"}
    schedule = {"repeat": "monthly", "weekdays": ["FR"], "monthdays": [13]}
    assert days(schedule, active, "2026-01-01T00:00:00+08:00") == ["2026-11-13"]


def test_without_a_range_days_count_from_the_moment_of_publishing() -> None:
    def found(schedule: dict, after: str) -> list[str]:
        moments = occurrences(
            Schedule.model_validate(schedule), None, SHANGHAI, datetime.fromisoformat(after),
            anchor=datetime.fromisoformat("2026-05-01T11:00:00+08:00"),
        )  # fmt: skip
        return [m.isoformat()[:16] for m, _ in zip(moments, range(2), strict=False)]

    once = {"at": ["10:00", "18:00"]}
    assert found(once, "2026-05-01T11:00:00+08:00") == ["2026-05-01T18:00"]
    assert found(once, "2026-05-01T18:00:00+08:00") == [], "once is once"
    every_third = {"at": ["10:00"], "repeat": "daily", "interval": 3}
    assert found(every_third, "2026-05-02T00:00:00+08:00") == ["2026-05-04T10:00", "2026-05-07T10:00"]
