"""What this room proves of a run: every coupon has its code, no code twice, and stock was spent by what was given."""

from django.db import connection

from kernel.language import Text
from kernel.proof import Equation
from tenants.scope import current_tenant_id

_CODES = Text("发出的券和码 = 其中有券码的", "Coupons and codes given = those of them that have a code")
_TWICE = Text("发过两次的券码", "Codes that were given twice")
_STOCK = Text("礼包“{package}”:已发数量 = 账本里的份数", "Package “{package}”: issued = shares in the ledger")
_OVER = Text("礼包“{package}”:超过库存的份数", "Package “{package}”: shares beyond the stock")


def run_proof(*, run_id: int) -> list[Equation]:
    """Subscriber of runs.proof."""
    scope = {"tenant": current_tenant_id(), "run": run_id}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT package_id, count(*) FILTER (WHERE item ->> 'kind' IN ('coupon', 'code') AND NOT item ? 'connector'), "
            "count(code) FILTER (WHERE NOT item ? 'connector') FROM rewards_grant "
            "WHERE tenant_id = %(tenant)s AND run_id = %(run)s GROUP BY 1",
            scope,
        )
        given = cursor.fetchall()
        if not given:
            return []
        cursor.execute(
            "SELECT count(*) FROM (SELECT 1 FROM rewards_grant WHERE tenant_id = %(tenant)s AND run_id = %(run)s "
            "AND code IS NOT NULL GROUP BY code HAVING count(*) > 1) AS t",
            scope,
        )
        twice = cursor.fetchone()[0]
    coupons, codes = sum(row[1] for row in given), sum(row[2] for row in given)
    packages = [equation for row in given for equation in _stock(row[0])]
    return [Equation("codes", coupons, codes, _CODES), Equation("codes_once", twice, 0, _TWICE), *packages]


def _stock(package_id: int) -> list[Equation]:
    """Over all runs: stock belongs to the package."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.name, p.issued, p.stock, (SELECT count(*) FROM rewards_grant g WHERE g.tenant_id = p.tenant_id "
            "AND g.package_id = p.id AND g.item_no = 0 AND g.status <> 'rejected') FROM rewards_package p WHERE p.tenant_id = %s AND p.id = %s",
            [current_tenant_id(), package_id],
        )
        row = cursor.fetchone()
    if row is None:
        return []
    name, issued, stock, given = row
    over = 0 if stock is None else max(issued - stock, 0)
    said = {"package": name}
    return [
        Equation(f"stock:{package_id}", issued, given, _STOCK, said),
        Equation(f"stock_left:{package_id}", over, 0, _OVER, said),
    ]
