"""Whatever is sent as a rule is either told to be wrong, with a place that exists in it, or can be evaluated (AUD-4)."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audiences.condition import CONDITIONS
from audiences.evaluate import evaluate
from audiences.rule import read_rule
from audiences.world import open_world
from kernel.sets import people
from tenants.models import Tenant
from tests.audiences.shop import Happening, Person, declare, write

KEYS = sorted(condition.key for condition in CONDITIONS.values())
MEMBERS = sorted({f.alias or name for c in CONDITIONS.values() for name, f in c.model.model_fields.items()})
TEXT = (Path(__file__).parents[2] / "docs" / "conditions.md").read_text()
EXAMPLES = [json.loads(line) for line in TEXT.split("```json")[1].split("```")[0].strip().splitlines()]
OPS = [
    "eq",
    "ne",
    "in",
    "not_in",
    "between",
    "gt",
    "lt",
    "contains",
    "not_contains",
    "matches",
    "starts_with",
    "ends_with",
    "before",
    "after",
    "on",
    "within_last",
    "within_next",
    "exists",
    "not_exists",
    "has_any",
    "has_none",
]
WORDS = st.sampled_from(["city", "age", "joined", "born", "likes", "vip", "%s", "{}", "'; --", "\\", "a.b", "items.sku", "count", "sum", "distinct", "days",
                         "first", "order.paid", "sms", "2026-03-01", "2026-03-01T00:00:00Z", "9999-12-31", "0001-01-01", "^a+$", "(", "\0", "", "1", "delivered", "used"])  # fmt: skip
LENGTHS = st.dictionaries(st.sampled_from(["seconds", "minutes", "hours", "days", "weeks", "months", "years", "decades"]),
                          st.one_of(st.integers(-1, 2000), st.just(10**9), st.just("3"), st.just(1.5)), min_size=1, max_size=2)  # fmt: skip
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    WORDS,
    st.text(max_size=5),
)
FILTERS = st.lists(
    st.fixed_dictionaries(
        {
            "property": WORDS,
            "op": st.sampled_from(OPS),
            "value": st.one_of(SCALARS, LENGTHS, st.lists(SCALARS, max_size=2)),
        }
    ),
    max_size=2,
)
STEPS = st.lists(st.fixed_dictionaries({"event": WORDS}, optional={"where": FILTERS}), max_size=3)
WINDOWS = st.one_of(
    st.fixed_dictionaries({"last": LENGTHS}), st.fixed_dictionaries({}, optional={"from": WORDS, "to": WORDS})
)
VALUES = st.one_of(SCALARS, LENGTHS, FILTERS, STEPS, WINDOWS, st.lists(SCALARS, max_size=3))
LIKELY = {
    "op": st.sampled_from(OPS),
    "measure": WORDS,
    "window": WINDOWS,
    "where": FILTERS,
    "steps": STEPS,
    "within": LENGTHS,
    "offset_days": st.integers(-400, 400),
}
LEAVES = st.builds(
    lambda key, members, odd: {"condition": key, **members, **odd},
    st.sampled_from(KEYS),
    st.fixed_dictionaries({}, optional={name: LIKELY.get(name, st.one_of(WORDS, VALUES)) for name in MEMBERS}),
    st.one_of(st.just({}), st.dictionaries(st.sampled_from(MEMBERS), VALUES, max_size=1)),
)
FITTING = st.one_of(
    st.fixed_dictionaries(
        {"condition": st.just("attribute"), "key": WORDS, "op": st.sampled_from(OPS), "value": VALUES}
    ),
    st.fixed_dictionaries(
        {"condition": st.just("event"), "event": WORDS},
        optional={"op": st.sampled_from(OPS), "value": VALUES, "window": WINDOWS, "where": FILTERS},
    ),
    st.fixed_dictionaries(
        {
            "condition": st.just("event"),
            "event": WORDS,
            "measure": st.sampled_from(["sum", "avg", "distinct"]),
            "property": WORDS,
            "op": st.sampled_from(OPS),
            "value": VALUES,
        }
    ),
    st.fixed_dictionaries(
        {"condition": st.just("sequence"), "steps": STEPS}, optional={"within": LENGTHS, "window": WINDOWS}
    ),
    st.fixed_dictionaries({"condition": st.just("created"), "op": st.sampled_from(OPS), "value": VALUES}),
)
FIELDS = {c.key: [f.alias or name for name, f in c.model.model_fields.items()] for c in CONDITIONS.values()}


def spoiled(example: dict[str, Any]) -> Any:
    """Right but for one or two members."""
    fields = st.sampled_from(FIELDS[example["condition"]])
    odd = st.one_of(VALUES, st.lists(WORDS, max_size=3), st.sampled_from(OPS), st.integers(0, 40))
    return st.builds(lambda wrong: {**example, **wrong}, st.dictionaries(fields, odd, max_size=2))


ALMOST = st.sampled_from([e for e in EXAMPLES if FIELDS[e["condition"]]]).flatmap(spoiled)
RULES = st.recursive(
    st.one_of(LEAVES, FITTING, VALUES, ALMOST, ALMOST),
    lambda inner: st.one_of(
        st.fixed_dictionaries({"all": st.lists(inner, max_size=3)}),
        st.fixed_dictionaries({"any": st.lists(inner, max_size=3)}, optional={"not": inner}),
        st.fixed_dictionaries({"not": inner}),
    ),
    max_leaves=5,
)


def at(document: Any, pointer: str) -> bool:
    """Does the place exist, or the member that is missing there?"""
    parts = pointer.split("/")[1:]
    for number, part in enumerate(parts):
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(document, list) and name.isdigit() and int(name) < len(document):
            document = document[int(name)]
        elif isinstance(document, dict) and name in document:
            document = document[name]
        else:
            return isinstance(document, dict) and number == len(parts) - 1
    return True


ODD = {
    "city": "%s",
    "age": -1e300,
    "joined": "9999-12-31T23:59:59.999999-14:00",
    "born": "1000-01-01",
    "likes": [None, [1], {"a": 1}, "x", 5],
    "vip": None,
}
JUNK = {"city": 5, "age": "1e5", "joined": "2026-03-01", "born": "never", "likes": "x", "vip": "yes", "items": 3}


@pytest.fixture
def odd_people(scope: Tenant) -> list[Person]:
    """Values that are of their type but extreme, values that are not, and events far away in time."""
    declare(scope.pk, city="string", age="number", joined="datetime", born="date", likes="list", vip="boolean")
    happenings = [
        Happening("order.paid", datetime(year, 1, 1, tzinfo=UTC), properties)
        for year in (1, 1970, 2026, 9999)
        for properties in (ODD, JUNK, {"items": [{"sku": 1}, {"sku": "1"}, [{"sku": None}]], "a": {"b": 1e308}})
    ]
    people = [
        Person("a", ODD, happenings),
        Person("b", JUNK, happenings[:1]),
        Person("c"),
        Person("d", {"city": "1"}, tags=("city",)),
    ]
    write(scope.pk, people)
    return people


# the strategies are large; only their printed form is, and only when a test fails
@pytest.mark.filterwarnings("ignore:Generating overly large repr")
@settings(
    max_examples=700, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(rule=RULES)
def test_no_rule_breaks_anything(odd_people: list[Person], rule: Any) -> None:
    world = open_world()
    tree, problems = read_rule(rule, "/rule", world)
    assert [p.pointer for p in problems if not at({"rule": rule}, p.pointer)] == []
    if tree is not None and not problems:
        few = people([person.id for person in odd_people[1:]])
        assert evaluate(tree, world, few) == evaluate(tree, world) & few
