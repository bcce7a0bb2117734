"""The sender's loop body: claim jobs, work them off lane by lane, give back what is left.

A worker that dies between intent and outcome leaves messages in flight; whoever claims their job next makes them unknown
(or repeats them under the same id).
"""

import time
from collections.abc import Iterable
from typing import Final

from channels.contract import AccountNow
from channels.jobs import MAX_PEOPLE, claim, due_within
from channels.lanes import Lane, lanes_of
from channels.pipeline import Pipeline
from tenants.quotas import SENDERS, quotas_of
from tenants.scope import tenant_tx

BUDGET_PEOPLE: Final = 16_000  # claimed at once, at most
BUDGET_SECONDS: Final = 1.0  # then the rest goes back, so that other tenants have their turn
_SOON_SECONDS, _NAP_SECONDS = 1.0, 0.05

_pace = BUDGET_PEOPLE  # people worth claiming, by how many the last round sent: what is not sent was looked up in vain
_blocked: dict[tuple[int, int], float] = {}  # (tenant, account) → monotonic time until which its rate is spent


def unit(tenant_id: int) -> bool:
    """One round of sending for a tenant. False when nothing is due."""
    with tenant_tx(tenant_id):
        lanes = lanes_of(tenant_id, claim(_pace, blocked_for(tenant_id, 0.0)))
        soon = not lanes and due_within(_SOON_SECONDS, blocked_for(tenant_id, _SOON_SECONDS))
    if soon:
        time.sleep(_NAP_SECONDS)  # a rate-limited account goes on in a moment: no wake-up comes for that
    sent = _work(lanes, BUDGET_SECONDS * share(tenant_id))
    if lanes:
        _set_pace(sent)
    return bool(lanes) or soon


def share(tenant_id: int) -> float:
    """How long the tenant's turn is, of a whole one: tenants take turns, so a short turn leaves the senders to others."""
    return quotas_of(tenant_id).get(SENDERS, 100) / 100


def _work(lanes: Iterable[Lane], seconds: float) -> int:
    ends, sent = time.monotonic() + seconds, 0
    for lane in lanes:
        under_way = Pipeline(lane)
        sent += under_way.run(ends)
        if under_way.wait:
            block(lane.account, under_way.wait)
    return sent


def _set_pace(sent: int) -> None:
    global _pace
    _pace = min(max(2 * sent, MAX_PEOPLE), BUDGET_PEOPLE)


def block(account: AccountNow, seconds: float) -> None:
    """Leave the account alone for so long."""
    key = (account.tenant_id, account.id)
    _blocked[key] = max(_blocked.get(key, 0.0), time.monotonic() + seconds)


def blocked_for(tenant_id: int, seconds: float) -> list[int]:
    """Accounts of the tenant that must be left alone for longer than `seconds` from now."""
    now = time.monotonic()
    for key in [k for k, until in _blocked.items() if until <= now]:
        del _blocked[key]
    return [account for (tenant, account), until in _blocked.items() if tenant == tenant_id and until > now + seconds]
