"""Coupon codes: unguessable, without look-alikes, many at a time. Asks the ledger only whether a code is taken."""

import secrets

import numpy as np
from django.db import connection

from tenants.scope import current_tenant_id

# 32 characters, five bits each: no 0 O 1 I
_ALPHABET = np.frombuffer(b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ", dtype=np.uint8)


def random_codes(count: int, prefix: str, length: int) -> list[str]:
    """`count` codes from the system's random source; repeats are as likely as chance makes them."""
    if not count:
        return []
    bits = np.frombuffer(secrets.token_bytes(count * length), dtype=np.uint8) & 31
    text = _ALPHABET[bits].tobytes().decode("ascii")
    return [prefix + text[i : i + length] for i in range(0, count * length, length)]


def taken_codes(codes: list[str]) -> set[str]:
    """Those that the tenant has issued or uploaded already."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT code FROM rewards_grant WHERE tenant_id = %(tenant)s AND code = ANY(%(codes)s) "
            "UNION SELECT code FROM rewards_poolcode WHERE tenant_id = %(tenant)s AND code = ANY(%(codes)s)",
            {"tenant": current_tenant_id(), "codes": codes},
        )
        return {code for (code,) in cursor.fetchall()}


def new_codes(count: int, prefix: str, length: int, *, wary: bool) -> list[str]:
    """`count` distinct codes. wary: those taken are drawn again, which costs a look-up; else the caller finds out."""
    drawn = dict.fromkeys(random_codes(count, prefix, length))
    while True:
        if wary:
            for code in taken_codes(list(drawn)):
                del drawn[code]
        if len(drawn) >= count:
            return list(drawn)[:count]
        drawn.update(dict.fromkeys(random_codes(count - len(drawn), prefix, length)))
