"""Puts one recognisable row of a tenant into every scoped table, made from what the catalogue says of its columns."""

import json
from typing import Any

from django.db import connection

from customers.vault import vault
from tenants.scope import in_scope, tenant_tx
from tests.house.catalogue import rows, scoped_tables

ID = 424_242  # of every canary that has an id; foreign keys lead from canary to canary
WORD = "CANARY"


def seed(tenant_id: int) -> None:
    """One row in each scoped table; partitions get theirs through their parent."""
    todo = [table for table in scoped_tables() if not is_partition(table)]
    needs = {table: _references(table) & set(todo) - {table} for table in todo}
    with tenant_tx(tenant_id):
        while todo:
            ready = [table for table in todo if not needs[table] & set(todo)]
            assert ready, f"foreign keys go in a circle: {todo}"
            for table in ready:
                insert(table, tenant_id)
                todo.remove(table)


def insert(table: str, tenant_id: int, **changes: Any) -> None:
    """A canary row of `tenant_id`; `changes` replace columns."""
    values = {**_row(table), **_meaningful(table, tenant_id), "tenant_id": tenant_id, **changes}
    names, places = ", ".join(f'"{name}"' for name in values), ", ".join(["%s"] * len(values))
    with connection.cursor() as cursor:
        cursor.execute(f'INSERT INTO "{table}" ({names}) VALUES ({places})', list(values.values()))


def _meaningful(table: str, tenant_id: int) -> dict[str, Any]:
    """Columns that are read as more than text: a sealed identity, the items of a package."""
    item = {"kind": "coupon", "name": WORD, "threshold": "0.00", "discount": "1.00"}
    if table == "customers_identity" and in_scope():
        digest = vault().digest("member_id", WORD)
        return {"kind": "member_id", "digest": digest, "sealed": vault().seal("member_id", digest, WORD)}
    return {
        "rewards_package": {"items": json.dumps([item]), "status": "active"},
        "rewards_grant": {"item": json.dumps(item)},
    }.get(table, {})


def is_partition(table: str) -> bool:
    return bool(rows("SELECT relispartition FROM pg_class WHERE relname = %s", [table])[0][0])


def _references(table: str) -> set[str]:
    found = rows(
        "SELECT confrelid::regclass::text FROM pg_constraint WHERE contype = 'f' AND conrelid = %s::regclass", [table]
    )
    return {name for (name,) in found}


def _row(table: str) -> dict[str, Any]:
    columns = rows(
        "SELECT column_name, udt_name, character_maximum_length FROM information_schema.columns "
        "WHERE table_name = %s AND is_generated = 'NEVER'",
        [table],
    )
    return {name: _value(kind, length) for name, kind, length in columns}


def _value(kind: str, length: int | None) -> Any:
    made: dict[str, Any] = {
        "int8": ID, "int4": ID, "int2": 1, "numeric": 1, "float8": 1.0, "bool": False, "bytea": WORD.encode(),
        "jsonb": f'{{"{WORD}": "{WORD}"}}', "timestamptz": "2026-11-11T11:11:11+08:00", "date": "2026-11-11", "time": "11:11",
        "uuid": "00000000-0000-0000-0000-000000424242",
    }  # fmt: skip
    if kind in ("text", "varchar"):
        return WORD[:length] if length else WORD
    if kind.startswith("_"):
        return "{}"
    return made[kind]
