"""The calls: everybody in flight to their account's provider, in batches, all at once. A provider never breaks the sender."""

import asyncio
import logging
import time
from typing import Final

from channels.contract import AccountNow, ErrorClass, Outbound, Outcome
from channels.outcomes import Result
from channels.preparing import Prepared

log = logging.getLogger(__name__)

STALE_SECONDS: Final = 2.0  # an intent that waited so long is not acted on: the world may have changed

_STALE = Outcome(ErrorClass.RATE, "stale_intent", retry_after=1.0)  # our own slowness uses up no attempt


async def deliver(account: AccountNow, flying: list[Prepared], since: float) -> list[Result]:
    """What became of each. To be run on the loop of channels.wire; `since`: when (monotonic) their intents were written."""
    outbound = [p.outbound for p in flying if p.outbound]
    batches = [outbound[i : i + account.batch] for i in range(0, len(outbound), account.batch)]
    found = await asyncio.gather(*(_one_call(account, batch, since) for batch in batches))
    return list(zip(flying, (outcome for batch in found for outcome in batch), strict=True))


async def _one_call(account: AccountNow, batch: list[Outbound], since: float) -> list[Outcome]:
    """A provider's own mistake counts as unknown: the request may have left."""
    if time.monotonic() - since > STALE_SECONDS:  # stopped and continued in between
        return [_STALE] * len(batch)
    try:
        outcomes = await asyncio.wait_for(account.provider.send(account, batch), account.provider.deadline_seconds + 1)
    except TimeoutError:
        return [Outcome(ErrorClass.AMBIGUOUS, "timeout")] * len(batch)
    except Exception:
        log.exception("provider %s failed", account.provider.key)
        return [Outcome(ErrorClass.AMBIGUOUS, "provider_error")] * len(batch)
    if len(outcomes) != len(batch):
        log.error("provider %s: %s outcomes for %s messages", account.provider.key, len(outcomes), len(batch))
        return [Outcome(ErrorClass.AMBIGUOUS, "provider_error")] * len(batch)
    return outcomes
