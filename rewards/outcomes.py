"""What became of the grants of one step of a run: used or expired. Reads only."""

from datetime import datetime

import numpy as np
from django.db import connection

from kernel.copy import id_list
from kernel.sets import People, from_array, union
from tenants.scope import current_tenant_id

OUTCOMES = ("used", "expired")
_LOOK_UP = 20_000  # so many people are looked up by id; of more, the step's whole waves are read
_BY_OUTCOME = """
    SELECT wave_id, used, expired, string_agg(int8send(customer_id), ''::bytea) FROM (
        SELECT DISTINCT ON (wave_id, customer_id) wave_id, customer_id, bool_or(status = 'used') AS used,
            bool_or(status = 'expired' OR status = 'issued' AND expires_at <= %(now)s) AS expired
        FROM rewards_grant WHERE tenant_id = %(tenant)s AND run_id = %(run)s AND node = %(node)s AND wave_id = ANY(%(waves)s)
            AND status NOT IN ('pending', 'rejected', 'unknown')
            AND (%(ids)s::text IS NULL OR customer_id = ANY(%(ids)s::bigint[]))
        GROUP BY wave_id, customer_id, round ORDER BY wave_id, customer_id, round DESC
    ) latest GROUP BY wave_id, used, expired
"""


def outcomes(run_id: int, node: str, groups: dict[int, People], now: datetime) -> tuple[People, dict[str, People]]:
    """(who was granted something there, outcome → people). groups: wave → people; the latest round of each counts."""
    everybody = union(groups.values())
    had, by = People(), {name: People() for name in OUTCOMES}
    with connection.cursor() as cursor:
        cursor.execute(
            _BY_OUTCOME,
            {
                "tenant": current_tenant_id(), "run": run_id, "node": node, "waves": list(groups), "now": now,
                "ids": id_list(everybody) if len(everybody) <= _LOOK_UP else None,
            },
        )  # fmt: skip
        for wave, *flags, raw in cursor.fetchall():
            part = from_array(np.frombuffer(raw, dtype=">i8").astype(np.uint64)) & groups[wave]
            had |= part
            for name, flag in zip(OUTCOMES, flags, strict=True):
                by[name] |= part if flag else People()
    return had, by
