"""In which time zone people live: their own when it is known, else their tenant's. One query, reads only."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
from django.db import connection

from kernel.copy import id_list
from kernel.sets import People, from_array
from tenants.scope import current_tenant_id
from tenants.settings import tenant_now

_LOOK_UP = 20_000  # up to so many people are looked up one by one; for more, all zones of the tenant are read
# ids as bytes: a list of a million numbers takes far longer to read
_BY_ZONE = """
    SELECT timezone, string_agg(int8send(id), ''::bytea) FROM customers_customer
    WHERE tenant_id = %s AND timezone IS NOT NULL
"""


def zones_of(people: People, home: ZoneInfo | None = None) -> list[tuple[ZoneInfo, People]]:
    """(zone, those of `people` who live there): disjoint, nobody missing, in order of zone.

    Whoever's zone is not known, or is none, lives in `home` (None: the tenant's zone).
    """
    if not people:
        return []
    known = [(name, from_array(np.frombuffer(ids, dtype=">i8").astype(np.uint64))) for name, ids in _known(people)]
    return by_zone(people, known, home)


def by_zone(
    people: People, known: Iterable[tuple[str, People]], home: ZoneInfo | None = None
) -> list[tuple[ZoneInfo, People]]:
    """As zones_of, where it is known who says to live in which zone."""
    found: dict[str, People] = {}
    rest = people.copy()
    for name, those in known:
        zone, group = _zone(name), those & people
        if zone is not None and group:
            found[zone.key] = group
            rest -= group
    if rest:
        home = home or ZoneInfo(tenant_now().timezone)
        found[home.key] = found.get(home.key, People()) | rest
    return [(ZoneInfo(key), found[key]) for key in sorted(found)]


def _known(people: People) -> list[tuple[str, memoryview]]:
    few = len(people) <= _LOOK_UP
    sql = _BY_ZONE + ("AND id = ANY(%s::bigint[])" if few else "") + " GROUP BY timezone"
    with connection.cursor() as cursor:
        cursor.execute(sql, [current_tenant_id(), *([id_list(people)] if few else [])])
        rows: list[tuple[str, memoryview]] = cursor.fetchall()
    return rows


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return None
