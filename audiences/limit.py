"""A limit on how long a question may take altogether, however many statements it needs: whoever waits is told, and nothing hangs."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import OperationalError, connection
from psycopg2.errors import QueryCanceled

from audiences.errors import Code
from kernel.errors import ProblemError

SECONDS = 30.0
_until: ContextVar[tuple[float, float] | None] = ContextVar("until", default=None)  # monotonic end, seconds allowed


@contextmanager
def bounded(allowed: float | None = None) -> Iterator[None]:
    """What is asked inside ends within so many seconds (SECONDS). Raises TOO_SLOW. In a transaction, which is then rolled back."""
    seconds = SECONDS if allowed is None else allowed
    around = _until.get()
    token = _until.set(min(around or (float("inf"), seconds), (time.monotonic() + seconds, seconds)))
    try:
        hurry()
        yield
        with connection.cursor() as cursor:  # inside: whoever was ready at the last moment may be stopped here, too
            cursor.execute("SET LOCAL statement_timeout = DEFAULT")
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise _too_slow(seconds) from error
        raise
    finally:
        _until.reset(token)


def hurry() -> None:
    """The next statement may take what is left of the limit. Raises TOO_SLOW when nothing is."""
    limit = _until.get()
    if limit is None:
        return
    left = limit[0] - time.monotonic()
    if left <= 0:
        raise _too_slow(limit[1])
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = %s", [max(int(left * 1000), 1)])


def _too_slow(seconds: float) -> ProblemError:
    return ProblemError(Code.TOO_SLOW, seconds=round(seconds))
