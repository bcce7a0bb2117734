"""Bulk import over HTTP against COPY of the rows that it left in the tables."""

import time

from bench import rows
from bench.floor import copy_again
from bench.installation import Installation
from bench.measure import Figure, Say

CUSTOMERS, EVENTS = 100_000, 200_000
_CUSTOMER_TABLES = (
    ("customers_customer", "true"), ("customers_identity", "true"), ("customers_customertag", "true"),
    ("customers_consent", "true"), ("customers_event", "name = 'tag.added'"),
)  # fmt: skip
_EVENT_TABLES = (("customers_event", "name = 'order.paid'"), ("customers_event_key", "true"))


def measure(say: Say) -> list[Figure]:
    """Requests of 10,000 rows, one after the other on one connection; their bodies are made before."""
    installation = Installation("bench import")
    people = _send(installation, "customers", list(rows.bodies("customers", rows.customers(CUSTOMERS))))
    say(f"  {CUSTOMERS:,} customers in {people:.1f} s")
    happened = _send(installation, "events", list(rows.bodies("events", rows.events(EVENTS, CUSTOMERS))))
    say(f"  {EVENTS:,} events in {happened:.1f} s")
    floor_people, written_people = copy_again(installation, _CUSTOMER_TABLES)
    floor_events, written_events = copy_again(installation, _EVENT_TABLES)
    return [
        Figure(f"import {CUSTOMERS:,} customers", people, floor_people,
               f"{CUSTOMERS / people:,.0f} customers/s; {written_people:,} rows in five tables"),
        Figure(f"import {EVENTS:,} events", happened, floor_events,
               f"{EVENTS / happened:,.0f} events/s; {written_events:,} rows in two tables"),
    ]  # fmt: skip


def _send(installation: Installation, what: str, requests: list[bytes]) -> float:
    began = time.perf_counter()
    for raw in requests:
        if installation.send("POST", f"{what}/bulk", raw)["rejected"]:
            raise RuntimeError("rows were refused")
    return time.perf_counter() - began
