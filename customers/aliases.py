"""Who stands for whom: `merged_into` of a customer names the survivor at once, however many merges came before. Reads only."""

from collections.abc import Iterable

from django.db import connection

from kernel.copy import id_list, select_people
from kernel.sets import People, people
from tenants.scope import current_tenant_id

_FEW = 20_000
_MERGED = "SELECT {what} FROM customers_customer WHERE tenant_id = %s AND merged_into IS NOT NULL"


def survivors(group: People | Iterable[int]) -> dict[int, int]:
    """merged customer → survivor, for those of `group` who were merged."""
    return _pairs("id", group)


def with_survivors(group: People) -> People:
    """The same people today: whoever was merged is the survivor, once."""
    if not group:
        return group
    merged = select_people(_MERGED.format(what="id"), [current_tenant_id()]) & group if len(group) > _FEW else group
    known = survivors(merged)
    return (group - people(known)) | people(known.values()) if known else group


def aliases(group: People | Iterable[int]) -> dict[int, int]:
    """merged customer → survivor, for the survivors in `group`."""
    return _pairs("merged_into", group)


def _pairs(column: str, group: People | Iterable[int]) -> dict[int, int]:
    """merged customer → survivor, for the rows whose `column` is one of `group`."""
    wanted = group if isinstance(group, People) else people(group)
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            _MERGED.format(what="id, merged_into") + f" AND {column} = ANY(%s::bigint[])",
            [current_tenant_id(), id_list(wanted)],
        )
        return dict(cursor.fetchall())


def with_aliases(group: People) -> People:
    """`group` and everybody who was merged into one of them: sets that nobody has moved since hold the old ids."""
    return group | people(aliases(group))
