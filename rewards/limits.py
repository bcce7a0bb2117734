"""What stock and budget still allow. Pure: a package in, a number out; exact only while the package is locked."""

from rewards.items import unit_cost
from rewards.models import Package


def shares_left(package: Package) -> int | None:
    """How many more people stock and budget allow; None: any number."""
    limits = [] if package.stock is None else [package.stock - package.issued]
    cost = unit_cost(package.items)
    if package.budget is not None and cost:
        limits.append(int((package.budget - package.spent) // cost))
    return max(min(limits), 0) if limits else None
