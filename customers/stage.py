"""Rows on their way in: COPY into a temporary table of the session, from where one statement moves them on.

PostgreSQL refuses COPY into a table with row-level security, hence the stop on the way. The tables outlive the
transaction and are emptied at its end, so that a request does not pay for making one.
"""

import io
from collections.abc import Iterable, Sequence

from django.db import connection

from kernel.copy import copy_rows

TABLES = {
    "stage_new": "id bigint, external_id text, attributes jsonb, timezone text, blocked boolean",
    "stage_change": "id bigint, external_id text, attributes jsonb, cleared jsonb, clear_all boolean, "
    "timezone text, set_timezone boolean, blocked boolean",
    "stage_identity": "customer_id bigint, kind text, digest bytea, sealed bytea",
    "stage_secret": "customer_id bigint, key text, digest bytea, sealed bytea",
    "stage_consent": "customer_id bigint, channel text, granted boolean",
    "stage_tag": "customer_id bigint, name text",
    "stage_event": "event_id text, customer_id bigint, name text, occurred_at timestamptz, properties jsonb",
}


def _make(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NULL", [f"pg_temp.{table}"])
        if cursor.fetchone()[0]:
            cursor.execute(f"CREATE TEMPORARY TABLE {table} ({TABLES[table]}) ON COMMIT DELETE ROWS")
            return
        cursor.execute(f"SELECT EXISTS (SELECT FROM {table})")
        if cursor.fetchone()[0]:  # a second call in the same transaction starts clean
            cursor.execute(f"TRUNCATE {table}")


def stage(table: str, rows: Iterable[Sequence[object]]) -> None:
    """The staging table holds exactly `rows` from here to the end of the transaction or to the next call."""
    _make(table)
    columns = [column.split()[0] for column in TABLES[table].split(", ")]
    copy_rows(table, columns, rows)


def stage_text(table: str, text: str) -> None:
    """The same for rows that are already in COPY's text format."""
    _make(table)
    with connection.cursor() as wrapper:
        wrapper.cursor.copy_expert(f"COPY {table} FROM STDIN", io.StringIO(text))


def cell(text: str) -> str:
    """`text` escaped for COPY's text format."""
    if "\\" in text or "\t" in text or "\n" in text or "\r" in text:
        return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
    return text
