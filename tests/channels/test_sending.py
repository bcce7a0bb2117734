"""CHN-3, CHN-7: each message once, each outcome where it belongs, nothing in flight without an intent."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import override_settings

from channels import facade, sending, wire
from channels.models import Message, SendJob
from kernel.sets import People
from tenants.scope import tenant_tx
from tests.channels.conftest import SECRET, Shop
from tests.chaos.gateway import Gateway
from tests.elsewhere import elsewhere
from tests.sink import Sink

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("answer")]


def test_console_keeps_what_it_would_have_said(shop: Shop, settled: list[dict[str, Any]]) -> None:
    group = shop.people(3)
    shop.touch(shop.template(shop.account(), text="你好 {{ customer.attributes.name }}"), group)
    shop.drain()
    assert shop.statuses() == {"sent": 3}
    with tenant_tx(shop.tenant.pk):
        assert {m.content["text"] for m in Message.objects.all()} == {"你好 客0", "你好 客1", "你好 客2"}
        assert not SendJob.objects.exists()
    assert [(t["sent"], t["done"]) for t in settled] == [(group, True)]


def test_gateway_gets_the_documented_body(shop: Shop, gateway: Sink, answer: Any) -> None:
    answer(
        "channels.context",
        lambda step, waves, wanted: {c: {"event": {"properties": {"sku": "4JT"}}} for c in waves[1]},
    )
    group = shop.people(1)
    template = shop.template(shop.gateway(gateway), text="{{ event.properties.sku }} {{ customer.attributes.name }}")
    shop.touch(template, group, variant="a")
    shop.drain()
    message = gateway.messages[0]
    with tenant_tx(shop.tenant.pk):
        row = Message.objects.get()
    assert message == {
        "id": f"{shop.tenant.pk}-{row.pk}", "channel": "sms", "customer": {"id": str(row.customer_id), "external_id": "c0"},
        "to": f"138{row.customer_id % 10**8:08d}", "content": {"text": "4JT 客0", "params": {}, "opt_out": "拒收请回复R"},
        "canvas": "9", "run": "1", "node": "m", "variant": "a",
    }  # fmt: skip
    assert gateway.requests[0]["webhook_id"] == message["id"]
    assert not gateway.forged


@pytest.mark.parametrize("batch", [1, 7, 1000])
def test_every_batch_size_sends_everybody_once(shop: Shop, gateway: Sink, batch: int) -> None:
    shop.settings(caps=[])
    shop.touch(shop.template(shop.gateway(gateway, batch=batch)), shop.people(1203))
    shop.drain()
    assert shop.statuses() == {"sent": 1203}
    assert gateway.stats()["customers"] == len(gateway.messages) == 1203
    assert (
        max(len(r["messages"]) for r in gateway.requests) == min(batch, 500 if batch == 1000 else batch)
        or batch == 1000
    )
    assert gateway.most_in_flight <= 64


def test_touching_twice_makes_no_second_message(shop: Shop, gateway: Sink) -> None:
    template, group = shop.template(shop.gateway(gateway)), shop.people(5)
    shop.touch(template, group)
    shop.touch(template, group | shop.people(2))
    assert shop.sql("SELECT sum(size) FROM channels_sendjob") == [(7,)]
    shop.drain()
    assert len(gateway.messages) == 7


def test_results_carry_the_gateways_own_id(shop: Shop, gateway: Sink) -> None:
    gateway.mode = "results"
    shop.touch(shop.template(shop.gateway(gateway, batch=10)), shop.people(3))
    shop.drain()
    with tenant_tx(shop.tenant.pk):
        assert all(m.provider_id == f"gw-{shop.tenant.pk}-{m.pk}" for m in Message.objects.all())


@pytest.mark.parametrize(
    ("mode", "reason"),
    [
        ("status:400", "content:http_400"), ("status:422", "content:http_422"), ("status:401", "config:http_401"),
        ("status:404", "config:http_404"), ("status:302", "config:http_302"), ("reject:bad_number", "recipient:bad_number"),
        ("reject:content", "content:content"),
    ],
)  # fmt: skip
def test_definite_refusals_fail_at_once_and_give_the_cap_back(
    shop: Shop, gateway: Sink, settled: list[dict[str, Any]], mode: str, reason: str
) -> None:
    gateway.mode = mode
    group = shop.people(2)
    shop.touch(shop.template(shop.gateway(gateway)), group)
    shop.drain()
    assert shop.reasons(status="failed") == {reason: 2}
    assert settled[-1]["failed"] == group
    assert shop.sql("SELECT sum(n) FROM channels_capcount WHERE tenant_id = %s", [shop.tenant.pk]) == [(0,)]
    assert len(gateway.requests) == 2
    assert shop.sql("SELECT count(*) FROM customers_event WHERE name = 'message.failed'") == [(2,)]


@pytest.mark.parametrize("mode", ["error", "drop"])
def test_an_accepted_message_with_a_lost_answer_is_unknown_and_never_repeated(
    shop: Shop, gateway: Sink, settled: list[dict[str, Any]], mode: str
) -> None:
    gateway.mode = mode
    group = shop.people(4)
    shop.touch(shop.template(shop.gateway(gateway)), group)
    shop.drain()
    gateway.mode = "ok"
    shop.due_now()
    shop.drain()
    assert shop.statuses() == {"unknown": 4}
    assert settled[-1]["unknown"] == group
    assert len(gateway.messages) == 4
    assert shop.sql("SELECT sum(n) FROM channels_capcount WHERE scope = '*'") == [
        (4,)
    ]  # may have arrived: stays counted


def test_a_time_out_is_unknown(shop: Shop, gateway: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    from channels.registry import providers

    gateway.mode = "hang"
    monkeypatch.setattr(type(providers["webhook"]), "deadline_seconds", 0.3)
    shop.touch(shop.template(shop.gateway(gateway)), shop.people(2))
    shop.drain()
    assert shop.reasons(status="unknown") == {"ambiguous:timeout": 2}


def test_an_idempotent_gateway_gets_the_same_id_again(shop: Shop, gateway: Sink) -> None:
    gateway.mode = "error"
    shop.touch(shop.template(shop.gateway(gateway, idempotent=True)), shop.people(3))
    shop.drain()
    assert shop.statuses() == {"queued": 3}
    gateway.mode = "ok"
    shop.due_now()
    shop.drain()
    assert shop.statuses() == {"sent": 3}
    assert sorted(gateway.delivered.values()) == [1, 1, 1]
    assert len(gateway.messages) == 6
    assert shop.sql("SELECT sum(n) FROM channels_capcount WHERE scope = '*'") == [(3,)]  # counted once


def test_an_idempotent_gateway_that_never_answers_ends_as_unknown(shop: Shop, gateway: Sink) -> None:
    gateway.mode = "error"
    shop.touch(shop.template(shop.gateway(gateway, idempotent=True)), shop.people(1))
    for _ in range(3):
        shop.drain()
        shop.due_now()
    assert shop.statuses() == {"unknown": 1}
    assert len(gateway.requests) == 3


def test_nobody_listening_is_tried_three_times_then_failed(
    shop: Shop, settled: list[dict[str, Any]], settings: Any
) -> None:
    settings.ALLOW_PRIVATE_EGRESS = "loopback"
    account = shop.account("webhook", url="http://127.0.0.1:9/", secret="whsec_aaaa")
    shop.touch(shop.template(account), shop.people(2))
    for _ in range(3):
        assert shop.statuses() == {"queued": 2}
        shop.drain()
        shop.due_now()
    assert shop.reasons(status="failed") == {"retry:not_connected": 2}
    assert settled[-1]["done"]


def test_too_many_requests_waits_as_long_as_it_was_told(shop: Shop, gateway: Sink) -> None:
    gateway.mode = "status:429"
    shop.touch(shop.template(shop.gateway(gateway)), shop.people(1))
    sending.unit(shop.tenant.pk)
    assert shop.statuses() == {"queued": 1}
    assert len(gateway.requests) == 1
    gateway.mode = "ok"
    shop.drain()
    assert shop.statuses() == {"sent": 1}
    assert len(gateway.requests) == 2


def test_private_targets_are_refused(shop: Shop, gateway: Sink, settings: Any) -> None:
    template = shop.template(shop.gateway(gateway))
    settings.ALLOW_PRIVATE_EGRESS = ""
    shop.touch(template, shop.people(1))
    shop.drain()
    assert shop.reasons() == {"config:egress_refused": 1}
    assert not gateway.requests


def test_a_name_that_leads_to_a_private_address_is_refused(shop: Shop, gateway: Sink, settings: Any) -> None:
    settings.ALLOW_PRIVATE_EGRESS = ""
    account = shop.account("webhook", url=f"http://localhost:{gateway.port}/", secret=gateway.secret)
    shop.touch(shop.template(account), shop.people(1))
    shop.drain()
    assert shop.reasons() == {"config:egress_refused": 1}
    assert not gateway.requests


def test_rate_limit_per_second(shop: Shop, gateway: Sink) -> None:
    shop.settings(caps=[])
    account = shop.account("webhook", per_second=20, url=gateway.url, secret=gateway.secret)
    shop.touch(shop.template(account), shop.people(50))
    begun = time.time()
    shop.drain()
    assert shop.statuses() == {"sent": 50}
    # 20 at once, 20 a second later, 10 a second after that; a slow machine makes it only longer
    assert max(r["at"] for r in gateway.requests) - begun > 1.9


def test_two_steps_of_one_person_go_out_both(shop: Shop, gateway: Sink) -> None:
    template, group = shop.template(shop.gateway(gateway)), shop.people(3)
    shop.touch(template, group, node="m1")
    shop.touch(template, group, node="m2")
    shop.drain()
    assert sorted(m["node"] for m in gateway.messages) == ["m1"] * 3 + ["m2"] * 3


def test_liquid_that_fails_for_one_person_fails_that_person_only(shop: Shop, gateway: Sink) -> None:
    good, bad = shop.people(2, attributes={"n": 2}), shop.people(1, attributes={"n": 0})
    shop.touch(shop.template(shop.gateway(gateway), text="{{ 10 | divided_by: customer.attributes.n }}"), good | bad)
    shop.drain()
    assert shop.statuses() == {"sent": 2, "failed": 1}
    assert {m["content"]["text"] for m in gateway.messages} == {"5"}


def test_paused_runs_wait_and_go_on(shop: Shop, gateway: Sink) -> None:
    shop.touch(shop.template(shop.gateway(gateway)), shop.people(3))
    with tenant_tx(shop.tenant.pk):
        facade.hold_run(1)
    shop.drain()
    assert not gateway.messages
    with tenant_tx(shop.tenant.pk):
        facade.release_run(1)
    shop.drain()
    assert len(gateway.messages) == 3


def test_cancelled_messages_are_let_go(shop: Shop, gateway: Sink, settled: list[dict[str, Any]]) -> None:
    group = shop.people(4)
    some = People(list(group)[:1])
    shop.touch(shop.template(shop.gateway(gateway)), group)
    with tenant_tx(shop.tenant.pk):
        assert [g for _, g in facade.cancel_run(1, some)] == [some]
    shop.drain()
    assert shop.reasons(status="suppressed") == {"stopped": 1}
    assert len(gateway.messages) == 3
    assert settled[-1]["sent"] == group - some
    with tenant_tx(shop.tenant.pk):
        assert facade.cancel_run(1) == []
        assert facade.message_counts(1) == {"m": {"sent": 3, "suppressed": 1}}
        assert facade.suppressed_counts(1) == {"m": {"stopped": 1}}
        assert facade.status_people(1, "m", "suppressed") == some


def test_a_canvas_that_fails_loses_no_outcome(
    shop: Shop, gateway: Sink, answer: Any, settled: list[dict[str, Any]]
) -> None:
    def broken(**_: Any) -> None:
        raise RuntimeError("canvas")

    answer("channels.settled", broken)
    group = shop.people(2)
    shop.touch(shop.template(shop.gateway(gateway)), group)
    shop.drain()
    assert shop.statuses() == {"sent": 2}
    told: list[People] = []
    answer("channels.settled", lambda **payload: told.append(payload["sent"]))
    shop.due_now()
    shop.drain()
    assert told == [group]
    assert len(gateway.messages) == 2


def test_the_canvas_hears_of_split_off_people_under_the_job_it_knows(
    shop: Shop, gateway: Sink, settled: list[dict[str, Any]]
) -> None:
    from kernel.clock import db_now
    from kernel.step import Step

    gateway.mode = "error"
    group, template = shop.people(3), shop.template(shop.gateway(gateway, idempotent=True))
    with tenant_tx(shop.tenant.pk):
        plan = facade.touch_plan(template.pk, group, db_now(), None)
        ((job_id, _),) = facade.touch(Step(canvas_id=9, run_id=1, node="m", wave_id=1), template.pk, plan)
    shop.drain()
    assert settled == []
    shop.due_now()
    gateway.mode = "ok"
    with tenant_tx(shop.tenant.pk):
        assert facade.cancel_run(1, People([min(group)])) == [(job_id, People([min(group)]))]
    shop.drain()
    assert [(t["job_id"], t["sent"], t["done"]) for t in settled] == [(job_id, group - People([min(group)]), True)]


@pytest.mark.django_db(transaction=True)
def test_the_intent_is_committed_before_the_call(
    shop: Shop, gateway: Sink, settled: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen, start = [], wire.start

    def looks_first(call: Any) -> Any:
        seen.append(elsewhere(shop.statuses))
        return start(call)

    monkeypatch.setattr(wire, "start", looks_first)
    shop.touch(shop.template(shop.gateway(gateway)), shop.people(2))
    shop.drain()
    assert seen == [{"in_flight": 2}]
    assert shop.statuses() == {"sent": 2}


def test_a_worker_whose_clock_is_an_hour_off_is_not_taken_for_a_forger(shop: Shop, tmp_path: Path) -> None:
    with (
        Gateway(tmp_path, "gateway", dedupe=False, delay=0) as gateway,
        override_settings(ALLOW_PRIVATE_EGRESS="loopback"),
    ):
        account = shop.account("webhook", url=gateway.url, secret=SECRET)
        shop.touch(shop.template(account), shop.people(2))
        with time_machine.travel(datetime.now(UTC) - timedelta(hours=1)):
            shop.drain()
        assert gateway.forged() == 0
        assert len(gateway.arrivals()) == 2
    assert shop.statuses() == {"sent": 2}
