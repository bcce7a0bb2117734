"""Quiet hours: until when a person must be left alone, by the clock on their wall. Pure; never reads a clock itself.

A window {"from": "22:00", "to": "08:00"} is half-open and may cross midnight; several windows count together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

Window = tuple[time, time]

_MAX_HOPS = 4  # windows that together leave no hour free: look again after so many


@dataclass(frozen=True)
class Quiet:
    """The closed windows of tenant and canvas together, and how long a message may be made to wait for their end."""

    windows: Sequence[Window]
    patience: timedelta | None = None

    def too_long(self, now: datetime, until: datetime) -> bool:
        return self.patience is not None and until - now > self.patience


def quiet_of(*settings: dict[str, Any] | None) -> Quiet:
    """From the settings of tenant and canvas; the shorter patience counts."""
    patient = [raw["expire_after"] for raw in settings if raw and raw.get("expire_after")]
    spans = [timedelta(hours=p.get("hours", 0), minutes=p.get("minutes", 0)) for p in patient]
    return Quiet([w for w in map(window, settings) if w], min(spans, default=None))


def no_hour_left(windows: Sequence[Window]) -> bool:
    """Do the windows together close the whole day?"""
    clock = time.min
    while True:
        ends = [_end_today(w, clock) for w in windows if _inside(clock, w)]
        if not ends or None in ends:
            return bool(ends)
        clock = max(end for end in ends if end is not None)


def _end_today(span: Window, clock: time) -> time | None:
    """The end of a window in which it is `clock`; None: not before midnight."""
    start, end = span
    return end if start < end or clock < end else None


def window(raw: dict[str, Any] | None) -> Window | None:
    """The window of a setting; None when there is none or it is empty (from = to)."""
    if not raw:
        return None
    start, end = time.fromisoformat(raw["from"]), time.fromisoformat(raw["to"])
    return None if start == end else (start, end)


def _inside(clock: time, span: Window) -> bool:
    start, end = span
    return start <= clock < end if start < end else clock >= start or clock < end


def _end_after(now: datetime, span: Window, zone: ZoneInfo) -> datetime:
    """The first moment after `now` at which the clock shows the window's end or has gone past it.

    An end that comes twice in autumn counts the first time it is still ahead.
    """
    local = now.astimezone(zone)
    ends = [
        _moment(datetime.combine(local.date() + timedelta(days=days), span[1], zone).replace(fold=fold))
        for days in (0, 1)
        for fold in (0, 1)
    ]
    return min(end for end in ends if end > now)


def _moment(shown: datetime) -> datetime:
    """UTC of a time on the wall; of one that is skipped in spring, the moment at which the clock jumps over it."""
    zone, moment = shown.tzinfo, shown.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == shown.replace(tzinfo=None):
        return moment
    # read with the offset before and after the jump, the two moments lie on its two sides
    before, after = sorted(shown.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    early = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = (before + (after - before) / 2).replace(microsecond=0)
        before, after = (middle, after) if middle.astimezone(zone).utcoffset() == early else (before, middle)
    return after


def quiet_until(now: datetime, windows: Sequence[Window], zone: ZoneInfo) -> datetime | None:
    """None when messages may go out now, else the first moment (UTC) outside every window."""
    moment = now
    for _ in range(_MAX_HOPS):
        inside = [w for w in windows if _inside(moment.astimezone(zone).time(), w)]
        if not inside:
            break
        moment = max(_end_after(moment, w, zone) for w in inside)
    return None if moment == now else moment
