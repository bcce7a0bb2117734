"""Which message of ours a receipt is about: by our own id, or by its address with the provider's id or our ids in the batch.

Nothing in the ledger is indexed by the provider's ids: that would cost every sent message an entry. A receipt that does not
bring our id brings the address, and a customer's messages are found at once.
"""

from collections.abc import Sequence
from typing import Final

from django.db import connection

from channels.contract import AccountNow, ReceiptIn
from channels.preparing import read_message_key
from channels.registry import kinds
from customers import identities
from tenants.scope import current_tenant_id

FACTS: Final = (  # of a message m, as its events tell them
    "jsonb_build_object('message', m.id::text, 'canvas', m.canvas_id::text, 'run', m.run_id::text, 'node', m.node, "
    "'variant', m.variant, 'channel', m.channel, 'template', m.template_id::text)::text"
)
_BY_CUSTOMER = """
    SELECT v.n, m.id FROM unnest((SELECT %s::int[]), (SELECT %s::bigint[]), (SELECT %s::text[]), (SELECT %s::bigint[]),
        (SELECT %s::bigint[]), (SELECT %s::bool[])) AS v(n, customer, provider_id, first, last, late)
    CROSS JOIN LATERAL (
        SELECT x.id FROM channels_message x WHERE x.tenant_id = %s AND x.customer_id = v.customer AND x.account_id = ANY(%s)
            AND x.content IS NOT NULL AND x.purpose <> 'staff'
            AND (x.id BETWEEN v.first AND v.last OR (v.provider_id <> '' AND x.provider_id = v.provider_id)
                OR (v.late AND v.first IS NULL AND x.status = 'unknown' AND x.provider_id = ''))
        ORDER BY x.provider_id = v.provider_id DESC, x.id DESC LIMIT 1 OFFSET 0
    ) AS m
"""


def find_messages(account: AccountNow, receipts: Sequence[ReceiptIn], late: Sequence[bool] = ()) -> list[int | None]:
    """The message id of each; None when it is not known (yet). Own ids are not looked up: whether they exist is seen later.

    late: those that were looked for long enough for our call's answer to have been written. If it was lost, they are about
    the customer's message of which nobody knows what became.
    """
    found: list[int | None] = [_own(receipt.message) for receipt in receipts]
    unnamed = [i for i, receipt in enumerate(receipts) if found[i] is None and not receipt.message and receipt.to]
    customers = customers_at(account, [receipts[i].to for i in unnamed])
    asked = [(i, customer) for i in unnamed if (customer := customers.get(receipts[i].to)) is not None]
    if not asked:
        return found
    bounds = [receipts[i].within or (None, None) for i, _ in asked]
    with connection.cursor() as cursor:
        cursor.execute(
            _BY_CUSTOMER,
            [
                [i for i, _ in asked], [customer for _, customer in asked], [receipts[i].provider_id for i, _ in asked],
                [first for first, _ in bounds], [last for _, last in bounds], [bool(late) and late[i] for i, _ in asked], current_tenant_id(), account.at_this_door,
            ],
        )  # fmt: skip
        for i, message in cursor.fetchall():
            found[i] = message
    return found


def customers_at(account: AccountNow, addresses: Sequence[str]) -> dict[str, int]:
    """Address as it was given → customer, for those that are known."""
    kind = kinds[account.channel].identity
    if kind is None or not addresses:
        return {}
    digests = identities.digests(kind, addresses)
    owners = identities.find((kind, digest) for digest in set(digests.values()))
    return {address: owners[kind, digest] for address, digest in digests.items() if (kind, digest) in owners}


def _own(raw: str) -> int | None:
    key = read_message_key(raw) if raw else None
    return key[1] if key and key[0] == current_tenant_id() else None
