"""Bulk import over HTTP, and of a CSV file by a worker, against COPY of the rows that they left in the tables."""

import csv
import io
import time
from typing import Any

import orjson

from bench import rows
from bench.floor import copy_again
from bench.installation import Installation, wait_for
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
    from_file = Installation("bench csv")
    read = _from_csv(from_file, rows.customers(CUSTOMERS))
    say(f"  {CUSTOMERS:,} customers from a CSV file in {read:.1f} s")
    floor_file, written_file = copy_again(from_file, _CUSTOMER_TABLES)
    return [
        Figure(f"import {CUSTOMERS:,} customers from CSV", read, floor_file,
               f"{CUSTOMERS / read:,.0f} customers/s from upload to the last row; {written_file:,} rows in five tables"),
        Figure(f"import {CUSTOMERS:,} customers", people, floor_people,
               f"{CUSTOMERS / people:,.0f} customers/s; {written_people:,} rows in five tables"),
        Figure(f"import {EVENTS:,} events", happened, floor_events,
               f"{EVENTS / happened:,.0f} events/s; {written_events:,} rows in two tables"),
    ]  # fmt: skip


def _from_csv(installation: Installation, people: list[dict[str, Any]]) -> float:
    """Seconds from the upload until the job has ended."""
    raw, kind = form(_csv(people))
    began = time.perf_counter()
    job = installation.send("POST", "imports", raw, kind)["id"]
    ended = wait_for(lambda: installation.get(f"jobs/{job}")["finished_at"], 1800, 0.2)
    if installation.get(f"jobs/{job}")["result"]["rejected"]:
        raise RuntimeError("rows were refused")
    return ended - began


def _csv(people: list[dict[str, Any]]) -> str:
    text = io.StringIO()
    out = csv.writer(text)
    out.writerow(["external_id", "phone", "name", "city", "attributes.n", "tags", "consents.sms", "consents.webhook"])
    for one in people:
        about = one["attributes"]
        out.writerow([one["external_id"], one["identities"]["phone"], about["name"], about["city"], about["n"],
                      one["tags"][0], "yes", "yes"])  # fmt: skip
    return text.getvalue()


def form(text: str) -> tuple[bytes, str]:
    """A multipart body, and its content type. Each column becomes what its header says."""
    header = text.split("\r\n", 1)[0].split(",")
    mapping: dict[str, Any] = {name: name for name in header} | {
        "attributes.n": {"to": "attributes.n", "type": "number"}
    }
    parts = {"mapping": orjson.dumps(mapping).decode(), "kind": "customers"}
    fields = "".join(
        f'--bench\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in parts.items()
    )
    file = (
        f'--bench\r\nContent-Disposition: form-data; name="file"; filename="people.csv"\r\n\r\n{text}\r\n--bench--\r\n'
    )
    return (fields + file).encode(), "multipart/form-data; boundary=bench"


def _send(installation: Installation, what: str, requests: list[bytes]) -> float:
    began = time.perf_counter()
    for raw in requests:
        if installation.send("POST", f"{what}/bulk", raw)["rejected"]:
            raise RuntimeError("rows were refused")
    return time.perf_counter() - began
