"""Another worker's view: a thread with a database connection of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection


def elsewhere(work: Callable[[], Any]) -> Any:
    """In a thread with a connection of its own, which does not wait for locks for ever."""

    def carried_out() -> Any:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '5s'")
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as threads:
        return threads.submit(carried_out).result(60)
