"""What the newest events of a name look like: types, examples and frequent values of each property. Writes nothing.

Read from the events themselves when somebody asks, so taking events in costs nothing for it; bounded by number and size.
Values of sensitive properties are masked, and so is whatever looks like a phone number or an email address.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
from django.db import connection

from customers.catalogue import type_of
from customers.identities import EMAIL, KNOWN_KINDS, PHONE, mask, normalise
from customers.models import AttributeDefinition, EventType
from tenants.scope import current_tenant_id

MAX_EVENTS, MAX_BYTES, MAX_VALUES, MAX_LENGTH = 2000, 4_000_000, 20, 100
_PLAIN: Final = (str, int, float, bool)

_NEWEST = """
    SELECT p FROM (
        SELECT p, sum(length(p)) OVER (ORDER BY at DESC, id DESC) AS total FROM (
            SELECT properties::text AS p, occurred_at AS at, id FROM customers_event
            WHERE tenant_id = %s AND name = %s ORDER BY occurred_at DESC, id DESC LIMIT %s
        ) AS newest
    ) AS summed WHERE total <= %s
"""


@dataclass
class Property:
    """What was seen of one property: in how many of the events, of which types, with which values."""

    events: int = 0
    types: Counter[str] = field(default_factory=Counter)
    values: Counter[Any] = field(default_factory=Counter)

    def see(self, value: Any) -> None:
        self.types[type_of(value)] += 1
        if type(value) in _PLAIN and len(str(value)) <= MAX_LENGTH:
            self.values[(type_of(value), value)] += 1

    def frequent(self, limit: int) -> list[dict[str, Any]]:
        """Most frequent first, equal ones in a fixed order."""
        ordered = sorted(self.values.items(), key=lambda item: (-item[1], str(item[0][1])))
        return [{"value": value, "count": count} for (_, value), count in ordered[:limit]]


def sample(name: str) -> tuple[int, dict[str, Property]]:
    """How many events were looked at, and what their properties are like; `items.sku` is sku of each item."""
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST, [current_tenant_id(), name, MAX_EVENTS, MAX_BYTES])
        events = [orjson.loads(text) for (text,) in cursor.fetchall()]
    found: dict[str, Property] = {}
    for event in events:
        for key, value in event.items():
            _see(found, key, value)
    return len(events), found


def _see(found: dict[str, Property], key: str, value: Any) -> None:
    if value is None:
        return
    seen = found.setdefault(key, Property())
    seen.events += 1
    seen.see(value)
    inner = [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, dict)]
    for path in dict.fromkeys(f"{key}.{part}" for item in inner for part in item):
        found.setdefault(path, Property()).events += 1
    for item in inner:
        for part, one in item.items():
            if one is not None:
                found[f"{key}.{part}"].see(one)


def sensitive_properties(name: str, keys: list[str]) -> set[str]:
    """Those that people marked, that are called like an identity, or like a sensitive attribute."""
    row = EventType.objects.filter(name=name).first()
    about = row.about if row else {}
    secret = {*KNOWN_KINDS, *AttributeDefinition.objects.filter(sensitive=True).values_list("key", flat=True)}
    return {key for key in keys if about.get(key, {}).get("sensitive", key.rpartition(".")[2] in secret)}


def shown(value: Any, *, sensitive: bool) -> Any:
    """A value as people may see it."""
    if sensitive:
        return mask("", str(value))
    if isinstance(value, str):
        kind = next((kind for kind in (PHONE, EMAIL) if normalise(kind, value) is not None), None)
        return mask(kind, value) if kind else value
    return value


def frequent_values(name: str, path: str) -> dict[str, Any]:
    """{"values": [{"value", "count"}], "events": how many were looked at}; nothing of what must be masked."""
    events, found = sample(name)
    seen = found.get(path)
    if seen is None or sensitive_properties(name, [path]):
        return {"values": [], "events": events}
    plain = [row for row in seen.frequent(MAX_VALUES * 2) if shown(row["value"], sensitive=False) == row["value"]]
    return {"values": plain[:MAX_VALUES], "events": events}


def properties_show(
    name: str, learnt: dict[str, str], odd: dict[str, list[str]], about: dict[str, Any]
) -> dict[str, Any]:
    """{"sampled": events looked at, "properties": [...]}: what was learnt, joined with what the newest events say."""
    events, found = sample(name)
    keys = [*learnt, *(key for key in found if key not in learnt)]
    secret = sensitive_properties(name, keys)
    return {
        "sampled": events,
        "properties": [
            {
                "name": key, "type": learnt.get(key) or found[key].types.most_common(1)[0][0],
                "other_types": sorted({*odd.get(key, ()), *found.get(key, Property()).types} - {learnt.get(key)}),
                "expected": about.get(key, {}).get("type"), "label": about.get(key, {}).get("label", {}), "sensitive": key in secret,
                "events": found[key].events if key in found else 0,
                "examples": [
                    shown(row["value"], sensitive=key in secret) for row in found.get(key, Property()).frequent(5)
                ],
            }
            for key in keys
        ],
    }  # fmt: skip
