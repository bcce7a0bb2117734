"""The catalogue of events, learnt from the stream: names, their properties with types, how many, when last seen.

No request ever waits for another's row here: counts that meet a lock are kept in the process and added by the next.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any

import orjson
from django.db import connection, transaction

from tenants.scope import current_tenant_id

MAX_PROPERTIES = 200
_late: dict[int, Counter[str]] = {}  # tenant → name → events that were stored but not yet counted

_TYPES = {bool: "boolean", int: "number", float: "number", str: "string", list: "list", dict: "object"}

_ADD_NAMES = """
    INSERT INTO customers_eventtype (tenant_id, name, label, properties, count)
    SELECT %s, key, '{}', value, 0 FROM jsonb_each(%s::jsonb) ORDER BY key
    ON CONFLICT (tenant_id, name) DO UPDATE SET properties = excluded.properties || customers_eventtype.properties
"""
_ADD_COUNTS = """
    WITH sent AS (SELECT key AS name, value::bigint AS n FROM jsonb_each_text(%(counts)s::jsonb)),
    free AS (
        SELECT id, name FROM customers_eventtype
        WHERE tenant_id = %(tenant)s AND name IN (SELECT name FROM sent) ORDER BY name FOR UPDATE SKIP LOCKED
    )
    UPDATE customers_eventtype t SET count = t.count + sent.n, last_seen_at = now()
    FROM free JOIN sent USING (name) WHERE t.tenant_id = %(tenant)s AND t.id = free.id RETURNING t.name
"""


# what this room records itself, with the types of its properties
OWN_EVENTS = {
    "canvas.entered": {"canvas": "string", "run": "string"},
    "canvas.finished": {"canvas": "string", "run": "string"},
    "tag.added": {"tag": "string"},
    "tag.removed": {"tag": "string"},
    "consent.withdrawn": {"channel": "string"},
}


def count_own(name: str, count: int) -> None:
    """Note `count` events of OWN_EVENTS that were just stored."""
    if count:
        _learn_properties({name: dict.fromkeys(OWN_EVENTS[name], "")})
        _count(Counter({name: count}))


def learn(events: Iterable[tuple[str, dict[str, Any]]]) -> None:
    """Note the names and properties of events that were just stored."""
    counts: Counter[str] = Counter()
    seen: dict[str, dict[str, Any]] = {}  # name → every property with a value of it
    for name, properties in events:
        counts[name] += 1
        known = seen.setdefault(name, {})
        if not known.keys() >= properties.keys():
            for key in properties.keys() - known.keys():
                if properties[key] is not None:
                    known[key] = properties[key]
    _learn_properties(seen)
    _count(counts)


def _learn_properties(seen: dict[str, dict[str, Any]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, properties FROM customers_eventtype WHERE tenant_id = %s AND name = ANY(%s)",
            [current_tenant_id(), list(seen)],
        )
        known = {name: orjson.loads(properties) for name, properties in cursor.fetchall()}
        new: dict[str, dict[str, str]] = {}
        for name, values in seen.items():
            added = {k: t for k, t in _types(values).items() if k not in known.get(name, {})}
            room = MAX_PROPERTIES - len(known.get(name, {}))
            if name not in known or (added and room > 0):
                new[name] = dict(list(added.items())[: max(room, 0)])
        if new:
            cursor.execute(_ADD_NAMES, [current_tenant_id(), orjson.dumps(new).decode()])


def _types(values: dict[str, Any]) -> dict[str, str]:
    """Property → type; what stands in a list of objects is named `items.sku`."""
    found = {}
    for key, value in values.items():
        found[key] = _TYPES[type(value)]
        inner = value[0] if isinstance(value, list) and value else value
        if isinstance(inner, dict):
            found.update({f"{key}.{k}": _TYPES[type(v)] for k, v in inner.items() if v is not None})
    return found


def _count(counts: Counter[str]) -> None:
    tenant_id = current_tenant_id()
    total = counts + _late.pop(tenant_id, Counter())
    with connection.cursor() as cursor:
        cursor.execute(_ADD_COUNTS, {"tenant": tenant_id, "counts": orjson.dumps(total).decode()})
        done = {name for (name,) in cursor.fetchall()}
    left = Counter({name: n for name, n in total.items() if name not in done})
    if left:
        transaction.on_commit(lambda: _late.setdefault(tenant_id, Counter()).update(left))
