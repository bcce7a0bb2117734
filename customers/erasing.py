"""Erases a customer: personal data goes, ledgers keep their rows without it. There is no way back."""

from django.db import connection

from customers.aliases import with_aliases
from customers.locks import change_people
from customers.models import Customer
from kernel.copy import id_list
from kernel.events import publish
from kernel.sets import People, people
from tenants.audit import audit
from tenants.scope import current_tenant_id

_GONE = (
    "customers_identity",
    "customers_secret",
    "customers_customertag",
    "customers_consent",
    "customers_staffrelation",
    "customers_eventinbox",
    "customers_stafftask",
)
_MINE = "WHERE tenant_id = %(tenant)s AND {column} = ANY(%(ids)s::bigint[])"
_EVENTS = f"UPDATE customers_event SET properties = '{{}}' {_MINE.format(column='customer_id')}"
_CUSTOMERS = (
    "UPDATE customers_customer SET external_id = NULL, attributes = '{}', timezone = NULL, blocked = false, "
    f"erased_at = now(), updated_at = now() {_MINE.format(column='id')}"
)
_PROPOSALS = (
    "DELETE FROM customers_mergeproposal WHERE tenant_id = %(tenant)s "
    "AND (first_id = ANY(%(ids)s::bigint[]) OR second_id = ANY(%(ids)s::bigint[]))"
)
_MERGES = f"UPDATE customers_merge SET kept = NULL, events = NULL, reason = '' {_MINE.format(column='survivor_id')}"


def customer_erase(customer: Customer, *, actor: str) -> None:
    """Identities, attributes, tags, consents and the properties of events are gone when the transaction commits, with all
    of those who were merged into them: they are the same person."""
    change_people()
    group = with_aliases(people([customer.pk]))
    params: dict[str, str | int] = {"tenant": current_tenant_id(), "ids": id_list(group)}
    with connection.cursor() as cursor:
        for table in _GONE:
            cursor.execute(
                f"DELETE FROM {table} WHERE tenant_id = %(tenant)s AND customer_id = ANY(%(ids)s::bigint[])", params
            )
        cursor.execute(_EVENTS, params)
        cursor.execute(_CUSTOMERS, params)
        cursor.execute(_MERGES, params)
        cursor.execute(_PROPOSALS, params)
    publish("customers.erased", people=group)
    audit(actor, "customer.erase", f"customer:{customer.pk}")


def customers_remove(group: People) -> None:
    """The same for many of whom there is nothing to keep, such as an import that is taken back. Nobody is named in the audit log."""
    change_people()
    params: dict[str, int | str] = {"tenant": current_tenant_id(), "ids": id_list(group)}
    with connection.cursor() as cursor:
        for table in _GONE:
            cursor.execute(
                f"DELETE FROM {table} WHERE tenant_id = %(tenant)s AND customer_id = ANY(%(ids)s::bigint[])", params
            )
        cursor.execute(
            "UPDATE customers_customer SET external_id = NULL, attributes = '{}', timezone = NULL, blocked = false, "
            "erased_at = now(), updated_at = now() WHERE tenant_id = %(tenant)s AND id = ANY(%(ids)s::bigint[])",
            params,
        )
        cursor.execute(_PROPOSALS, params)
    publish("customers.erased", people=group)
