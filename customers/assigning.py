"""Attributes given to whole sets of people: set, cleared, or counted up. Values are read as the attribute's type.

A value from a form is text; where the attribute is a number, "3" is 3.
"""

from decimal import Decimal
from typing import Any

from django.db import connection

from customers.attributes import Definition, checker, declare, definition_held, definitions, refusal, type_of
from customers.errors import CustomerCode, Rejected
from customers.fragments import Sql, sql
from customers.limits import broken_sql
from customers.people import set_attribute
from customers.readings import read_number
from customers.sealed import sensitive_keys
from kernel.copy import id_list
from kernel.sets import People
from tenants.scope import current_tenant_id

SET, CLEAR, ADD = "set", "clear", "add"

_ADD = """
    WITH locked AS (
        SELECT id, to_jsonb(CASE jsonb_typeof(attributes -> {}) WHEN 'number' THEN (attributes ->> {})::numeric ELSE 0 END + {}::numeric) AS sum
        FROM customers_customer WHERE tenant_id = {} AND id = ANY({}::bigint[]) ORDER BY id FOR NO KEY UPDATE
    )
    UPDATE customers_customer c SET updated_at = now(), attributes = c.attributes || jsonb_build_object({}::text, locked.sum)
    FROM locked WHERE c.tenant_id = {} AND c.id = locked.id AND ({}) IS NOT TRUE
"""


def fault(key: str, action: str, value: Any) -> str | None:
    """Why this can't be done with the attribute, in the reader's language; None when it can. Declares nothing."""
    try:
        if action != CLEAR:
            _read(key, action, value)
    except Rejected as refused:
        return str(refused.code.value[1].say(**refused.params))
    return None


def is_sealed(key: str) -> bool:
    """Is it a sensitive attribute, of which steps see nothing?"""
    return key in sensitive_keys()


def attribute_set(people: People, key: str, value: Any) -> None:
    """Give all of them this value; None clears it. Raises Rejected when it is not of the attribute's type."""
    if people:
        set_attribute(people, key, None if value is None else _read(key, SET, value))


def attribute_add(people: People, key: str, amount: Any) -> None:
    """Count up (or down); nothing counts as 0. Exact: numbers are added as decimals. Raises Rejected.

    Whoever would come to stand beyond the attribute's limits stays as they are.
    """
    number, known = _read(key, ADD, amount), definition_held(key)
    if known is None:
        declare({key: "number"})
    if people:
        tenant = current_tenant_id()
        beyond = broken_sql("number", known.limits, Sql("locked.sum")) if known and known.limits else Sql("false")
        done = sql(_ADD, key, key, str(number), tenant, id_list(people), key, tenant, beyond)
        with connection.cursor() as cursor:
            cursor.execute(done.text, done.params)


def _read(key: str, action: str, value: Any) -> Any:
    if value is None or value == "":
        raise Rejected(CustomerCode.MISSING, place=f"/attributes/{key}")
    known = definitions().get(key)
    kind = known.type if known else "number" if action == ADD else type_of(key, value)
    if action == ADD and known and known.sensitive:
        raise Rejected(CustomerCode.SEALED, place=f"/attributes/{key}")
    if action == ADD and kind != "number":
        raise refusal(key, Definition("number"), value)
    read = _as(kind, value)
    good = (checker(known)(read) if known else read) if action == SET else read
    if good is None:
        raise refusal(key, known or Definition(kind), read)
    return good


def _as(kind: str, value: Any) -> Any:
    """Text from a form as a value of the type; None when it does not read."""
    if kind == "number":
        return _plain(read_number(value))
    if not isinstance(value, str):
        return value
    if kind == "boolean":
        return {"true": True, "false": False}.get(value.strip().lower())
    return [part.strip() for part in value.split(",")] if kind == "list" else value


def _plain(number: Decimal | None) -> int | float | None:
    if number is None:
        return None
    return int(number) if number == number.to_integral_value() else float(number)
