"""Every lock of this room, in the order in which they are taken: people, names, then rows by id."""

from django.db import connection

from tenants.scope import current_tenant_id


def _advisory(function: str, subject: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(hashtextextended(%s, %s))", [subject, current_tenant_id()])


def hold_people() -> None:
    """Nobody is erased or merged until this transaction ends. Shared: holders do not wait for one another."""
    _advisory("pg_advisory_xact_lock_shared", "customers.people")


def change_people() -> None:
    """Alone with the list of who there is, to erase or merge: waits for all that hold it."""
    _advisory("pg_advisory_xact_lock", "customers.people")


def give_names() -> None:
    """Nobody else of this tenant gives out external ids or identities until this transaction ends."""
    _advisory("pg_advisory_xact_lock", "customers.names")
