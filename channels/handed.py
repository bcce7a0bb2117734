"""How many messages of a run left for a provider. Counted in the ledger; a count that took long is kept for a while."""

import time
from collections.abc import Sequence
from typing import Final

from django.db import connection

from tenants.scope import current_tenant_id

# Counting a million rows takes about a second. An index on the status would be paid for by every message that is sent
# (each change of status would touch it), so a big count is asked again only after sixty times the time that it took.
_BIG: Final = 50_000
_PATIENCE: Final = 60
_known: dict[tuple[int, int], tuple[float, int]] = {}  # (tenant, run) → valid until (monotonic), messages


def handed_over(run_ids: Sequence[int]) -> dict[int, int]:
    """Run → messages (runs without any are left out). Of big runs up to a minute or so old."""
    tenant, now = current_tenant_id(), time.monotonic()
    found = {r: n for r in run_ids if (kept := _known.get((tenant, r))) and kept[0] > now for n in [kept[1]]}
    asked = [r for r in run_ids if r not in found]
    if asked:
        counted = _count(asked)
        took = time.monotonic() - now
        for run, messages in counted.items():
            if messages >= _BIG:
                _known[tenant, run] = (now + _PATIENCE * took, messages)
        found |= counted
    return found


def _count(run_ids: Sequence[int]) -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT run_id, count(*) FROM channels_message WHERE tenant_id = %s AND run_id = ANY(%s) "
            "AND status NOT IN ('queued', 'suppressed') GROUP BY 1",
            [current_tenant_id(), list(run_ids)],
        )
        return dict(cursor.fetchall())
