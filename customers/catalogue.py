"""The catalogue of events, learnt from the stream: names, their properties with types, and how many came when.

Nobody ever waits for another's row here: counts are only added, as rows of their own, and upkeep makes one of many.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import orjson
from django.db import connection

from tenants.scope import current_tenant_id

MAX_PROPERTIES, MAX_NAMES = 200, 1000

_TYPES = {bool: "boolean", int: "number", float: "number", str: "string", list: "list", dict: "object"}
Types = dict[str, str]

_ADD_NAMES = """
    INSERT INTO customers_eventtype
        (tenant_id, name, label, description, hidden, properties, odd, about, count, first_seen_at)
    SELECT %s, key, '{}', '', false, value, '{}', '{}', 0, now() FROM jsonb_each(%s::jsonb) ORDER BY key
    ON CONFLICT (tenant_id, name) DO UPDATE SET properties = excluded.properties || customers_eventtype.properties,
        first_seen_at = coalesce(customers_eventtype.first_seen_at, now())
"""
_ADD_ODD = """
    UPDATE customers_eventtype SET odd = jsonb_set(odd, ARRAY[%(key)s], coalesce(odd -> %(key)s, '[]') || to_jsonb(%(type)s::text))
    WHERE tenant_id = %(tenant)s AND name = %(name)s AND NOT coalesce(odd -> %(key)s, '[]') ? %(type)s
"""
_ADD_TALLIES = """
    INSERT INTO customers_eventtally (tenant_id, name, day, stored, late, duplicates, ahead, last_at)
    SELECT t.id, s.name, (now() AT TIME ZONE t.timezone)::date, s.stored, s.late, s.duplicates, s.ahead, now()
    FROM jsonb_to_recordset(%s::jsonb) AS s(name text, stored bigint, late bigint, duplicates bigint, ahead bigint),
        tenants_tenant t
    WHERE t.id = %s
"""


# what is recorded here in whole sets, with the types of its properties
OWN_EVENTS = {
    "canvas.entered": {"canvas": "string", "run": "string"},
    "canvas.finished": {"canvas": "string", "run": "string"},
    "tag.added": {"tag": "string"},
    "tag.removed": {"tag": "string"},
    "consent.withdrawn": {"channel": "string"},
    "reward.issued": {
        "package": "string",
        "kind": "string",
        "name": "string",
        "code": "string",
        "cost": "number",
        "canvas": "string",
    },
}


@dataclass(slots=True)
class Tally:
    """What came of the events of one name (models.EventTally)."""

    stored: int = 0
    late: int = 0
    duplicates: int = 0
    ahead: int = 0


Tallies = defaultdict[str, Tally]


def tallies() -> Tallies:
    return defaultdict(Tally)


def count_own(name: str, count: int) -> None:
    """Note `count` events of OWN_EVENTS that were just stored."""
    if count:
        _learn_properties({name: dict.fromkeys(OWN_EVENTS[name], "")})
        add_tallies({name: Tally(stored=count)})


def learn(events: Iterable[tuple[str, dict[str, Any]]]) -> None:
    """Note the names and properties of events that were just stored; of each property one value of a request is looked at."""
    seen: dict[str, dict[str, Any]] = {}  # name → every property with a value of it
    for name, properties in events:
        known = seen.setdefault(name, {})
        if not known.keys() >= properties.keys():
            for key in properties.keys() - known.keys():
                if properties[key] is not None:
                    known[key] = properties[key]
    if seen:
        _learn_properties(seen)


def add_tallies(counted: dict[str, Tally]) -> None:
    """Note how many came."""
    rows = [{"name": name, **asdict(tally)} for name, tally in counted.items()]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_ADD_TALLIES, [orjson.dumps(rows[:MAX_NAMES]).decode(), current_tenant_id()])


def _learn_properties(seen: dict[str, dict[str, Any]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, properties, odd, first_seen_at IS NULL FROM customers_eventtype WHERE tenant_id = %s AND name = ANY(%s)",
            [current_tenant_id(), list(seen)],
        )
        known = {name: (orjson.loads(had), orjson.loads(odd), unseen) for name, had, odd, unseen in cursor.fetchall()}
        new: dict[str, Types] = {}
        for name, values in sorted(seen.items()):
            had, odd, unseen = known.get(name, ({}, {}, True))
            types = types_of(values)
            added = {key: kind for key, kind in types.items() if key not in had}
            room = MAX_PROPERTIES - len(had)
            if unseen or (added and room > 0):
                new[name] = dict(list(added.items())[: max(room, 0)])
            _note_odd(name, types, had, odd)
        if new:
            cursor.execute(_ADD_NAMES, [current_tenant_id(), orjson.dumps(new).decode()])


def _note_odd(name: str, types: Types, had: Types, odd: dict[str, list[str]]) -> None:
    """A property whose type is not the one that was learnt: told to people, once for each type."""
    other = {key: kind for key, kind in types.items() if had.get(key, kind) != kind and kind not in odd.get(key, ())}
    with connection.cursor() as cursor:
        for key, kind in sorted(other.items()):
            cursor.execute(_ADD_ODD, {"tenant": current_tenant_id(), "name": name, "key": key, "type": kind})


def type_of(value: object) -> str:
    return _TYPES[type(value)]


def types_of(values: dict[str, Any]) -> Types:
    """Property → type; what stands in a list of objects is named `items.sku`."""
    found = {}
    for key, value in values.items():
        found[key] = type_of(value)
        inner = value[0] if isinstance(value, list) and value else value
        if isinstance(inner, dict):
            found.update({f"{key}.{k}": type_of(v) for k, v in inner.items() if v is not None})
    return found
