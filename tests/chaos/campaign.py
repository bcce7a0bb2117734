"""What goes on while things are killed: a big run and a stream of trigger events, to two gateways.

The run: everybody → split a/b → wait → a code from a pool → message → wait → a generated coupon. Half of the people go to a
gateway that does not recognise repeats, half to one that does. Each event: wait → a code → message.
"""

import itertools
import random
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import connections

from tests.chaos.gateway import SECRET, Gateway
from tests.journeys.shop import Shop, node

_ROWS = 5000


def load(shop: Shop, people: int) -> None:
    rows = (
        {"external_id": f"k{i}", "identities": {"phone": f"199{i:08d}"}, "attributes": {"n": i}} for i in range(people)
    )
    for part in _parts(rows):
        answer = shop.ok(shop.api.post("customers/bulk", {"customers": part}))
        assert answer["rejected"] == []


def _parts(rows: Any) -> Any:
    while part := list(itertools.islice(rows, _ROWS)):
        yield part


def _template(shop: Shop, gateway: Gateway, per_second: int, text: str = "{{ reward.code }}") -> str:
    account = shop.account(
        provider="webhook", limits={"per_second": per_second},
        settings={"url": gateway.url, "secret": SECRET, "batch": 2, "idempotent": gateway.dedupe},
    )  # fmt: skip
    return shop.template(text, account=account, purpose="service")


def _pool(shop: Shop, codes: int, prefix: str) -> str:
    item = {"kind": "code", "name": "会员月卡"}
    package = shop.ok(shop.api.post("reward-packages", {"name": "礼包", "items": [item]}), 201)["id"]
    for part in _parts(f"{prefix}{i:07d}" for i in range(codes)):
        shop.ok(shop.api.post(f"reward-packages/{package}/codes", {"codes": part}))
    return str(package)


def big_run(shop: Shop, people: int, gateways: list[Gateway], per_second: int) -> str:
    """Published; the canvas. The pool has one code for each person and not one more."""
    pool, coupon = _pool(shop, people, "P"), shop.package()
    nodes = [node("all", "audience.source", audience=shop.everyone()), node("ab", "abtest.split", holdout=0)]
    edges = ["all>ab"]
    for variant, gateway in zip("ab", gateways, strict=True):
        nodes += [
            node(f"wait_{variant}", "flow.wait", **{"for": {"seconds": 2}}), node(f"code_{variant}", "reward.grant", package=pool),
            node(f"sms_{variant}", "message.send", template=_template(shop, gateway, per_second)),
            node(f"rest_{variant}", "flow.wait", **{"for": {"seconds": 1}}), node(f"coupon_{variant}", "reward.grant", package=coupon),
        ]  # fmt: skip
        edges += [
            f"ab.{variant}>wait_{variant}", f"wait_{variant}>code_{variant}", f"code_{variant}>sms_{variant}",
            f"sms_{variant}.sent>rest_{variant}", f"rest_{variant}>coupon_{variant}",
        ]  # fmt: skip
    canvas = shop.canvas(nodes, edges)
    shop.publish(canvas)
    return canvas


def on_events(shop: Shop, codes: int, gateway: Gateway, per_second: int) -> str:
    """A live canvas that everybody enters by every event."""
    text = "{{ reward.code }} {{ event.properties.number }}"
    nodes = [
        node("t", "trigger.event", event="cart.added"), node("wait", "flow.wait", **{"for": {"seconds": 1}}),
        node("code", "reward.grant", package=_pool(shop, codes, "E")),
        node("sms", "message.send", template=_template(shop, gateway, per_second, text)),
    ]  # fmt: skip
    canvas = shop.canvas(nodes, ["t>wait", "wait>code", "code>sms"], kind="triggered", entry={"rule": "every_time"})
    shop.publish(canvas)
    return canvas


@dataclass
class Stream:
    """Events for random customers, a few every so often, from a thread; each is sent until it was taken, a third of them twice."""

    shop: Shop
    people: int
    events: int
    every_seconds: float
    seed: int
    accepted: set[int] = field(default_factory=set)
    errors: int = 0

    def __enter__(self) -> "Stream":
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(60)

    def finish(self, seconds: float) -> None:
        """Until every event was taken."""
        self._thread.join(seconds)

    def _run(self) -> None:
        chance, waiting, number = random.Random(self.seed), list[dict[str, Any]](), 0
        while (waiting or number < self.events) and not self._stop.wait(self.every_seconds):
            fresh = [self._event(n, chance) for n in range(number, min(number + 4, self.events))]
            number += len(fresh)
            waiting += fresh
            if self._sent(waiting):
                self.accepted |= {e["properties"]["number"] for e in waiting}
                waiting = [e for e in fresh if chance.random() < 0.33]  # once more, as a shop does that got no answer
        connections.close_all()

    def _event(self, number: int, chance: random.Random) -> dict[str, Any]:
        return {
            "event_id": f"e{number}", "customer": {"external_id": f"k{chance.randrange(self.people)}"}, "name": "cart.added",
            "occurred_at": datetime.now(UTC).isoformat(), "properties": {"number": number},
        }  # fmt: skip

    def _sent(self, events: list[dict[str, Any]]) -> bool:
        taken = False
        with suppress(Exception):  # the database is away
            taken = self.shop.api.post("events/bulk", {"events": events}).status_code == 202
        if not taken:
            self.errors += 1
            connections.close_all()  # as a server does after each request
        return taken
