"""JPush's push ids (cid): a push that is repeated under the same one is answered as the first time and not pushed again.

They are given out by JPush, ten at a time, and are good for a day; a process keeps those that it has not used yet.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Final

from channels.contract import Outcome

Fetch = Callable[[], Awaitable[list[str] | Outcome]]

_GOOD_SECONDS: Final = 12 * 3600.0  # half of what JPush promises
_kept: dict[str, deque[tuple[float, str]]] = {}  # account → until (monotonic), cid
_queues: dict[str, asyncio.Lock] = {}


async def take(name: str, fetch: Fetch) -> str | Outcome:
    """One that nobody has used, or why there is none. name: of the account with these credentials."""
    kept = _kept.setdefault(name, deque())
    async with _queues.setdefault(name, asyncio.Lock()):
        while kept:
            until, cid = kept.popleft()
            if until > time.monotonic():
                return cid
        fetched = await fetch()
        if isinstance(fetched, Outcome):
            return fetched
        kept.extend((time.monotonic() + _GOOD_SECONDS, cid) for cid in fetched)
        return kept.popleft()[1]
