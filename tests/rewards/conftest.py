"""Makers of packages and steps."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from kernel.sets import People
from kernel.step import Step
from rewards.models import Grant, Package

NOW = datetime(2026, 11, 11, 2, 0, tzinfo=UTC)
COUPON = {"kind": "coupon", "name": "满200减20", "threshold": "200.00", "discount": "20.00"}
GENERATED = {**COUPON, "code": {"prefix": "VIP", "length": 10}}
CODE = {"kind": "code", "name": "视频会员月卡"}
POINTS = {"kind": "points", "points": 100}


def step(run: int = 1, node: str = "r1", wave: int = 1, round: int = 0) -> Step:
    return Step(canvas_id=9, run_id=run, node=node, wave_id=wave, round=round, variant="a")


def holders(package: Package) -> People:
    return People(Grant.objects.filter(package_id=package.pk).values_list("customer_id", flat=True))


@pytest.fixture
def make(scope: Any) -> Callable[..., Package]:
    def _make(*items: dict[str, Any], **fields: Any) -> Package:
        package: Package = Package.objects.create(name="礼包", items=list(items) or [GENERATED], **fields)
        return package

    return _make
