"""Invariants 1 and 2 by force: workers killed with -9 in the middle of a run; an independent gateway is the witness.

Held: no message twice, nobody lost, unknown at most what was in flight at the kills, equations balance, and the run ends
by itself once the killing stops (a lease is 60 s).
"""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import redis
from django.conf import settings

from tests.chaos.workers import Workers, until
from tests.journeys.shop import Shop, node
from tests.sink import Sink

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.timeout(400)]
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
PEOPLE, BATCH, KILLS = 6000, 4, 12
CONCURRENCY = 64  # calls that one sender keeps in the air


def campaign(shop: Shop, sink: Sink) -> str:
    account = shop.account(
        provider="webhook", settings={"url": sink.url, "secret": SECRET, "batch": BATCH, "idempotent": False}
    )
    template = shop.template("券码 {{ reward.code }}", account=account, purpose="service")
    nodes = [
        node("all", "audience.source", audience=shop.everyone()), node("ab", "abtest.split", holdout=0),
        node("gift", "reward.grant", package=shop.package()), node("sms", "message.send", template=template),
        node("tag", "customer.tag", tags=["到了"]),
    ]  # fmt: skip
    return shop.canvas(nodes, ["all>ab", "ab.a>gift", "ab.b>gift", "gift>sms", "sms.out>tag"])


def flush(database: int) -> None:
    redis.Redis.from_url(settings.REDIS_URL, db=database).flushdb()


def test_workers_killed_in_the_middle_of_a_run(shop: Shop, tmp_path: Path) -> None:
    rows = [
        {"external_id": f"k{i}", "identities": {"phone": f"1992{i:07d}"}, "attributes": {"n": i}} for i in range(PEOPLE)
    ]
    shop.ok(shop.api.post("customers/bulk", {"customers": rows}))
    with Sink(SECRET, mode="slow", delay=0.5, dedupe=False) as sink, Workers(3, tmp_path / "workers.log") as workers:
        canvas = campaign(shop, sink)
        shop.publish(canvas)
        run_id = shop.ok(shop.api.post(f"canvases/{canvas}/run-now"), 201)["id"]
        assert until(lambda: sink.messages, 60), (
            shop.ok(shop.api.get(f"runs/{run_id}")),
            (tmp_path / "workers.log").read_text()[-3000:],
        )
        for i in range(KILLS):
            before = len(sink.requests)
            until(lambda before=before: len(sink.requests) > before + 8, 15, 0.05)  # in the middle of calls
            assert len(sink.messages) < PEOPLE, "the run was over before the killing: make it longer"
            workers.kill()
            if i % 4 == 3:
                flush(workers.redis_database)
        assert until(lambda: shop.ok(shop.api.get(f"runs/{run_id}"))["status"] == "finished", 200), shop.ok(
            shop.api.get(f"runs/{run_id}")
        )
        run, messages = shop.ok(shop.api.get(f"runs/{run_id}")), shop.all(f"messages?run={run_id}&page_size=1000")
    judge(run, messages, sink, in_flight_at_most=workers.kills * CONCURRENCY * BATCH)
    grants = shop.all(f"grants?run={run_id}&page_size=1000")
    assert len(grants) == len({g["customer"] for g in grants}) == len({g["code"] for g in grants}) == PEOPLE


def judge(run: dict[str, Any], messages: list[dict[str, Any]], sink: Sink, *, in_flight_at_most: int) -> None:
    statuses = Counter(m["status"] for m in messages)
    assert run["check"] == {"entered": PEOPLE, "inside": 0, "left": PEOPLE, "balanced": True, "wrong": []}
    assert len(messages) == len({m["customer"] for m in messages}) == PEOPLE, statuses
    assert set(statuses) <= {"sent", "unknown"}, statuses
    assert sink.stats()["doubled"] == 0
    assert sink.stats()["repeated"] == 0
    assert statuses["unknown"] <= in_flight_at_most
    arrived = {m["customer"]["id"] for m in sink.messages}
    told_sent = {m["customer"] for m in messages if m["status"] == "sent"}
    told_unknown = {m["customer"] for m in messages if m["status"] == "unknown"}
    assert told_sent <= arrived <= told_sent | told_unknown
