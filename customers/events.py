"""Events that the rooms record themselves, in the caller's transaction."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import orjson

from customers import catalogue, partitions
from customers.aliases import survivors
from customers.event_log import Line, store, watched_names
from customers.touched import touch
from kernel.copy import fetch_ids
from kernel.sets import People, from_array
from kernel.wake import TRIGGER
from tenants.ready import announce
from tenants.scope import current_tenant_id

MAX_NAME = 200

# one random token for all and a number for each: a random id for each row would cost more than storing it
_STORE_OWN = """
    , stored AS (
        INSERT INTO customers_event (tenant_id, event_id, customer_id, name, occurred_at, properties, received_at)
        SELECT %(tenant)s, %(token)s || row_number() OVER (), coalesce(gone.merged_into, changed.customer_id), %(event)s, {at}, properties, now()
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


def record(events: Iterable[NewEvent]) -> int:
    """Store events of the rooms above; returns how many were not there yet."""
    rows = list(events)
    known = survivors(event.customer_id for event in rows)  # a receipt for somebody who was merged meanwhile
    return len(store([_line(replace(e, customer_id=known.get(e.customer_id, e.customer_id))) for e in rows]))


def _line(e: NewEvent) -> Line:
    at = e.occurred_at.astimezone(UTC)
    text = orjson.dumps(e.properties, default=str).decode()
    return Line(e.event_id, e.customer_id, e.name, at.isoformat(), at.date().replace(day=1), e.properties, text)


def record_own(
    changed: str, params: dict[str, Any], name: str, *, at: str = "now()", months: Iterable[date] = ()
) -> People:
    """Record `name` for each row (customer_id, properties jsonb) that the CTE `changed` yields; the people.

    changed: SQL of `WITH changed AS (...)`. Such events are made here and can have no repeat, so they get a random
    event_id and no row in the key table. `%(tenant)s` is filled in. at: SQL of the time, now or a column of `changed`; months: days in which that is.
    """
    partitions.ensure([datetime.now(UTC).date(), *months])
    watched = name in watched_names()
    own = {**params, "tenant": current_tenant_id(), "event": name, "watched": watched, "token": f"{uuid4().hex}-"}
    found = fetch_ids(changed + _STORE_OWN.replace("{at}", at), own)
    if len(found) and watched:
        announce(TRIGGER)
    catalogue.count_own(name, len(found))
    changed_people = from_array(found)
    if not name.startswith("canvas."):  # entering and leaving a canvas changes nothing that is worked out
        touch(changed_people, name)
    return changed_people
