"""Which state of a tenant's data a reader sees, so that an answer may be kept as long as nothing changed.

Triggers note every writing statement as a row with a random number (migration `versions`). The version of a kind is the sum
of the rows that the reader's snapshot shows: it names exactly those transactions, whatever the order in which they commit,
and what is not committed is in nobody else's version. Rows are only added, so no writer waits for another; `compact` puts
many into one of their sum, which leaves every version as it is.
"""

from collections.abc import Iterable

from django.db import connection

from tenants.scope import current_tenant_id

EVENTS = "events"  # events were changed or taken away; new ones are noted by name
_OF_TABLE = {
    "customers_customer": "customers",
    "customers_identity": "identities",
    "customers_secret": "secrets",
    "customers_consent": "consents",
    "customers_tag": "tags",
    "customers_customertag": "tags",
    "customers_staff": "staff",
    "customers_staffrelation": "staff",
    "customers_stafftask": "staff",
    "customers_event": EVENTS,
}


def event_kind(name: str) -> str:
    return f"event:{name}"


def kinds_of(tables: Iterable[str], events: Iterable[str]) -> set[str] | None:
    """What a statement over these tables and names of events depends on; None: on more than is noted here."""
    kinds = {_OF_TABLE.get(table) for table in tables}
    if None in kinds or (EVENTS in kinds and not (names := set(events))):
        return None
    return {str(kind) for kind in kinds} | ({event_kind(name) for name in names} if EVENTS in kinds else set())


def versions() -> dict[str, str]:
    """kind → version, in the open tenant. Ask before reading what is to be kept; a kind without one never changed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind, sum(token)::text FROM customers_dataversion WHERE tenant_id = %s GROUP BY kind",
            [current_tenant_id()],
        )
        return dict(cursor.fetchall())


def note(kind: str) -> None:
    """For what no trigger sees, such as a partition that is dropped."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO customers_dataversion (tenant_id, kind, token) VALUES (%s, %s, floor(random() * 9e15))",
            [current_tenant_id(), kind],
        )


def compact() -> None:
    """Many rows of a kind become one of their sum, in one statement: readers see the ones or the other."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH taken AS (SELECT id FROM customers_dataversion WHERE tenant_id = %(tenant)s ORDER BY id FOR UPDATE SKIP LOCKED), "
            "gone AS (DELETE FROM customers_dataversion v USING taken WHERE v.tenant_id = %(tenant)s AND v.id = taken.id RETURNING kind, token) "
            "INSERT INTO customers_dataversion (tenant_id, kind, token) SELECT %(tenant)s, kind, sum(token) FROM gone GROUP BY kind",
            {"tenant": current_tenant_id()},
        )
