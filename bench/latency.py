"""From the POST of an event to the message at a gateway, through web, trigger and sender, against a bare POST there."""

import base64
import http.client
import secrets
import time

import orjson

from bench import rows
from bench.gateway import Gateway
from bench.installation import Installation, wait_for
from bench.measure import Figure, Say, percentile

EVENTS, WARM_UP, PAUSE_SECONDS = 300, 20, 0.2
_PATIENCE = 60.0


def measure(say: Say) -> list[Figure]:
    """One event every fifth of a second, each of another customer; the first few only warm up."""
    with Gateway() as gateway:
        installation = _installation(gateway)
        hops = _hops(gateway)
        sent, answered = _post_events(installation)
        wait_for(lambda: sent.keys() <= gateway.arrived.keys(), _PATIENCE, 0.05)
    took = [gateway.arrived[who] - at for who, at in list(sent.items())[WARM_UP:]]
    say(f"  {len(took)} messages, median {percentile(took, 0.5) * 1000:.0f} ms")
    note = f"{len(took)} events, one every {PAUSE_SECONDS * 1000:.0f} ms"
    return [
        Figure("event POST answered, p50", percentile(answered, 0.5), percentile(hops, 0.5), "part of the next two"),
        Figure("event → message at the gateway, p50", percentile(took, 0.5), percentile(hops, 0.5), note),
        Figure("event → message at the gateway, p99", percentile(took, 0.99), percentile(hops, 0.99), note),
    ]


def _installation(gateway: Gateway) -> Installation:
    installation = Installation("bench latency")
    installation.send("POST", "customers/bulk", next(rows.bodies("customers", rows.customers(EVENTS + WARM_UP))))
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()
    settings = {"url": f"http://127.0.0.1:{gateway.port}/", "secret": secret}
    content = {"body": {"text": "{{ customer.attributes.name }}, {{ event.properties.sku }}"}}
    template = installation.message_template("webhook", "webhook", content, settings=settings)
    nodes = [
        {"id": "t", "type": "trigger.event", "config": {"event": "cart.added"}},
        {"id": "m", "type": "message.send", "config": {"template": template}},
    ]
    installation.canvas("triggered", nodes, [("t", "out", "m", "in")], entry={"rule": "every_time"})
    return installation


def _post_events(installation: Installation) -> tuple[dict[str, float], list[float]]:
    """External id → the moment before its event was posted; and how long each POST took."""
    sent, answered = {}, []
    for n in range(EVENTS + WARM_UP):
        event = {
            "event_id": f"c{n}",
            "customer": {"external_id": f"b{n}"},
            "name": "cart.added",
            "properties": {"sku": "4JT"},
        }
        raw = orjson.dumps({"events": [event]})
        began = sent[f"b{n}"] = time.perf_counter()
        installation.send("POST", "events/bulk", raw)
        answered.append(time.perf_counter() - began)
        time.sleep(max(0.0, PAUSE_SECONDS - (time.perf_counter() - began)))
    return sent, answered[WARM_UP:]


def _hops(gateway: Gateway) -> list[float]:
    """A POST of a message of the same shape straight to the gateway, at the same pace."""
    connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=10)
    took = []
    for n in range(EVENTS):
        who = f"floor-{n}"
        message = {"id": who, "customer": {"id": "1", "external_id": who}, "content": {"body": {"text": "客户, 4JT"}}}
        raw = orjson.dumps({"messages": [message]})
        began = time.perf_counter()
        connection.request("POST", "/", raw, {"Content-Type": "application/json"})
        connection.getresponse().read()
        took.append(gateway.arrived[who] - began)
        time.sleep(0.002)
    return took
