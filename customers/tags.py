"""Tags of customers: put on and taken off in sets; each change is an event.

A tag with a rule is kept by it alone (`tag_by_rule`): what hands, imports and canvases do leaves it as it is.
"""

from collections.abc import Iterable

from django.db import connection

from customers import events
from customers.models import Tag
from customers.people import fetch_within
from customers.stage import cell, stage_text
from kernel.copy import id_list
from kernel.sets import People
from tenants.scope import current_tenant_id

MAX_NAME = 200
Pairs = list[tuple[int, str]]  # customer, name of a tag; each pair once

# Whoever puts a tag on holds it: deleting it waits until they are done, and then finds all who carry it (`tag_hold`).
_TAGS = """named AS MATERIALIZED (
        SELECT id, name, jsonb_build_object('tag', name) AS properties FROM customers_tag
        WHERE tenant_id = %(tenant)s AND {which} ORDER BY id FOR KEY SHARE)"""
_NAMED = _TAGS.format(which="name = ANY(%(names)s) AND rule IS NULL")
_EACH = "pairs AS (SELECT t.id AS tag_id, ids.id AS customer_id FROM unnest(%(ids)s::bigint[]) AS ids (id) CROSS JOIN named t)"
_PAIRS, _ONE = f"{_NAMED}, {_EACH}", f"{_TAGS.format(which='id = %(tag)s')}, {_EACH}"
_STAGED = f"{_NAMED}, pairs AS (SELECT t.id AS tag_id, s.customer_id FROM stage_tag s JOIN named t USING (name))"
_ALL_OF = """pairs AS (SELECT ct.tag_id, ct.customer_id FROM customers_customertag ct
    JOIN customers_tag t ON t.tenant_id = ct.tenant_id AND t.id = ct.tag_id AND t.rule IS NULL
    WHERE ct.tenant_id = %(tenant)s AND ct.customer_id = ANY(%(ids)s::bigint[]))"""
_ADD = """
    WITH {source}, done AS (
        INSERT INTO customers_customertag (tenant_id, tag_id, customer_id, at)
        SELECT %(tenant)s, tag_id, customer_id, now() FROM pairs ORDER BY tag_id, customer_id
        ON CONFLICT DO NOTHING RETURNING tag_id, customer_id
    ), changed AS (SELECT done.customer_id, t.properties FROM done JOIN named t ON t.id = done.tag_id)
"""
# carriers who are new in this transaction: nobody has the tag yet
_ADD_FIRST = """
    WITH {source}, done AS (
        INSERT INTO customers_customertag (tenant_id, tag_id, customer_id, at)
        SELECT %(tenant)s, tag_id, customer_id, now() FROM pairs ORDER BY tag_id, customer_id
    ), changed AS (SELECT pairs.customer_id, t.properties FROM pairs JOIN named t ON t.id = pairs.tag_id)
"""
_REMOVE = """
    WITH {source}, locked AS (
        SELECT ct.tag_id, ct.customer_id FROM customers_customertag ct JOIN pairs USING (tag_id, customer_id)
        WHERE ct.tenant_id = %(tenant)s ORDER BY ct.tag_id, ct.customer_id FOR UPDATE OF ct
    ), done AS (
        DELETE FROM customers_customertag ct USING locked l
        WHERE ct.tenant_id = %(tenant)s AND ct.tag_id = l.tag_id AND ct.customer_id = l.customer_id RETURNING ct.tag_id, ct.customer_id
    ), changed AS (SELECT customer_id, jsonb_build_object('tag', t.name) AS properties FROM done JOIN customers_tag t
        ON t.tenant_id = %(tenant)s AND t.id = done.tag_id)
"""


def tag_hold(tag: Tag) -> None:
    """Nobody puts it on people until this transaction, which deletes it, has ended."""
    list(Tag.objects.filter(pk=tag.pk).select_for_update())


def tags_ensure(names: Iterable[str]) -> None:
    """Create the tags that are unknown."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO customers_tag (tenant_id, name, layer, description, created_at) "
            "SELECT %(tenant)s, n.name, 'basic', '', now() FROM unnest(%(names)s::text[]) AS n (name) "
            "WHERE NOT EXISTS (SELECT FROM customers_tag t WHERE t.tenant_id = %(tenant)s AND t.name = n.name) "
            "ORDER BY n.name ON CONFLICT DO NOTHING",
            {"tenant": current_tenant_id(), "names": sorted(set(names))},
        )


def tag_people(people: People, names: list[str], *, add: bool) -> People:
    """Put tags on people (unknown ones are created) or take them off; those for whom anything changed."""
    if not people or not names:
        return People()
    if add:
        tags_ensure(names)
    return _change(_ADD if add else _REMOVE, _PAIRS, add, ids=id_list(people), names=sorted(set(names)))


def tags_add_pairs(pairs: Pairs) -> People:
    """(customer, tag name) in bulk; unknown tags are created."""
    if not pairs:
        return People()
    return _change(_ADD, _STAGED, True, names=_stage(pairs))


def tags_first(pairs: Pairs) -> None:
    """The same for customers who are new in this transaction."""
    if pairs:
        _change(_ADD_FIRST, _STAGED, True, names=_stage(pairs))


def _stage(rows: Pairs) -> list[str]:
    """The names among them, each a tag from now on."""
    cells = {name: cell(name) for name in {name for _, name in rows}}
    tags_ensure(cells)
    stage_text("stage_tag", "".join([f"{customer}\t{cells[name]}\n" for customer, name in rows]))
    return sorted(cells)


def tags_clear(people: People) -> People:
    """Take every tag that hands put on off these people."""
    return _change(_REMOVE, _ALL_OF, False, ids=id_list(people)) if people else people


def tag_by_rule(tag_id: int, people: People, *, add: bool) -> People:
    """What the rule of a tag decided, or its removal; those for whom anything changed."""
    return _change(_ADD if add else _REMOVE, _ONE, add, ids=id_list(people), tag=tag_id) if people else People()


def names_kept_by_rule() -> set[str]:
    """Tags that no hand may put on or take off."""
    return set(Tag.objects.filter(rule__isnull=False).values_list("name", flat=True))


def _change(statement: str, source: str, add: bool, **params: object) -> People:
    return events.record_own(statement.format(source=source), dict(params), "tag.added" if add else "tag.removed")


def tagged(name: str, within: People | None = None) -> People:
    """Everyone with this tag; nobody when there is no such tag."""
    sql = (
        "SELECT customer_id FROM customers_customertag WHERE tenant_id = %s "
        "AND tag_id = (SELECT id FROM customers_tag WHERE tenant_id = %s AND name = %s)"
    )
    return fetch_within(sql, [current_tenant_id(), current_tenant_id(), name], "customer_id", within)
