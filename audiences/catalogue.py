"""The catalogue of conditions for the rule editor: keys, labels, forms, operators, measures."""

from typing import Any

from audiences.condition import CONDITIONS, Condition
from audiences.conditions.event import MEASURES
from audiences.conditions.tag import OPERATORS as TAG_OPERATORS
from customers.operators import OPERATORS


def _condition(condition: Condition[Any]) -> dict[str, Any]:
    schema = condition.model.model_json_schema(by_alias=True)
    schema["properties"] = {"condition": {"const": condition.key}, **schema["properties"]}
    schema["required"] = ["condition", *schema.get("required", [])]
    return {
        "key": condition.key,
        "dimension": condition.dimension,
        "labels": condition.labels.labels(),
        "help": condition.help.labels() if condition.help else None,
        "schema": schema,
        "operators": list(condition.operators),
    }


def catalogue() -> dict[str, Any]:
    """The body of GET conditions."""
    operators = {
        op: {"labels": known.labels.labels(), "types": list(known.types), "value": known.value}
        for op, known in OPERATORS.items()
    }
    for op, label in TAG_OPERATORS.items():
        operators[op] = {"labels": label.labels(), "types": [], "value": "list"}
    return {
        "results": [_condition(condition) for condition in CONDITIONS.values()],
        "operators": operators,
        "measures": {key: label.labels() for key, label in MEASURES.items()},
    }
