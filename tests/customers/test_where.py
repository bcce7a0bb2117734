"""Filters on event properties: paths through lists, types by value, and SQL against Python (AUD-4)."""

import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customers.fragments import Sql
from customers.moments import Clock
from customers.where import Filter, matches, where_sql
from kernel.errors import ProblemError
from kernel.schema import Body, parse
from tests.customers.test_operators import ONE, VALUES, comparisons

NOW = Clock(datetime(2026, 3, 10, 17, 30, tzinfo=UTC), ZoneInfo("Asia/Shanghai"))
ORDER = {
    "amount": "128.50",
    "paid": True,
    "sku": None,
    "items": [{"sku": "A", "price": 10}, {"sku": "B", "price": 20.5, "tags": ["new"]}, {}],
    "ship": {"city": "上海", "lines": [[{"x": 1}], {"x": 2}]},
    "skus": ["A", "B"],
}


class Holder(Body):
    where: list[Filter] = []


def read(*filters: tuple[str, str, Any]) -> list[Filter]:
    rows = [{"property": path, "op": op} | ({} if value is None else {"value": value}) for path, op, value in filters]
    return parse(Holder, {"where": rows}).where


@pytest.mark.parametrize(
    ("path", "op", "value", "expected"),
    [
        ("amount", "gt", 100, True), ("amount", "gt", 128.5, False), ("amount", "eq", "128.50", True),
        ("paid", "eq", True, True), ("paid", "ne", True, False), ("paid", "eq", 1, False),
        ("sku", "exists", None, False), ("sku", "not_exists", None, True), ("sku", "ne", "A", False),
        ("nothing", "not_exists", None, True), ("nothing", "not_in", ["A"], False),
        ("items.sku", "eq", "B", True), ("items.sku", "eq", "C", False), ("items.sku", "in", ["C", "A"], True),
        ("items.sku", "ne", "A", True), ("items.price", "gte", 20.5, True), ("items.price", "gt", 20.5, False),
        ("items.sku", "exists", None, True), ("items.size", "exists", None, False), ("items.size", "not_exists", None, True),
        ("items.sku", "not_exists", None, False), ("items.tags", "contains", "new", True), ("items.tags", "not_contains", "new", False),
        ("ship.city", "starts_with", "上", True), ("ship.lines.x", "eq", 2, True), ("ship.lines.x", "eq", 1, False),
        ("skus", "contains", "A", True), ("skus", "eq", "A", False), ("items", "exists", None, True),
        ("amount.cents", "exists", None, False),
    ],
)  # fmt: skip
@pytest.mark.django_db
def test_hand_computed(path: str, op: str, value: Any, expected: bool) -> None:
    where = read((path, op, value))
    assert matches(where, ORDER, NOW) is expected
    assert in_sql(where, [ORDER]) == [expected]


def in_sql(where: list[Filter], properties: list[Any]) -> list[bool]:
    predicate = where_sql(where, Sql("t.p"), NOW)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT ({predicate.text}) IS TRUE FROM unnest(%s::jsonb[]) WITH ORDINALITY AS t (p, n) ORDER BY n",
            [*predicate.params, [json.dumps(p, ensure_ascii=False) for p in properties]],
        )
        return [row[0] for row in cursor.fetchall()]


def test_all_filters_must_hold_and_none_is_true() -> None:
    assert matches([], {}, NOW)
    assert matches(read(("amount", "gt", 100), ("items.sku", "eq", "A")), ORDER, NOW)
    assert not matches(read(("amount", "gt", 100), ("items.sku", "eq", "C")), ORDER, NOW)


@pytest.mark.parametrize(
    ("row", "pointer"),
    [
        ({"property": "a", "op": "gtt", "value": 1}, "/where/0/op"),
        ({"property": "a", "op": "eq"}, "/where/0/value"),
        ({"property": "a..b", "op": "exists"}, "/where/0/property"),
        ({"property": "", "op": "exists"}, "/where/0/property"),
        ({"property": "a.b.c.d.e.f.g", "op": "exists"}, "/where/0/property"),
        ({"property": "a", "op": "exists", "valeu": 1}, "/where/0/valeu"),
        ({"op": "exists"}, "/where/0/property"),
        ({"property": "a", "op": "between", "value": [1, "x"]}, "/where/0/value"),
        ({"property": "a", "op": "within_last", "value": {"days": "3"}}, "/where/0/value/days"),
    ],
)
def test_a_bad_filter_is_told_with_its_place(row: dict[str, Any], pointer: str) -> None:
    with pytest.raises(ProblemError) as caught:
        parse(Holder, {"where": [row]})
    assert [error.pointer for error in caught.value.errors] == [pointer]


NAMES = st.sampled_from(["a", "b", 'q"t', "o'k", "%s", "上", "a b", "\\"])
PATHS = st.lists(NAMES, min_size=1, max_size=3).map(".".join)
TREES = st.recursive(
    st.one_of(VALUES, ONE["any"]),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=3)),
    max_leaves=8,
)


@pytest.mark.django_db
@settings(
    max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    made=st.lists(st.tuples(PATHS, comparisons()), min_size=1, max_size=2),
    properties=st.lists(st.dictionaries(NAMES, TREES, max_size=3), min_size=1, max_size=8),
)
def test_sql_and_python_agree(made: Any, properties: list[dict[str, Any]]) -> None:
    try:
        where = read(*((path, op, value) for path, (_, op, value) in made))
    except ProblemError:
        return
    assert in_sql(where, properties) == [matches(where, p, NOW) for p in properties]
