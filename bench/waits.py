"""10,000 people of a triggered canvas whose waits fall due in the same second, until the last message is at the gateway:
once having come in ten to a request, once each by a request (and so nearly all in a wave) of their own."""

import http.client
import time
from datetime import timedelta

import orjson

from bench import rows
from bench.gateway import Gateway
from bench.installation import Installation, wait_for
from bench.measure import Figure, Say
from canvas_app.models import Cohort, Wave
from kernel.clock import db_now
from kernel.wake import TRIGGER
from tenants.ready import announce

PEOPLE, BATCH = 10_000, 100
EACH = (10, 1)  # events to a request
_PATIENCE, _LEAD_SECONDS = 900.0, 3.0


def measure(say: Say) -> list[Figure]:
    with Gateway() as gateway:
        return [_measure(gateway, each, say) for each in EACH]


def _measure(gateway: Gateway, each: int, say: Say) -> Figure:
    installation = Installation("bench waits")
    for raw in rows.bodies("customers", rows.customers(PEOPLE)):
        installation.send("POST", "customers/bulk", raw)
    gateway.forget()
    run = _canvas(installation, gateway)
    _enter(installation, each)
    wait_for(lambda: installation.get(f"runs/{run}")["nodes"]["w"]["waiting"] == PEOPLE, _PATIENCE, 0.5)
    waves = _waves(installation, run)
    say(f"  {PEOPLE:,} people wait in {waves:,} waves")
    due = _let_all_fall_due(installation, run)
    wait_for(lambda: len(gateway.arrived) == PEOPLE, _PATIENCE, 0.02)
    took = time.time() - due
    say(f"  the last message came {took:.1f} s after the moment")
    note = f"{PEOPLE / took:,.0f} people/s; floor: the same messages posted in batches of {BATCH} without a database"
    return Figure(f"{PEOPLE:,} waits of {waves:,} waves due in one second", took, _bare(gateway), note)


def _waves(installation: Installation, run: str) -> int:
    with installation.scope():
        return int(Wave.objects.filter(run_id=run).count())


def _let_all_fall_due(installation: Installation, run: str) -> float:
    """As if they had all been told the same second when they came, however long coming in took; that second, a little ahead."""
    with installation.scope():
        due = db_now() + timedelta(seconds=_LEAD_SECONDS)
        Cohort.objects.filter(run_id=run).update(due_at=due)
        announce(TRIGGER, due_at=due)
    return due.timestamp()


def _canvas(installation: Installation, gateway: Gateway) -> str:
    installation.call("PATCH", "settings", {"caps": []})
    account = {"url": f"http://127.0.0.1:{gateway.port}/", "secret": "whsec_" + "YmVuY2g" * 5 + "YQ==", "batch": BATCH}
    content = {"body": {"text": "{{ customer.attributes.name }}, {{ event.properties.sku }}"}}
    template = installation.message_template("webhook", "webhook", content, settings=account)
    nodes = [
        {"id": "t", "type": "trigger.event", "config": {"event": "cart.added"}},
        {"id": "w", "type": "flow.wait", "config": {"for": {"days": 1}}},
        {"id": "m", "type": "message.send", "config": {"template": template}},
    ]
    canvas = installation.canvas("triggered", nodes, [("t", "out", "w", "in"), ("w", "out", "m", "in")])
    return str(installation.get(f"runs?canvas={canvas}")["results"][0]["id"])


def _enter(installation: Installation, each: int) -> None:
    for start in range(0, PEOPLE, each):
        events = [
            {"event_id": f"w{n}", "customer": {"external_id": f"b{n}"}, "name": "cart.added", "properties": {"sku": "4JT"}}
            for n in range(start, start + each)
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
