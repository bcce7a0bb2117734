"""What holds for every condition of the catalogue: a hand-computed case, labels in both languages, a form that can be drawn (AUD-4)."""

from typing import Any

import pytest

from audiences.catalogue import catalogue
from tests.audiences import (
    test_behaviour_conditions,
    test_conditions,
    test_group_conditions,
    test_person_conditions,
    test_reaction_conditions,
)
from tests.audiences.checking import CASES

MODULES = (test_behaviour_conditions, test_group_conditions, test_person_conditions, test_reaction_conditions)
ENTRIES = catalogue()["results"]
# asked by tests of their own, which save audiences, people or figures first
ELSEWHERE = {"audience", "audience_count", "sample", "score", "alive", "expected_purchase"}


def conditions_in(rule: Any) -> set[str]:
    if isinstance(rule, dict):
        own = {rule["condition"]} if "condition" in rule else set()
        return own.union(*(conditions_in(part) for part in rule.values()))
    return set().union(*(conditions_in(part) for part in rule)) if isinstance(rule, list) else set()


def test_there_are_more_than_sixty_over_four_dimensions() -> None:
    assert len(ENTRIES) > 60
    assert {entry["dimension"] for entry in ENTRIES} == {"attribute", "behaviour", "group", "tag"}


def test_every_condition_has_a_case_that_was_worked_out_by_hand() -> None:
    asked = set[str]()
    for listed in (*CASES, test_conditions.CASES):
        asked = asked.union(*(conditions_in(rule) for rule, _ in listed))
    assert {entry["key"] for entry in ENTRIES} - asked <= ELSEWHERE
    assert MODULES


@pytest.mark.parametrize("entry", ENTRIES, ids=[entry["key"] for entry in ENTRIES])
def test_every_condition_can_be_drawn_as_a_form(entry: dict[str, Any]) -> None:
    def labelled(shown: Any) -> bool:
        return isinstance(shown, dict) and bool(shown.get("zh")) and bool(shown.get("en"))

    assert labelled(entry["labels"])
    assert labelled(entry["help"])
    for name, field in entry["schema"]["properties"].items():
        if name == "condition":
            continue
        hints = field.get("x-ui", {})
        assert labelled(hints.get("labels")), name
        inner = field.get("items", field)
        choices = inner.get("enum") or [v for part in inner.get("anyOf", []) for v in part.get("enum", [])]
        told = {key for key, label in hints.get("options", {}).items() if labelled(label)}
        assert name == "op" or name == "measure" or set(choices) <= told, name
    if "op" in entry["schema"]["properties"]:
        assert entry["operators"]
