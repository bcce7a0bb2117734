"""A million customers in seconds: rows like those of an import, written by the database itself."""

from django.db import connection

from audiences.facade import save_people
from bench.installation import Installation
from kernel.copy import fetch_people

_CUSTOMERS = (
    "INSERT INTO customers_customer (tenant_id, external_id, attributes, blocked, created_at, updated_at) "
    "SELECT %s, 'x' || g, jsonb_build_object('n', g), false, now(), now() FROM generate_series(1, %s) g"
)
_CONSENTS = (
    "INSERT INTO customers_consent (tenant_id, customer_id, channel, granted, covers_service, at, source) "
    "SELECT tenant_id, id, 'webhook', true, false, now(), 'bench' FROM customers_customer WHERE tenant_id = %s"
)


def fill(installation: Installation, count: int) -> None:
    """`count` customers, external ids x1 …, attribute n, who agreed to channel webhook (which needs no address)."""
    tenant = installation.tenant.pk
    with installation.scope(), connection.cursor() as cursor:
        cursor.execute(_CUSTOMERS, [tenant, count])
        cursor.execute(_CONSENTS, [tenant])
    with connection.cursor() as cursor:
        for table in ("customers_customer", "customers_consent"):
            cursor.execute(f"ANALYZE {table}")


def static_audience(installation: Installation, name: str, every: int) -> str:
    """Every `every`-th of them, as a saved set."""
    with installation.scope():
        people = fetch_people(
            "SELECT id FROM customers_customer WHERE tenant_id = %s AND (attributes->>'n')::int %% %s = 0",
            [installation.tenant.pk, every],
        )
        return str(save_people(name, people))
