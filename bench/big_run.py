"""A run of 200,000 people (source, subtract, split, message) against COPY of the ledger rows and passages it wrote."""

import time
from typing import Any

from django.db import connection

from bench import rows
from bench.floor import copy_again
from bench.installation import Installation, wait_for
from bench.measure import Figure, Say

EVERYBODY, REACHED = 250_000, 200_000  # every fifth carries the tag that is subtracted
_PATIENCE = 600.0


def _node(id: str, type: str, **config: Any) -> dict[str, Any]:
    return {"id": id, "type": type, "config": config}


def measure(say: Say) -> list[Figure]:
    installation = Installation("bench run")
    installation.call("PATCH", "settings", {"caps": [{"channel": None, "limit": 5, "per": {"days": 1}}]})
    for raw in rows.bodies("customers", rows.customers(EVERYBODY)):
        installation.send("POST", "customers/bulk", raw)
    say(f"  {EVERYBODY:,} customers are there")
    canvas = _canvas(installation)
    began = time.perf_counter()
    run = int(installation.post(f"canvases/{canvas}/run-now")["id"])
    queued = wait_for(lambda: _all_queued(installation, run), _PATIENCE, 0.05) - began
    say(f"  all queued after {queued:.1f} s")
    handed = wait_for(lambda: _finished(installation, run), _PATIENCE, 0.1) - began
    say(f"  all handed over after {handed:.1f} s")
    shown = installation.get(f"runs/{run}")
    if not shown["check"]["balanced"] or shown["nodes"]["post"]["left"] != {"sent": REACHED}:
        raise RuntimeError(f"the run is not what it should be: {shown['nodes']}, {shown['check']}")
    where = f"run_id = {run}"
    floor, written = copy_again(installation, [("channels_message", where), ("canvas_app_passage", where)])
    return [
        Figure(f"run of {REACHED:,}: all queued", queued, floor, f"{REACHED / queued:,.0f} people/s; {written:,} rows"),
        Figure(f"run of {REACHED:,}: all handed over", handed, floor, f"{REACHED / handed:,.0f} people/s, `console`"),
    ]


def _canvas(installation: Installation) -> str:
    text = {"text": "{{ customer.attributes.name }},会员日到啦!", "sign": "山间茶铺"}
    template = installation.message_template("console", "sms", text)
    everybody = {"condition": "attribute", "key": "n", "op": "gte", "value": 0}
    nodes = [
        _node("all", "audience.source", rule=everybody),
        _node("some", "audience.source", rule={"condition": "tag", "op": "has_any", "value": ["乙"]}),
        _node("minus", "set.subtract"),
        _node("ab", "abtest.split", variants=[{"key": "a", "share": 50}, {"key": "b", "share": 50}]),
        _node("post", "message.send", template=template),
    ]
    edges = [
        ("all", "out", "minus", "in"), ("some", "out", "minus", "minus"), ("minus", "out", "ab", "in"),
        ("ab", "a", "post", "in"), ("ab", "b", "post", "in"),
    ]  # fmt: skip
    return installation.canvas("scheduled", nodes, edges)


def _one(installation: Installation, sql: str, run: int) -> Any:
    with installation.scope(), connection.cursor() as cursor:
        cursor.execute(sql, [installation.tenant.pk, run])
        return cursor.fetchone()[0]


def _all_queued(installation: Installation, run: int) -> bool:
    """People have entered, and everybody who is inside waits for the channels room."""
    return bool(
        _one(
            installation,
            "SELECT bool_and(waits_for LIKE 'sending:%%') FROM canvas_app_cohort WHERE tenant_id = %s AND run_id = %s",
            run,
        )
    ) or _finished(installation, run)


def _finished(installation: Installation, run: int) -> bool:
    status = _one(installation, "SELECT status FROM canvas_app_run WHERE tenant_id = %s AND id = %s", run)
    if status in ("failed", "stopped"):
        raise RuntimeError(f"the run is {status}")
    return bool(status == "finished")
