"""Reads of the event log and its catalogue, for people to look at."""

from datetime import datetime
from typing import Any

import orjson
from django.db import connection
from rest_framework.request import Request

from customers.event_masks import EventMasks
from customers.event_sample import properties_show
from customers.event_stats import totals
from customers.models import EventType
from customers.standard_events import STANDARD
from kernel.access import row_id
from kernel.errors import Code, ProblemError
from kernel.pagination import cursor, page_of, page_size
from tenants.scope import current_tenant_id

_COLUMNS = "e.id, e.event_id, e.customer_id, e.name, e.occurred_at, e.properties::text"
_NEWEST = "ORDER BY e.occurred_at DESC, e.id DESC LIMIT %(limit)s"
_OF = "FROM customers_event e WHERE e.tenant_id = %(tenant)s"
# No index serves "the newest of all names", but one serves each name: the catalogue knows the names.
_OF_ALL = f"""SELECT {_COLUMNS} FROM customers_eventtype t CROSS JOIN LATERAL (
    SELECT e.* {_OF} AND e.name = t.name {{after}} {_NEWEST}) e WHERE t.tenant_id = %(tenant)s {_NEWEST}"""


def events_page(request: Request, *, plain: bool) -> dict[str, Any]:
    """Newest first, of ?customer= and ?name= if given. plain: personal data in properties is not masked."""
    masks = EventMasks(plain=plain)
    size, asked = page_size(request), request.query_params
    params: dict[str, Any] = {"tenant": current_tenant_id(), "limit": size + 1}
    conditions = _after(cursor(request), params)
    if "customer" in asked:
        params["customer"] = row_id(asked["customer"]) or 0
        conditions += " AND e.customer_id = %(customer)s"
    if "name" in asked:
        params["name"] = asked["name"]
        conditions += " AND e.name = %(name)s"
    narrow = "customer" in params or "name" in params
    sql = f"SELECT {_COLUMNS} {_OF} {conditions} {_NEWEST}" if narrow else _OF_ALL.format(after=conditions)
    with connection.cursor() as db:
        db.execute(sql, params)
        rows = db.fetchall()
    return page_of(request, rows, size, lambda row: _show(row, masks), lambda row: f"{row[4].isoformat()}|{row[0]}")


def _after(position: str | None, params: dict[str, Any]) -> str:
    if position is None:
        return ""
    at, _, event = position.partition("|")
    try:
        params["at"], params["id"] = datetime.fromisoformat(at), int(event)
    except ValueError as error:
        raise ProblemError.at("/cursor", Code.BAD_CURSOR) from error
    return " AND (e.occurred_at, e.id) < (%(at)s, %(id)s)"


def _show(row: tuple[Any, ...], masks: EventMasks) -> dict[str, Any]:
    event, event_id, customer, name, occurred_at, properties = row
    return {
        "id": str(event), "event_id": event_id, "customer": str(customer), "name": name, "occurred_at": occurred_at,
        "properties": masks.of(name, orjson.loads(properties)),
    }  # fmt: skip


def catalogue_show() -> list[dict[str, Any]]:
    """What arrived, most frequent first, then the standard events that did not yet."""
    counted = totals()
    seen = [_type(row, *counted.get(row.name, (row.count, row.last_seen_at))) for row in EventType.objects.all()]
    seen.sort(key=lambda row: (-row["count"], row["name"]))
    names = {row["name"] for row in seen}
    return seen + [_type(EventType(name=name), 0, None) for name in STANDARD if name not in names]


def type_show(name: str) -> dict[str, Any]:
    """One of the catalogue, with what its newest events look like."""
    shown = next((row for row in catalogue_show() if row["name"] == name), None)
    if shown is None:
        raise ProblemError(Code.NOT_FOUND)
    row = EventType.objects.filter(name=name).first() or EventType(name=name)
    return {**shown, **properties_show(name, shown["properties"], row.odd, row.about)}


def _type(row: EventType, count: int, last_seen_at: datetime | None) -> dict[str, Any]:
    label, properties = STANDARD.get(row.name, (None, {}))
    labels = {**(label.labels() if label else {"zh": row.name, "en": row.name}), **row.label}
    return {
        "name": row.name, "label": labels, "properties": {**properties, **row.properties}, "last_seen_at": last_seen_at,
        "count": count, "description": row.description, "hidden": row.hidden, "first_seen_at": row.first_seen_at,
        "property_labels": {key: said["label"] for key, said in row.about.items() if said.get("label")},
        "odd": row.odd,
    }  # fmt: skip
