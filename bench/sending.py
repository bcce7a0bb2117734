"""Handing 100,000 queued messages to a gateway, 100 in a request, by the installation's one sender process, against a
bare loop in one process that renders and posts the same bodies to the same gateway."""

import base64
import secrets
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson
from django.db import connection

from bench import bare_loop, rows
from bench.installation import Installation, wait_for
from bench.measure import Figure, Say

PEOPLE, BATCH = 100_000, 100
_PATIENCE = 600.0


def measure(say: Say) -> list[Figure]:
    installation = Installation("bench send")
    installation.call("PATCH", "settings", {"caps": [{"channel": None, "limit": 5, "per": {"days": 1}}]})
    for raw in rows.bodies("customers", rows.customers(PEOPLE)):
        installation.send("POST", "customers/bulk", raw)
    say(f"  {PEOPLE:,} customers are there")
    with _sink() as url:
        took = _send(installation, url, say)
        seen = orjson.loads(urllib.request.urlopen(url).read())
        if seen["messages"] != PEOPLE or seen["ids"] != PEOPLE:
            raise RuntimeError(f"the gateway saw {seen}, not {PEOPLE:,} messages once each")
        floors = {how: _bare(url, how) for how in ("library", "quick")}
    say(f"  sent in {took:.1f} s; bare: {floors}")
    note = f"{PEOPLE / took:,.0f} messages/s from one sender; the bare loop {{0:,.0f}}/s, {{1}}"
    told = {"library": "each text by the Liquid library", "quick": "each text by our own renderer"}
    return [
        Figure(f"sending {PEOPLE:,}, {how}", took, floor, note.format(PEOPLE / floor, told[how]))
        for how, floor in floors.items()
    ]


@contextmanager
def _sink() -> Iterator[str]:
    process = subprocess.Popen([sys.executable, "-m", "bench.sink"], stdout=subprocess.PIPE)
    try:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}/" if process.stdout else ""
    finally:
        process.kill()
        process.wait()


def _bare(url: str, how: str) -> float:
    argv = [sys.executable, "-m", "bench.bare_loop", url, str(PEOPLE), str(BATCH), how]
    return float(subprocess.run(argv, check=True, stdout=subprocess.PIPE).stdout)


def _send(installation: Installation, url: str, say: Say) -> float:
    """From the account's release, with everybody queued, to the last outcome in the ledger and the end of the run."""
    account, template = _account(installation, url)
    nodes = [
        {"id": "all", "type": "audience.source", "config": {"rule": {"condition": "attribute", "key": "n", "op": "gte", "value": 0}}},
        {"id": "post", "type": "message.send", "config": {"template": template}},
    ]  # fmt: skip
    canvas = installation.canvas("scheduled", nodes, [("all", "out", "post", "in")])
    installation.call("PATCH", f"channel-accounts/{account}", {"status": "paused"})
    run = int(installation.post(f"canvases/{canvas}/run-now")["id"])
    wait_for(lambda: _count(installation, run, "status = 'queued'") == PEOPLE, _PATIENCE, 0.2)
    say("  all queued")
    began = time.perf_counter()
    installation.call("PATCH", f"channel-accounts/{account}", {"status": "active"})
    return wait_for(lambda: _finished(installation, run), _PATIENCE, 0.1) - began


def _account(installation: Installation, url: str) -> tuple[str, str]:
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()
    settings = {"url": url, "secret": secret, "batch": BATCH}
    template = installation.message_template(
        "webhook", "sms", {"text": bare_loop.TEXT, "sign": "山间茶铺"}, settings=settings
    )
    return str(installation.get(f"templates/{template}")["account"]), template


def _count(installation: Installation, run: int, condition: str) -> int:
    return int(
        _one(
            installation,
            f"SELECT count(*) FROM channels_message WHERE tenant_id = %s AND run_id = %s AND {condition}",
            run,
        )
    )


def _finished(installation: Installation, run: int) -> bool:
    return bool(
        _one(installation, "SELECT status = 'finished' FROM canvas_app_run WHERE tenant_id = %s AND id = %s", run)
    )


def _one(installation: Installation, sql: str, run: int) -> Any:
    with installation.scope(), connection.cursor() as cursor:
        cursor.execute(sql, [installation.tenant.pk, run])
        return cursor.fetchone()[0]
