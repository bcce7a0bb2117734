"""What this room proves of a run: nothing left without an intent, nobody was written to twice, no cap is passed."""

from collections.abc import Iterator
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.db import connection

from channels.caps import ALL
from kernel.language import Text
from kernel.proof import Equation
from tenants.models import AuditEntry
from tenants.scope import current_tenant_id
from tenants.settings import tenant_now

_INTENT = Text(
    "已交给渠道的消息 = 其中写过发送意图的",
    "Messages handed to a provider = those of them with an intent written first",
)
_TWICE = Text("同一步骤里收到两条消息的人", "People with two messages of one step")
_CAP = Text("超过频次上限的人", "People over a frequency cap")
_LEFT = "('in_flight', 'sent', 'unknown', 'delivered', 'opened', 'clicked')"
_EPOCH = date(1970, 1, 1)


def run_proof(*, run_id: int) -> list[Equation]:
    """Subscriber of runs.proof."""
    left, meant = _row(
        f"SELECT count(*), count(*) FILTER (WHERE content IS NOT NULL) FROM channels_message WHERE tenant_id = %s AND run_id = %s AND status IN {_LEFT}",
        run_id,
    )
    (twice,) = _row(
        "SELECT count(*) FROM (SELECT 1 FROM channels_message WHERE tenant_id = %s AND run_id = %s "
        "GROUP BY node, wave_id, round, customer_id HAVING count(*) > 1) AS t",
        run_id,
    )
    return [Equation("intent", left, meant, _INTENT), Equation("messages_once", twice, 0, _TWICE), *_caps(run_id)]


def _row(sql: str, run_id: int) -> tuple[int, ...]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [current_tenant_id(), run_id])
        found: tuple[int, ...] = cursor.fetchone()
    return found


def _caps(run_id: int) -> Iterator[Equation]:
    """Caps of a day, on days since which the settings have not changed: an older count obeyed an older cap."""
    tenant, since = tenant_now(), _settled_since()
    limits = {(c["channel"] or ALL): int(c["limit"]) for c in tenant.settings["caps"] if int(c["per"]["days"]) == 1}
    over = 0
    for scope, limit in limits.items():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM channels_capcount c WHERE c.tenant_id = %s AND c.scope = %s AND c.day > %s AND c.n > %s AND EXISTS ("
                "SELECT 1 FROM channels_message m WHERE m.tenant_id = c.tenant_id AND m.customer_id = c.customer_id AND m.run_id = %s "
                "AND m.cap_day = c.day) AND NOT EXISTS (SELECT 1 FROM customers_merge g WHERE g.tenant_id = c.tenant_id "
                "AND g.survivor_id = c.customer_id AND g.undone_at IS NULL AND g.at::date >= c.day - 1)",  # the counts of two
                [current_tenant_id(), scope, since, limit, run_id],
            )
            over += cursor.fetchone()[0]
    yield Equation("caps", over, 0, _CAP)


def _settled_since() -> date:
    changed = AuditEntry.objects.filter(action="settings.update").order_by("-pk").values_list("at", flat=True).first()
    zone = ZoneInfo(tenant_now().timezone)
    return changed.astimezone(zone).date() if changed else _EPOCH - timedelta(days=1)
