"""Which rules look at an attribute of customers: by the settings of conditions that say they hold its key."""

from functools import cache
from typing import Any

from audiences.condition import CONDITIONS
from audiences.selectors import audiences_listed
from customers.models import Tag


@cache
def _settings(condition: str) -> tuple[str, ...]:
    """Names of the settings of a condition that hold an attribute's key, or a list of them."""
    if condition not in CONDITIONS:
        return ()
    fields = CONDITIONS[condition].model.model_json_schema(by_alias=True)["properties"]
    hints = {name: field.get("x-ui", {}) for name, field in fields.items()}
    return tuple(
        name for name, ui in hints.items() if ui.get("widget") == "attribute-picker" or ui.get("of") == "attribute"
    )


def attributes_in(rule: object) -> set[str]:
    """Keys of the attributes that a rule looks at, also in a rule that is not quite right."""
    if isinstance(rule, list):
        return set().union(*(attributes_in(part) for part in rule))
    if not isinstance(rule, dict):
        return set()
    if isinstance(rule.get("condition"), str):
        named = [rule.get(name) for name in _settings(rule["condition"])]
        return {key for one in named for key in (one if isinstance(one, list) else [one]) if isinstance(key, str)}
    return set().union(*(attributes_in(rule[kind]) for kind in ("all", "any", "not") if kind in rule))


def rules_with_attribute(*, key: str) -> list[dict[str, Any]]:
    """[{"type", "id", "name"}] of the saved audiences and tags whose rule looks at it."""
    return [
        {"type": kind, "id": str(pk), "name": name}
        for kind, rows in (("audience", audiences_listed()), ("tag", Tag.objects.all()))
        for pk, name, rule in rows.filter(rule__isnull=False).order_by("id").values_list("pk", "name", "rule")
        if key in attributes_in(rule)
    ]
