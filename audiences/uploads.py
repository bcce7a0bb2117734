"""External ids → customers, for static audiences. Creates nobody."""

from dataclasses import dataclass
from typing import Any

from django.db import connection

from audiences.errors import Code
from audiences.services import audience_create_static
from customers.models import FileImport
from kernel.errors import ProblemError
from kernel.sets import People, people
from tenants.scope import current_tenant_id

MAX_IDS = 1_000_000
_SHOWN = 1000


@dataclass(frozen=True)
class Uploaded:
    """`unknown`: external ids that no active customer has, in the order sent, at most 1,000 of them."""

    people: People
    unknown: list[str]


def find_uploaded(external_ids: list[str]) -> Uploaded:
    """Raises ALL_UNKNOWN when not one is known."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT external_id, coalesce(merged_into, id) FROM customers_customer WHERE tenant_id = %s AND external_id = ANY(%s) "
            "AND erased_at IS NULL",
            [current_tenant_id(), external_ids],
        )
        found = dict(cursor.fetchall())
    unknown = [text for text in dict.fromkeys(external_ids) if text not in found]
    if external_ids and not found:
        raise ProblemError.at("/customers", Code.ALL_UNKNOWN)
    return Uploaded(people(found.values()), unknown[:_SHOWN])


def list_imported(file_import: FileImport, listed: People) -> dict[str, Any]:
    """The people of an imported file as a static audience, named in its options or after the file."""
    name = file_import.options.get("name") or file_import.name.rsplit(".", 1)[0][:200] or str(file_import.pk)
    audience = audience_create_static(name=name, people=listed)
    return {"audience": str(audience.pk), "people": len(listed)}
