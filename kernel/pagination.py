"""Cursor lists: {"results": [...], "next": url|null}. Keyset on one unique column, so pages never shift."""

import base64
import re
from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request

from kernel.errors import Code, ProblemError

MAX_PAGE, DEFAULT_PAGE = 1000, 50
_INTEGER = re.compile(r"-?[0-9]{1,19}\Z")


def page_size(request: Request) -> int:
    """?page_size, 1 to 1000."""
    raw = request.query_params.get("page_size", str(DEFAULT_PAGE))
    if not raw.isdecimal() or not 1 <= int(raw) <= MAX_PAGE:
        raise ProblemError.at("/page_size", Code.BAD_VALUE, reason=f"1–{MAX_PAGE}")
    return int(raw)


def encode(position: str) -> str:
    return base64.urlsafe_b64encode(position.encode()).decode().rstrip("=")


def cursor(request: Request) -> str | None:
    """The position in ?cursor, or None for the first page."""
    raw = request.query_params.get("cursor")
    if raw is None:
        return None
    try:
        position = base64.urlsafe_b64decode(raw + "=" * (-len(raw) % 4)).decode()
    except ValueError as error:
        raise ProblemError.at("/cursor", Code.BAD_CURSOR) from error
    if "\0" in position:
        raise ProblemError.at("/cursor", Code.BAD_CURSOR)
    return position


def next_url(request: Request, position: str) -> str:
    params = request.query_params.copy()
    params["cursor"] = encode(position)
    return request.build_absolute_uri(f"{request.path}?{params.urlencode()}")


def integer_position(position: str | None) -> int | None:
    if position is not None and not _INTEGER.match(position):
        raise ProblemError.at("/cursor", Code.BAD_CURSOR)
    return None if position is None else int(position)


def paginate(
    request: Request,
    rows: QuerySet,
    show: Callable[[Any], Any],
    *,
    key: str = "id",
    newest_first: bool = True,
) -> dict[str, Any]:
    """One page of `rows` ordered by the unique integer column `key`; `show` turns a row into JSON."""
    size, position = page_size(request), integer_position(cursor(request))
    if position is not None:
        rows = rows.filter(**{f"{key}__{'lt' if newest_first else 'gt'}": position})
    found = list(rows.order_by(f"-{key}" if newest_first else key)[: size + 1])
    return page_of(request, found, size, show, lambda row: str(getattr(row, key)))


def page_of(
    request: Request,
    found: Sequence[Any],
    size: int,
    show: Callable[[Any], Any],
    position: Callable[[Any], str],
) -> dict[str, Any]:
    """Envelope for rows fetched one beyond `size`."""
    more = len(found) > size
    shown = found[:size]
    return {
        "results": [show(row) for row in shown],
        "next": next_url(request, position(shown[-1])) if more else None,
    }


def paginate_many(request: Request, rows: QuerySet, show: Callable[[list[Any]], list[Any]]) -> dict[str, Any]:
    """As `paginate`, newest first, for rows that are shown together (so that what belongs to them is read together)."""
    page = paginate(request, rows, lambda row: row)
    return {"results": show(page["results"]), "next": page["next"]}
