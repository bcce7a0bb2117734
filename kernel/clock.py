"""The time, from the database: a worker's own clock may be an hour off."""

import time
from datetime import datetime

from django.db import connection

_ahead: float | None = None  # how far the database's clock is ahead of this process's monotonic one


def db_now() -> datetime:
    """clock_timestamp(), aware, UTC."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
    note(now)
    return now


def note(now: datetime) -> None:
    """A moment that the database has just told, for kept_now()."""
    global _ahead
    _ahead = now.timestamp() - time.monotonic()


def kept_now() -> float:
    """The database's time without asking it again: seconds since the epoch, for code that must do no query.

    Before the database has told it to this process it is this machine's clock.
    """
    return time.time() if _ahead is None else time.monotonic() + _ahead
