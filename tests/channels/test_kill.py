"""Invariant 1 with real processes: senders are killed, stopped and continued while they send; nobody gets a message twice."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from channels.models import Message
from tenants.scope import tenant_tx
from tests.channels.conftest import Shop
from tests.sink import Sink

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("answer")]

_SENDER = """
import sys, time
import django
django.setup()
from channels.facade import unit
while True:
    if not unit(int(sys.argv[1])):
        time.sleep(0.02)
"""
PEOPLE, ROUNDS = 1500, 14


class Senders:
    """Two sender processes on the test's database."""

    def __init__(self, shop: Shop) -> None:
        database = os.environ["DATABASE_URL"].rsplit("/", 1)[0] + "/" + connection.settings_dict["NAME"]
        self.environment = {**os.environ, "DATABASE_URL": database, "CANVAS_ALLOW_PRIVATE_EGRESS": "loopback"}
        self.tenant = str(shop.tenant.pk)
        self.running = [self.start(), self.start()]

    def start(self) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [sys.executable, "-c", _SENDER, self.tenant], env=self.environment, stderr=subprocess.DEVNULL
        )

    def kill(self, which: int) -> None:
        self.running[which].kill()
        self.running[which].wait()
        self.running[which] = self.start()

    def end(self) -> None:
        for process in self.running:
            process.send_signal(signal.SIGCONT)
            process.kill()
            process.wait()


@contextmanager
def senders(shop: Shop) -> Iterator[Senders]:
    made = Senders(shop)
    try:
        yield made
    finally:
        made.end()


def _torment(shop: Shop, made: Senders, sink: Sink) -> None:
    chance = random.Random(7)
    for _ in range(ROUNDS):
        before, waited = len(sink.messages), time.monotonic()
        while len(sink.messages) == before and time.monotonic() - waited < 5:  # somebody is at work
            time.sleep(0.02)
        which = chance.randrange(2)
        if chance.random() < 0.4:
            made.running[which].send_signal(signal.SIGSTOP)
            shop.lease_over()
            time.sleep(0.3)
            made.running[which].send_signal(signal.SIGCONT)
        else:
            made.kill(which)
            shop.lease_over()


def _finish(shop: Shop) -> None:
    ends = time.monotonic() + 120
    while shop.sql("SELECT count(*) FROM channels_sendjob") != [(0,)] and time.monotonic() < ends:
        shop.lease_over()
        shop.due_now()
        shop.drain()


@pytest.mark.parametrize("idempotent", [False, True])
def test_killed_and_stopped_senders_double_nothing_and_lose_nothing(shop: Shop, idempotent: bool) -> None:
    from tests.channels.conftest import SECRET

    with Sink(SECRET, mode="slow", delay=0.05, dedupe=idempotent) as sink:
        template = shop.template(shop.gateway(sink, idempotent=idempotent))
        group = shop.people(PEOPLE)
        shop.touch(template, group)
        with senders(shop) as made:
            _torment(shop, made, sink)
        _finish(shop)
        stats, reached = sink.stats(), {m["customer"]["id"] for m in sink.messages}
    with tenant_tx(shop.tenant.pk):
        rows = dict(Message.objects.values_list("customer_id", "status"))
    assert set(rows.values()) <= {"sent", "unknown"}
    assert len(rows) == PEOPLE
    assert sum(sink.delivered.values()) == len(sink.delivered)  # nobody's phone rang twice
    assert idempotent or stats["repeated"] == 0
    assert {str(c) for c, status in rows.items() if status == "sent"} <= reached  # nothing is called sent that was not
    assert {int(c) for c in reached} <= set(group)
