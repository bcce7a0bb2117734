"""Sets of customers for the rooms above: who is there, who is blocked, what is known of them, in bulk.

Reads only, but for `set_attribute`. Customers that were merged away or erased are in no answer.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import orjson
from django.db import connection

from customers import sealed
from customers.attributes import MASK, attribute_value, definition_held
from customers.touched import CHANGED, touch
from kernel.copy import fetch_people, id_list
from kernel.sets import People, chunks, to_array
from tenants.scope import current_tenant_id, once

_SEALED_AT_ONCE = 10_000
_LOOK_UP = 20_000  # up to so many people are looked up one by one through the index; more are cheaper read whole
_ACTIVE = "merged_into IS NULL AND erased_at IS NULL"


def fetch_within(sql: str, params: Sequence[Any], column: str, within: People | None) -> People:
    """People selected by `sql` (it ends in its WHERE), of all or of `within`; `column` holds the customer's id."""
    if within is None:
        return fetch_people(sql, params)
    if not within:
        return People()
    if len(within) > _LOOK_UP:
        return fetch_people(sql, params) & within
    return fetch_people(f"{sql} AND {column} = ANY(%s::bigint[])", [*params, id_list(within)])


def _customers(condition: str, within: People | None, *params: Any) -> People:
    sql = f"SELECT id FROM customers_customer WHERE tenant_id = %s AND {condition}"
    return fetch_within(sql, [current_tenant_id(), *params], "id", within)


def how_many() -> int:
    """Customers of the tenant."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM customers_customer WHERE tenant_id = %s AND {_ACTIVE}", [current_tenant_id()]
        )
        return int(cursor.fetchone()[0])


def everyone() -> People:
    """All customers of the tenant: the key alone answers who there is, a small index who is gone."""
    return fetch_people("SELECT id FROM customers_customer WHERE tenant_id = %s", [current_tenant_id()]) - _gone()


def _gone() -> People:
    return _customers(f"NOT ({_ACTIVE})", None)


def active(people: People) -> People:
    """Those of `people` who are still there."""
    return people & everyone() if len(people) > _LOOK_UP else _customers(_ACTIVE, people)


def blocked(within: People | None = None) -> People:
    """Customers on the blacklist."""
    return _customers("blocked", within)


TAGS = """array(
    SELECT t.name FROM customers_customertag ct JOIN customers_tag t ON t.tenant_id = ct.tenant_id AND t.id = ct.tag_id
    WHERE ct.tenant_id = %(tenant)s AND ct.customer_id = c.id ORDER BY t.name)"""
_PROFILES = """
    SELECT c.id, c.external_id, c.attributes::text, {tags}
    FROM customers_customer c WHERE c.tenant_id = %(tenant)s AND c.id = ANY(%(ids)s::bigint[]) AND c.merged_into IS NULL AND c.erased_at IS NULL
"""


def _ids(people: People | Iterable[int]) -> str:
    """A literal for `%s::bigint[]`."""
    return id_list(people) if isinstance(people, People) else "{" + ",".join(map(str, people)) + "}"


def profiles(people: People | Iterable[int], *, tags: bool = True) -> dict[int, dict[str, Any]]:
    """customer → {"id", "external_id", "attributes", "tags"}: what templates and conditions may read. No identities;
    sensitive attributes are masked.

    tags=False leaves them empty, for those who know that nobody will look: they are a look-up a person.
    """
    with connection.cursor() as cursor:
        sql = _PROFILES.format(tags=TAGS if tags else "'{}'::text[]")
        cursor.execute(sql, {"tenant": current_tenant_id(), "ids": _ids(people)})
        found = {row[0]: profile_of(*row) for row in cursor.fetchall()}
    mask_secrets(found)
    return found


def once_sensitive() -> set[str]:
    """Keys of the sensitive attributes, asked once in a transaction."""
    return once("customers.sensitive", sealed.sensitive_keys)


def mask_secrets(found: dict[int, dict[str, Any]]) -> None:
    """Puts the mask in place of every sensitive attribute of these profiles."""
    hidden = once_sensitive()
    if hidden:
        for customer, masks in sealed.masks(found).items():
            found[customer]["attributes"].update(masks)
        for profile in found.values():  # what moves under the seal just now
            profile["attributes"].update(dict.fromkeys(hidden & profile["attributes"].keys(), MASK))


def profile_of(id_: int, external_id: str | None, attributes: str, tags: list[str]) -> dict[str, Any]:
    """One person's profile; attributes as the text of their JSON."""
    return {"id": str(id_), "external_id": external_id, "attributes": orjson.loads(attributes), "tags": tags}


_SET_ATTRIBUTE = """
    WITH locked AS (
        SELECT id FROM customers_customer WHERE tenant_id = %(tenant)s AND id = ANY(%(ids)s::bigint[]) ORDER BY id FOR NO KEY UPDATE
    )
    UPDATE customers_customer c SET updated_at = now(),
        attributes = CASE WHEN %(value)s::jsonb IS NULL THEN c.attributes - %(key)s
                          ELSE c.attributes || jsonb_build_object(%(key)s::text, %(value)s::jsonb) END
    FROM locked WHERE c.tenant_id = %(tenant)s AND c.id = locked.id
        AND c.attributes -> %(key)s IS DISTINCT FROM %(value)s::jsonb
"""


def set_attribute(people: People, key: str, value: Any) -> None:
    """Give all of them this value (None clears it). Raises Rejected when it is not of the attribute's type."""
    definition = definition_held(key)
    known = attribute_value(key, value)
    if definition is not None and definition.sensitive:
        for group in chunks(people, _SEALED_AT_ONCE):
            sealed.write((int(customer), key, definition.type, known) for customer in to_array(group))
    if definition is None or not definition.sensitive or definition.moving:
        _set_in_the_open(people, key, None if definition and definition.sensitive else known)
    touch(people, CHANGED)


def _set_in_the_open(people: People, key: str, known: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            _SET_ATTRIBUTE,
            {
                "tenant": current_tenant_id(),
                "ids": id_list(people),
                "key": key,
                "value": None if known is None else orjson.dumps(known).decode(),
            },
        )
