"""Writing the event log: each event counts once for ever, watched ones also go to the inbox, all in the caller's transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from django.db import IntegrityError, connection, transaction

from customers import catalogue, partitions
from customers.stage import cell, stage_text
from customers.touched import NOTE, noted
from kernel.copy import text_list
from kernel.sets import people
from kernel.wake import TRIGGER
from tenants.ready import announce
from tenants.scope import current_tenant_id

_MANY, _SAMPLE = 500, 50  # events that are worth a try as all new; of these so many are asked for first

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

# The same where all ids are surely new, at half the price: fails as a whole when one of them is not.
_STORE_NEW = f"""
    WITH given AS (
        INSERT INTO customers_event_key (tenant_id, event_id)
        SELECT %(tenant)s, event_id FROM stage_event ORDER BY event_id COLLATE "C"
    ), stored AS (
        INSERT INTO customers_event (tenant_id, event_id, customer_id, name, occurred_at, properties, received_at)
        SELECT %(tenant)s, event_id, customer_id, name, occurred_at, properties, now() FROM stage_event
    ), watched AS (
        INSERT INTO customers_eventinbox (tenant_id, event_id, customer_id, name, occurred_at, properties, received_at)
        SELECT %(tenant)s, event_id, customer_id, name, occurred_at, properties, clock_timestamp()
        FROM stage_event WHERE name = ANY(%(watched)s) RETURNING 1
    ), noted AS ({NOTE})
    SELECT (SELECT count(*) FROM watched)
"""


@dataclass(slots=True)
class Line:
    """An event on its way in; `properties` is both the object and its JSON. A plain class, as ten thousand are made for a request."""

    event_id: str
    customer_id: int
    name: str
    at: str
    month: date
    properties: dict[str, Any]
    json: str


def watched_names() -> list[str]:
    """Names that somebody wants in the inbox."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT name FROM customers_eventwatch WHERE tenant_id = %s", [current_tenant_id()])
        return [name for (name,) in cursor.fetchall()]


def store(
    lines: Sequence[Line], *, quiet: bool = False, late_before: str = "", counted: catalogue.Tallies | None = None
) -> set[str]:
    """Write the lines whose event_id is new to the tenant; their ids. The first of equal ids in `lines` counts.

    quiet: history that is brought along later; nobody is told, so that no canvas starts for what is long past.
    late_before: those that happened before this time (as `Line.at`) are counted as late. counted: what was counted already.
    """
    counted = catalogue.tallies() if counted is None else counted
    once = {line.event_id: line for line in lines}
    if len(once) < len(lines):
        once = {line.event_id: line for line in reversed(lines)}
    if not once:
        catalogue.add_tallies(counted)
        return set()
    partitions.ensure({line.month for line in once.values()})
    stage_text("stage_event", "".join([_row(line) for line in once.values()]))
    params = {
        "tenant": current_tenant_id(),
        "watched": [] if quiet else watched_names(),
        **_touched(once.values()),
    }
    stored = _store_new(once, params) or _store_fresh(params)
    catalogue.learn((line.name, line.properties) for key, line in once.items() if key in stored)
    _tally(lines, stored, late_before, counted)
    return stored


def _store_new(once: dict[str, Line], params: dict[str, Any]) -> set[str]:
    """All of the staged events at once when none of them was there; else nothing is stored. A few are asked for first, as
    those who send again mostly send everything again."""
    if len(once) < _MANY or stored_already(islice(once, _SAMPLE)):
        return set()
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_STORE_NEW, params)
            (in_inbox,) = cursor.fetchone()
    except IntegrityError:
        return set()
    _wake(in_inbox)
    return set(once)


def _store_fresh(params: dict[str, Any]) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(_STORE, params)
        in_inbox, fresh = cursor.fetchone()
    _wake(in_inbox)
    return set(fresh)


def _wake(in_inbox: int) -> None:
    if in_inbox:
        announce(TRIGGER)


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
            "SELECT event_id FROM customers_event_key WHERE tenant_id = %s AND event_id = ANY(%s::text[])",
            [current_tenant_id(), text_list(event_ids)],
        )
        return {event_id for (event_id,) in cursor.fetchall()}


def _row(line: Line) -> str:
    return f"{cell(line.event_id)}\t{line.customer_id}\t{cell(line.name)}\t{line.at}\t{cell(line.json)}\n"
