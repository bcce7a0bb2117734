"""Works a lane off, slice after slice, and lets the slices overlap: while one is in the air, the intents of the next are
written and the one after that is rendered.

Each step is a transaction of its own, and no transaction is open during a call. No slice is in the air before its intents
are committed, and never more people are than the account takes at once.
"""

import logging
import sys
import time
from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass, field

from channels import delivery, threads, wire
from channels.intent import commit_intents
from channels.lanes import Lane
from channels.limiter import take
from channels.outcomes import Result, let_go, told_to_wait, write_outcomes
from channels.preparing import Prepared, read, render
from tenants.scope import tenant_tx

log = logging.getLogger(__name__)

SLICE = 2000  # people whose intents are committed together, at most
CHUNK = 128  # read and rendered together, at least
_SLOW_SECONDS = 3.0  # a gateway that took longer for a slice: the account yields to others for as long as it took


@dataclass
class _Air:
    """A slice whose intents are committed."""

    people: list[Prepared]
    results: "Future[list[Result]] | None"  # None: nobody of it left
    launched: float = field(default_factory=time.monotonic)
    landed: float = 0.0

    def __post_init__(self) -> None:
        if self.results:
            self.results.add_done_callback(self._note)

    def _note(self, _: object) -> None:
        self.landed = time.monotonic()

    @property
    def took(self) -> float:
        return (self.landed or time.monotonic()) - self.launched


@dataclass
class Pipeline:
    """One lane under way. `wait` is how long the account asked to be left alone."""

    lane: Lane
    ready: deque[Prepared] = field(default_factory=deque)  # rendered
    rendering: "Future[list[Prepared]] | None" = None
    air: deque[_Air] = field(default_factory=deque)
    wait: float = 0.0
    stopped: bool = False  # the account was refused, or its quota is used up

    def run(self, ends: float) -> int:
        """Until the lane is empty, the time is up or the account's rate is spent. Returns how many were dealt with."""
        total = len(self.lane.waiting)
        try:
            while self._more() and not (self.wait or self.stopped) and time.monotonic() < ends:
                self._next()
        finally:
            self._land_all()
        rest = len(self.lane.waiting) + len(self.ready) + (len(self.rendering.result()) if self.rendering else 0)
        with tenant_tx(self.lane.tenant_id):
            let_go(list(self.lane.jobs.values()))
        return total - rest

    def _more(self) -> bool:
        return bool(self.lane.waiting or self.ready or self.rendering)

    def _next(self) -> None:
        """One slice further: its intents and its call, then the outcomes of the one before."""
        self._refill()
        slice_ = [self.ready.popleft() for _ in range(self._granted(min(len(self.ready), self._most)))]
        if slice_:
            self._launch(slice_)
        while len(self.air) > self._ahead:
            self._land(self.air.popleft())

    @property
    def _ahead(self) -> int:
        """Slices that may stay in the air while the next is prepared."""
        return 1 if self._most < self.lane.capacity and not self.lane.account.per_second else 0

    @property
    def _most(self) -> int:
        """People in one slice: two slices are in the air at once where the account takes that many."""
        return min(SLICE, max(self.lane.capacity // 2, min(self.lane.capacity, CHUNK)))

    def _granted(self, wanted: int) -> int:
        """The account's rate is asked last, so that who is let through leaves at once."""
        account = self.lane.account
        if account.per_second is None:
            return wanted
        granted, self.wait = take(f"{self.lane.tenant_id}:{account.id}", account.per_second, wanted)
        return granted

    def _refill(self) -> None:
        """Rendered people in `ready`; those after them are read, and are being rendered when this returns."""
        if self.ready:
            return
        limit = self.lane.account.per_second
        count = min(limit or SLICE, max(self._most, CHUNK))
        rendering = self.rendering or self._read(count)
        self.ready.extend(rendering.result())
        self.rendering = self._read(count) if self.lane.waiting and limit is None else None

    def _read(self, count: int) -> "Future[list[Prepared]]":
        chosen = self.lane.take(count)
        with tenant_tx(self.lane.tenant_id):
            known = read(self.lane.account, chosen)

        def rendered() -> list[Prepared]:
            render(known, chosen)
            return chosen

        return threads.submit(rendered)

    def _launch(self, slice_: list[Prepared]) -> None:
        begun = time.monotonic()
        with tenant_tx(self.lane.tenant_id):
            flying = commit_intents(self.lane.rules, slice_)
        results = wire.start(delivery.deliver(self.lane.account, flying, begun)) if flying else None
        self.air.append(_Air(slice_, results))

    def _land(self, air: _Air) -> None:
        results = air.results.result() if air.results else []
        with tenant_tx(self.lane.tenant_id):
            self.stopped |= write_outcomes(self.lane.account, results)
            let_go(self.lane.finished(air.people))
        self.wait = max(self.wait, told_to_wait(results), air.took if air.took > _SLOW_SECONDS else 0.0)

    def _land_all(self) -> None:
        """Also when something failed: what is in the air left with an intent and has its outcome written."""
        failing = sys.exc_info()[0] is not None
        while self.air:
            try:
                self._land(self.air.popleft())
            except Exception:
                if not failing:
                    raise
                log.exception("account %s: outcomes not written", self.lane.account.id)
