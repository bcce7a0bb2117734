"""A condition that can also be asked of one person in Python says the same there as its SQL, for every such condition (REP-6)."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audiences.accuracy.person import CHECKED, Examiner
from audiences.accuracy.person import Happened as Seen
from audiences.accuracy.person import Person as Examined
from audiences.condition import CONDITIONS
from audiences.evaluate import evaluate
from audiences.figures.definitions import ORDER, definitions
from audiences.rule import parse_rule
from audiences.world import open_world
from tenants.models import Tenant
from tests.audiences.shop import NOW, Happening, Person, ago, declare, write
from tests.audiences.test_oracle import ATTRIBUTES, BEHAVIOUR, TAGGED, crowd, rule, sample

STAGES = st.lists(
    st.sampled_from(["potential", "first_purchase", "repeat", "retained", "churned"]), min_size=1, max_size=3, unique=True
)  # fmt: skip


def only(key: str, strategy: Any) -> Any:
    return strategy.filter(lambda made: made["condition"] == key)


RULES: Mapping[str, Any] = {
    "attribute": only("attribute", ATTRIBUTES),
    "event": only("event", BEHAVIOUR),
    "tag": TAGGED,
    "lifecycle": rule(condition="lifecycle", op=sample("in", "not_in"), value=STAGES),
}
# orders around both thresholds of the stages (180 days)
ORDERS = [[], [1], [179], [181], [3, 40], [1, 181], [179, 181], [185, 300], [0, 400]]


def test_every_condition_with_a_form_in_python_is_compared() -> None:
    """Whoever adds one writes rules for it here."""
    assert set(RULES) == set(CHECKED)
    assert set(RULES) <= {condition.key for condition in CONDITIONS.values()}


@pytest.fixture
def people(scope: Tenant) -> list[Person]:
    everybody = [person for person in crowd(11) if not person.gone]
    for number, person in enumerate(everybody):
        person.events += [Happening(ORDER, ago(days=day, hours=1)) for day in ORDERS[number % len(ORDERS)]]
    declare(scope.pk, city="string", age="number", birthday="date")
    write(scope.pk, everybody)
    return everybody


def examined(who: Person) -> Examined:
    events = [Seen(event.name, event.at, event.properties) for event in who.events]
    return Examined(who.id, who.attributes, list(who.tags), events)


# the strategies are large; only their printed form is, and only when a test fails
@pytest.mark.filterwarnings("ignore:Generating overly large repr")
@pytest.mark.parametrize("key", sorted(RULES))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data())
def test_sql_and_python_find_the_same_people(people: list[Person], key: str, data: st.DataObject) -> None:
    world = open_world(now=NOW)
    tree = parse_rule(data.draw(RULES[key]), "", world)
    examiner = Examiner(world, definitions())
    told = {who.id for who in people if examiner.holds(tree, examined(who))}
    assert told == set(evaluate(tree, world))
