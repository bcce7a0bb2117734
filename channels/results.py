"""What became of the messages of one step of a run, and how many messages people got lately. Reads only."""

from datetime import datetime

import numpy as np
from django.db import connection

from channels.parcel import TO_CUSTOMERS
from kernel.copy import fetch_people, id_list
from kernel.sets import People, from_array, union
from tenants.scope import current_tenant_id

OUTCOMES = ("clicked", "replied", "opened", "delivered", "failed")
_LOOK_UP = 20_000  # so many people are looked up by id; of more, the step's whole waves are read
# a click or a reply also says that it was delivered, and a click that it was opened: not every provider tells all of it
_BY_OUTCOME = """
    SELECT wave_id, clicked, replied, opened OR clicked, delivered OR opened OR clicked OR replied, failed,
        string_agg(int8send(customer_id), ''::bytea)
    FROM (
        SELECT DISTINCT ON (m.wave_id, m.customer_id) m.wave_id, m.customer_id, m.status = 'failed' AS failed,
            m.clicked_at IS NOT NULL AS clicked, m.opened_at IS NOT NULL AS opened, m.delivered_at IS NOT NULL AS delivered,
            EXISTS (SELECT 1 FROM channels_receipt r WHERE r.tenant_id = m.tenant_id AND r.message_id = m.id AND r.event = 'replied')
                AS replied
        FROM channels_message m WHERE m.tenant_id = %(tenant)s AND m.run_id = %(run)s AND m.node = %(node)s
            AND m.wave_id = ANY(%(waves)s) AND m.status <> 'suppressed'
            AND (%(ids)s::text IS NULL OR m.customer_id = ANY(%(ids)s::bigint[]))
        ORDER BY m.wave_id, m.customer_id, m.round DESC
    ) latest GROUP BY 1, 2, 3, 4, 5, 6
"""


def outcomes(run_id: int, node: str, groups: dict[int, People], now: datetime) -> tuple[People, dict[str, People]]:
    """(who has a message of that step, outcome → people). groups: wave → people; the latest round of each counts."""
    everybody = union(groups.values())
    had, by = People(), {name: People() for name in OUTCOMES}
    with connection.cursor() as cursor:
        cursor.execute(
            _BY_OUTCOME,
            {
                "tenant": current_tenant_id(), "run": run_id, "node": node, "waves": list(groups),
                "ids": id_list(everybody) if len(everybody) <= _LOOK_UP else None,
            },
        )  # fmt: skip
        for wave, *flags, raw in cursor.fetchall():
            part = from_array(np.frombuffer(raw, dtype=">i8").astype(np.uint64)) & groups[wave]
            had |= part
            for name, flag in zip(OUTCOMES, flags, strict=True):
                by[name] |= part if flag else People()
    return had, by


def messaged(group: People, times: int, since: datetime, channel: str | None) -> People:
    """Those of `group` who got at least so many messages since then (of the channel), marketing or service.

    What may have arrived counts too (in flight, unknown); what failed or was held back does not.
    """
    return fetch_people(
        "SELECT customer_id FROM channels_message WHERE tenant_id = %s AND customer_id = ANY(%s::bigint[]) "
        "AND coalesce(sent_at, created_at) >= %s "
        "AND purpose = ANY(%s) AND status <> ALL('{queued,suppressed,failed}') AND (%s::text IS NULL OR channel = %s) "
        "GROUP BY customer_id HAVING count(*) >= %s",
        [current_tenant_id(), id_list(group), since, list(TO_CUSTOMERS), channel, channel, times],
    )
