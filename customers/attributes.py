"""Typed attributes: definitions, declaring one by its first value, and checking a value against its type."""

import re
from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

import orjson
from django.db import connection

from customers.errors import CustomerCode, Rejected
from customers.limits import Limits, keeps, said
from kernel.language import Text
from tenants.scope import current_tenant_id

TYPES = ("string", "number", "boolean", "date", "datetime", "enum", "list")
MAX_KEY, MAX_TEXT, MAX_ITEMS = 100, 10_000, 500

EXPECTED = {
    "string": Text("文本", "a string"), "number": Text("数字", "a number"), "boolean": Text("true 或 false", "true or false"),
    "date": Text("日期 YYYY-MM-DD", "a date YYYY-MM-DD"), "list": Text("文本、数字或布尔值的列表", "a list of strings, numbers or booleans"),
    "datetime": Text("带时区的 ISO 8601 时间", "an ISO 8601 time with offset"), "enum": Text("选项之一:{options}", "one of {options}"),
}  # fmt: skip

MASK = "***"  # in place of a sensitive value
_MASKED = Text(
    "*** 是打码后的样子,不是值;不想改动就不要传这一项",
    "*** is the mask, not a value; leave it out to keep what there is",
)

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_DATETIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d([.,]\d{1,9})?)?(Z|[+-]\d\d(:?\d\d)?)", re.ASCII)

Check = Callable[[Any], Any]


class Definition(NamedTuple):
    """options: of an enum. limits: see customers/limits; empty: none."""

    type: str
    options: tuple[str, ...] | None = None
    limits: Limits = {}
    sensitive: bool = False
    moving: bool = False  # values may lie both under the seal and in the open


Definitions = dict[str, Definition]


@lru_cache(maxsize=50_000)
def _is_date(text: str) -> bool:
    if not _DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _date(value: Any) -> Any:
    return value if type(value) is str and _is_date(value) else None


def _datetime(value: Any) -> Any:
    if isinstance(value, str) and _DATETIME.fullmatch(value):
        try:
            return datetime.fromisoformat(value.replace(",", ".")).isoformat()
        except ValueError:
            return None
    return None


def _string(value: Any) -> Any:
    return value if isinstance(value, str) and len(value) <= MAX_TEXT and "\0" not in value else None


def _number(value: Any) -> Any:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _boolean(value: Any) -> Any:
    return value if isinstance(value, bool) else None


def _list(value: Any) -> Any:
    if not isinstance(value, list) or len(value) > MAX_ITEMS:
        return None
    fine = all(_boolean(v) is not None or _number(v) is not None or _string(v) is not None for v in value)
    return value if fine else None


_CHECKS: dict[str, Check] = {
    "string": _string, "number": _number, "boolean": _boolean, "date": _date, "datetime": _datetime, "enum": _string, "list": _list,
}  # fmt: skip


def checker(definition: Definition) -> Check:
    """A function that gives a value in the spelling that is stored, or None when it is not of the type or breaks a limit."""
    check, options = _CHECKS[definition.type], definition.options
    if definition.sensitive:
        return _no_mask(checker(definition._replace(sensitive=False)))
    if options is not None:
        return lambda value: check(value) if value in options else None
    if not definition.limits:
        return check
    kept = keeps(definition.type, definition.limits)

    def within(value: Any) -> Any:
        read = check(value)
        return read if read is not None and kept(read) else None

    return within


def _no_mask(check: Check) -> Check:
    """What people are shown in place of a sensitive value must never become the value."""
    return lambda value: None if value == MASK else check(value)


def of_type(kind: str) -> Check:
    """The same for a type alone."""
    return _CHECKS[kind]


def refusal(key: str, definition: Definition, value: Any) -> Rejected:
    """What is said of a value that is not of the type, or breaks a limit."""
    place, kind = f"/attributes/{key}", definition.type
    if definition.sensitive and value == MASK:
        return Rejected(CustomerCode.BAD_VALUE, place=place, reason=_MASKED.say())
    if definition.limits and _CHECKS[kind](value) is not None:
        return Rejected(CustomerCode.BAD_VALUE, place=place, reason=said(definition.limits))
    expected = EXPECTED[kind].say(options=", ".join(definition.options or ()))
    return Rejected(CustomerCode.WRONG_TYPE, place=place, expected=expected)


def type_of(key: str, value: Any) -> str:
    """The type that the first value of an undeclared attribute declares. Raises Rejected for a bad key or value."""
    if not 0 < len(key) <= MAX_KEY or "\0" in key:
        raise Rejected(CustomerCode.BAD_VALUE, place=f"/attributes/{key[:MAX_KEY]}", reason=f"1–{MAX_KEY}")
    if isinstance(value, str) and len(value) >= 10 and value[4] == "-":
        if _date(value) is not None:
            return "date"
        if _datetime(value) is not None:
            return "datetime"
    for kind in ("string", "boolean", "number", "list"):
        if _CHECKS[kind](value) is not None:
            return kind
    expected = " / ".join(EXPECTED[kind].say() for kind in ("string", "number", "boolean", "list"))
    raise Rejected(CustomerCode.WRONG_TYPE, place=f"/attributes/{key}", expected=expected)


def definitions() -> Definitions:
    """Declared attributes of the tenant, the archived too: what systems send goes on being kept."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key, type, options, limits, sensitive, move_job FROM customers_attributedefinition WHERE tenant_id = %s",
            [current_tenant_id()],
        )
        return {
            key: Definition(
                kind,
                tuple(orjson.loads(options)) if options else None,
                orjson.loads(limits),
                sensitive,
                job is not None,
            )
            for key, kind, options, limits, sensitive, job in cursor.fetchall()
        }


def definition_held(key: str) -> Definition | None:
    """One of them; it does not become sensitive, nor stops being so, before this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT FROM customers_attributedefinition WHERE tenant_id = %s AND key = %s FOR SHARE",
            [current_tenant_id(), key],
        )
    return definitions().get(key)


def declare(types: dict[str, str]) -> bool:
    """Declare attributes that are not yet; False when somebody declared one of them otherwise in the meantime."""
    if not types:
        return True
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO customers_attributedefinition (tenant_id, key, type, label, sensitive, created_at) "
            "SELECT %s, key, value, '{}', false, now() FROM jsonb_each_text(%s::jsonb) ORDER BY key ON CONFLICT DO NOTHING",
            [current_tenant_id(), orjson.dumps(types).decode()],
        )
    now = definitions()
    return all(now[key].type == kind for key, kind in types.items())


def attribute_value(key: str, value: Any) -> Any:
    """`value` checked against the attribute, which is declared by it if need be. Raises Rejected."""
    if value is None:
        return None
    known = definitions().get(key)
    if known is None:
        declare({key: type_of(key, value)})
        known = definitions()[key]
    good = checker(known)(value)
    if good is None:
        raise refusal(key, known, value)
    return good
