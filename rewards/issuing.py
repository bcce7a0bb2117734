"""reward.issued in the event log: noted with the grants, told in the background, so that a step's people do not wait for it."""

from collections.abc import Sequence

from django.db import connection

from customers import events
from kernel.step import Step
from kernel.wake import SLOW
from rewards.models import IssueNotice
from tenants.ready import announce
from tenants.scope import current_tenant_id, tenant_tx

_NOTICES, _GRANTS = 5_000, 50_000  # of one transaction, about
_CLAIM = "SELECT n.* FROM rewards_issuenotice n WHERE n.tenant_id = %s ORDER BY n.id LIMIT %s FOR UPDATE SKIP LOCKED"
_CHANGED = """
    WITH changed AS (
        SELECT g.customer_id, g.issued_at AS at, jsonb_strip_nulls(jsonb_build_object(
            'grant', g.id::text, 'package', g.package_id::text, 'kind', g.item ->> 'kind', 'name', g.item ->> 'name', 'code', g.code,
            'expires_at', to_char(g.expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'cost', g.cost,
            'canvas', g.canvas_id::text, 'run', g.run_id::text, 'node', nullif(g.node, ''), 'variant', nullif(g.variant, '')
        )) AS properties
        FROM rewards_issuenotice n CROSS JOIN LATERAL (
            SELECT * FROM rewards_grant x WHERE x.id BETWEEN n.first_grant AND n.last_grant AND x.tenant_id = n.tenant_id
            AND x.run_id = n.run_id AND x.node = n.node AND x.wave_id = n.wave_id AND x.round = n.round OFFSET 0
        ) AS g
        WHERE n.tenant_id = %(tenant)s AND n.id = ANY(%(notices)s)
    )
"""


def note_issue(step: Step, grants: tuple[int, int], size: int) -> None:
    """In the transaction that wrote the grants; `grants`: the first and last id."""
    IssueNotice.objects.create(
        run_id=step.run_id, node=step.node, wave_id=step.wave_id, round=step.round, first_grant=grants[0],
        last_grant=grants[1], size=size,
    )  # fmt: skip
    announce(SLOW)


def has_notices() -> bool:
    return IssueNotice.objects.exists()


def tell_issued(tenant_id: int) -> bool:
    """One batch: told and forgotten together, or neither. False: nothing was to be told."""
    with tenant_tx(tenant_id):
        ids = _enough(list(IssueNotice.objects.raw(_CLAIM, [tenant_id, _NOTICES])))
        if ids:
            events.record_own(_CHANGED, {"notices": ids}, "reward.issued", at="at")
            with connection.cursor() as cursor:
                cursor.execute(
                    "DELETE FROM rewards_issuenotice WHERE tenant_id = %s AND id = ANY(%s)", [current_tenant_id(), ids]
                )
    return bool(ids)


def _enough(notices: Sequence[IssueNotice]) -> list[int]:
    """The first of them that together are not too many grants; one at least."""
    taken, size = list[int](), 0
    for notice in notices:
        size += notice.size
        if taken and size > _GRANTS:
            break
        taken.append(notice.pk)
    return taken
