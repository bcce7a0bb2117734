"""Operators: hand-computed answers, faults with their places, and SQL against Python over random values (AUD-4)."""

import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customers.fragments import Sql, sql
from customers.moments import Clock
from customers.operators import OPERATORS, TYPES, compare, operators_of
from customers.patterns import compiled, portable
from kernel.errors import ProblemError

SHANGHAI = Clock(datetime(2026, 3, 10, 17, 30, tzinfo=UTC), ZoneInfo("Asia/Shanghai"))  # 11 March, 01:30
NEW_YORK = Clock(datetime(2026, 3, 9, 3, 59, 59, 999999, tzinfo=UTC), ZoneInfo("America/New_York"))  # 8 March: DST day

DAY, MOMENT = "date", "datetime"


def says(kind: str, op: str, right: Any, left: Any, clock: Clock = SHANGHAI) -> bool:
    return compare(kind, op, right).test(left, clock)


@pytest.mark.parametrize(
    ("kind", "op", "right", "true_for", "false_for"),
    [
        ("string", "eq", "上海", ["上海"], ["杭州", "", None, 1]),
        ("string", "ne", "上海", ["杭州", ""], ["上海", None, 5, True]),
        ("string", "in", ["a", "b"], ["a", "b"], ["c", "A", None]),
        ("string", "not_in", ["a", "b"], ["c", "A"], ["a", None, 3]),
        ("string", "contains", "海", ["上海", "海"], ["杭州", None]),
        ("string", "not_contains", "海", ["杭州", ""], ["上海", None]),
        ("string", "starts_with", "上", ["上海"], ["海上", None]),
        ("string", "ends_with", "海", ["上海"], ["海上", None]),
        ("string", "matches", r"^1[3-9]\d{9}$", ["13800138000"], ["12800138000", "138001380001", None]),
        ("number", "eq", 5, [5, 5.0], [4, "a", "5", None, True, [5]]),
        ("number", "ne", 5, [4], [5, "4", None, "five"]),
        ("number", "gt", 100, [100.01], [100, 99, None, "abc", "101", True, [101]]),
        ("number", "gte", 100, [100], [99.99]),
        ("number", "lt", 0.3, [0.2, -1], [0.3, 1, "0", None, False]),
        ("any", "eq", 5, [5, 5.0, "5", "5.00"], [4, "a", None, True, [5]]),
        ("any", "ne", 5, [4, "4"], [5, "5.0", None, "five"]),
        ("any", "gte", 100, [100, "100.00", "1000"], [99.99, "99.99"]),
        ("number", "lte", 0.3, [0.3, 0.1], [0.31]),
        ("number", "between", [1, 2], [1, 1.5, 2], [0.99, 2.01, None]),
        ("number", "in", [1, 2], [1, 2.0], [3, None]),
        ("number", "not_in", [1, 2], [3], [1, None, "x"]),
        ("boolean", "eq", True, [True], [False, None, 1, "true"]),
        ("boolean", "ne", True, [False], [True, None, 0]),
        ("enum", "in", ["gold"], ["gold"], ["silver", None]),
        ("list", "contains", "a", [["a", "b"], ["a"]], [["b"], [], None, "a"]),
        ("list", "not_contains", "a", [["b"], []], [["a"], None, "b"]),
        ("list", "contains", 1, [[1], [1.0]], [[True], ["1"], [2]]),
        ("list", "in", ["a", "b"], [["b", "c"]], [["c"], []]),
        ("list", "not_in", ["a", "b"], [["c"], []], [["b", "c"], None]),
        ("date", "eq", "2026-03-11", ["2026-03-11"], ["2026-03-10", None, "11.3.2026", "2026-02-30"]),
        ("date", "ne", "2026-03-11", ["2026-03-10"], ["2026-03-11", None, "soon"]),
        ("date", "before", "2026-03-11", ["2026-03-10"], ["2026-03-11", None]),
        ("date", "after", "2026-03-11", ["2026-03-12"], ["2026-03-11"]),
        ("date", "on", "2026-03-11", ["2026-03-11"], ["2026-03-12"]),
        ("date", "between", ["2026-03-01", "2026-03-11"], ["2026-03-01", "2026-03-11"], ["2026-02-28", "2026-03-12"]),
        ("date", "within_last", {"days": 3}, ["2026-03-11", "2026-03-08"], ["2026-03-07", "2026-03-12", None]),
        ("date", "within_next", {"days": 3}, ["2026-03-11", "2026-03-14"], ["2026-03-10", "2026-03-15"]),
        ("date", "within_last", {"months": 1}, ["2026-02-11"], ["2026-02-10"]),
        ("datetime", "before", "2026-03-11", ["2026-03-10T23:59:59+08:00"], ["2026-03-11T00:00:00+08:00", None]),
        ("datetime", "after", "2026-03-11", ["2026-03-12T00:00:00+08:00"], ["2026-03-11T23:59:59+08:00"]),
        ("datetime", "on", "2026-03-11", ["2026-03-10T16:00:00Z", "2026-03-11T23:59:59.999999+08:00"], ["2026-03-12T00:00:00+08:00"]),
        ("datetime", "eq", "2026-03-11T01:00:00+08:00", ["2026-03-10T17:00:00Z"], ["2026-03-10T17:00:01Z"]),
        ("datetime", "within_last", {"hours": 1}, ["2026-03-11T00:30:00+08:00", "2026-03-11T01:30:00+08:00"], ["2026-03-11T00:29:59+08:00", "2026-03-11T01:30:01+08:00"]),
        ("datetime", "within_next", {"days": 1}, ["2026-03-12T01:30:00+08:00"], ["2026-03-12T01:30:01+08:00", "2026-03-11T01:29:59+08:00"]),
        ("datetime", "between", ["2026-03-10", "2026-03-11"], ["2026-03-11T23:00:00+08:00"], ["2026-03-12T00:00:00+08:00"]),
        ("string", "exists", None, ["", "x", 0, False, []], [None]),
        ("string", "not_exists", None, [None], ["", 0, False]),
        ("any", "eq", "5", ["5"], [5, None]),
        ("any", "gt", 3, [4, "4.5"], ["x", [4], None]),
        ("any", "contains", "a", ["cat", ["a"]], ["dog", ["cat"], None]),
        ("any", "after", "2026-03-11", ["2026-03-12", "2026-03-12T00:00:00+08:00"], ["2026-03-11", "2026-03-11T20:00:00+08:00", 5]),
        ("any", "within_last", {"days": 1}, ["2026-03-10", "2026-03-10T12:00:00Z"], ["2026-03-09", "x", None]),
    ],
)  # fmt: skip
def test_hand_computed(kind: str, op: str, right: Any, true_for: list, false_for: list) -> None:
    assert [left for left in true_for if not says(kind, op, right, left)] == []
    assert [left for left in false_for if says(kind, op, right, left)] == []


def test_every_operator_of_every_type_is_known_and_can_be_made() -> None:
    samples = {"one": {"string": "a", "enum": "a", "number": 1, "boolean": True, "date": "2026-01-01", "datetime": "2026-01-01", "list": "a"}}  # fmt: skip
    for kind in TYPES:
        for op in operators_of(kind):
            one = samples["one"][kind]
            value = {"one": one, "two": [one, one], "list": [one], "duration": {"days": 1}, "none": None}[
                OPERATORS[op].value
            ]
            compare(kind, op, value)


@pytest.mark.parametrize(
    ("kind", "op", "value", "pointer"),
    [
        ("string", "gt", "a", "/op"), ("number", "contains", 1, "/op"), ("string", "like", "a", "/op"),
        ("number", "gt", "5", "/value"), ("number", "gt", True, "/value"), ("number", "gt", None, "/value"),
        ("number", "between", [1], "/value"), ("number", "between", [2, 1], "/value"), ("number", "between", 1, "/value"),
        ("number", "between", [1, "b"], "/value/1"), ("number", "in", [], "/value"), ("string", "in", "a", "/value"),
        ("string", "in", ["a", 1], "/value/1"), ("string", "eq", 1, "/value"), ("string", "eq", ["a"], "/value"),
        ("string", "contains", "", "/value"), ("string", "eq", "a\0", "/value"), ("string", "matches", "(a", "/value"),
        ("string", "matches", "a**", "/value"), ("string", "matches", r"(a)\1", "/value"), ("string", "matches", "(?=a)", "/value"),
        ("string", "matches", "(a+)+$", "/value"), ("string", "matches", "a?" * 50, "/value"), ("string", "matches", "[z-a]", "/value"),
        ("string", "matches", "x" * 300, "/value"), ("string", "matches", "[", "/value"), ("string", "matches", "*a", "/value"),
        ("date", "eq", "2026-02-30", "/value"), ("date", "eq", "2026-01-01T00:00:00Z", "/value"), ("date", "within_last", 5, "/value"),
        ("date", "within_last", {"hours": 5}, "/value"), ("date", "within_last", {"day": 5}, "/value/day"),
        ("date", "within_last", {"days": 0}, "/value"), ("date", "within_last", {"days": -1}, "/value/days"),
        ("date", "within_last", {}, "/value"), ("date", "within_last", {"years": 101}, "/value/years"),
        ("datetime", "eq", "2026-01-01T00:00:00", "/value"), ("datetime", "after", "9999-12-31", "/value"),
        ("boolean", "eq", "true", "/value"), ("list", "contains", {"a": 1}, "/value"), ("any", "gt", "abc", "/value"),
        ("any", "in", [1, "a"], "/value/1"), ("any", "starts_with", 5, "/value"),
    ],
)  # fmt: skip
def test_a_bad_right_hand_side_is_told_with_its_place(kind: str, op: str, value: Any, pointer: str) -> None:
    with pytest.raises(ProblemError) as caught:
        compare(kind, op, value)
    assert [error.pointer for error in caught.value.errors] == [pointer]


TEXTS = st.text(alphabet="ab上海5.-_ \n\tT:Z+%\\'\"{}[]", max_size=8)
NUMBERS = st.one_of(
    st.integers(-(10**12), 10**12),
    st.integers(-5, 5),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.sampled_from([0.1, 0.2, 0.3, 5.0, 1e22, -0.0, 1e-9]),
)
DATES = st.dates(min_value=datetime(2026, 2, 25).date(), max_value=datetime(2026, 3, 25).date()).map(str)  # noqa: DTZ001  # only its date
ODD_DATES = st.sampled_from(
    ["2024-02-29", "2026-02-29", "2026-13-01", "0000-01-01", "1900-02-29", "2000-02-29", "9999-12-30"]
)
OFFSETS = st.sampled_from(["Z", "+08:00", "-05:00", "+00:00", "+14:00", "-04:30"])
FRACTIONS = st.sampled_from(["", ".5", ".999999", ".000001"])
MOMENTS = st.builds(
    lambda d, h, m, s, f, o: f"{d}T{h:02}:{m:02}:{s:02}{f}{o}",
    DATES, st.integers(0, 23), st.integers(0, 59), st.integers(0, 59), FRACTIONS, OFFSETS,
)  # fmt: skip
ODD_MOMENTS = st.sampled_from(
    ["2026-03-11T25:00:00Z", "2026-03-11T10:00:00", "2026-03-11 10:00Z", "2026-02-30T10:00:00Z"]
)
MONEY = st.sampled_from(["5", "5.00", "-3.5", "+5", "5.", ".5", "1e3", "00005", "99999999999999999999.5"])
SCALARS = st.one_of(TEXTS, NUMBERS, st.booleans(), DATES, ODD_DATES, MOMENTS, ODD_MOMENTS, MONEY)
VALUES = st.one_of(
    st.none(), SCALARS, st.lists(st.one_of(TEXTS, NUMBERS, st.booleans()), max_size=3), st.just({"a": 1})
)
DURATIONS = st.one_of(
    st.builds(lambda n: {"days": n}, st.integers(1, 20)),
    st.builds(lambda n, m: {"months": n, "weeks": m}, st.integers(1, 2), st.integers(0, 2)),
    st.builds(lambda n, m: {"hours": n, "minutes": m}, st.integers(1, 60), st.integers(0, 90)),
)
ATOMS = st.sampled_from(
    [
        "a",
        "b",
        ".",
        "上",
        r"\d",
        r"\w",
        r"\s",
        r"\D",
        "[ab]",
        "[^a]",
        "[a-c5]",
        r"[\d上-海]",
        r"\.",
        "(a|b)",
        "(?:ab)?",
        "-",
    ]
)
REPEATS = st.sampled_from(["", "", "?", "*", "+", "{2}", "{1,3}", "{0,}"])
PATTERNS = st.builds(
    lambda start, parts, end: start + "".join(a + (r if not a.endswith((")", "?")) else "") for a, r in parts) + end,
    st.sampled_from(["", "^"]), st.lists(st.tuples(ATOMS, REPEATS), min_size=1, max_size=4), st.sampled_from(["", "$"]),
)  # fmt: skip
ONE = {"string": TEXTS, "enum": TEXTS, "number": NUMBERS, "boolean": st.booleans(), "date": DATES,
       "datetime": st.one_of(DATES, MOMENTS), "list": st.one_of(TEXTS, NUMBERS, st.booleans()),
       "any": st.one_of(TEXTS, NUMBERS, st.booleans(), DATES, MOMENTS)}  # fmt: skip


@st.composite
def comparisons(draw: Any) -> Any:
    kind = draw(st.sampled_from([*TYPES, "any"]))
    op = draw(st.sampled_from(operators_of(kind)))
    if op == "matches":
        return kind, op, draw(PATTERNS)
    one, arity = ONE[kind], OPERATORS[op].value
    if arity == "two":
        return kind, op, draw(st.lists(one, min_size=2, max_size=2).map(lambda v: sorted(v, key=str)))
    made = {"one": one, "list": st.lists(one, min_size=1, max_size=3), "duration": DURATIONS, "none": st.none()}
    return kind, op, draw(made[arity])


def in_sql(compared: Any, values: list[Any], clock: Clock) -> list[bool]:
    """What PostgreSQL says of each value; None is an absent key as well as a JSON null."""
    predicate = compared.sql(Sql("t.v"), clock)
    statement = sql(
        "SELECT ({}) IS TRUE FROM unnest({}::jsonb[]) WITH ORDINALITY AS t (v, n) ORDER BY n",
        predicate,
        [json.dumps(v, ensure_ascii=False) for v in values],
    )
    with connection.cursor() as cursor:
        cursor.execute(statement.text, statement.params)
        return [row[0] for row in cursor.fetchall()]


@pytest.mark.django_db
@settings(
    max_examples=600, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    made=comparisons(), values=st.lists(VALUES, min_size=1, max_size=12), clock=st.sampled_from([SHANGHAI, NEW_YORK])
)
def test_sql_and_python_agree(made: Any, values: list[Any], clock: Clock) -> None:
    kind, op, right = made
    try:
        compared = compare(kind, op, right)
    except ProblemError:
        return
    assert in_sql(compared, values, clock) == [compared.test(value, clock) for value in values]


@pytest.mark.django_db
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pattern=PATTERNS, texts=st.lists(st.text(alphabet="ab上海5.-_ \n\tAc", max_size=12), min_size=1, max_size=15))
def test_patterns_agree(pattern: str, texts: list[str]) -> None:
    try:
        compared = compare("string", "matches", pattern)
    except ProblemError:
        return
    assert in_sql(compared, texts, SHANGHAI) == [compared.test(text, SHANGHAI) for text in texts]


@pytest.mark.django_db
def test_an_absent_key_is_missing_in_sql_as_null_is() -> None:
    exists, absent = compare("string", "exists", None), compare("any", "not_exists", None)
    for compared, expected in ((exists, False), (absent, True)):
        predicate = compared.sql(Sql("('{}'::jsonb -> 'k')"), SHANGHAI)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT ({predicate.text}) IS TRUE", predicate.params)
            assert cursor.fetchone()[0] is expected


def test_a_pattern_is_written_alike_for_both_and_means_the_whole_end() -> None:
    assert portable(r"^\d+$") == "^[0-9]+$"
    assert compiled("a$").search("a\n") is None


def test_the_worst_pattern_allowed_ends_soon() -> None:
    assert not says("string", "matches", "a*a*a*b", "a" * 10_000)


def test_days_follow_the_zone_over_a_change_of_clocks() -> None:
    spring = Clock(datetime(2026, 3, 8, 12, tzinfo=UTC), ZoneInfo("America/New_York"))
    on = compare("datetime", "on", "2026-03-08")
    assert on.test("2026-03-08T05:00:00Z", spring)
    assert on.test("2026-03-09T03:59:59Z", spring)  # the day has 23 hours
    assert not on.test("2026-03-09T04:00:00Z", spring)
