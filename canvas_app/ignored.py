"""Events by which nobody entered, counted by reason: a row for each batch, a row a day once the day is over."""

from collections import Counter
from datetime import datetime

from django.db import connection
from django.db.models import Sum

from canvas_app.models import Ignored, Run
from tenants.scope import current_tenant_id


def note_ignored(run: Run, ignored: Counter[str], now: datetime) -> None:
    """Insert-only: nobody waits for anybody's counter."""
    if ignored:
        Ignored.objects.bulk_create(
            Ignored(tenant_id=current_tenant_id(), run_id=run.pk, reason=reason, events=n, at=now)
            for reason, n in ignored.items()
        )


def ignored_events(run: Run) -> dict[str, int]:
    """reason → events. Repeated events are not among them: they are refused when they arrive."""
    rows = Ignored.objects.filter(run=run).values_list("reason").annotate(n=Sum("events"))
    return dict(rows.order_by("reason"))


def fold() -> None:
    """For housekeeping: several rows of a past day become one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH days AS (SELECT run_id, reason, at::date AS day FROM canvas_app_ignored WHERE tenant_id = %(tenant)s "
            "AND at < date_trunc('day', clock_timestamp()) GROUP BY 1, 2, 3 HAVING count(*) > 1), "
            "gone AS (DELETE FROM canvas_app_ignored i USING days d WHERE i.tenant_id = %(tenant)s AND i.run_id = d.run_id "
            "AND i.reason = d.reason AND i.at::date = d.day RETURNING i.run_id, i.reason, i.events, i.at) "
            "INSERT INTO canvas_app_ignored (tenant_id, run_id, reason, events, at) "
            "SELECT %(tenant)s, run_id, reason, sum(events), min(at) FROM gone GROUP BY run_id, reason, at::date",
            {"tenant": current_tenant_id()},
        )
