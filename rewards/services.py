"""Writes of packages: create, change, delete. The ledger is written by granting and redeeming."""

from decimal import Decimal
from typing import Any

from kernel.errors import Code, ProblemError
from kernel.events import ask
from rewards import pool
from rewards.errors import RewardCode
from rewards.items import BY_CONNECTOR
from rewards.models import Grant, Package
from rewards.warning import lift_warning


def package_create(fields: dict[str, Any]) -> Package:
    """Raises DAYS_NEED_LIMIT."""
    return package_update(Package(), fields)


def package_update(package: Package, change: dict[str, Any]) -> Package:
    """`package` must be locked, or new. What was granted already keeps its items and validity."""
    stock = change.get("stock")
    if stock is not None and stock < package.issued:
        raise ProblemError.at("/stock", RewardCode.STOCK_BELOW_ISSUED, issued=package.issued)
    budget = change.get("budget")
    if budget is not None and Decimal(budget) < package.spent:
        raise ProblemError.at("/budget", RewardCode.BUDGET_BELOW_SPENT, spent=f"{package.spent:.2f}")
    if not change.get("per_customer", package.per_customer) and change.get(
        "per_customer_days", package.per_customer_days
    ):
        raise ProblemError.at("/per_customer_days", RewardCode.DAYS_NEED_LIMIT)
    _check_connector(change.get("items", package.items), change.get("connector", package.connector))
    change = {**change, **({"budget": Decimal(budget)} if budget is not None else {})}
    for name, value in change.items():
        setattr(package, name, value)
    if change:
        package.save(update_fields=sorted(change) if package.pk else None)
    if change.keys() & {"stock", "budget", "low_stock", "items"}:
        lift_warning(package)
    return package


def _check_connector(items: list[dict[str, Any]], connector: dict[str, Any] | None) -> None:
    if connector and (len(items) != 1 or items[0]["kind"] not in BY_CONNECTOR):
        raise ProblemError.at("/connector", RewardCode.CONNECTOR_ONE_ITEM)


def package_delete(package: Package) -> None:
    """Raises IN_USE when it was granted to anybody or a canvas names it; archive it then."""
    users = [user["name"] for answer in ask("rewards.users", package_id=package.pk) for user in answer]
    if users or Grant.objects.filter(package_id=package.pk).exists():
        raise ProblemError(Code.IN_USE, what=", ".join(users) or package.name)
    pool.drop_all(package.pk)
    package.delete()
