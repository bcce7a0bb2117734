"""docs/conditions.md names every condition with every parameter, every operator and every measure (AUD-4)."""

import json
import re
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from audiences.catalogue import catalogue
from audiences.condition import CONDITIONS
from audiences.conditions.event import MEASURES
from audiences.facade import rule_problems
from customers.operators import OPERATORS
from tenants.models import Tenant

TEXT = (Path(__file__).parents[2] / "docs" / "conditions.md").read_text()


def test_every_condition_has_its_row_with_every_parameter() -> None:
    rows = {row.split("`")[1]: row for row in TEXT.splitlines() if row.startswith("| `")}
    for condition in CONDITIONS.values():
        named = set(re.findall(r"`(\w+)`", rows[condition.key]))
        wanted = {field.alias or name for name, field in condition.model.model_fields.items()}
        assert wanted <= named, condition.key


def test_every_operator_and_measure_is_explained() -> None:
    named = set(re.findall(r"`(\w+)`", TEXT))
    assert set(OPERATORS) <= named
    assert set(MEASURES) <= named


def examples() -> list[dict[str, Any]]:
    block = TEXT.split("## Examples")[1].split("```json")[1].split("```")[0]
    return [json.loads(line) for line in block.strip().splitlines()]


def test_the_published_schema_of_a_condition_takes_its_example_and_refuses_what_is_not_one() -> None:
    schemas = {entry["key"]: entry["schema"] for entry in catalogue()["results"]}
    for rule in examples():
        schema = schemas[rule["condition"]]
        Draft202012Validator.check_schema(schema)
        takes = Draft202012Validator(schema).is_valid
        assert takes(rule), rule
        assert not takes({**rule, "surprise": 1}), rule
        for name in schema["required"]:
            assert not takes({key: value for key, value in rule.items() if key != name}), (rule, name)


def test_every_condition_has_an_example_that_is_right(scope: Tenant) -> None:
    rules = examples()
    assert sorted(rule["condition"] for rule in rules) == sorted(c.key for c in CONDITIONS.values())
    wrong = {r["condition"]: [p.code for p in found] for r in rules if (found := rule_problems(r, ""))}
    assert wrong == {"audience": ["unknown_audience"], "audience_count": ["unknown_audience"] * 3}  # none is saved here
