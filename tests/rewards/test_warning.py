"""Low stock: whoever made the package is told once, and again only after there was more of it."""

from decimal import Decimal
from typing import Any

import pytest

from customers.models import StaffTask
from kernel.sets import people
from rewards import facade, pool
from rewards.models import Package
from tests.rewards.conftest import CODE, NOW, POINTS, step

pytestmark = pytest.mark.django_db


def give(package: Package, wave: int, count: int = 1) -> None:
    facade.grant(step(wave=wave), package.pk, people(range(1, count + 1)), NOW)


def tasks() -> list[Any]:
    return list(StaffTask.objects.filter(kind="package").order_by("id"))


def test_the_owner_is_told_once(scope: Any) -> None:
    package = Package.objects.create(name="新人礼", items=[POINTS], stock=6, low_stock=3, created_by="li@shop")
    give(package, 1, 2)
    assert tasks() == []
    give(package, 2, 1)
    (task,) = tasks()
    assert (task.owner, task.status, task.run_id) == ("li@shop", "open", package.pk)
    assert "新人礼" in task.title
    assert "3" in task.text
    StaffTask.objects.update(status="done")
    give(package, 3, 1)
    assert [t.status for t in tasks()] == ["done"]


def test_more_stock_settles_it_and_makes_it_ready_again(api: Any, scope: Any) -> None:
    package = Package.objects.create(name="x", items=[POINTS], stock=2, low_stock=1)
    give(package, 1)
    assert [t.status for t in tasks()] == ["open"]
    assert api.get(f"reward-packages/{package.pk}").json()["low"] is True
    api.patch(f"reward-packages/{package.pk}", {"stock": 10})
    assert [t.status for t in tasks()] == ["done"]
    give(package, 2, 8)
    assert [t.status for t in tasks()] == ["open"]


def test_codes_and_budget_run_low_too(scope: Any) -> None:
    pooled = Package.objects.create(name="x", items=[CODE], low_stock=1)
    pool.add(pooled, ["A", "B", "C"])
    paid = Package.objects.create(name="y", items=[{**POINTS, "cost": "4.00"}], budget=Decimal("9.00"), low_stock=1)
    give(pooled, 1)
    assert tasks() == []
    give(pooled, 2)
    give(paid, 3)
    assert [t.run_id for t in tasks()] == [pooled.pk, paid.pk]
    pool.add(pooled, ["D"])
    assert [t.status for t in tasks()] == ["done", "open"]
