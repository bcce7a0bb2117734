"""Reads of customers for people to look at: masked, in pages. Sets of customers are in people.py."""

from typing import Any

import orjson
from django.db import connection
from django.db.models import Q, QuerySet
from rest_framework.request import Request

from customers import identities
from customers.models import Customer
from customers.people import mask_secrets
from kernel.pagination import cursor, integer_position, page_of, page_size
from tenants.scope import current_tenant_id

_SHOW = """
    SELECT c.id, c.external_id, c.attributes::text, c.blocked, c.timezone, c.created_at, c.updated_at,
        array(SELECT t.name FROM customers_customertag ct JOIN customers_tag t ON t.tenant_id = ct.tenant_id AND t.id = ct.tag_id
              WHERE ct.tenant_id = c.tenant_id AND ct.customer_id = c.id ORDER BY t.name),
        (SELECT coalesce(jsonb_object_agg(channel, granted), '{}')::text FROM customers_consent s
         WHERE s.tenant_id = c.tenant_id AND s.customer_id = c.id)
    FROM customers_customer c WHERE c.tenant_id = %s AND c.id = ANY(%s)
"""


def customers_show(ids: list[int]) -> list[dict[str, Any]]:
    """Customers in the list shape of the API, in the order of `ids`; identities and sensitive attributes masked."""
    with connection.cursor() as db:
        db.execute(_SHOW, [current_tenant_id(), ids])
        rows = {row[0]: row for row in db.fetchall()}
    names = identities.masked(list(rows))
    shown = {i: _shape(row, names[i]) for i, row in rows.items()}
    mask_secrets(shown)
    return [shown[i] for i in ids if i in shown]


def _shape(row: tuple[Any, ...], masked: dict[str, str]) -> dict[str, Any]:
    customer, external_id, attributes, blocked, timezone, created_at, updated_at, tags, consents = row
    return {
        "id": str(customer), "external_id": external_id, "identities": masked, "attributes": orjson.loads(attributes), "tags": tags,
        "consents": orjson.loads(consents), "blocked": blocked, "timezone": timezone, "created_at": created_at, "updated_at": updated_at,
    }  # fmt: skip


def there() -> QuerySet[Customer]:
    """Customers who were neither merged away nor erased."""
    return Customer.objects.filter(merged_into=None, erased_at=None)


def found(search: str) -> Q:
    """External id, exact phone or email, or a part of the attribute `name`."""
    owners = {
        identities.find_value(kind, search) for kind in (identities.EMAIL if "@" in search else identities.PHONE,)
    }
    return Q(external_id=search) | Q(pk__in=owners - {None}) | Q(attributes__name__icontains=search)


def tagged(name: str) -> Q:
    tag = "SELECT ct.customer_id FROM customers_customertag ct JOIN customers_tag t ON t.tenant_id = ct.tenant_id AND t.id = ct.tag_id"
    with connection.cursor() as db:
        db.execute(f"{tag} WHERE ct.tenant_id = %s AND t.name = %s", [current_tenant_id(), name])
        return Q(pk__in=[customer for (customer,) in db.fetchall()])


def customers_page(request: Request, rows: QuerySet[Customer]) -> dict[str, Any]:
    """One page, newest first, shown by customers_show."""
    size, position = page_size(request), integer_position(cursor(request))
    if position is not None:
        rows = rows.filter(pk__lt=position)
    ids = list(rows.order_by("-pk").values_list("pk", flat=True)[: size + 1])
    shown = {row["id"]: row for row in customers_show(ids[:size])}
    return page_of(request, ids, size, lambda i: shown[str(i)], str)
