"""Identities of customers: kinds, one spelling for each value, look-up by blind index, and what may be shown.

The table holds sealed values only; `addresses` is the one way to plain ones, for the senders.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from django.db import connection

from customers.vault import vault
from kernel.copy import fetch_people, id_list
from kernel.sets import People
from tenants.scope import current_tenant_id

PHONE, EMAIL = "phone", "email"
KNOWN_KINDS: Final = (PHONE, EMAIL, "openid", "unionid", "external_userid", "device", "member_id")
MAX_LENGTH: Final = 512

_KIND = re.compile(r"[a-z][a-z0-9_]{0,39}")
_PHONE_NOISE = re.compile(r"[\s\-().‐-―]")
_MAINLAND = re.compile(r"1\d{10}")
_ABROAD = re.compile(r"[1-9]\d{6,14}")
_EMAIL = re.compile(r"[^@\s<>,;\"]{1,64}@[^@\s<>,;\"]{1,189}\.[^@\s<>,;\".]{2,63}")

Found = dict[tuple[str, bytes], int]


@lru_cache(maxsize=10_000)
def is_kind(kind: str) -> bool:
    """One of KNOWN_KINDS or a tenant's own: lower-case letters, digits, underscore."""
    return _KIND.fullmatch(kind) is not None


def normalise(kind: str, value: str) -> str | None:
    """The one spelling of `value`, or None when it is none. Phones: 11 digits for the mainland, else E.164."""
    if kind == PHONE:
        return value if len(value) == 11 and _MAINLAND.fullmatch(value) and value.isascii() else _phone(value)
    text = (value if value.isascii() else unicodedata.normalize("NFKC", value)).strip()
    if kind == EMAIL:
        text = text.lower()
        return text if _EMAIL.fullmatch(text) else None
    return text if 0 < len(text) <= MAX_LENGTH and "\0" not in text else None


def _phone(value: str) -> str | None:
    text = _PHONE_NOISE.sub("", unicodedata.normalize("NFKC", value))
    text = "+" + text[2:] if text.startswith("00") else text
    digits = text.removeprefix("+")
    if not (digits.isascii() and digits.isdigit()):
        return None
    home = digits[2:] if digits.startswith("86") and len(digits) == 13 else digits
    if _MAINLAND.fullmatch(home) and (not text.startswith("+") or home != digits):
        return home
    return text if text.startswith("+") and _ABROAD.fullmatch(digits) and not digits.startswith("86") else None


def mask(kind: str, value: str) -> str:
    """What a person may see: 138****8000, l***@x.com."""
    if kind == PHONE:
        return f"{value[:3]}****{value[-4:]}"
    if kind == EMAIL:
        name, _, domain = value.partition("@")
        return f"{name[:1]}***@{domain}"
    return f"{value[:2]}***{value[-2:]}" if len(value) > 6 else "***"


def digest_list(digests: Iterable[bytes]) -> str:
    """A literal for `%s::bytea[]`."""
    return "{" + ",".join('"\\\\x' + d.hex() + '"' for d in digests) + "}"


def find(pairs: Iterable[tuple[str, bytes]], besides: set[tuple[str, bytes]] | None = None) -> Found:
    """(kind, digest) → customer for those that are known and proved; one query a kind.

    besides: takes in those that are not their customer's preferred one.
    """
    by_kind: dict[str, list[bytes]] = {}
    for kind, digest in pairs:
        by_kind.setdefault(kind, []).append(digest)
    found: Found = {}
    with connection.cursor() as cursor:
        for kind, digests in by_kind.items():
            cursor.execute(
                "SELECT digest, customer_id, main FROM customers_identity WHERE tenant_id = %s AND kind = %s AND proved "
                "AND digest = ANY(%s::bytea[])",
                [current_tenant_id(), kind, digest_list(digests)],
            )
            rows = [((kind, bytes(digest)), customer, main) for digest, customer, main in cursor.fetchall()]
            found.update({pair: customer for pair, customer, _ in rows})
            if besides is not None:
                besides |= {pair for pair, _, main in rows if not main}
    return found


def digests(kind: str, values: Iterable[str]) -> dict[str, bytes]:
    """Each value as it was given, in any spelling → its blind index; without those that are none of the kind."""
    keys, found = vault(), dict[str, bytes]()
    for value in values:
        if value not in found and (normal := normalise(kind, value)) is not None:
            found[value] = keys.digest(kind, normal)
    return found


def find_value(kind: str, value: str) -> int | None:
    """The customer with exactly this identity, in any spelling."""
    normal = normalise(kind, value)
    if normal is None:
        return None
    pair = (kind, vault().digest(kind, normal))
    return find([pair]).get(pair)


def addresses(kind: str, people: People) -> dict[int, str]:
    """customer → plain value, proved: the preferred one, else the newest; people without one are missing."""
    keys = vault()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT customer_id, digest, sealed FROM customers_identity "
            "WHERE tenant_id = %s AND kind = %s AND proved AND customer_id = ANY(%s::bigint[]) ORDER BY main, id",
            [current_tenant_id(), kind, id_list(people)],
        )
        rows = {customer: (bytes(digest), bytes(sealed)) for customer, digest, sealed in cursor.fetchall()}
    return {customer: keys.open(kind, digest, sealed) for customer, (digest, sealed) in rows.items()}


def with_identity(kind: str, within: People | None = None) -> People:
    """Everyone who has a proved identity of this kind, of all or of `within`."""
    sql, params = (
        "SELECT customer_id FROM customers_identity WHERE tenant_id = %s AND kind = %s AND proved",
        [current_tenant_id(), kind],
    )
    if within is None:
        return fetch_people(sql, params)
    return fetch_people(sql + " AND customer_id = ANY(%s::bigint[])", [*params, id_list(within)])


def masked(ids: list[int]) -> dict[int, dict[str, str]]:
    """customer → {kind: masked value}, for lists: proved ones, of each kind the one that `addresses` would give."""
    keys, shown = vault(), {i: dict[str, str]() for i in ids}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT customer_id, kind, digest, sealed FROM customers_identity "
            "WHERE tenant_id = %s AND proved AND customer_id = ANY(%s) ORDER BY main, id",
            [current_tenant_id(), ids],
        )
        for customer, kind, digest, sealed in cursor.fetchall():
            shown[customer][kind] = mask(kind, keys.open(kind, bytes(digest), bytes(sealed)))
    return shown
