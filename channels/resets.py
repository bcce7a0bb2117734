"""When a provider's day or month begins anew: seconds from now."""

from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

MAINLAND: Final = ZoneInfo("Asia/Shanghai")


def until_tomorrow(now: float, zone: ZoneInfo = MAINLAND) -> float:
    """now: seconds since the epoch."""
    local = datetime.fromtimestamp(now, UTC).astimezone(zone)
    return (_midnight(local + timedelta(days=1)) - local).total_seconds()


def until_next_month(now: float, zone: ZoneInfo = MAINLAND) -> float:
    local = datetime.fromtimestamp(now, UTC).astimezone(zone)
    return (_midnight(local.replace(day=1) + timedelta(days=32)).replace(day=1) - local).total_seconds()


def _midnight(at: datetime) -> datetime:
    return at.replace(hour=0, minute=0, second=0, microsecond=0)
