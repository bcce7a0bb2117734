"""The tenant's quota of messages, at the intent: what is beyond it is held back (`quota`), or waits for the next day where the
step says so. A message counts once, when it is first in flight, whatever becomes of it. Messages to staff and hand-overs
are free.
"""

from datetime import datetime
from typing import Final

from channels.parcel import TO_CUSTOMERS
from channels.policy import QUOTA, Plan, Rules, open_again
from kernel.copy import fetch_people, id_list
from kernel.sets import People, from_array, people, to_array
from tenants import metering, quotas
from tenants.scope import current_tenant_id

METERS: Final = (quotas.MESSAGES_DAY, quotas.MESSAGES_MONTH)
_EVERYBODY: Final = 10**9


def limited(rules: Rules) -> bool:
    """Does a quota count these messages?"""
    return rules.purpose in TO_CUSTOMERS and any(quotas.limit_of(meter) is not None for meter in METERS)


def room() -> int:
    """How many more may leave. From here on no other sender of the tenant decides before our transaction ends; asked before
    any counter of a cap is locked, so that two of them never wait for each other."""
    return min(metering.room(meter, _EVERYBODY) for meter in METERS)


def first_time(group: People, message_of: dict[int, int]) -> People:
    """Those whose message was never in flight: it has not been counted."""
    return fetch_people(
        "SELECT customer_id FROM channels_message WHERE tenant_id = %s AND id = ANY(%s::bigint[]) AND attempts = 0",
        [current_tenant_id(), id_list(people(message_of[c] for c in group))],
    )


def beyond(first: People, places: int) -> People:
    """Those for whom there is no room, in order of id."""
    return from_array(to_array(first)[places:])


def refuse(rules: Rules, decided: Plan, over: People, young: People, now: datetime) -> None:
    """Out of `decided.send`: until the next morning, or for good."""
    if rules.waits:
        for until, part in open_again(rules, over & young, now):
            decided.put_off(until, part)
    decided.hold(QUOTA, over)


def spend(count: int) -> None:
    for meter in METERS:
        metering.use(meter, count)
