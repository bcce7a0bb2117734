"""The floor of a write: COPY of the very rows that ended up in the tables, into empty tables of the same make."""

import io
import time
from collections.abc import Iterable

from django.db import connection, transaction

from bench.installation import Installation


def copy_again(installation: Installation, tables: Iterable[tuple[str, str]]) -> tuple[float, int]:
    """(seconds, rows) of COPY into like tables, indexes and constraints included, one transaction.

    tables: (name, condition on its rows). Reading them out is not part of the time.
    """
    taken = [(table, _rows_of(installation, table, where)) for table, where in tables]
    with connection.cursor() as cursor:
        for table, _ in taken:
            cursor.execute(f"DROP TABLE IF EXISTS bench_{table}")
            cursor.execute(f"CREATE TABLE bench_{table} (LIKE {table} INCLUDING ALL)")
        cursor.execute("CHECKPOINT") if _may_checkpoint() else None
    seconds, rows = _timed(taken)
    with connection.cursor() as cursor:
        for table, _ in taken:
            cursor.execute(f"DROP TABLE bench_{table}")
    return seconds, rows


def _rows_of(installation: Installation, table: str, where: str) -> io.BytesIO:
    found = io.BytesIO()
    with installation.scope(), connection.cursor() as wrapper:
        rows = f"SELECT * FROM {table} WHERE tenant_id = {installation.tenant.pk} AND {where}"
        wrapper.cursor.copy_expert(f"COPY ({rows}) TO STDOUT (FORMAT binary)", found)
    return found


def _may_checkpoint() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_has_role('pg_checkpoint', 'USAGE')")
        return bool(cursor.fetchone()[0])


def _timed(taken: list[tuple[str, io.BytesIO]]) -> tuple[float, int]:
    began, rows = time.perf_counter(), 0
    with transaction.atomic(), connection.cursor() as wrapper:
        for table, content in taken:
            content.seek(0)
            wrapper.cursor.copy_expert(f"COPY bench_{table} FROM STDIN (FORMAT binary)", content)
            rows += wrapper.cursor.rowcount
    return time.perf_counter() - began, rows
