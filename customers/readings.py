"""How a JSON value is looked at when it is compared: as text, number, yes or no, date, moment or list.

Each reading exists twice with one meaning: over a JSONB expression in SQL, and over a Python value. What does
not read is missing.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from customers.fragments import Sql, as_text, sql

_YEAR = "[1-9][0-9]{3}"
_LEAP_YEAR = "([1-9][0-9](0[48]|[2468][048]|[13579][26])|([2468][048]|[13579][26])00)"
DATE = (
    f"({_YEAR}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)"
    f"|02-(0[1-9]|1[0-9]|2[0-8]))|{_LEAP_YEAR}-02-29)"
)
MOMENT = DATE + r"[T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6})?)?(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])"
# money travels as decimal strings, so among event properties a plain decimal in a string reads as a number
DECIMAL = r"-?[0-9]{1,20}(\.[0-9]{1,12})?"
_DATE, _MOMENT, _DECIMAL = re.compile(DATE), re.compile(MOMENT), re.compile(DECIMAL)


Over = Callable[[Sql], Sql]


@dataclass(frozen=True)
class Reading:
    """`apply` puts a JSONB expression, read as SQL type `type`, into `over`; false or NULL when it does not read.

    `read` does the same in Python: the value, or None. `param` is a value of ours as that SQL type.
    Where `over` cannot fail on another type, the check comes after it: the planner then knows that few rows pass,
    and only those are checked. Where a cast could fail, CASE comes first.
    """

    type: str
    apply: Callable[[Sql, Over], Sql]
    read: Callable[[Any], Any]
    param: Callable[[Any], Sql] = lambda value: Sql("%s", (value,))


def _cast(value: Sql, kind: str) -> Sql:
    return sql("({})::" + kind, value)


def _anything(value: Sql, over: Over) -> Sql:
    return over(sql("nullif({}, 'null')", value))


def _checked(kind: str) -> Callable[[Sql, Over], Sql]:
    """The JSON value itself, of this JSON type."""
    return lambda value, over: sql("({} AND jsonb_typeof({}) = {})", over(value), value, kind)


def _text(value: Sql, over: Over) -> Sql:
    return sql("({} AND jsonb_typeof({}) = 'string')", over(as_text(value)), value)


def is_date(text: Sql) -> Sql:
    """Does the text match DATE? A tenth of the work that the pattern would be."""
    shape = "translate({}, '123456789', '000000000') = '0000-00-00'"
    return sql("(" + shape + " AND {} >= '1' COLLATE \"C\" AND pg_input_is_valid({}, 'date'))", text, text, text)


def _date(value: Sql, over: Over) -> Sql:
    raw = as_text(value)
    return sql("({} AND {})", over(raw), is_date(raw))


def _number(value: Sql, over: Over) -> Sql:
    raw = as_text(value)
    template = "CASE jsonb_typeof({}) WHEN 'number' THEN {} WHEN 'string' THEN CASE WHEN {} ~ {} THEN {} END END"
    from_text = over(_cast(raw, "numeric"))
    return sql(template, value, over(_cast(value, "numeric")), raw, f"^{DECIMAL}$", from_text)


def _moment(value: Sql, over: Over) -> Sql:
    raw = as_text(value)
    return sql("CASE WHEN {} ~ {} THEN {} END", raw, f"^{MOMENT}$", over(_cast(raw, "timestamptz")))


def _list(value: Sql, over: Over) -> Sql:
    return sql("CASE jsonb_typeof({}) WHEN 'array' THEN {} END", value, over(value))


def _json(value: Any) -> Sql:
    written = str(value) if isinstance(value, Decimal) else json.dumps(value, ensure_ascii=False)
    return Sql("%s::jsonb", (written,))


def present_sql(value: Sql) -> Sql:
    """A JSONB expression, NULL when it is JSON's null."""
    return _anything(value, lambda read: read)


def number_sql(value: Sql) -> Sql:
    """A JSONB expression as numeric, NULL when it does not read as a number."""
    return _number(value, lambda read: read)


def read_number(value: Any) -> Decimal | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | Decimal):
        return Decimal(value)
    if isinstance(value, float):
        return Decimal(repr(value))
    return Decimal(value) if isinstance(value, str) and _DECIMAL.fullmatch(value) else None


def _read_json_number(value: Any) -> Decimal | None:
    return None if isinstance(value, str) else read_number(value)


def read_date(value: Any) -> str | None:
    """An ISO date, kept as text: such texts are in the order of their days."""
    return value if isinstance(value, str) and _DATE.fullmatch(value) else None


def read_moment(value: Any) -> datetime | None:
    """An ISO time with its offset."""
    return datetime.fromisoformat(value) if isinstance(value, str) and _MOMENT.fullmatch(value) else None


def _only(kind: type) -> Callable[[Any], Any]:
    return lambda value: value if isinstance(value, kind) else None


ANYTHING = Reading("jsonb", _anything, lambda value: value)
TEXT = Reading("text", _text, _only(str))
JSON_NUMBER = Reading("jsonb", _checked("number"), _read_json_number, _json)
JSON_BOOLEAN = Reading("jsonb", _checked("boolean"), _only(bool), _json)
NUMBER = Reading("numeric", _number, read_number)
DAY = Reading("text", _date, read_date)
MOMENT_OF = Reading("timestamptz", _moment, read_moment)
LIST = Reading("jsonb", _list, _only(list))
