"""From the POST of an event to its message at a gateway, at a pace, against a bare Django view and Celery task at the same pace."""

import base64
import secrets
import time
from collections.abc import Sequence

import orjson
from django.conf import settings

from bench import rows
from bench.gateway import Gateway
from bench.installation import Installation, wait_for
from bench.measure import Figure, Say, percentile
from bench.pace import post_all
from bench.processes import bare

PEOPLE, WARM_UP = 4000, 30  # a burst has each person once at most
_PATIENCE = 120.0


class Shop:
    """A live triggered canvas (event → message, one message a request) of a tenant of its own."""

    def __init__(self, gateway: Gateway, name: str = "bench trigger") -> None:
        self.gateway, self.installation, self._next = gateway, Installation(name), 0
        for raw in rows.bodies("customers", rows.customers(PEOPLE)):
            self.installation.send("POST", "customers/bulk", raw)
        secret = "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()
        account = {"url": f"http://127.0.0.1:{gateway.port}/", "secret": secret}
        content = {"body": {"text": "{{ customer.attributes.name }}, {{ event.properties.sku }}"}}
        template = self.installation.message_template("webhook", "webhook", content, settings=account)
        nodes = [
            {"id": "t", "type": "trigger.event", "config": {"event": "cart.added"}},
            {"id": "m", "type": "message.send", "config": {"template": template}},
        ]
        self.installation.canvas("triggered", nodes, [("t", "out", "m", "in")], entry={"rule": "every_time"})
        self.installation.call("PATCH", "settings", {"caps": []})

    def events(self, count: int, *, each: int = 1) -> tuple[list[str], list[bytes]]:
        """External ids, and request bodies of `each` events."""
        who = [f"b{(self._next + n) % PEOPLE}" for n in range(count)]
        self._next += count
        made = [
            {"event_id": secrets.token_hex(8), "customer": {"external_id": w}, "name": "cart.added", "properties": {"sku": "4JT"}}
            for w in who
        ]  # fmt: skip
        return who, [orjson.dumps({"events": made[n : n + each]}) for n in range(0, count, each)]

    def latencies(self, port: int, per_second: float, count: int) -> list[float]:
        """Seconds from the moment each event was due to be posted to its message's arrival; the first ones only warm up."""
        who, bodies = self.events(count + WARM_UP)
        self.gateway.forget()
        due = dict(zip(who, post_all(port, self.installation.key, bodies, per_second), strict=True))
        wait_for(lambda: due.keys() <= self.gateway.arrived.keys(), _PATIENCE, 0.05)
        return [self.gateway.arrived[w] - due[w] for w in who[WARM_UP:]]

    def burst(self, port: int, per_second: float, seconds: float, each: int) -> float:
        """Seconds from the first event to the last message, events coming `each` to a request."""
        who, bodies = self.events(int(per_second * seconds), each=each)
        self.gateway.forget()
        begun = post_all(port, self.installation.key, bodies, per_second / each)[0]
        wait_for(lambda: set(who) <= self.gateway.arrived.keys(), _PATIENCE, 0.05)
        return time.perf_counter() - begun


def measure(say: Say) -> list[Figure]:
    with Gateway() as gateway, bare(f"http://127.0.0.1:{gateway.port}/") as floor:
        shop = Shop(gateway)
        figures: list[Figure] = []
        for pace, count in ((30, 600), (100, 1000)):
            least = shop.latencies(floor, pace, count)
            took = shop.latencies(_our_port(), pace, count)
            say(f"  {pace}/s: {_shown(took)} ms, floor {_shown(least)} ms (p50, p99)")
            figures += [_figure(f"event → message, {pace} a second", share, took, least) for share in (0.5, 0.99)]
        took_all = shop.burst(_our_port(), 500, 8, 10)
        figures.append(Figure("4,000 events at 500 a second: all arrived", took_all, 8.0, "floor: the 8 s of posting"))
    return figures


def _our_port() -> int:
    return int(settings.BASE_URL.rpartition(":")[2])


def _shown(took: Sequence[float]) -> str:
    return f"{percentile(took, 0.5) * 1000:.1f} / {percentile(took, 0.99) * 1000:.1f}"


def _figure(what: str, share: float, ours: Sequence[float], floor: Sequence[float]) -> Figure:
    return Figure(
        f"{what}, p{share * 100:.0f}", percentile(ours, share), percentile(floor, share), f"{len(ours)} events"
    )
