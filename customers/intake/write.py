"""Writes resolved changes: a handful of statements for any number of customers. Decides nothing."""

from collections.abc import Iterable, Iterator

import orjson
from django.db import connection

from customers import consents, sealed, tags
from customers.intake.change import Change
from customers.intake.resolve import Targets
from customers.stage import cell, stage, stage_text
from customers.touched import CHANGED, touch
from customers.vault import vault
from kernel.sets import people
from tenants import metering, quotas
from tenants.scope import current_tenant_id

_Name = tuple[int, str, bytes, str]  # customer, kind, digest, plain value

_ADD = """
    INSERT INTO customers_customer (tenant_id, id, external_id, attributes, timezone, blocked, created_at, updated_at)
    SELECT %(tenant)s, id, external_id, attributes, timezone, blocked, now(), now() FROM stage_new
"""
_MERGED = """(CASE WHEN s.clear_all THEN '{}' WHEN s.cleared IS NULL THEN c.attributes
    ELSE c.attributes - array(SELECT jsonb_array_elements_text(s.cleared)) END) || s.attributes"""
_DIFFERS = f"""c.tenant_id = %(tenant)s AND c.id = s.id AND (
        c.attributes IS DISTINCT FROM {_MERGED} OR s.external_id IS DISTINCT FROM c.external_id AND s.external_id IS NOT NULL
        OR s.set_timezone AND s.timezone IS DISTINCT FROM c.timezone OR s.blocked IS DISTINCT FROM c.blocked AND s.blocked IS NOT NULL)"""
_LOCK = f"""
    SELECT count(*) FROM (
        SELECT FROM customers_customer c, stage_change s WHERE {_DIFFERS} ORDER BY c.id FOR NO KEY UPDATE OF c) locked
"""
_CHANGE = f"""
    UPDATE customers_customer c SET attributes = {_MERGED}, external_id = coalesce(s.external_id, c.external_id),
        timezone = CASE WHEN s.set_timezone THEN s.timezone ELSE c.timezone END,
        blocked = coalesce(s.blocked, c.blocked), updated_at = now()
    FROM stage_change s WHERE {_DIFFERS}
"""
_DROP_IDENTITIES = """
    DELETE FROM customers_identity i USING stage_identity s
    WHERE i.tenant_id = %(tenant)s AND i.customer_id = s.customer_id AND (s.kind IS NULL OR i.kind = s.kind
        AND (s.digest IS NULL OR (i.main AND i.proved) OR i.digest = s.digest))
"""
_ADD_IDENTITIES = """
    INSERT INTO customers_identity (tenant_id, kind, digest, sealed, customer_id, proved, main, source, created_at)
    SELECT %(tenant)s, kind, digest, sealed, customer_id, true, true, %(source)s, now() FROM stage_identity WHERE digest IS NOT NULL
"""
_ADD_CLAIMS = """
    INSERT INTO customers_identity (tenant_id, kind, digest, sealed, customer_id, proved, main, source, created_at)
    SELECT %(tenant)s, kind, digest, sealed, customer_id, false, false, %(source)s, now() FROM stage_identity s
    WHERE NOT EXISTS (SELECT FROM customers_identity i WHERE i.tenant_id = %(tenant)s AND i.customer_id = s.customer_id
        AND i.kind = s.kind AND i.digest = s.digest) ON CONFLICT DO NOTHING
"""
# what was only claimed is proved now, and stands beside the preferred one
_DROP_CLAIMS = """
    DELETE FROM customers_identity i USING stage_identity s WHERE i.tenant_id = %(tenant)s AND i.customer_id = s.customer_id
    AND i.kind = s.kind AND i.digest = s.digest AND NOT i.proved
"""
_ADD_FURTHER = """
    INSERT INTO customers_identity (tenant_id, kind, digest, sealed, customer_id, proved, main, source, created_at)
    SELECT DISTINCT ON (kind, digest) %(tenant)s, kind, digest, sealed, customer_id, true, false, %(source)s, now() FROM stage_identity
"""


def write(targets: Targets, source: str) -> dict[int, int]:
    """Write all of it; temporary (negative) number → customer id for the new ones."""
    old = {customer: change for customer, change in targets.items() if customer > 0}
    numbers = _numbers([customer for customer in targets if customer < 0])
    metering.use(quotas.CUSTOMERS, len(numbers))
    new = {numbers[customer]: change for customer, change in targets.items() if customer < 0}
    _write_new(new)
    _write_changed(old)
    everyone = {**new, **old}
    _write_secrets(everyone, old)
    _write_identities(everyone, set(old), source)
    _write_tags(new, old)
    _write_consents(new, old, source)
    touch(people(everyone), CHANGED)
    return numbers


def _execute(sql: str, **params: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"tenant": current_tenant_id(), **params})  # type: ignore[dict-item]  # values are SQL parameters


def _numbers(temporary: list[int]) -> dict[int, int]:
    if not temporary:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT array_agg(nextval(seq)) FROM (SELECT pg_get_serial_sequence('customers_customer', 'id')::regclass AS seq OFFSET 0) s, "
            "generate_series(1, %s)",
            [len(temporary)],
        )
        return dict(zip(temporary, cursor.fetchone()[0], strict=True))


def _null(text: str | None) -> str:
    return "\\N" if text is None else cell(text)


def _json(value: object) -> str:
    text = orjson.dumps(value).decode()
    return text.replace("\\", "\\\\") if "\\" in text else text  # JSON writes tabs and ends of lines as \\t and \\n


def _write_new(new: Targets) -> None:
    if new:
        stage_text("stage_new", "".join(_new_row(number, c) for number, c in new.items()))
        _execute(_ADD)


def _new_row(number: int, c: Change) -> str:
    zone, blocked = _null(c.timezone), "t" if c.blocked else "f"
    return f"{number}\t{_null(c.external_id)}\t{_json(_values(c))}\t{zone}\t{blocked}\n"


def _values(change: Change) -> dict[str, object]:
    given = change.attributes
    if not given:
        return {}
    return {k: v for k, v in given.items() if v is not None} if None in given.values() else given


def _write_changed(old: Targets) -> None:
    if not old:
        return
    stage_text("stage_change", "".join(_changed_row(customer, c) for customer, c in old.items()))
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, {"tenant": current_tenant_id()})
        if cursor.fetchone()[0]:
            cursor.execute(_CHANGE, {"tenant": current_tenant_id()})


def _changed_row(customer: int, c: Change) -> str:
    blocked = None if c.blocked is None else "t" if c.blocked else "f"
    flags = [
        "t" if c.clears_attributes else "f",
        _null(c.timezone),
        "t" if c.sets_timezone else "f",
        _null(blocked),
    ]
    return "\t".join([str(customer), _null(c.external_id), _json(_values(c)), _cleared(c), *flags]) + "\n"


def _cleared(change: Change) -> str:
    keys = [key for key, value in change.attributes.items() if value is None]
    return _json(keys) if keys else "\\N"


def _write_secrets(everyone: Targets, old: Targets) -> None:
    cleared = [customer for customer, change in old.items() if change.clears_attributes]
    if cleared:
        sealed.clear(people(cleared))
    sealed.write(
        (customer, key, kind, value)
        for customer, change in everyone.items()
        if change.secrets
        for key, (kind, value) in change.secrets.items()
    )


def _write_identities(everyone: Targets, old: set[int], source: str) -> None:
    """Replace what is replaced, then add: within one request a phone may move from one customer to another."""
    gone, added = list(_dropped(everyone, old)), list(_named(everyone))
    if gone:
        stage("stage_identity", gone)
        _execute(_DROP_IDENTITIES)
    if added:
        stage_text("stage_identity", _sealed(added))
        _execute(_ADD_IDENTITIES, source=source)
    if further := list(_kept(everyone, "further")):
        stage_text("stage_identity", _sealed(further))
        _execute(_DROP_CLAIMS)
        _execute(_ADD_FURTHER, source=source)
    if claimed := list(_kept(everyone, "claims")):
        stage_text("stage_identity", _sealed(claimed))
        _execute(_ADD_CLAIMS, source=source)


def _dropped(everyone: Targets, old: set[int]) -> Iterable[tuple[object, ...]]:
    for customer in old:
        change = everyone[customer]
        if change.clears_identities:
            yield customer, None, None, None
        else:
            yield from ((customer, kind, found and found[0], None) for kind, found in change.identities.items())


def _named(everyone: Targets) -> Iterator[_Name]:
    for customer, change in everyone.items():
        for kind, found in change.identities.items():
            if found is not None:
                yield customer, kind, *found


def _kept(everyone: Targets, which: str) -> Iterator[_Name]:
    for customer, change in everyone.items():
        for one in getattr(change, which):
            yield customer, *one


def _sealed(names: list[_Name]) -> str:
    sealed = vault().seal_all([name[1:] for name in names])
    return "".join(
        [
            f"{name[0]}\t{name[1]}\t\\\\x{name[2].hex()}\t\\\\x{value.hex()}\n"
            for name, value in zip(names, sealed, strict=True)
        ]
    )


def _write_tags(new: Targets, old: Targets) -> None:
    tags.tags_first(_tagged(new))
    cleared = [customer for customer, change in old.items() if change.clears_tags]
    if cleared:
        tags.tags_clear(people(cleared))
    tags.tags_add_pairs(_tagged(old))


def _tagged(targets: Targets) -> list[tuple[int, str]]:
    """Each pair once."""
    return [
        (customer, name)
        for customer, change in targets.items()
        for name in (change.tags if len(change.tags) < 2 else dict.fromkeys(change.tags))
    ]


def _write_consents(new: Targets, old: Targets, source: str) -> None:
    consents.consents_first(_words(new), source=source)
    cleared = [customer for customer, change in old.items() if change.clears_consents]
    if cleared:
        consents.consents_forget(people(cleared))
    consents.consents_write(_words(old), source=source)


def _words(targets: Targets) -> list[consents.Word]:
    return [(customer, channel, said) for customer, c in targets.items() for channel, said in c.consents.items()]
