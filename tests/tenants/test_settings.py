"""TEN, CHN-3: what the settings of sending take, and the words with which they refuse the rest."""

from typing import Any

import pytest

from tenants.models import Tenant

pytestmark = pytest.mark.django_db


def faults(response: Any) -> list[tuple[str, str]]:
    assert response.status_code == 400, response.content
    return [(e["pointer"], e["code"]) for e in response.json()["errors"]]


def test_caps_are_stored_whole_whatever_was_left_out(api: Any, tenant: Tenant) -> None:
    sent = [{"limit": 3}, {"channel": "sms", "limit": 1, "per": {"weeks": 1}}, {"limit": 9, "per": {"days": 30}}]
    assert api.patch("settings", {"caps": sent}).json()["caps"] == [
        {"channel": None, "limit": 3, "per": {"days": 1}}, {"channel": "sms", "limit": 1, "per": {"weeks": 1}},
        {"channel": None, "limit": 9, "per": {"days": 30}},
    ]  # fmt: skip
    tenant.refresh_from_db()
    assert tenant.settings["quiet_hours"] is None  # what was not sent stays


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"caps": [{"limit": -1}]}, "/caps/0/limit"),
        ({"caps": [{"limit": 1}, {"limit": 1, "per": {"days": 0}}]}, "/caps/1/per/days"),
        ({"caps": [{"limit": 1, "per": {"days": 1, "weeks": 1}}]}, "/caps/0/per"),
        ({"caps": [{"limit": 1, "per": {}}]}, "/caps/0/per"),
        ({"caps": [{"limit": 1, "channel": "smoke"}]}, "/caps/0/channel"),
        ({"quiet_hours": {"from": "08:00", "to": "08:00"}}, "/quiet_hours/to"),
        ({"quiet_hours": {"from": "08:00", "to": "08:00:00"}}, "/quiet_hours/to"),
        ({"quiet_hours": {"from": "08:00", "to": "25:00"}}, "/quiet_hours/to"),
        ({"quiet_hours": {"from": "08:00+08:00", "to": "09:00"}}, "/quiet_hours/from"),
        ({"quiet_hours": {"from": "22:00", "to": "08:00", "expire_after": {"hours": 0}}}, "/quiet_hours/expire_after"),
    ],
)
def test_what_is_refused_and_where(api: Any, change: dict[str, Any], fault: str) -> None:
    assert faults(api.patch("settings", change)) == [(fault, "bad_value")]


def test_a_window_of_a_whole_day_is_refused_in_words(api: Any) -> None:
    refused = api.patch("settings", {"quiet_hours": {"from": "08:00", "to": "08:00"}}).json()
    assert "24 小时" in refused["errors"][0]["detail"]


def test_quiet_hours_are_set_and_cleared(api: Any) -> None:
    night = {"from": "22:00", "to": "08:00", "expire_after": {"hours": 2}}
    assert api.patch("settings", {"quiet_hours": night}).json()["quiet_hours"] == night
    assert api.patch("settings", {"quiet_hours": None}).json()["quiet_hours"] is None
