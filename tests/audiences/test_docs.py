"""docs/conditions.md names every condition with every parameter, every operator and every measure (AUD-4)."""

import re
from pathlib import Path

from audiences.condition import CONDITIONS
from audiences.conditions.event import MEASURES
from customers.operators import OPERATORS

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
