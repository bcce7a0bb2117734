"""Lengths of time in the settings of nodes: {"days": 3}; several units add up, a day is 24 hours."""

from datetime import timedelta

from pydantic import Field

from kernel.schema import Body

UNITS = ["minutes", "hours", "days"]  # what the editor offers; seconds are for trying things out


class Duration(Body):
    days: int = Field(0, ge=0, le=730)
    hours: int = Field(0, ge=0, le=24 * 730)
    minutes: int = Field(0, ge=0, le=60 * 24 * 730)
    seconds: int = Field(0, ge=0, le=3600 * 24 * 730)

    @property
    def delta(self) -> timedelta:
        return timedelta(days=self.days, hours=self.hours, minutes=self.minutes, seconds=self.seconds)
