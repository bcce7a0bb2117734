"""Dates that customers carry as attributes, grouped by day. Reads only."""

from datetime import date

from django.db import connection

from kernel.copy import id_list
from kernel.sets import People, people, to_array
from tenants.scope import current_tenant_id


def dates_of(group: People, key: str) -> list[tuple[date | None, People]]:
    """(day, those whose attribute `key` is that day) and (None, those without a readable date). Covers the group exactly."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT CASE WHEN pg_input_is_valid(left(attributes->>%s, 10), 'date') THEN left(attributes->>%s, 10)::date END AS day, "
            "array_agg(id) FROM customers_customer WHERE tenant_id = %s AND id = ANY(%s::bigint[]) GROUP BY 1",
            [key, key, current_tenant_id(), id_list(group)],
        )
        found = [(day, people(ids)) for day, ids in cursor.fetchall()]
    seen = People().union(*(p for _, p in found)) if found else People()
    missing = group - seen
    return [*found, (None, missing)] if len(to_array(missing)) else found
