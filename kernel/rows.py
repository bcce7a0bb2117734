"""Rows of a model by a hand-written condition, for the hot path: Django builds each SELECT anew, which takes longer than running it."""

from functools import lru_cache
from typing import TypeVar

import orjson
from django.db import connection
from django.db.models import JSONField, Model

from kernel.copy import Params

M = TypeVar("M", bound=Model)


@lru_cache(maxsize=64)
def _selection(model: type[Model]) -> tuple[str, list[str], list[int]]:
    fields = model._meta.concrete_fields
    columns = ", ".join(f't."{f.column}"' for f in fields)
    documents = [i for i, f in enumerate(fields) if isinstance(f, JSONField)]
    return f'SELECT {columns} FROM "{model._meta.db_table}" t WHERE ', [f.attname for f in fields], documents


def fetch_rows(model: type[M], condition: str, params: Params) -> list[M]:
    """Rows of the model's table, called t, for which `condition` holds; it may go on with ORDER BY or FOR UPDATE."""
    select, names, documents = _selection(model)
    with connection.cursor() as cursor:
        cursor.execute(select + condition, params)
        rows = [list(row) for row in cursor.fetchall()]
    for row in rows:
        for place in documents:
            row[place] = None if row[place] is None else orjson.loads(row[place])
    return [model.from_db(connection.alias, names, row) for row in rows]


def fetch_row(model: type[M], condition: str, params: Params) -> M:
    """The one row. Raises the model's DoesNotExist."""
    for row in fetch_rows(model, condition, params):
        return row
    raise model.DoesNotExist  # type: ignore[attr-defined]
