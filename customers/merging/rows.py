"""Rows that name a customer by a column: moved from one to the other, and back. Knows tables, decides nothing."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from kernel.copy import id_list
from kernel.sets import dump, load, people
from tenants.scope import current_tenant_id


def move(table: str, source: int, target: int, *, only: str = "true", once: Sequence[str] = ()) -> list[int]:
    """Rows of `source` are `target`'s from now on; their ids. once: columns of a unique key with the customer in it:
    where the target has that row already, the source keeps its own."""
    same = " AND ".join(f"o.{column} IS NOT DISTINCT FROM r.{column}" for column in once)
    taken = f" AND NOT EXISTS (SELECT FROM {table} o WHERE o.tenant_id = r.tenant_id AND o.customer_id = %(target)s AND {same})"
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} r SET customer_id = %(target)s WHERE r.tenant_id = %(tenant)s AND r.customer_id = %(source)s "
            f"AND {only}{taken if once else ''} RETURNING r.id",
            {"tenant": current_tenant_id(), "source": source, "target": target},
        )
        return sorted(row for (row,) in cursor.fetchall())


def move_back(table: str, ids: Sequence[int], source: int, target: int) -> None:
    """Those of `ids` that are still `target`'s are `source`'s again."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET customer_id = %(source)s WHERE tenant_id = %(tenant)s AND customer_id = %(target)s "
            "AND id = ANY(%(ids)s::bigint[])",
            {"tenant": current_tenant_id(), "source": source, "target": target, "ids": id_list(people(ids))},
        )


def move_pairs(table: str, columns: Sequence[str], source: int, target: int) -> dict[str, list[list[Any]]]:
    """Rows of a table of pairs: {"had": all of the source's, "new": those that the target did not have}."""
    named = ", ".join(columns)
    scope = {"tenant": current_tenant_id(), "source": source, "target": target}
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {table} WHERE tenant_id = %(tenant)s AND customer_id = %(source)s RETURNING {named}", scope
        )
        had = [[str(value) for value in row] for row in cursor.fetchall()]
        new = [row for row in had if _insert(cursor, table, columns, row, target)]
    return {"had": had, "new": new}


def pairs_back(table: str, columns: Sequence[str], kept: dict[str, list[list[Any]]], source: int, target: int) -> None:
    """The source has all its rows again; the target loses those that came by the merge, unless given anew since."""
    same = " AND ".join(f"{column} = %s" for column in columns)
    with connection.cursor() as cursor:
        for row in kept["had"]:
            _insert(cursor, table, columns, row, source)
        for row in kept["new"]:
            cursor.execute(
                f"DELETE FROM {table} WHERE tenant_id = %s AND customer_id = %s AND {same}",
                [current_tenant_id(), target, *row],
            )


def _insert(cursor: Any, table: str, columns: Sequence[str], row: Sequence[Any], customer: int) -> bool:
    cursor.execute(
        f"INSERT INTO {table} (tenant_id, customer_id, {', '.join(columns)}) VALUES (%s, %s{', %s' * len(columns)}) "
        "ON CONFLICT DO NOTHING",
        [current_tenant_id(), customer, *row],
    )
    return bool(cursor.rowcount)


def move_events(source: int, target: int) -> bytes:
    """All events of the source, through the index by customer: so every condition counts them with no look-up. Their ids as a set."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE customers_event SET customer_id = %s WHERE tenant_id = %s AND customer_id = %s RETURNING id",
            [target, current_tenant_id(), source],
        )
        return dump(people(row for (row,) in cursor.fetchall()))


def ids_of(raw: bytes | memoryview | None) -> list[int]:
    """Row ids kept as a set."""
    return [] if raw is None else load(raw).to_array().tolist()
