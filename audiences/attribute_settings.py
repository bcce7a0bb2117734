"""Which settings of a condition name an attribute of customers: the pickers say so in their hints."""

from functools import cache

from audiences.condition import CONDITIONS


@cache
def settings_of(condition: str) -> tuple[str, ...]:
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
        named = [rule.get(name) for name in settings_of(rule["condition"])]
        return {key for one in named for key in (one if isinstance(one, list) else [one]) if isinstance(key, str)}
    return set().union(*(attributes_in(rule[kind]) for kind in ("all", "any", "not") if kind in rule))
