"""10,000 people of a triggered canvas whose waits fall due in the same second, until the last message is at the gateway."""

import http.client
import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import orjson

from bench import rows
from bench.gateway import Gateway
from bench.installation import Installation, wait_for
from bench.measure import Figure, Say

PEOPLE, EACH, BATCH = 10_000, 10, 100  # EACH: events to a request, so that there are many waves
_LEAD_SECONDS = 90


def measure(say: Say) -> list[Figure]:
    with Gateway() as gateway:
        installation = Installation("bench waits")
        for raw in rows.bodies("customers", rows.customers(PEOPLE)):
            installation.send("POST", "customers/bulk", raw)
        due = (datetime.now(ZoneInfo("Asia/Shanghai")) + timedelta(seconds=_LEAD_SECONDS)).replace(microsecond=0)
        run = _canvas(installation, gateway, due)
        _enter(installation)
        wait_for(lambda: installation.get(f"runs/{run}")["nodes"]["w"]["waiting"] == PEOPLE, _LEAD_SECONDS, 0.5)
        say(f"  {PEOPLE:,} wait; due in {due.timestamp() - time.time():.0f} s")
        wait_for(lambda: len(gateway.arrived) == PEOPLE, 300, 0.02)
        took = time.time() - due.timestamp()
        say(f"  the last message came {took:.1f} s after the moment")
        floor = _bare(gateway)
    note = f"{PEOPLE / took:,.0f} people/s; floor: the same messages posted in batches of {BATCH} without a database"
    return [Figure(f"{PEOPLE:,} waits due in one second: all at the gateway", took, floor, note)]


def _canvas(installation: Installation, gateway: Gateway, due: datetime) -> str:
    installation.call("PATCH", "settings", {"caps": []})
    account = {"url": f"http://127.0.0.1:{gateway.port}/", "secret": "whsec_" + "YmVuY2g" * 5 + "YQ==", "batch": BATCH}
    content = {"body": {"text": "{{ customer.attributes.name }}, {{ event.properties.sku }}"}}
    template = installation.message_template("webhook", "webhook", content, settings=account)
    nodes = [
        {"id": "t", "type": "trigger.event", "config": {"event": "cart.added"}},
        {"id": "w", "type": "flow.wait", "config": {"until": f"{due:%H:%M:%S}"}},
        {"id": "m", "type": "message.send", "config": {"template": template}},
    ]
    canvas = installation.canvas("triggered", nodes, [("t", "out", "w", "in"), ("w", "out", "m", "in")])
    return str(installation.get(f"runs?canvas={canvas}")["results"][0]["id"])


def _enter(installation: Installation) -> None:
    for start in range(0, PEOPLE, EACH):
        events = [
            {"event_id": f"w{n}", "customer": {"external_id": f"b{n}"}, "name": "cart.added", "properties": {"sku": "4JT"}}
            for n in range(start, start + EACH)
        ]  # fmt: skip
        installation.send("POST", "events/bulk", orjson.dumps({"events": events}))


def _bare(gateway: Gateway) -> float:
    """The same number of messages of the same shape, in the same batches, one after the other."""
    connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=10)
    began = time.perf_counter()
    for start in range(0, PEOPLE, BATCH):
        messages = [
            {"id": f"f{n}", "channel": "webhook", "customer": {"id": "1", "external_id": f"f{n}"}, "to": "", "content": {"body": {"text": "客户, 4JT"}}}
            for n in range(start, start + BATCH)
        ]  # fmt: skip
        connection.request("POST", "/", orjson.dumps({"messages": messages}), {"Content-Type": "application/json"})
        connection.getresponse().read()
    return time.perf_counter() - began
