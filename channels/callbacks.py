"""The door for providers' callbacks: token → account → signature → stored. What they tell is worked off by the workers
(channels.told); only what can't wait is acted on here."""

import hmac
from collections.abc import Callable
from typing import Any, TypeVar

from channels import told
from channels.contract import AccountNow, Answer, Callback, ReceiptIn
from channels.models import Account
from channels.receipts import take_receipts
from channels.services.accounts import at_the_door
from kernel.access import row_id
from kernel.clock import db_now
from kernel.errors import Code, ProblemError
from tenants.scope import tenant_tx

T = TypeVar("T")


def receive(token: str, callback: Callback) -> dict[str, Any] | Answer:
    """Raises NOT_FOUND for a token that is none of ours, FORGED or EXPIRED for a request that is not the provider's."""

    def take(account: AccountNow, callback: Callback) -> dict[str, Any] | Answer:
        receipts = account.provider.parse_callback(account, callback, db_now())
        if account.provider.tells_at_once:
            return take_receipts(account, [r for r in receipts if isinstance(r, ReceiptIn)])
        told.store(account, callback, receipts)
        return account.provider.acknowledge(account, callback)

    return _with_account(token, callback, take)


def answer_check(token: str, callback: Callback) -> Answer:
    """The GET by which a provider checks the address; raises as `receive`."""
    return _with_account(token, callback, lambda account, sent: account.provider.answer_check(account, sent))


def _with_account(token: str, callback: Callback, work: Callable[[AccountNow, Callback], T]) -> T:
    tenant, _, rest = token.partition("-")
    account, _, secret = rest.partition("-")
    if row_id(tenant) is None or row_id(account) is None:
        raise ProblemError(Code.NOT_FOUND)
    with tenant_tx(int(tenant)):
        found = Account.objects.filter(pk=int(account)).first()
        if found is None or not hmac.compare_digest(found.callback_secret.encode(), secret.encode()):
            raise ProblemError(Code.NOT_FOUND)
        return work(at_the_door(found), callback)
