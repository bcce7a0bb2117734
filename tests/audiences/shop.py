"""A small shop for tests: people as plain Python, and the same people written to the database."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection

NOW = datetime(2026, 3, 10, 17, 30, tzinfo=UTC)  # 11 March, 01:30 in Shanghai


def ago(**length: float) -> datetime:
    return NOW - timedelta(**length)


@dataclass
class Happening:
    name: str
    at: datetime
    properties: dict[str, Any] = field(default_factory=dict)


@dataclass
class Person:
    """`id` is filled in when the person is written."""

    name: str
    attributes: dict[str, Any] = field(default_factory=dict)
    events: list[Happening] = field(default_factory=list)
    tags: tuple[str, ...] = ()
    consents: dict[str, bool] = field(default_factory=dict)
    refuses_service: tuple[str, ...] = ()
    identities: tuple[str, ...] = ()
    staff: tuple[str, ...] = ()
    blocked: bool = False
    gone: str = ""  # "merged" or "erased"
    id: int = 0


def declare(tenant: int, **types: str) -> None:
    with connection.cursor() as cursor:
        for key, kind in types.items():
            cursor.execute(
                "INSERT INTO customers_attributedefinition (tenant_id, key, type, label, sensitive, created_at) "
                "VALUES (%s, %s, %s, '{}', false, now()) ON CONFLICT DO NOTHING",
                [tenant, key, kind],
            )


def write(tenant: int, people: list[Person]) -> None:
    """Straight into the tables: these tests are about reading."""
    with connection.cursor() as cursor:
        for person in people:
            _customer(cursor, tenant, person)
            _belongings(cursor, tenant, person)
            _events(cursor, tenant, person)


def _customer(cursor: Any, tenant: int, person: Person) -> None:
    cursor.execute(
        "INSERT INTO customers_customer (tenant_id, external_id, attributes, blocked, merged_into, erased_at, created_at, updated_at) "
        "VALUES (%s, %s, %s, %s, %s, %s, now(), now()) RETURNING id",
        [tenant, person.name, json.dumps(person.attributes), person.blocked,
         _survivor(cursor, tenant) if person.gone == "merged" else None, NOW if person.gone == "erased" else None],
    )  # fmt: skip
    person.id = cursor.fetchone()[0]


def _survivor(cursor: Any, tenant: int) -> int:
    """Somebody who is in no answer: who was merged into them is in none either."""
    cursor.execute(
        "INSERT INTO customers_customer (tenant_id, attributes, blocked, erased_at, created_at, updated_at) "
        "VALUES (%s, '{}', false, now(), now(), now()) RETURNING id",
        [tenant],
    )
    return int(cursor.fetchone()[0])


def _belongings(cursor: Any, tenant: int, person: Person) -> None:
    for tag in person.tags:
        cursor.execute(
            "INSERT INTO customers_tag (tenant_id, name, layer, description, created_at) VALUES (%s, %s, 'basic', '', now()) "
            "ON CONFLICT DO NOTHING", [tenant, tag],
        )  # fmt: skip
        cursor.execute(
            "INSERT INTO customers_customertag (tenant_id, tag_id, customer_id, at) "
            "SELECT %s, id, %s, now() FROM customers_tag WHERE tenant_id = %s AND name = %s", [tenant, person.id, tenant, tag],
        )  # fmt: skip
    for channel, granted in person.consents.items():
        cursor.execute(
            "INSERT INTO customers_consent (tenant_id, channel, customer_id, granted, covers_service, source, at) "
            "VALUES (%s, %s, %s, %s, %s, 'test', now())",
            [tenant, channel, person.id, granted, channel in person.refuses_service],
        )
    for staff in person.staff:
        cursor.execute(
            "WITH known AS (INSERT INTO customers_staff (tenant_id, external_id, name, attributes, created_at) VALUES (%s, %s, %s, '{}', now()) "
            "ON CONFLICT (tenant_id, external_id) DO UPDATE SET name = excluded.name RETURNING id) "
            "INSERT INTO customers_staffrelation (tenant_id, staff_id, customer_id, since) SELECT %s, id, %s, now() FROM known",
            [tenant, staff, staff, tenant, person.id],
        )
    for kind in person.identities:
        digest = f"{kind}{person.id}".encode()
        cursor.execute(
            "INSERT INTO customers_identity (tenant_id, kind, digest, sealed, customer_id, proved, created_at) "
            "VALUES (%s, %s, %s, %s, %s, true, now())",
            [tenant, kind, digest, b"x", person.id],
        )


def _events(cursor: Any, tenant: int, person: Person) -> None:
    for number, event in enumerate(person.events):
        cursor.execute(
            "INSERT INTO customers_event (tenant_id, event_id, customer_id, name, occurred_at, properties, received_at) "
            "VALUES (%s, %s, %s, %s, %s, %s, now())",
            [tenant, f"{person.id}-{number}", person.id, event.name, event.at, json.dumps(event.properties)],
        )
