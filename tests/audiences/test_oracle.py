"""Random rule trees against an oracle that looks at one person at a time (AUD-4)."""

import random
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audiences import evaluate as evaluation
from audiences.facade import people_of_rule
from kernel.sets import people as people_set
from tenants.models import Tenant
from tests.audiences.oracle import expected
from tests.audiences.shop import NOW, Happening, Person, declare, write

CITIES, TAGS, NAMES, SKUS = ["上海", "杭州", "北京"], ["新客", "高价值", "沉睡"], ["a", "b", "c"], ["X", "Y", "Z"]
DAYS = ["1990-02-28", "1988-02-29", "1990-03-01", "2026-03-11", "2026-03-12", "2026-03-08", "1990-03-14"]


def crowd(seed: int, size: int = 60) -> list[Person]:
    roll = random.Random(seed)
    return [_person(roll, number) for number in range(size)]


def _person(roll: random.Random, number: int) -> Person:
    known: dict[str, Any] = {}
    if roll.random() < 0.8:
        known["city"] = roll.choice([*CITIES, None])
    if roll.random() < 0.8:
        known["age"] = roll.choice([20, 30, 30.5, 40, None])
    if roll.random() < 0.8:
        known["birthday"] = roll.choice(DAYS)
    events = [_happening(roll) for _ in range(roll.choice([0, 0, 1, 2, 5, 8]))]
    tags = tuple(t for t in TAGS if roll.random() < 0.3)
    gone = roll.choice(["", "", "", "", "", "", "", "merged", "erased"])
    return Person(f"p{number}", known, events, tags, gone=gone)


def _happening(roll: random.Random) -> Happening:
    at = NOW - roll.choice([timedelta(0), timedelta(hours=1), timedelta(hours=26), timedelta(days=3), timedelta(days=7),
                            timedelta(days=7, microseconds=1), timedelta(days=30), timedelta(minutes=-5)])  # fmt: skip
    properties: dict[str, Any] = {}
    if roll.random() < 0.8:
        properties["amount"] = roll.choice([5, 10, "10.00", 10.5, 100, None])
    if roll.random() < 0.6:
        properties["items"] = [
            roll.choice([{"sku": s} for s in SKUS] + [{}, {"sku": None}]) for _ in range(roll.randint(0, 3))
        ]
    return Happening(roll.choice(NAMES), at, properties)


def rule(**members: Any) -> Any:
    return st.fixed_dictionaries({k: v if isinstance(v, st.SearchStrategy) else st.just(v) for k, v in members.items()})


def sample(*values: Any) -> Any:
    return st.sampled_from(values)


ATTRIBUTES = st.one_of(
    rule(condition="attribute", key="city", op=sample("eq", "ne"), value=st.sampled_from(CITIES)),
    rule(
        condition="attribute",
        key="city",
        op=sample("in", "not_in"),
        value=st.lists(st.sampled_from(CITIES), min_size=1, max_size=2),
    ),
    rule(condition="attribute", key="city", op=sample("contains", "not_contains"), value=sample("上", "州")),
    rule(condition="attribute", key=sample("city", "age", "birthday", "unheard"), op=sample("exists", "not_exists")),
    rule(condition="attribute", key="age", op=sample("eq", "ne", "gt", "gte", "lt", "lte"), value=sample(20, 30, 30.5)),
    rule(condition="attribute", key="age", op="between", value=sample([20, 30], [30, 30.5])),
    rule(
        condition="attribute",
        key="birthday",
        op=sample("before", "after", "on", "eq", "ne", "gte", "lte"),
        value=st.sampled_from(DAYS),
    ),
    rule(
        condition="attribute",
        key="birthday",
        op=sample("within_last", "within_next"),
        value=sample({"days": 1}, {"days": 3}),
    ),
    rule(condition="anniversary", key="birthday", offset_days=sample(-11, -10, 0, 3)),
)
WINDOWS = sample({}, {"window": {"last": {"days": 7}}}, {"window": {"last": {"hours": 26}}}, {"window": {"from": "2026-03-07T17:30:00+00:00"}},
                 {"window": {"from": "2026-03-01T00:00:00+08:00", "to": "2026-03-10T17:30:00+00:00"}})  # fmt: skip
WHERES = sample({}, {"where": [{"property": "amount", "op": "gte", "value": 10}]}, {"where": [{"property": "items.sku", "op": "eq", "value": "X"}]},
                {"where": [{"property": "amount", "op": "not_exists"}]})  # fmt: skip
COUNTS = sample(
    ("gte", 1), ("eq", 0), ("lt", 2), ("gt", 1), ("ne", 1), ("in", [0, 3]), ("not_in", [0, 1]), ("between", [1, 2])
)
AMOUNTS = sample(
    ("gte", 10), ("lt", 20), ("eq", 10), ("ne", 10), ("exists", None), ("not_exists", None), ("not_in", [5, 10])
)
TIMES = sample(
    ("within_last", {"days": 3}), ("before", "2026-03-07T17:30:00+00:00"), ("exists", None), ("not_exists", None)
)


def compared(pair: tuple[str, Any]) -> dict[str, Any]:
    return {"op": pair[0]} | ({} if pair[1] is None else {"value": pair[1]})


def event(measures: tuple[str, ...], pairs: Any, **more: Any) -> Any:
    return st.builds(
        lambda name, measure, pair, window, where: {"condition": "event", "event": name, "measure": measure, **more, **compared(pair), **window, **where},
        st.sampled_from(NAMES), st.sampled_from(measures), pairs, WINDOWS, WHERES,
    )  # fmt: skip


STEPS = st.lists(st.sampled_from(NAMES).map(lambda name: {"event": name}), min_size=2, max_size=3)
BEHAVIOUR = st.one_of(
    event(("count", "days"), COUNTS),
    event(("distinct",), COUNTS, property="items.sku"),
    event(("sum", "min", "max"), AMOUNTS, property="amount"),
    event(("avg",), sample(("gte", 10), ("lt", 20)), property="amount"),
    event(("first", "last"), TIMES),
    rule(condition="sequence", steps=STEPS, within=sample({"days": 4}, {"hours": 25}, {"days": 30})),
    rule(condition="sequence", steps=STEPS),
)
TAGGED = rule(
    condition="tag",
    op=sample("has_any", "has_all", "has_none"),
    value=st.lists(st.sampled_from([*TAGS, "没有"]), min_size=1, max_size=3),
)
LEAVES = st.one_of(ATTRIBUTES, BEHAVIOUR, TAGGED)
RULES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        rule(all=st.lists(inner, min_size=1, max_size=4)),
        rule(any=st.lists(inner, min_size=1, max_size=4)),
        st.builds(lambda part: {"not": part}, inner),
    ),
    max_leaves=8,
)


@pytest.fixture
def people(scope: Tenant, monkeypatch: pytest.MonkeyPatch) -> list[Person]:
    monkeypatch.setattr(evaluation, "FEW", 12)  # so that a crowd of 60 is many, and narrowing happens
    everybody = crowd(7)
    declare(scope.pk, city="string", age="number", birthday="date")
    write(scope.pk, everybody)
    return everybody


# the strategies are large; only their printed form is, and only when a test fails
@pytest.mark.filterwarnings("ignore:Generating overly large repr")
@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    made=RULES,
    chosen=st.one_of(st.none(), st.sets(st.integers(0, 59), max_size=10), st.sets(st.integers(0, 59), min_size=13)),
)
def test_random_rules_give_whom_the_oracle_names(people: list[Person], made: Any, chosen: set[int] | None) -> None:
    wanted = expected(made, people)
    if chosen is None:
        assert set(people_of_rule(made, now=NOW)) == wanted
        return
    few = {people[i].id for i in chosen}
    assert set(people_of_rule(made, within=people_set(few), now=NOW)) == wanted & few
