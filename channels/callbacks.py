"""The door for providers' callbacks: token → account → signature → receipts, in one transaction of the tenant."""

import hmac
from typing import Any

from channels.contract import Callback
from channels.models import Account
from channels.receipts import take_receipts
from channels.services.accounts import account_now
from kernel.access import row_id
from kernel.clock import db_now
from kernel.errors import Code, ProblemError
from tenants.scope import tenant_tx


def receive(token: str, callback: Callback) -> dict[str, Any]:
    """Raises NOT_FOUND for a token that is none of ours, FORGED or EXPIRED for a request that is not the provider's."""
    tenant, _, rest = token.partition("-")
    account, _, secret = rest.partition("-")
    if row_id(tenant) is None or row_id(account) is None:
        raise ProblemError(Code.NOT_FOUND)
    with tenant_tx(int(tenant)):
        found = Account.objects.filter(pk=int(account)).first()
        if found is None or not hmac.compare_digest(found.callback_secret.encode(), secret.encode()):
            raise ProblemError(Code.NOT_FOUND)
        now = account_now(found)
        return take_receipts(now, now.provider.parse_callback(now, callback, db_now()))
