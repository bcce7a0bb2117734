"""What node types share whose people wait for something to happen: who stays, and when it is asked again.

An event is only a wake-up (canvas_app/runtime/awaiting.py): whether it happened is always asked of the database, so one
that was matched while its customer was just being parked costs seconds and is never lost.
"""

from datetime import datetime, timedelta

from canvas_app.nodes.base import EVENT, Park, Stay
from kernel.sets import People

_FIRST = timedelta(seconds=3)
_SLOWER = 10  # each time it waits so many times longer: a week costs half a dozen questions


def next_look(since: datetime, now: datetime, deadline: datetime) -> datetime:
    """When to ask again, if no event wakes us before: soon at first, then more and more rarely, last at the deadline."""
    moment = now + max(_FIRST, _SLOWER * (now - since))
    return min(deadline, moment.replace(microsecond=0) + timedelta(seconds=1))  # whole seconds: many are due together


def stay_for_event(stay: Stay, people: People, now: datetime, deadline: datetime) -> Park:
    """`people` of the stay wait on."""
    return Park(next_look(stay.since, now, deadline), people, stay.since, EVENT)
