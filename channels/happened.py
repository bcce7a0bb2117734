"""What customers did at the provider's: an event of theirs, for triggers and conditions, and what it says of their consent."""

import logging
from collections.abc import Sequence

from channels.contract import AccountNow, HappenedIn
from customers import consents, identities
from customers.event_services import events_take
from kernel.clock import db_now
from kernel.sets import people
from tenants.scope import current_tenant_id

log = logging.getLogger(__name__)


def take_happened(account: AccountNow, told: Sequence[HappenedIn]) -> None:
    """In the caller's transaction. Each counts once, however often it is told."""
    if not told:
        return
    now = db_now()
    rows = [
        {
            "event_id": f"{account.provider.key}:{current_tenant_id()}:{account.id}:{h.name}:{h.once}"[:200], "name": h.name,
            "customer": {h.identity[0]: h.identity[1]}, "occurred_at": min(h.at, now).isoformat(), "properties": h.properties,
        }
        for h in told
    ]  # fmt: skip
    taken = events_take(rows)
    if taken.rejected:
        log.warning("account %s: events refused: %s", account.id, taken.rejected)
    for agreed in (True, False):
        _consent(account, [h for h in told if h.consents is agreed], agreed)


def _consent(account: AccountNow, told: Sequence[HappenedIn], agreed: bool) -> None:
    """For every channel of the app: whoever left it is reached by none of them."""
    by_kind: dict[str, list[str]] = {}
    for one in told:
        by_kind.setdefault(one.identity[0], []).append(one.identity[1])
    pairs = {(kind, digest) for kind, values in by_kind.items() for digest in identities.digests(kind, values).values()}
    found = people(identities.find(pairs).values()) if pairs else people([])
    for channel in (account.provider.channels or (account.channel,)) if found else ():
        consents.consent_set(found, channel, agreed, source="callback")
