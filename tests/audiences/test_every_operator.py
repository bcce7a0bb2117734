"""Every operator on every type of attribute, through the API, against predicates of plain Python that share no code.

Dates of the relative operators lie far from the edges: neither the hour nor a day that turns over meanwhile matters.
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from customers.operators import OPERATORS
from tests.conftest import Api

pytestmark = pytest.mark.django_db(transaction=True)
ZONE = ZoneInfo("Asia/Shanghai")
Holds = Callable[[Any], bool]

TYPES = {
    "word": "string", "size": "number", "vip": "boolean", "day": "date", "at": "datetime", "level": "enum", "likes": "list",
}  # fmt: skip


def day(offset: int) -> str:
    return (datetime.now(ZONE).date() + timedelta(days=offset)).isoformat()


def moment(days: float) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).isoformat()


VALUES: dict[str, list[Any]] = {
    "word": ["Tea", "tea", "green tea", "", "茶", "100%_\\", "a.c", "abc", "5", "Tea "],
    "size": [0, -1, 2.5, 2.50, 1e12, 10, 9, -0.001, 100, 3],
    "vip": [True, False, True, False, True],
    "day": [day(-400), day(-30), day(-2), day(2), day(30), "2024-02-29", "1999-12-31", "2000-01-01"],
    "at": [
        moment(-30), moment(-2), moment(2), moment(30), "2024-02-29T15:59:59+00:00", "2024-02-29T16:00:00+00:00",
        "2024-03-01T00:00:00+08:00", "2024-02-28T23:59:59.999+08:00",
    ],
    "level": ["gold", "silver", "gold"],
    "likes": [["tea"], ["tea", "cup"], ["cup", "pot"], ["Tea"]],
}  # fmt: skip


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def on_day(text: str) -> date:
    return instant(text).astimezone(ZONE).date()


FEB = date(2024, 2, 29)
EDGE = instant("2024-03-01T00:00:00+08:00")
NEW_YEAR = date(2000, 1, 1)
CASES: list[tuple[str, str, Any, Holds]] = [
    ("word", "eq", "tea", lambda v: v == "tea"),
    ("word", "ne", "tea", lambda v: v != "tea"),
    ("word", "in", ["tea", "茶"], lambda v: v in ("tea", "茶")),
    ("word", "not_in", ["tea", "茶"], lambda v: v not in ("tea", "茶")),
    ("word", "contains", "tea", lambda v: "tea" in v),
    ("word", "contains", "%_\\", lambda v: "%_\\" in v),
    ("word", "not_contains", "tea", lambda v: "tea" not in v),
    ("word", "starts_with", "Te", lambda v: v.startswith("Te")),
    ("word", "starts_with", "1__%", lambda v: v.startswith("1__%")),
    ("word", "ends_with", "_\\", lambda v: v.endswith("_\\")),
    ("word", "matches", "^a.c$", lambda v: re.search("^a.c$", v) is not None),
    ("word", "matches", "t[ea]+", lambda v: re.search("t[ea]+", v) is not None),
    ("size", "eq", 2.5, lambda v: v == 2.5),
    ("size", "ne", 2.5, lambda v: v != 2.5),
    ("size", "gt", 9, lambda v: v > 9),
    ("size", "gte", 9, lambda v: v >= 9),
    ("size", "lt", 0, lambda v: v < 0),
    ("size", "lte", 0, lambda v: v <= 0),
    ("size", "between", [-1, 3], lambda v: -1 <= v <= 3),
    ("size", "in", [9, 10, 11], lambda v: v in (9, 10)),
    ("size", "not_in", [9, 10, 11], lambda v: v not in (9, 10)),
    ("vip", "eq", True, lambda v: v is True),
    ("vip", "ne", True, lambda v: v is False),
    ("day", "eq", "2024-02-29", lambda v: v == "2024-02-29"),
    ("day", "ne", "2024-02-29", lambda v: v != "2024-02-29"),
    ("day", "on", "2024-02-29", lambda v: v == "2024-02-29"),
    ("day", "before", "2000-01-01", lambda v: date.fromisoformat(v) < NEW_YEAR),
    ("day", "after", "2000-01-01", lambda v: date.fromisoformat(v) > NEW_YEAR),
    ("day", "lt", "2000-01-01", lambda v: date.fromisoformat(v) < NEW_YEAR),
    ("day", "lte", "2000-01-01", lambda v: date.fromisoformat(v) <= NEW_YEAR),
    ("day", "gt", "2000-01-01", lambda v: date.fromisoformat(v) > NEW_YEAR),
    ("day", "gte", "2000-01-01", lambda v: date.fromisoformat(v) >= NEW_YEAR),
    ("day", "between", ["1999-12-31", "2000-01-01"], lambda v: v in ("1999-12-31", "2000-01-01")),
    ("day", "in", ["1999-12-31", "2024-02-29"], lambda v: v in ("1999-12-31", "2024-02-29")),
    ("day", "not_in", ["1999-12-31", "2024-02-29"], lambda v: v not in ("1999-12-31", "2024-02-29")),
    ("day", "within_last", {"days": 10}, lambda v: v == day(-2)),
    ("day", "within_next", {"days": 10}, lambda v: v == day(2)),
    ("at", "on", "2024-02-29", lambda v: on_day(v) == FEB),
    ("at", "before", "2024-03-01", lambda v: instant(v) < EDGE),
    ("at", "after", "2024-02-29", lambda v: on_day(v) > FEB),
    ("at", "lt", "2024-02-29T16:00:00Z", lambda v: instant(v) < EDGE),
    ("at", "lte", "2024-02-29T16:00:00Z", lambda v: instant(v) <= EDGE),
    ("at", "gt", "2024-02-29T16:00:00Z", lambda v: instant(v) > EDGE),
    ("at", "gte", "2024-02-29T16:00:00Z", lambda v: instant(v) >= EDGE),
    ("at", "eq", "2024-03-01T00:00:00+08:00", lambda v: instant(v) == EDGE),
    ("at", "ne", "2024-03-01T00:00:00+08:00", lambda v: instant(v) != EDGE),
    ("at", "between", ["2024-02-29T15:59:59Z", "2024-02-29T16:00:00Z"], lambda v: EDGE - timedelta(seconds=1) <= instant(v) <= EDGE),
    ("at", "in", ["2024-02-29T16:00:00Z"], lambda v: instant(v) == EDGE),
    ("at", "not_in", ["2024-02-29T16:00:00Z"], lambda v: instant(v) != EDGE),
    ("at", "within_last", {"days": 10}, lambda v: timedelta() < datetime.now(UTC) - instant(v) < timedelta(days=10)),
    ("at", "within_next", {"weeks": 1}, lambda v: timedelta() < instant(v) - datetime.now(UTC) < timedelta(days=7)),
    ("level", "eq", "gold", lambda v: v == "gold"),
    ("level", "ne", "gold", lambda v: v != "gold"),
    ("level", "in", ["gold", "none"], lambda v: v == "gold"),
    ("level", "not_in", ["gold"], lambda v: v != "gold"),
    ("likes", "contains", "tea", lambda v: "tea" in v),
    ("likes", "not_contains", "tea", lambda v: "tea" not in v),
    ("likes", "in", ["tea", "pot"], lambda v: bool({"tea", "pot"} & set(v))),
    ("likes", "not_in", ["tea", "pot"], lambda v: not {"tea", "pot"} & set(v)),
    *((key, "exists", None, lambda v: True) for key in TYPES),
]  # fmt: skip


@pytest.fixture
def everybody(api: Api) -> dict[str, Any]:
    """External id → value of the attribute after which it is named; "nobody" has none, "nulled" has had them all."""
    for key, kind in TYPES.items():
        made = api.post(
            "attributes", {"key": key, "type": kind, **({"options": ["gold", "silver"]} if kind == "enum" else {})}
        )
        assert made.status_code == 201, made.content
    people = {f"{key}-{n}": value for key, values in VALUES.items() for n, value in enumerate(values)}
    rows = [{"external_id": who, "attributes": {who.split("-")[0]: value}} for who, value in people.items()]
    full = {key: values[0] for key, values in VALUES.items()}
    rows += [{"external_id": "nobody", "attributes": {}}, {"external_id": "nulled", "attributes": full}]
    assert api.post("customers/bulk", {"customers": rows}).json()["rejected"] == []
    cleared = [{"external_id": "nulled", "attributes": dict.fromkeys(full)}]
    assert api.post("customers/bulk", {"customers": cleared}).json()["rejected"] == []
    return people


def found(api: Api, rule: dict[str, Any]) -> set[str]:
    answer = api.post("audiences/preview", {"rule": rule, "sample": 100})
    assert answer.status_code == 200, (rule, answer.content)
    sample = {row["external_id"] for row in answer.json()["sample"]}
    assert answer.json()["count"] == len(sample)
    return sample


def test_every_operator_on_every_type_and_its_opposite(api: Api, everybody: dict[str, Any]) -> None:
    all_ids, wrong = {*everybody, "nobody", "nulled"}, []
    for key, op, value, holds in CASES:
        rule = {"condition": "attribute", "key": key, "op": op, **({} if value is None else {"value": value})}
        wanted = {who for who, has in everybody.items() if who.startswith(f"{key}-") and holds(has)}
        got, rest = found(api, rule), found(api, {"not": rule})
        if got != wanted or rest != all_ids - wanted:
            wrong.append((rule, {who: everybody.get(who) for who in got ^ wanted}))
        assert op != "exists" or found(api, {**rule, "op": "not_exists"}) == all_ids - wanted
    assert wrong == []


def test_no_operator_of_a_type_was_forgotten() -> None:
    asked = {(TYPES[key], op) for key, op, _, _ in CASES}
    known = {(kind, op) for op, operator in OPERATORS.items() for kind in operator.types}
    assert {pair for pair in known - asked if pair[1] != "not_exists"} == set()
