"""The event log: each event counts once for ever, watched ones also go to the inbox, all in the caller's transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

import orjson
from django.db import connection

from customers import catalogue, partitions
from customers.aliases import survivors
from customers.stage import cell, stage_text
from customers.touched import NOTE, noted, touch
from kernel.copy import fetch_ids
from kernel.sets import People, from_array, people
from kernel.wake import TRIGGER
from tenants.ready import announce
from tenants.scope import current_tenant_id

MAX_NAME = 200

_STORE = f"""
    WITH fresh AS (
        INSERT INTO customers_event_key (tenant_id, event_id)
        SELECT %(tenant)s, event_id FROM stage_event ORDER BY event_id COLLATE "C"
        ON CONFLICT DO NOTHING RETURNING event_id
    ), stored AS (
        INSERT INTO customers_event (tenant_id, event_id, customer_id, name, occurred_at, properties, received_at)
        SELECT %(tenant)s, s.event_id, s.customer_id, s.name, s.occurred_at, s.properties, now()
        FROM stage_event s JOIN fresh USING (event_id)
    ), watched AS (
        INSERT INTO customers_eventinbox (tenant_id, event_id, customer_id, name, occurred_at, properties, received_at)
        SELECT %(tenant)s, s.event_id, s.customer_id, s.name, s.occurred_at, s.properties, clock_timestamp()
        FROM stage_event s JOIN fresh USING (event_id)
        WHERE s.name = ANY(%(watched)s)
        RETURNING 1
    ), noted AS ({NOTE})
    SELECT (SELECT count(*) FROM watched), (SELECT coalesce(array_agg(event_id), '{{}}') FROM fresh)
"""

_STORE_OWN = """
    , stored AS (
        INSERT INTO customers_event (tenant_id, event_id, customer_id, name, occurred_at, properties, received_at)
        SELECT %(tenant)s, gen_random_uuid()::text, coalesce(gone.merged_into, changed.customer_id), %(event)s, {at}, properties, now()
        FROM changed LEFT JOIN customers_customer gone
            ON gone.tenant_id = %(tenant)s AND gone.id = changed.customer_id AND gone.merged_into IS NOT NULL
        RETURNING event_id, customer_id, occurred_at, properties
    ), inboxed AS (
        INSERT INTO customers_eventinbox (tenant_id, event_id, customer_id, name, occurred_at, properties, received_at)
        SELECT %(tenant)s, event_id, customer_id, %(event)s, occurred_at, properties, clock_timestamp() FROM stored WHERE %(watched)s
    )
    SELECT customer_id FROM stored
"""


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event of a known customer. `event_id` decides what counts as a repeat."""

    event_id: str
    customer_id: int
    name: str
    occurred_at: datetime
    properties: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """An event on its way in; `properties` is both the object and its JSON."""

    event_id: str
    customer_id: int
    name: str
    at: str
    month: date
    properties: dict[str, Any]
    json: str


def record(events: Iterable[NewEvent]) -> int:
    """Store events of the rooms above; returns how many were not there yet."""
    rows = list(events)
    known = survivors(event.customer_id for event in rows)  # a receipt for somebody who was merged meanwhile
    return len(store([_line(replace(e, customer_id=known.get(e.customer_id, e.customer_id))) for e in rows]))


def _line(e: NewEvent) -> Line:
    at = e.occurred_at.astimezone(UTC)
    text = orjson.dumps(e.properties, default=str).decode()
    return Line(e.event_id, e.customer_id, e.name, at.isoformat(), at.date().replace(day=1), e.properties, text)


def watched_names() -> list[str]:
    """Names that somebody wants in the inbox."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT name FROM customers_eventwatch WHERE tenant_id = %s", [current_tenant_id()])
        return [name for (name,) in cursor.fetchall()]


def record_own(
    changed: str, params: dict[str, Any], name: str, *, at: str = "now()", months: Iterable[date] = ()
) -> People:
    """Record `name` for each row (customer_id, properties jsonb) that the CTE `changed` yields; the people.

    changed: SQL of `WITH changed AS (...)`. Such events are made here and can have no repeat, so they get a random
    event_id and no row in the key table. `%(tenant)s` is filled in. at: SQL of the time, now or a column of `changed`; months: days in which that is.
    """
    partitions.ensure([datetime.now(UTC).date(), *months])
    watched = name in watched_names()
    own = {**params, "tenant": current_tenant_id(), "event": name, "watched": watched}
    found = fetch_ids(changed + _STORE_OWN.replace("{at}", at), own)
    if len(found) and watched:
        announce(TRIGGER)
    catalogue.count_own(name, len(found))
    changed_people = from_array(found)
    if not name.startswith("canvas."):  # entering and leaving a canvas changes nothing that is worked out
        touch(changed_people, name)
    return changed_people


def store(
    lines: Sequence[Line], *, quiet: bool = False, late_before: str = "", counted: catalogue.Tallies | None = None
) -> set[str]:
    """Write the lines whose event_id is new to the tenant; their ids. The first of equal ids in `lines` counts.

    quiet: history that is brought along later; nobody is told, so that no canvas starts for what is long past.
    late_before: those that happened before this time (as `Line.at`) are counted as late. counted: what was counted already.
    """
    counted = catalogue.tallies() if counted is None else counted
    once: dict[str, Line] = {}
    for line in lines:
        once.setdefault(line.event_id, line)
    if not once:
        catalogue.add_tallies(counted)
        return set()
    partitions.ensure({line.month for line in once.values()})
    stage_text("stage_event", "".join(map(_row, once.values())))
    with connection.cursor() as cursor:
        watched = [] if quiet else watched_names()
        cursor.execute(_STORE, {"tenant": current_tenant_id(), "watched": watched, **_touched(once.values())})
        in_inbox, fresh = cursor.fetchone()
    if in_inbox:
        announce(TRIGGER)
    stored = set(fresh)
    catalogue.learn((line.name, line.properties) for key, line in once.items() if key in stored)
    _tally(lines, stored, late_before, counted)
    return stored


def _tally(lines: Sequence[Line], stored: set[str], late_before: str, counted: catalogue.Tallies) -> None:
    left = set(stored)
    for line in lines:
        tally = counted[line.name]
        if line.event_id in left:
            left.discard(line.event_id)
            tally.stored += 1
            tally.late += line.at < late_before
        else:
            tally.duplicates += 1
    catalogue.add_tallies(counted)


def _touched(lines: Iterable[Line]) -> dict[str, Any]:
    return noted(people({line.customer_id for line in lines}), {line.name for line in lines})


def stored_already(event_ids: Iterable[str]) -> set[str]:
    """Those of the ids that the tenant has had."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT event_id FROM customers_event_key WHERE tenant_id = %s AND event_id = ANY(%s)",
            [current_tenant_id(), list(event_ids)],
        )
        return {event_id for (event_id,) in cursor.fetchall()}


def _row(line: Line) -> str:
    return f"{cell(line.event_id)}\t{line.customer_id}\t{cell(line.name)}\t{line.at}\t{cell(line.json)}\n"
