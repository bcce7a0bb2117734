"""Who gets a package, who doesn't and why, and the ledger rows of those who do. In the caller's transaction and scope.

Never by the step's people alone: the package row is locked first, so stock and limits are exact under any concurrency.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.db import IntegrityError, transaction

from kernel.copy import fetch_people
from kernel.sets import People, first
from kernel.step import Step
from rewards import ledger, pool
from rewards.codes import new_codes
from rewards.effects import apply_effects
from rewards.issuing import note_issue
from rewards.items import has_ended, unit_cost
from rewards.limits import shares_left
from rewards.models import Package
from rewards.warning import warn_if_low
from tenants.scope import current_tenant_id

_ATTEMPTS = 5


@dataclass(frozen=True)
class Granted:
    """Five disjoint sets whose union is the people who were asked for.

    out: have it now, or had it already from this step. skipped: at their limit. failed: the package can't be given.
    pending: kept for them, the merchant's shop is to issue it (rewards.connecting).
    """

    out: People = field(default_factory=People)
    out_of_stock: People = field(default_factory=People)
    skipped: People = field(default_factory=People)
    failed: People = field(default_factory=People)
    pending: People = field(default_factory=People)


def grant(step: Step, package_id: int, people: People, now: datetime) -> Granted:
    """Give the package to `people` once for this step; those with the smallest ids first when stock is short."""
    package = Package.objects.select_for_update(no_key=True).filter(pk=package_id).first()
    if not people or package is None:
        return Granted(failed=people)
    already = _granted_by(step, people)
    split = _split(package, people - already, now)
    served = _issue(package, step, split.out, now)
    if served:
        cost = unit_cost(package.items) * len(served)
        package.issued, package.spent = package.issued + len(served), package.spent + cost
        package.save(update_fields=["issued", "spent"])
        _warn(package)
    short = split.out_of_stock | (split.out - served)
    if package.connector:
        return Granted(already, short, split.skipped, split.failed, served)
    if served:
        apply_effects(package.items, served)
    return Granted(already | served, short, split.skipped, split.failed)


def _warn(package: Package) -> None:
    if package.low_stock is None or package.low_told_at is not None:
        return
    free = pool.free_count(package.pk, package.low_stock + 1) if _takes_pool_codes(package) else None
    left = [number for number in (shares_left(package), free) if number is not None]
    warn_if_low(package, min(left, default=None))


def preview(package_id: int, people: People, now: datetime) -> Granted:
    """The split that a grant would make now, without effect."""
    package = Package.objects.filter(pk=package_id).first()
    if package is None:
        return Granted(failed=people)
    split = _split(package, people, now)
    if not _takes_pool_codes(package):
        return split
    served = first(split.out, pool.free_count(package.pk, len(split.out)))
    return Granted(served, split.out_of_stock | (split.out - served), split.skipped, split.failed)


def _split(package: Package, people: People, now: datetime) -> Granted:
    """By state, limit and stock; codes of a pool are looked at later, when they are taken."""
    if package.status != "active" or has_ended(package.validity, now):
        return Granted(failed=people)
    skipped = _at_limit(package, people, now)
    wanting = people - skipped
    left = shares_left(package)
    served = wanting if left is None else first(wanting, left)
    return Granted(served, wanting - served, skipped)


def _takes_pool_codes(package: Package) -> bool:
    return any(item["kind"] == "code" for item in package.items)


def _granted_by(step: Step, people: People) -> People:
    if not people:
        return people
    found = fetch_people(
        "SELECT customer_id FROM rewards_grant WHERE tenant_id = %s AND run_id = %s AND node = %s AND wave_id = %s "
        "AND round = %s AND customer_id BETWEEN %s AND %s AND item_no = 0",
        [current_tenant_id(), step.run_id, step.node, step.wave_id, step.round, people.min(), people.max()],
    )
    return found & people


def _at_limit(package: Package, people: People, now: datetime) -> People:
    if package.per_customer is None or not people:
        return People()
    since = (
        now - timedelta(days=package.per_customer_days)
        if package.per_customer_days
        else datetime.min.replace(tzinfo=UTC)
    )
    # item 0 stands for the whole package: one such row for each step that gave it
    found = fetch_people(
        "SELECT customer_id FROM rewards_grant WHERE tenant_id = %s AND package_id = %s AND customer_id BETWEEN %s AND %s "
        "AND item_no = 0 AND status <> 'rejected' AND issued_at > %s GROUP BY customer_id HAVING count(*) >= %s",
        [current_tenant_id(), package.pk, people.min(), people.max(), since, package.per_customer],
    )
    return found & people


def _issue(package: Package, step: Step, people: People, now: datetime) -> People:
    """Write the ledger; the people served (fewer when the pool ran dry).

    Codes are first drawn without asking whether they are taken: the unique constraint tells, and then they are asked for.
    """
    for attempt in range(_ATTEMPTS):
        try:
            with transaction.atomic():
                return _issue_once(package, step, people, now, wary=attempt > 0)
        except IntegrityError as error:
            if attempt + 1 == _ATTEMPTS or not _is_code_clash(error):
                raise
    return People()


def _is_code_clash(error: IntegrityError) -> bool:
    diagnosis = getattr(error.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", "") == "grant_code"


def _issue_once(package: Package, step: Step, people: People, now: datetime, *, wary: bool) -> People:
    pooled = pool.take(package.pk, len(people), wary=wary) if people and _takes_pool_codes(package) else None
    served = people if pooled is None else first(people, len(pooled))
    if served:
        codes = [None if package.connector else _codes(item, len(served), pooled, wary=wary) for item in package.items]
        written = ledger.write(package, step, served, codes, now)
        if not package.connector:
            note_issue(step, written, len(served) * len(package.items))
    return served


def _codes(item: dict, count: int, pooled: list[str] | None, *, wary: bool) -> list[str] | None:
    if item["kind"] == "code":
        return pooled
    if item["kind"] == "coupon":
        return new_codes(count, item["code"]["prefix"], item["code"]["length"], wary=wary)
    return None
