"""Month partitions of the event log, made on a connection of their own before the first row of a month is written.

Making one locks the log for a moment, so it must not happen inside a long transaction. Years that are surely wrong
stay in the default partition.
"""

import logging
import time
from collections.abc import Iterable
from datetime import UTC, date, datetime

import psycopg2.errors
from django.db import DatabaseError, connection

log = logging.getLogger(__name__)

FIRST_YEAR = 1990
_RETRY_SECONDS = 60.0
_LOCK_TIMEOUT = "2s"
_MADE_BY_ANOTHER = (
    psycopg2.errors.DuplicateTable,
    psycopg2.errors.UniqueViolation,
    psycopg2.errors.DuplicateObject,
)
_known: set[date] = set()
_failed: dict[date, float] = {}


def ensure(months: Iterable[date]) -> None:
    """Make the partitions of these months (any day of each) unless they are there. Never raises for a month it cannot
    make: its rows go to the default partition and are found all the same."""
    wanted = sorted({month.replace(day=1) for month in months} - _known)
    last_year = datetime.now(UTC).year + 1
    now = time.monotonic()
    todo = [m for m in wanted if FIRST_YEAR <= m.year <= last_year and _failed.get(m, 0.0) <= now]
    if todo and not _locked_here():
        _make_all(todo)


def _locked_here() -> bool:
    """This transaction has touched the log already, so another connection would wait for it for ever."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE pid = pg_backend_pid() AND relation = 'customers_event'::regclass)"
        )
        return bool(cursor.fetchone()[0])


def _make_all(months: list[date]) -> None:
    apart = connection.copy()
    try:
        with apart.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = '{_LOCK_TIMEOUT}'")
            for month in months:
                _make(cursor, month)
    finally:
        apart.close()


def _make(cursor: object, month: date) -> None:
    try:
        cursor.execute("SELECT customers_event_partition(%s)", [month])  # type: ignore[attr-defined]  # Django's cursor
    except DatabaseError as error:
        if isinstance(error.__cause__, _MADE_BY_ANOTHER):
            _known.add(month)
            return
        # busy, or the default partition has rows of this month already
        log.warning("no partition for %s, its rows go to the default one: %s", month, error)
        _failed[month] = time.monotonic() + _RETRY_SECONDS
        return
    _known.add(month)
