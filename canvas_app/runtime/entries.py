"""What the events say by which people entered a wave. Reads only."""

from django.db import connection

from kernel.copy import id_list
from kernel.sets import People
from tenants.scope import current_tenant_id


def entry_properties(wave: int, group: People, name: str) -> dict[int, str]:
    """customer → the property's value as text; those whose event has none, or who came without one, are missing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT customer_id, properties->>%s FROM canvas_app_waveentry WHERE tenant_id = %s AND wave_id = %s "
            "AND customer_id = ANY(%s::bigint[]) AND properties->>%s <> ''",
            [name, current_tenant_id(), wave, id_list(group), name],
        )
        return dict(cursor.fetchall())
