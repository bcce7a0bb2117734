"""A short window reads the months that it lies in and no others: told from the plans of every condition that has one (AUD-4)."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection

from audiences.condition import CONDITIONS
from audiences.evaluate import Evaluation
from audiences.rule import Leaf, parse_rule
from audiences.world import open_world
from bench.plans import explained, partitions
from bench.questions import QUESTIONS
from customers.fragments import Sql
from kernel.sets import People, people
from tenants.models import Tenant

# long gone: no other test writes events of these months
NOW, MONTHS = (
    datetime(2011, 6, 20, 9, tzinfo=UTC),
    [datetime(2010 + m // 12, 1 + m % 12, 1, tzinfo=UTC) for m in range(24)],
)
JUNE = {"customers_event_2011_06"}
BEFORE = {"came_back"}  # a break may have begun at any time, but what comes after the window is nothing to it
AFTER = {"time_to"}  # the other event may come at any time after the window
LEDGER = {"reward_got", "reward_usage"}  # have a window over the ledger of rewards
WINDOWED = sorted(c.key for c in CONDITIONS.values() if "window" in c.model.model_fields)
BY_KEY = {question["condition"]: question for question in QUESTIONS}
WINDOWS: list[dict[str, Any]] = [{"last": {"days": 10}}, {"from": "2011-06-03", "to": "2011-06-12"}]
# their span follows from something else
SPANS: list[dict[str, Any]] = [
    {"condition": "days_since", "event": "order.paid", "op": "lte", "value": 7},
    {"condition": "days_since", "event": "order.paid", "op": "between", "value": [2, 7]},
    {"condition": "last_touched", "op": "lt", "value": 7.5},
    {"condition": "event", "event": "order.paid", "measure": "last", "op": "within_last", "value": {"days": 7}},
    {"condition": "trend", "event": "order.paid", "period": {"days": 7}, "op": "gt", "value": 0},
]


class Planning(Evaluation):
    """Asks for the plan of each statement, too."""

    read: set[str]

    def select(self, statement: Sql) -> People:
        self.read = getattr(self, "read", set()) | partitions(explained(statement, run=False))
        return super().select(statement)


@pytest.fixture
def months(scope: Tenant) -> Tenant:
    """Two years of partitions; gone with the test's transaction."""
    with connection.cursor() as cursor:
        for month in MONTHS:
            cursor.execute("SELECT customers_event_partition(%s)", [month.date()])
    return scope


def read_by(rule: dict[str, Any], within: People | None) -> set[str]:
    world = open_world(now=NOW)
    leaf = parse_rule(rule, "/rule", world)
    assert isinstance(leaf, Leaf)
    evaluation = Planning(world, within)
    evaluation.people(leaf)
    return evaluation.read


def needless(key: str, read: set[str]) -> set[str]:
    """Months that were read and could not matter. The default partition, of wrong dates, has both far past and far future."""
    june = min(JUNE)
    read = read - {"customers_event_default"} if key in BEFORE else read
    return {part for part in read if (part < june and key not in BEFORE) or (part > june and key not in AFTER)}


@pytest.mark.parametrize("within", [None, people([1, 2])], ids=["everybody", "few"])
@pytest.mark.parametrize("window", WINDOWS, ids=["last", "from-to"])
def test_a_window_reads_its_own_months(months: Tenant, window: dict[str, Any], within: People | None) -> None:
    read = {key: read_by({**BY_KEY[key], "window": window}, within) for key in WINDOWED}
    assert {key: sorted(parts) for key, found in read.items() if (parts := needless(key, found))} == {}
    assert {key for key, found in read.items() if not found >= JUNE} == LEDGER


@pytest.mark.parametrize("rule", SPANS, ids=lambda rule: f"{rule['condition']} {rule['op']}")
def test_a_span_that_is_meant_is_one_too(months: Tenant, rule: dict[str, Any]) -> None:
    """Nothing older is read; what is dated after now may count."""
    read = read_by(rule, None)
    assert read >= JUNE
    assert not {part for part in read if part < min(JUNE)}


def test_without_a_window_all_months_are_read(months: Tenant) -> None:
    """So that the others do not pass because nothing is read at all."""
    read = read_by({"condition": "days_since", "event": "order.paid", "op": "gt", "value": 7}, None)
    assert {f"customers_event_{month:%Y_%m}" for month in MONTHS[:18]} <= read
