"""A batch of messages in as few calls as the provider allows: those that a call can carry together, several calls at once.

A call that could not be begun in time was not made: its messages may be tried again. And a call that was refused for the
sake of one recipient is made again in halves, for a refusal says that nobody got anything.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Hashable, Sequence
from typing import Final

from channels.contract import ErrorClass, Outbound, Outcome

Call = Callable[[list[Outbound], float], Awaitable[list[Outcome]]]  # messages, seconds left

_LEAST: Final = 0.2  # of the whole time: a call with less of it left is not begun
_NOT_TRIED: Final = Outcome(ErrorClass.RETRY, "not_tried")
_OF_ONE: Final = (ErrorClass.RCPT, ErrorClass.OPTOUT, ErrorClass.CONTENT, ErrorClass.WINDOW)


async def grouped(
    batch: Sequence[Outbound], key: Callable[[Outbound], Hashable], call: Call, *, seconds: float, at_once: int = 8
) -> list[Outcome]:
    """One outcome for each, in order; `call` is made once for those that share a key."""
    groups: dict[Hashable, list[int]] = {}
    for i, message in enumerate(batch):
        groups.setdefault(key(message), []).append(i)
    ends, free = time.monotonic() + seconds, asyncio.Semaphore(at_once)
    outcomes = [_NOT_TRIED] * len(batch)

    async def one(places: list[int]) -> None:
        async with free:
            found = await _in_time(call, [batch[i] for i in places], ends, seconds * _LEAST)
        for i, outcome in zip(places, found, strict=True):
            outcomes[i] = outcome

    await asyncio.gather(*(one(places) for places in groups.values()))
    return outcomes


async def _in_time(call: Call, messages: list[Outbound], ends: float, least: float) -> list[Outcome]:
    left = ends - time.monotonic()
    return await call(messages, left) if left > least else [_NOT_TRIED] * len(messages)


def halving(call: Call, *, spare: Collection[str] = ()) -> Call:
    """The same call, made again in halves where it was refused as a whole for the sake of somebody in it.

    spare: codes that say it of everybody in it.
    """

    async def made(messages: list[Outbound], seconds: float) -> list[Outcome]:
        ends = time.monotonic() + seconds
        outcomes = await call(messages, seconds)
        if len(messages) == 1 or not all(_of_one(o) and o == outcomes[0] for o in outcomes):
            return outcomes
        if outcomes[0].code in spare:
            return outcomes
        middle = len(messages) // 2
        parts = (messages[:middle], messages[middle:])
        halves = await asyncio.gather(*(_in_time(made, part, ends, seconds * _LEAST) for part in parts))
        return [outcome for half in halves for outcome in half]

    return made


def _of_one(outcome: Outcome) -> bool:
    return outcome.error in _OF_ONE or (outcome.error is ErrorClass.RATE and outcome.narrow)
