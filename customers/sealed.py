"""Values of sensitive attributes: sealed for their customer, found by blind index, shown as a mask (decision 036).

A value is bound to its tenant, attribute and customer, so a row that was moved or changed does not open. `opened` is the
one way to plain values: for the senders, for who may see them, and for moving them.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

import orjson
from django.db import connection

from customers.attributes import MASK
from customers.fragments import Sql, sql
from customers.models import AttributeDefinition
from customers.stage import cell, stage_text
from customers.vault import vault
from kernel.copy import id_list
from kernel.sets import People, people
from tenants.scope import current_tenant_id

OPERATORS: Final = ("eq", "in", "exists", "not_exists")  # what a blind index can tell
Row = tuple[int, str, bytes, bytes]  # customer, key, digest, sealed

_ADD = """
    INSERT INTO customers_secret AS h (tenant_id, key, customer_id, digest, sealed)
    SELECT %(tenant)s, key, customer_id, digest, sealed FROM stage_secret WHERE digest IS NOT NULL ORDER BY customer_id, key
    ON CONFLICT (tenant_id, customer_id, key) DO UPDATE SET digest = excluded.digest, sealed = excluded.sealed
        WHERE h.digest <> excluded.digest RETURNING customer_id
"""
_DROP = """
    DELETE FROM customers_secret h USING stage_secret s
    WHERE h.tenant_id = %(tenant)s AND h.customer_id = s.customer_id AND h.key = s.key AND s.digest IS NULL RETURNING h.customer_id
"""
_NOTE = "UPDATE customers_customer SET updated_at = now() WHERE tenant_id = %s AND id = ANY(%s::bigint[]) AND updated_at <> now()"


def sensitive_keys() -> set[str]:
    """Attributes whose values are sealed, or on their way in or out."""
    return set(AttributeDefinition.objects.filter(sensitive=True).values_list("key", flat=True))


def spelled(value: Any) -> str:
    """One spelling for equal values: 1 and 1.0, and the same moment in two zones."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{Decimal(repr(value)).normalize():f}"
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def digest_of(key: str, kind: str, value: Any) -> bytes:
    """The blind index of a value that is of the type."""
    text = spelled(value)
    if kind == "datetime":
        text = datetime.fromisoformat(text).astimezone(UTC).isoformat()
    return vault().digest(f"attribute:{key}", text)


def seal(customer: int, key: str, kind: str, value: Any) -> tuple[bytes, bytes]:
    """(digest, sealed)"""
    return digest_of(key, kind, value), vault().seal_at(_place(customer, key), orjson.dumps(value))


def unseal(customer: int, key: str, sealed: bytes | memoryview) -> Any:
    """Raises cryptography.exceptions.InvalidTag when the row was altered or moved."""
    return orjson.loads(vault().open_at(_place(customer, key), bytes(sealed)))


def reseal(old: int, new: int, key: str, sealed: bytes) -> bytes:
    """The same value for another customer; its digest stays."""
    return vault().seal_at(_place(new, key), vault().open_at(_place(old, key), bytes(sealed)))


def _place(customer: int, key: str) -> str:
    return f"attribute|{key}|{customer}"


def write(values: Iterable[tuple[int, str, str, Any]]) -> People:
    """(customer, key, type, value or None to clear), each pair once; those for whom anything changed."""
    return write_rows(_sealed(values))


def _sealed(values: Iterable[tuple[int, str, str, Any]]) -> Iterator[Row | tuple[int, str, None, None]]:
    for customer, key, kind, value in values:
        yield (customer, key, None, None) if value is None else (customer, key, *seal(customer, key, kind, value))


def write_rows(rows: Iterable[Row | tuple[int, str, None, None]]) -> People:
    """The same with values that are sealed already."""
    text = "".join(
        f"{customer}\t{cell(key)}\t{_bytes(digest)}\t{_bytes(sealed)}\n" for customer, key, digest, sealed in rows
    )
    if not text:
        return People()
    stage_text("stage_secret", text)
    changed = People()
    with connection.cursor() as cursor:
        for statement in (_DROP, _ADD):
            cursor.execute(statement, {"tenant": current_tenant_id()})
            changed |= people(customer for (customer,) in cursor.fetchall())
        cursor.execute(_NOTE, [current_tenant_id(), id_list(changed)])
    return changed


def _bytes(raw: bytes | None) -> str:
    return "\\N" if raw is None else f"\\\\x{raw.hex()}"


def clear(group: People) -> None:
    """All that is sealed of these people goes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM customers_secret WHERE tenant_id = %s AND customer_id = ANY(%s::bigint[])",
            [current_tenant_id(), id_list(group)],
        )


def kept(ids: Iterable[int], keys: Iterable[str] | None = None) -> list[Row]:
    """The rows of these customers, of all keys or of some."""
    only = sql(" AND h.key = ANY({})", sorted(keys)) if keys is not None else Sql("")
    group = id_list(people(ids))
    asked = sql(
        "SELECT h.customer_id, h.key, h.digest, h.sealed FROM customers_secret h WHERE h.tenant_id = {} "
        "AND h.customer_id = ANY((SELECT {}::bigint[])::bigint[]){} ORDER BY h.customer_id, h.key",
        current_tenant_id(), group, only,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(asked.text, asked.params)
        return [(customer, key, bytes(digest), bytes(sealed)) for customer, key, digest, sealed in cursor.fetchall()]


def opened(ids: Iterable[int], keys: Iterable[str] | None = None) -> dict[int, dict[str, Any]]:
    """customer → {key: plain value}; who has none is missing."""
    found: dict[int, dict[str, Any]] = {}
    for customer, key, _, sealed in kept(ids, keys):
        found.setdefault(customer, {})[key] = unseal(customer, key, sealed)
    return found


def masks(ids: Iterable[int]) -> dict[int, dict[str, str]]:
    """customer → {key: mask} of what they have sealed; nothing is opened."""
    found: dict[int, dict[str, str]] = {}
    for customer, key, _, _ in kept(ids):
        found.setdefault(customer, {})[key] = MASK
    return found


def has_sql(tenant_id: int, keys: list[str], digests: list[bytes] | None = None) -> Sql:
    """Over the row `c` of a customer: is something sealed under one of these keys (with one of these digests)?"""
    among = sql(" AND h.digest = ANY({}::bytea[])", digests) if digests is not None else Sql("")
    return sql(
        "EXISTS (SELECT FROM customers_secret h WHERE h.tenant_id = {} AND h.customer_id = c.id AND h.key = ANY({}){})",
        tenant_id, keys, among,
    )  # fmt: skip


def count_sql(tenant_id: int, keys: list[str]) -> Sql:
    """How many of these keys the customer of the row `c` has something sealed under."""
    return sql(
        "(SELECT count(*) FROM customers_secret h WHERE h.tenant_id = {} AND h.customer_id = c.id AND h.key = ANY({}))",
        tenant_id, keys,
    )  # fmt: skip
