"""Who wants which events in the inbox. A canvas watches while it is live or people are inside."""

from django.db import connection

from customers.models import EventWatch
from tenants.scope import current_tenant_id


def watch(watcher: str, names: set[str]) -> None:
    """From this transaction on, events of exactly these names reach the inbox on behalf of `watcher`."""
    EventWatch.objects.filter(watcher=watcher).exclude(name__in=names).delete()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO customers_eventwatch (tenant_id, name, watcher) SELECT %s, unnest(%s::text[]), %s ON CONFLICT DO NOTHING",
            [current_tenant_id(), sorted(names), watcher],
        )


def watchers(prefix: str) -> list[str]:
    """Everybody whose name begins so and who watches something."""
    found = EventWatch.objects.filter(watcher__startswith=prefix).values_list("watcher", flat=True)
    return sorted(set(found))
