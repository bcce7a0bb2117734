"""Codes uploaded for a package: taking them in, counting them, handing them out once."""

from collections.abc import Iterable

from django.db import connection

from kernel.copy import copy_rows
from rewards.models import Package
from tenants.scope import current_tenant_id

# a pool code that was issued under another name must not be issued again
_UNISSUED = "AND NOT EXISTS (SELECT FROM rewards_grant g WHERE g.tenant_id = p.tenant_id AND g.code = p.code) "


def add(package: Package, codes: Iterable[str]) -> int:
    """Store codes; the number that was new to the tenant. Repeats and codes issued before are left out."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE uploaded_code (code text NOT NULL) ON COMMIT DROP")
        copy_rows("uploaded_code", ["code"], ((code,) for code in codes))
        cursor.execute(
            "INSERT INTO rewards_poolcode (tenant_id, package_id, code) "
            "SELECT %(tenant)s, %(package)s, u.code FROM (SELECT DISTINCT code FROM uploaded_code) u "
            "WHERE NOT EXISTS (SELECT FROM rewards_grant g WHERE g.tenant_id = %(tenant)s AND g.code = u.code) "
            "ORDER BY u.code ON CONFLICT (tenant_id, code) DO NOTHING",
            {"tenant": current_tenant_id(), "package": package.pk},
        )
        added: int = cursor.rowcount
        cursor.execute("DROP TABLE uploaded_code")
    return added


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
