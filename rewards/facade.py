"""What upper floors may use of the rewards room, in their own transaction and tenant scope."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from kernel.errors import FieldProblem, problem_at
from rewards import pool
from rewards.connecting import connector_of, offer, settle
from rewards.effects import LEVEL_ATTRIBUTE, set_level
from rewards.errors import RewardCode
from rewards.granting import Granted, grant, preview
from rewards.issuing import has_notices, tell_issued
from rewards.items import REDEEMABLE, default_name, has_ended, item_span
from rewards.limits import shares_left
from rewards.models import Package
from rewards.outcomes import OUTCOMES, outcomes
from rewards.redeeming import EXPIRY_BATCH, expire_due
from rewards.selectors import grant_counts, granted_people, latest_grants, served_people
from tenants.settings import tenant_now

__all__ = [
    "EXPIRY_BATCH",
    "LEVEL_ATTRIBUTE",
    "OUTCOMES",
    "Granted",
    "connector_of",
    "expire_due",
    "grant",
    "grant_counts",
    "granted_people",
    "has_notices",
    "latest_grants",
    "offer",
    "outcomes",
    "package_name",
    "package_problems",
    "package_tags",
    "preview",
    "sample_reward",
    "served_people",
    "set_level",
    "settle",
    "tell_issued",
]


def sample_reward(package_id: int, now: datetime) -> dict[str, Any]:
    """What a template would read of it as `reward`, with a made-up code: for test runs."""
    package = Package.objects.filter(pk=package_id).first()
    if package is None or not package.items:
        return {}
    item = next((i for i in package.items if i["kind"] in REDEEMABLE), package.items[0])
    code = "TEST0000" if item["kind"] in REDEEMABLE else ""
    end = item_span(item, package.validity, now, ZoneInfo(tenant_now().timezone))[1]
    return {**item, "code": code, "name": default_name(item), "expires_at": end}


def package_name(package_id: int) -> str | None:
    """None: no such package."""
    return Package.objects.filter(pk=package_id).values_list("name", flat=True).first()


def package_tags(package_id: int) -> list[str]:
    """Names of the tags that it puts on whoever is granted it."""
    items = Package.objects.filter(pk=package_id).values_list("items", flat=True).first() or []
    return [item["tag"] for item in items if item["kind"] == "tag"]


def package_problems(package_id: int, now: datetime, pointer: str = "") -> list[FieldProblem]:
    """Why a canvas with this package should not go live: it is gone, archived, over, used up, or has no codes."""
    package = Package.objects.filter(pk=package_id).first()
    if package is None:
        return [problem_at(pointer, RewardCode.NO_PACKAGE)]
    codes = []
    if package.status != "active":
        codes.append(RewardCode.PACKAGE_ARCHIVED)
    if has_ended(package.validity, now):
        codes.append(RewardCode.PACKAGE_ENDED)
    if package.stock is not None and package.issued >= package.stock:
        codes.append(RewardCode.PACKAGE_USED_UP)
    elif shares_left(package) == 0:
        codes.append(RewardCode.BUDGET_USED_UP)
    if any(item["kind"] == "code" for item in package.items) and not pool.free_count(package.pk, 1):
        codes.append(RewardCode.NO_CODES)
    return [problem_at(pointer, code, name=package.name) for code in codes]
