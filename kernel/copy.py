"""Bulk in and out of PostgreSQL: COPY for rows, binary COPY for sets of ids. Always inside the caller's transaction.

Goes past Django's cursor, but what fails is raised as Django's errors, by which a limit or a deadlock is known.
"""

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import numpy as np
import orjson
from django.db import connection
from django.db.models import AutoField, Field, JSONField, Model
from psycopg2.extensions import adapt

from kernel.roaring import Ids
from kernel.sets import People, from_array

_ROW = np.dtype([("fields", ">i2"), ("length", ">i4"), ("id", ">i8")])
_ELEMENT = np.dtype([("length", ">i4"), ("id", ">i8")])
_ARRAY_BYTES = (
    26  # fields 2, length 4, then of the array itself: dimensions, nulls, type, its length, lower bound, 4 each
)
_HEADER_BYTES = 19  # signature 11, flags 4, extension length 4 (PostgreSQL docs, "COPY", binary format)
_TRAILER_BYTES = 2
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


Params = Sequence[Any] | Mapping[str, Any]


def _mogrify(cursor: Any, sql: str, params: Params) -> str:
    return str(cursor.mogrify(sql, params).decode() if params else sql)


def fetch_ids(sql: str, params: Params = ()) -> Ids:
    """Ids selected by `sql` (one NOT NULL bigint column) as uint64, by binary COPY: about 14 bytes a row on the wire."""
    with connection.cursor() as wrapper, connection.wrap_database_errors:
        raw = io.BytesIO()
        wrapper.cursor.copy_expert(f"COPY ({_mogrify(wrapper.cursor, sql, params)}) TO STDOUT (FORMAT binary)", raw)
    body = memoryview(raw.getbuffer())[_HEADER_BYTES:-_TRAILER_BYTES]
    return np.frombuffer(body, dtype=_ROW)["id"].astype(np.uint64)


def fetch_people(sql: str, params: Params = ()) -> People:
    """The same as a set."""
    return from_array(fetch_ids(sql, params))


def select_people(sql: str, params: Params = ()) -> People:
    """The same of a SELECT that changes nothing: the server packs the ids into one value, its workers each a part of it."""
    with connection.cursor() as wrapper, connection.wrap_database_errors:
        packed, raw = f"SELECT array_agg(id) FROM ({_mogrify(wrapper.cursor, sql, params)}) AS found (id)", io.BytesIO()
        wrapper.cursor.copy_expert(f"COPY ({packed}) TO STDOUT (FORMAT binary)", raw)
    body = memoryview(raw.getbuffer())[_HEADER_BYTES + _ARRAY_BYTES : -_TRAILER_BYTES]  # nobody: a NULL, and no bytes
    return from_array(np.frombuffer(body, dtype=_ELEMENT)["id"].astype(np.uint64))


def _cell(value: Any) -> str:
    if value is None:
        return "\\N"
    if value is True:
        return "t"
    if value is False:
        return "f"
    if isinstance(value, bytes):
        return "\\\\x" + value.hex()
    if isinstance(value, str):
        return value.translate(_ESCAPES) if any(c in value for c in "\\\t\n\r") else value
    return str(value)


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """COPY rows into a temporary `table` (COPY FROM is refused where row-level security is on). Values: None, bool, numbers, str, bytes (bytea), dates with isoformat()."""
    buffer = io.StringIO()
    for row in rows:
        buffer.write("\t".join(map(_cell, row)))
        buffer.write("\n")
    buffer.seek(0)
    with connection.cursor() as wrapper, connection.wrap_database_errors:
        wrapper.cursor.copy_expert(f"COPY {table} ({', '.join(columns)}) FROM STDIN", buffer)


@lru_cache(maxsize=64)
def _insertion(model: type[Model]) -> tuple[str, list["Field[Any, Any]"]]:
    fields = [f for f in model._meta.concrete_fields if not isinstance(f, AutoField)]
    columns = ", ".join(f'"{f.column}"' for f in fields)
    arrays = ", ".join(f"%s::{f.db_type(connection)}[]" for f in fields)
    sql = f'INSERT INTO "{model._meta.db_table}" ({columns}) SELECT * FROM unnest({arrays})'
    return sql, fields


def insert_all(rows: Sequence[Model], *, numbered: bool = False) -> None:
    """Insert new rows of one model by one statement, their fields as they are: no defaults of the database, no signals.

    For the tables of the hot path, where building the statement anew each time costs more than running it. numbered: their
    ids are read back.
    """
    if not rows:
        return
    sql, fields = _insertion(type(rows[0]))
    values = [[_sent(f, getattr(row, f.attname)) for row in rows] for f in fields]
    with connection.cursor() as cursor:
        cursor.execute(sql + (' RETURNING "id"' if numbered else ""), values)
        if numbered:
            for row, (id_,) in zip(rows, cursor.fetchall(), strict=True):
                row.pk = id_


def _sent(field: "Field[Any, Any]", value: Any) -> Any:
    if isinstance(field, JSONField):
        return None if value is None else orjson.dumps(value).decode()
    return value.isoformat() if isinstance(value, datetime) else value


def id_list(group: People | Ids) -> str:
    """A literal for `%s::bigint[]`: passed as one string it is parsed far faster than a list of Python ints."""
    ids = group.to_array() if isinstance(group, People) else group.tolist()
    return "{" + ",".join(map(str, ids)) + "}"


def text_list(values: Iterable[str]) -> str:
    """The same for `%s::text[]`."""
    quoted = [v if v.isalnum() else v.replace("\\", "\\\\").replace('"', '\\"') for v in values]
    return '{"' + '","'.join(quoted) + '"}' if quoted else "{}"


# (wave, id) to look up one by one: join to it by CROSS JOIN LATERAL (SELECT … OFFSET 0), which can only be done pair by pair.
# Of a plain join the planner, which takes a new run or tenant for empty, may make a loop over all of it for each pair
PAIRS = "ROWS FROM (unnest((SELECT %s::bigint[])), unnest((SELECT %s::bigint[]))) AS v(wave, id)"


def pairs(waves: Mapping[int, People]) -> tuple[str, str]:
    """The parameters of PAIRS for wave → its people."""
    found = [(wave, id_) for wave, group in waves.items() for id_ in group]
    return "{" + ",".join(str(wave) for wave, _ in found) + "}", "{" + ",".join(str(id_) for _, id_ in found) + "}"


def literal(value: Any) -> str:
    """`value` as an SQL literal, for the few statements that take no parameters."""
    return str(adapt(value))
