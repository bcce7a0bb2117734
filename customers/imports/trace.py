"""What customers had before an import changed them, and what it gave them: enough to put it back.

An entry is {"id", and for what changes: "attributes": {key: [old, new]}, "external_id": new, "timezone": [old, new],
"blocked": [old, new], "secrets": {key: [[old digest, sealed] | null, new digest | null]}, "tags": [added], "consents": {channel: [old, new]}, "identities": [[kind, digest, [old digest, sealed] | null]]}.
Only customers who were there before have one; for the others it is enough to know that they are new.
"""

import zlib
from typing import Any

import orjson
from django.db import connection

from customers import sealed
from customers.intake.change import Change
from customers.intake.resolve import Targets
from tenants.scope import current_tenant_id

Entry = dict[str, Any]


def pack(entries: list[Entry]) -> bytes:
    return zlib.compress(orjson.dumps(entries), 1) if entries else b""


def unpack(raw: bytes) -> list[Entry]:
    return orjson.loads(zlib.decompress(raw)) if raw else []


def before(targets: Targets) -> list[Entry]:
    """Entries for the known customers among the targets, whose rows stay locked until they are written."""
    old = {customer: change for customer, change in targets.items() if customer > 0}
    if not old:
        return []
    ids = sorted(old)
    rows = _rows("SELECT id, external_id, attributes::text, timezone, blocked FROM customers_customer WHERE tenant_id = %s "
                 "AND id = ANY(%s) ORDER BY id FOR NO KEY UPDATE", ids)  # fmt: skip
    tags, consents, names, hidden = _tags(old), _consents(old), _identities(old), _hidden(old)
    entries = []
    for customer, external_id, attributes, timezone, blocked in rows:
        change = old[customer]
        entry = _of_row(change, external_id, orjson.loads(attributes), timezone, blocked)
        _add(entry, "tags", [name for name in dict.fromkeys(change.tags) if (customer, name) not in tags])
        said = {ch: [consents.get((customer, ch)), new] for ch, new in change.consents.items()}
        _add(entry, "consents", {ch: pair for ch, pair in said.items() if pair[0] is not pair[1]})
        _add(entry, "identities", [
            [kind, found[0].hex(), names.get((customer, kind))] for kind, found in change.identities.items() if found
        ])  # fmt: skip
        _add(entry, "secrets", _secrets(customer, change, hidden.get(customer, {})))
        if entry:
            entries.append({"id": customer, **entry})
    return entries


def _of_row(change: Change, external_id: str | None, had: dict[str, Any], timezone: str | None, blocked: bool) -> Entry:
    entry: Entry = {}
    differ = {key: [had.get(key), new] for key, new in change.attributes.items() if had.get(key) != new}
    _add(entry, "attributes", differ)
    if change.external_id is not None and change.external_id != external_id:
        entry["external_id"] = change.external_id
    if change.sets_timezone and change.timezone != timezone:
        entry["timezone"] = [timezone, change.timezone]
    if change.blocked is not None and change.blocked is not blocked:
        entry["blocked"] = [blocked, change.blocked]
    return entry


def _add(entry: Entry, name: str, found: Any) -> None:
    if found:
        entry[name] = found


def _rows(sql: str, *params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [current_tenant_id(), *params])
        return list(cursor.fetchall())


def _tags(old: Targets) -> set[tuple[int, str]]:
    """The tags in question that they have already."""
    names = sorted({name for change in old.values() for name in change.tags})
    if not names:
        return set()
    asked = [i for i, change in old.items() if change.tags]
    rows = _rows("SELECT ct.customer_id, t.name FROM customers_customertag ct JOIN customers_tag t ON t.tenant_id = ct.tenant_id "
                 "AND t.id = ct.tag_id WHERE ct.tenant_id = %s AND ct.customer_id = ANY(%s) AND t.name = ANY(%s)", asked, names)  # fmt: skip
    return {(customer, name) for customer, name in rows}


def _consents(old: Targets) -> dict[tuple[int, str], bool]:
    asked = [i for i, change in old.items() if change.consents]
    if not asked:
        return {}
    rows = _rows(
        "SELECT customer_id, channel, granted FROM customers_consent WHERE tenant_id = %s AND customer_id = ANY(%s)",
        asked,
    )
    return {(customer, channel): granted for customer, channel, granted in rows}


def _identities(old: Targets) -> dict[tuple[int, str], list[str]]:
    asked = [i for i, change in old.items() if change.identities]
    if not asked:
        return {}
    rows = _rows("SELECT customer_id, kind, digest, sealed FROM customers_identity WHERE tenant_id = %s "
                 "AND proved AND main AND customer_id = ANY(%s) ORDER BY id", asked)  # fmt: skip
    return {(customer, kind): [bytes(digest).hex(), bytes(sealed).hex()] for customer, kind, digest, sealed in rows}


def _hidden(old: Targets) -> dict[int, dict[str, list[str]]]:
    """customer → {key: [digest, sealed]} of the sensitive attributes in question."""
    asked = {i: change for i, change in old.items() if change.secrets}
    found: dict[int, dict[str, list[str]]] = {}
    for customer, key, digest, value in sealed.kept(asked) if asked else ():
        found.setdefault(customer, {})[key] = [digest.hex(), value.hex()]
    return found


def _secrets(customer: int, change: Change, had: dict[str, list[str]]) -> dict[str, list[Any]]:
    """Nothing of this is readable: what the import gave by its digest, what was there before as it was sealed."""
    new = {
        key: None if value is None else sealed.digest_of(key, kind, value).hex()
        for key, (kind, value) in change.secrets.items()
    }
    return {
        key: [had.get(key), digest] for key, digest in new.items() if (had[key][0] if key in had else None) != digest
    }


def current(ids: list[int]) -> dict[int, dict[str, Any]]:
    """What these customers have now; their rows stay locked. identities, secrets: name → digest."""
    rows = _rows("SELECT id, attributes::text, timezone, blocked FROM customers_customer WHERE tenant_id = %s AND id = ANY(%s) "
                 "ORDER BY id FOR NO KEY UPDATE", ids)  # fmt: skip
    found: dict[int, dict[str, Any]] = {
        customer: {
            "attributes": orjson.loads(attributes),
            "timezone": timezone,
            "blocked": blocked,
            "consents": {},
            "identities": {},
            "secrets": {},
        }
        for customer, attributes, timezone, blocked in rows
    }
    for customer, channel, granted in _rows(
        "SELECT customer_id, channel, granted FROM customers_consent WHERE tenant_id = %s AND customer_id = ANY(%s)",
        ids,
    ):
        found[customer]["consents"][channel] = granted
    for customer, kind, digest in _rows(
        "SELECT customer_id, kind, digest FROM customers_identity WHERE tenant_id = %s AND proved AND main AND customer_id = ANY(%s) ORDER BY id",
        ids,
    ):
        found[customer]["identities"][kind] = bytes(digest).hex()
    for customer, key, digest, _ in sealed.kept(ids):
        found[customer]["secrets"][key] = digest.hex()
    return found
