"""Invariant 1: whatever is killed or put to sleep, nobody gets a message twice and no late worker writes anything."""

from typing import Any

import pytest

from channels import delivery, sending
from channels.contract import ACCEPTED
from channels.intent import commit_intents
from channels.jobs import claim
from channels.lanes import lanes_of
from channels.ledger import queued
from channels.models import Account, SendJob
from channels.outcomes import let_go, write_outcomes
from channels.policy import rules_of
from channels.preparing import Prepared
from tenants.scope import tenant_tx
from tests.channels.conftest import Shop, prepare
from tests.sink import Sink

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("answer")]


class Worker:
    """One worker, step by step, so that it can fall asleep between any two."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop

    def claim(self) -> None:
        with tenant_tx(self.shop.tenant.pk):
            self.lanes = lanes_of(self.shop.tenant.pk, claim(1000))

    def prepare(self) -> None:
        with tenant_tx(self.shop.tenant.pk):
            self.slice = list(self.lanes[0].waiting)
            prepare(self.lanes[0].account, self.slice)

    def intend(self) -> list[Prepared]:
        with tenant_tx(self.shop.tenant.pk):
            self.flying = commit_intents(self.lanes[0].rules, self.slice)
            return self.flying

    def finish(self) -> None:
        with tenant_tx(self.shop.tenant.pk):
            write_outcomes(self.lanes[0].account, [(p, ACCEPTED) for p in self.flying])
            let_go(list(self.lanes[0].jobs.values()))

    def until_intent(self) -> "Worker":
        self.claim()
        self.prepare()
        self.intend()
        return self


def test_a_claimed_job_is_nobody_elses(shop: Shop, gateway: Sink) -> None:
    shop.touch(shop.template(shop.gateway(gateway)), shop.people(3))
    first, second = Worker(shop), Worker(shop)
    first.claim()
    second.claim()
    assert len(first.lanes) == 1
    assert second.lanes == []


def test_a_late_worker_finds_its_fence_gone_before_the_intent(shop: Shop, gateway: Sink) -> None:
    shop.touch(shop.template(shop.gateway(gateway)), shop.people(3))
    late = Worker(shop)
    late.claim()
    late.prepare()
    shop.lease_over()
    shop.drain()  # another worker sends them
    assert shop.statuses() == {"sent": 3}
    assert late.intend() == []
    assert len(gateway.messages) == 3


def test_a_late_worker_writes_no_outcome(shop: Shop, gateway: Sink, settled: list[dict[str, Any]]) -> None:
    group = shop.people(3)
    shop.touch(shop.template(shop.gateway(gateway)), group)
    late = Worker(shop).until_intent()
    shop.lease_over()
    shop.drain()  # another worker finds them in flight: unknown, not sent again
    assert shop.statuses() == {"unknown": 3}
    late.finish()
    assert shop.statuses() == {"unknown": 3}
    assert [t["unknown"] for t in settled] == [group]
    assert not gateway.messages


def test_a_late_worker_does_not_undo_what_the_next_one_did(shop: Shop, gateway: Sink) -> None:
    shop.touch(shop.template(shop.gateway(gateway, idempotent=True)), shop.people(2))
    late = Worker(shop).until_intent()
    shop.lease_over()
    next_ = Worker(shop).until_intent()
    assert len(next_.flying) == 2  # the same ids, since the gateway drops repeats
    late.finish()
    assert shop.statuses() == {"in_flight": 2}
    next_.finish()
    assert shop.statuses() == {"sent": 2}


def test_what_was_not_in_flight_yet_is_sent_by_the_next_worker(shop: Shop, gateway: Sink) -> None:
    shop.touch(shop.template(shop.gateway(gateway)), shop.people(5))
    dying = Worker(shop)
    dying.claim()
    dying.prepare()
    dying.slice = dying.slice[:2]
    dying.intend()
    shop.lease_over()
    shop.drain()
    assert shop.statuses() == {"unknown": 2, "sent": 3}
    assert len(gateway.messages) == 3


def test_an_intent_that_waited_too_long_is_not_acted_on(
    shop: Shop, gateway: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "STALE_SECONDS", -1.0)  # as if stopped between intent and call
    shop.touch(shop.template(shop.gateway(gateway)), shop.people(2))
    sending.unit(shop.tenant.pk)
    assert not gateway.requests
    assert shop.statuses() == {"queued": 2}
    assert shop.sql("SELECT sum(n) FROM channels_capcount WHERE scope = '*'") == [(0,)]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("UPDATE customers_consent SET granted = false", "unsubscribed"),
        ("DELETE FROM customers_consent", "no_consent"),
        ("UPDATE customers_customer SET blocked = true", "blacklisted"),
        ("DELETE FROM customers_identity", "unreachable"),
    ],
)
def test_what_is_committed_before_the_intent_is_obeyed(
    shop: Shop, gateway: Sink, settled: list[dict[str, Any]], change: str, reason: str
) -> None:
    group = shop.people(2)
    shop.touch(shop.template(shop.gateway(gateway)), group)
    worker = Worker(shop)
    worker.claim()
    worker.prepare()
    shop.sql(change)
    assert worker.intend() == []
    worker.finish()
    assert shop.reasons(status="suppressed") == {reason: 2}
    assert settled[-1]["suppressed"] == {reason: group}
    assert shop.sql("SELECT count(*) FROM channels_sendjob") == [(0,)]


def test_the_goal_reached_before_the_intent_stops_the_message(shop: Shop, gateway: Sink, answer: Any) -> None:
    group = shop.people(2)
    shop.touch(shop.template(shop.gateway(gateway)), group)
    answer("channels.leaving", lambda step, waves: waves[1])
    shop.drain()
    assert shop.reasons(status="suppressed") == {"left": 2}
    assert not gateway.messages


def test_a_pause_before_the_intent_is_obeyed(shop: Shop, gateway: Sink) -> None:
    from channels import facade

    shop.touch(shop.template(shop.gateway(gateway)), shop.people(2))
    worker = Worker(shop)
    worker.claim()
    worker.prepare()
    with tenant_tx(shop.tenant.pk):
        facade.hold_run(1)
    assert worker.intend() == []
    assert shop.statuses() == {"queued": 2}


def test_quiet_hours_that_begin_before_the_intent_put_it_off(shop: Shop, gateway: Sink) -> None:
    shop.touch(shop.template(shop.gateway(gateway)), shop.people(2))
    worker = Worker(shop)
    worker.claim()
    worker.prepare()
    shop.settings(quiet_hours={"from": "00:00", "to": "23:59:59"})
    with tenant_tx(shop.tenant.pk):
        account = Account.objects.get()
        worker.lanes[0].rules = rules_of(account.channel, "marketing", None)
    assert worker.intend() == []
    worker.finish()
    assert shop.statuses() == {"queued": 2}
    with tenant_tx(shop.tenant.pk):
        job = SendJob.objects.get()
        assert shop.sql("SELECT %s > clock_timestamp()", [job.due_at]) == [(True,)]
        assert len(queued(_read(job.pk))) == 2


def _read(job_id: int) -> Any:
    from django.db import connection

    from channels.jobs import _COLUMNS, read_job

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_COLUMNS} FROM channels_sendjob WHERE id = %s", [job_id])
        return read_job(cursor.fetchone())


def test_another_tenants_work_is_not_ours(shop: Shop, gateway: Sink, other_tenant: Any) -> None:
    shop.touch(shop.template(shop.gateway(gateway)), shop.people(2))
    assert not sending.unit(other_tenant.pk)
    assert shop.statuses() == {"queued": 2}
    stranger = Shop(other_tenant)
    stranger.touch(stranger.template(stranger.gateway(gateway)), stranger.people(2))
    shop.drain()
    stranger.drain()
    assert len({m["id"] for m in gateway.messages}) == 4
    assert stranger.statuses() == {"sent": 2}


def test_a_crash_after_part_was_put_off_still_leaves_the_rest_unknown(shop: Shop, gateway: Sink) -> None:
    shop.settings(quiet_hours=None)
    away = shop.people(1, timezone="Asia/Shanghai")
    here = shop.people(1, timezone="UTC")
    hour = shop.sql("SELECT to_char(clock_timestamp() AT TIME ZONE 'Asia/Shanghai', 'HH24')")[0][0]
    shop.touch(shop.template(shop.gateway(gateway)), away | here)
    dying = Worker(shop)
    dying.claim()
    dying.prepare()
    shop.settings(quiet_hours={"from": f"{hour}:00", "to": f"{(int(hour) + 2) % 24:02d}:00"})
    with tenant_tx(shop.tenant.pk):
        dying.lanes[0].rules = rules_of("sms", "marketing", None)
    assert [p.customer_id for p in dying.intend()] == list(here)
    shop.lease_over()
    shop.drain()
    assert shop.statuses() == {"unknown": 1, "queued": 1}
