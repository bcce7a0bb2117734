"""The time, from the database: a worker's own clock may be an hour off."""

from datetime import datetime

from django.db import connection


def db_now() -> datetime:
    """clock_timestamp(), aware, UTC."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now
