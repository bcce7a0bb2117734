"""What is done to the processes, in an order that the seed decides, each blow while messages are under way."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import redis

from tests.chaos.gateway import BAD, CALM, Gateway
from tests.chaos.in_flight import InFlight
from tests.chaos.servers import CRASH, IMMEDIATE, Floor
from tests.chaos.workers import Workers

_CALM_SECONDS = (0.3, 1.5)
_BURST_MESSAGES, _BURST_SECONDS = 8, 4.0


@dataclass
class Nemesis:
    """`blows` are (moment, name); `watch` has to be called often."""

    floor: Floor
    workers: Workers
    gateways: list[Gateway]
    in_flight: InFlight
    lease: int
    random: random.Random
    blows: list[tuple[float, str]] = field(default_factory=list)
    woken: list[float] = field(default_factory=list)
    away: list[tuple[float, float]] = field(default_factory=list)  # from when to when a server was not there
    later: list[tuple[float, Callable[[], None]]] = field(default_factory=list)

    def plan(self, kills: int) -> list[str]:
        """Kills, and everything else once or twice in between; one sleeper early, for its two leases take long."""
        others = [
            "postgres immediate", "postgres crash", "redis flush", "redis flush", "redis kill", "worker sleeps",
            *(f"gateway {g.name} {mode}" for g in self.gateways for mode in BAD),
        ]  # fmt: skip
        order = [*others, *["worker kill"] * (kills - 1)]
        self.random.shuffle(order)
        return ["worker kill", "worker sleeps", *order]

    def torment(self, kills: int) -> None:
        for name in self.plan(kills):
            self._until_something_arrives()
            self.rest(self.random.uniform(*_CALM_SECONDS))
            self.blows.append((time.time(), name))
            self.in_flight.look()
            self._strike(name)
            self.in_flight.look()

    def heal(self) -> None:
        """Wait until the sleepers were woken, the servers are back, and the gateways are well."""
        while self.later or self.in_flight.owed or not self.floor.whole():
            self.rest(0.1)

    def rest(self, seconds: float) -> None:
        ends = time.monotonic() + seconds
        while (left := ends - time.monotonic()) > 0:
            self.watch()
            time.sleep(min(0.05, left))

    def watch(self) -> None:
        self.floor.watch()
        self._note_away()
        if self.in_flight.owed and self.floor.whole():
            self.in_flight.look()
        for due in [one for one in self.later if one[0] <= time.monotonic()]:
            self.later.remove(due)
            due[1]()

    def _note_away(self) -> None:
        now = time.time()
        if not self.floor.whole():
            if self.away and now - self.away[-1][1] < 1:
                self.away[-1] = (self.away[-1][0], now)
            else:
                self.away.append((now, now))

    def _until_something_arrives(self) -> None:
        before, ends = self._arrived(), time.monotonic() + 2 * self.lease + 30
        while self._arrived() < before + 4:
            self.rest(0.1)
            assert time.monotonic() < ends, f"nothing arrives any more after {len(self.blows)} blows: over, or stuck"

    def _arrived(self) -> int:
        return sum(g.arrived() for g in self.gateways)

    def _strike(self, name: str) -> None:
        what, *which = name.split()
        if what == "worker":
            self._worker(which[0])
        elif what == "postgres":
            self.floor.hit("postgres", IMMEDIATE if which[0] == "immediate" else CRASH)
        elif name == "redis kill":
            self.floor.hit("redis", CRASH)
        elif name == "redis flush":
            redis.Redis.from_url(self.floor.env["REDIS_URL"]).flushall()
        else:
            gateway = next(g for g in self.gateways if g.name == which[0])
            self._burst(gateway, which[1])

    def _burst(self, gateway: Gateway, mode: str) -> None:
        before, ends = gateway.arrived(), time.monotonic() + _BURST_SECONDS
        gateway.behave(mode)
        while gateway.arrived() < before + _BURST_MESSAGES and time.monotonic() < ends:
            self.rest(0.05)
        gateway.behave(CALM)

    def _worker(self, how: str) -> None:
        if how == "kill":
            self.workers.kill()
            return
        place = self.workers.put_to_sleep()
        self._after(2 * self.lease, lambda: self._awaken(place))

    def _awaken(self, place: int) -> None:
        self.in_flight.look()
        self.workers.wake_up(place)
        self.woken.append(time.time())

    def _after(self, seconds: float, act: Callable[[], None]) -> None:
        self.later.append((time.monotonic() + seconds, act))
