"""10,000, 100,000 and 1,000,000 people: source, subtract, split, half are granted a coupon, all get a message: until everything is enqueued.

Against COPY of the very rows that the ledgers hold then (messages, grants, passages), into like tables.
"""

import time

from django.db import connection

from bench.floor import copy_again
from bench.growth import sizes
from bench.installation import Installation, wait_for
from bench.measure import Figure, Say
from bench.memory import peak_megabytes
from bench.shop import fill, static_audience

_COUPON = {
    "kind": "coupon", "name": "满200减20", "threshold": "200.00", "discount": "20.00", "code": {"prefix": "T", "length": 12}
}  # fmt: skip


def measure(say: Say) -> list[Figure]:
    return [_one(say, count) for count in sizes()]


def _one(say: Say, count: int) -> Figure:
    installation, canvas = prepared(say, count)
    began = time.perf_counter()
    run = int(installation.post(f"canvases/{canvas}/run-now")["id"])
    took = wait_for(lambda: enqueued(installation, run), 900, 0.1) - began
    installation.post(f"canvases/{canvas}/pause")
    say(f"  all enqueued after {took:.1f} s")
    where = f"run_id = {run}"
    tables = [("channels_message", where), ("rewards_grant", where), ("canvas_app_passage", where)]
    floor, rows = copy_again(installation, tables)
    installation.post(f"runs/{run}/stop")
    note = f"{count / took:,.0f} people/s; {rows:,} rows; most memory of a bulk worker {peak_megabytes('bulk')} MB"
    what = "granted and enqueued"
    return Figure(f"{count:,} people: {what}", took, floor, note, what, count)


def prepared(say: Say, count: int) -> tuple[Installation, str]:
    """A tenant of `count` customers and its published canvas; the channel account is paused, so nothing is sent."""
    installation = Installation("bench million")
    fill(installation, count)
    say(f"  {count:,} customers are there")
    template = installation.message_template("console", "webhook", {"body": {"text": "{{ reward.code }}"}})
    package = installation.post("reward-packages", {"name": "bench", "items": [_COUPON]})["id"]
    nodes = [
        {"id": "all", "type": "audience.source", "config": {"audience": static_audience(installation, "all", 1)}},
        {"id": "some", "type": "audience.source", "config": {"audience": static_audience(installation, "some", 50)}},
        {"id": "minus", "type": "set.subtract", "config": {}},
        {"id": "ab", "type": "abtest.split", "config": {"variants": [{"key": "a", "share": 50}, {"key": "b", "share": 50}]}},
        {"id": "gift", "type": "reward.grant", "config": {"package": package}},
        {"id": "post", "type": "message.send", "config": {"template": template}},
    ]  # fmt: skip
    edges = [
        ("all", "out", "minus", "in"), ("some", "out", "minus", "minus"), ("minus", "out", "ab", "in"), ("ab", "a", "gift", "in"),
        ("ab", "b", "post", "in"), ("gift", "out", "post", "in"),
    ]  # fmt: skip
    canvas = installation.canvas("scheduled", nodes, edges)
    with installation.scope(), connection.cursor() as cursor:  # its senders would share the cores with what is measured
        cursor.execute("UPDATE channels_account SET status = 'paused' WHERE tenant_id = %s", [installation.tenant.pk])
    return installation, canvas


def enqueued(installation: Installation, run: int) -> bool:
    """Everybody who entered waits for the channels room."""
    with installation.scope(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(bool_and(waits_for LIKE 'sending:%%'), false) FROM canvas_app_cohort WHERE tenant_id = %s AND run_id = %s",
            [installation.tenant.pk, run],
        )
        return bool(cursor.fetchone()[0])
