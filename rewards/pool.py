"""Codes uploaded for a package: taking them in, counting them, handing them out once."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from kernel.copy import copy_rows
from rewards.models import Package
from rewards.warning import lift_warning
from tenants.scope import current_tenant_id

_ADD = """
    WITH ranked AS MATERIALIZED (
        SELECT place, code, row_number() OVER (PARTITION BY code ORDER BY place) AS nth FROM uploaded_code
    ), gone AS MATERIALIZED (
        SELECT r.code FROM ranked r WHERE nth = 1
        AND EXISTS (SELECT FROM rewards_grant g WHERE g.tenant_id = %(tenant)s AND g.code = r.code)
    ), added AS (
        INSERT INTO rewards_poolcode (tenant_id, package_id, code, upload_id)
        SELECT %(tenant)s, %(package)s, r.code, %(upload)s FROM ranked r WHERE nth = 1 AND r.code NOT IN (SELECT code FROM gone)
        ORDER BY r.code ON CONFLICT (tenant_id, code) DO NOTHING RETURNING code
    )
    SELECT CASE WHEN nth > 1 OR EXISTS (
            SELECT FROM rewards_poolcode p WHERE p.tenant_id = %(tenant)s AND p.code = r.code AND p.upload_id = %(upload)s
        ) THEN 'repeated' WHEN r.code IN (SELECT code FROM gone) THEN 'issued' ELSE 'pooled' END, place
    FROM ranked r WHERE nth > 1 OR NOT EXISTS (SELECT FROM added a WHERE a.code = r.code) ORDER BY place
"""
# a pool code that was issued under another name must not be issued again
_UNISSUED = "AND NOT EXISTS (SELECT FROM rewards_grant g WHERE g.tenant_id = p.tenant_id AND g.code = p.code) "


@dataclass(frozen=True)
class Taken:
    """What became of codes: how many are new to the tenant, and the places of the others by reason.

    repeated: was in the same upload before. pooled: is in a pool already. issued: was given to somebody.
    """

    added: int
    left_out: dict[str, list[int]]


def add(package: Package, codes: Iterable[str]) -> int:
    """Store codes; the number that was new to the tenant. Repeats and codes issued before are left out."""
    return add_numbered(package, enumerate(codes)).added


def add_numbered(package: Package, codes: Iterable[tuple[int, str]], upload_id: int | None = None) -> Taken:
    """Store codes with their places, in which the first of equal ones counts."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE uploaded_code (place bigint NOT NULL, code text NOT NULL) ON COMMIT DROP"
        )
        copy_rows("uploaded_code", ["place", "code"], codes)
        cursor.execute("SELECT count(*) FROM uploaded_code")
        count: int = cursor.fetchone()[0]
        params = {"tenant": current_tenant_id(), "package": package.pk, "upload": upload_id}
        cursor.execute(_ADD, params)
        left_out: dict[str, list[int]] = {}
        for reason, place in cursor.fetchall():
            left_out.setdefault(reason, []).append(place)
        cursor.execute("DROP TABLE uploaded_code")
    lift_warning(package)
    return Taken(count - sum(map(len, left_out.values())), left_out)


def take(package_id: int, count: int, *, wary: bool) -> list[str]:
    """At most `count` free codes, taken out of the pool, oldest first. wary: those that the ledger holds already are passed over."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH free AS (SELECT p.id FROM rewards_poolcode p WHERE p.tenant_id = %(tenant)s AND p.package_id = %(package)s "
            f"{_UNISSUED if wary else ''}ORDER BY p.id LIMIT %(count)s FOR UPDATE SKIP LOCKED), "
            "gone AS (DELETE FROM rewards_poolcode p USING free "
            "WHERE p.tenant_id = %(tenant)s AND p.id = free.id RETURNING p.id, p.code) SELECT code FROM gone ORDER BY id",
            {"tenant": current_tenant_id(), "package": package_id, "count": count},
        )
        return [code for (code,) in cursor.fetchall()]


def free_count(package_id: int, at_most: int | None = None) -> int:
    """Free codes of a package, counted up to `at_most`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM (SELECT FROM rewards_poolcode WHERE tenant_id = %s AND package_id = %s LIMIT %s) f",
            [current_tenant_id(), package_id, at_most],
        )
        return int(cursor.fetchone()[0])


def free_counts(package_ids: list[int]) -> dict[int, int]:
    """Free codes by package, for lists."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT package_id, count(*) FROM rewards_poolcode WHERE tenant_id = %s AND package_id = ANY(%s) GROUP BY 1",
            [current_tenant_id(), package_ids],
        )
        return dict(cursor.fetchall())


def drop_all(package_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM rewards_poolcode WHERE tenant_id = %s AND package_id = %s",
            [current_tenant_id(), package_id],
        )
