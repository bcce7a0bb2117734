"""Takes personal data out of the ledger when a customer is erased; rows and counts stay."""

from django.db import connection

from kernel.copy import id_list
from kernel.sets import People
from tenants.scope import current_tenant_id


def forget(group: People) -> None:
    """Texts of messages and details of receipts of these customers."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE channels_receipt r SET detail = '{}' FROM channels_message m WHERE r.tenant_id = %(tenant)s "
            "AND m.tenant_id = r.tenant_id AND m.id = r.message_id AND m.customer_id = ANY(%(ids)s::bigint[]) AND m.purpose <> 'staff'",
            {"tenant": current_tenant_id(), "ids": id_list(group)},
        )
        cursor.execute(
            "UPDATE channels_message SET content = '{}' WHERE tenant_id = %(tenant)s AND customer_id = ANY(%(ids)s::bigint[]) "
            "AND content IS NOT NULL AND purpose <> 'staff'",
            {"tenant": current_tenant_id(), "ids": id_list(group)},
        )
