"""The shortest road keeps every promise of the long one: intent before the call, caps, one message each, honest unknowns."""

from typing import Any

import pytest

from channels import delivery, direct, facade, sending
from channels.models import SendJob, Template
from kernel import events
from kernel.clock import db_now
from kernel.sets import People, dump
from kernel.step import Step
from tenants.ready import due_tenants
from tenants.scope import tenant_tx
from tests.channels.conftest import Shop
from tests.sink import Sink

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("answer")]


def _touch(shop: Shop, template: Template, group: People, wave: int = 1) -> facade.Flight | None:
    with tenant_tx(shop.tenant.pk):
        plan = facade.touch_plan(template.pk, group, db_now(), None)
        step = Step(canvas_id=9, run_id=1, node="m", wave_id=wave, triggered=True)
        return facade.touch_now(step, template.pk, plan, db_now())[1]


def _ready(shop: Shop) -> list[Any]:
    return shop.sql("SELECT kind FROM tenants_ready WHERE tenant_id = %s", [shop.tenant.pk])


def test_the_intent_stands_before_the_call(shop: Shop, gateway: Sink, settled: list[dict[str, Any]]) -> None:
    group = shop.people(2)
    flight = _touch(shop, shop.template(shop.gateway(gateway)), group)
    assert flight
    assert shop.statuses(content__text__startswith="您好 客", cap_day__isnull=False) == {"in_flight": 2}
    assert not gateway.messages
    facade.fly([flight])
    assert shop.statuses() == {"sent": 2}
    assert len(gateway.messages) == 2
    assert [(t["sent"], t["done"]) for t in settled] == [(group, True)]
    assert shop.sql("SELECT count(*) FROM channels_sendjob") == [(0,)]
    assert _ready(shop) == []


def test_several_leave_together(shop: Shop, gateway: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "STALE_SECONDS", 60.0)
    gateway.mode, gateway.delay = "slow", 0.2
    template = shop.template(shop.gateway(gateway))
    flights = [_touch(shop, template, shop.people(1), wave) for wave in range(5)]
    facade.fly([f for f in flights if f])
    assert shop.statuses() == {"sent": 5}
    assert gateway.most_in_flight == 5


def test_nobody_else_sends_meanwhile(shop: Shop, gateway: Sink) -> None:
    flight = _touch(shop, shop.template(shop.gateway(gateway)), shop.people(2))
    assert not sending.unit(shop.tenant.pk)
    assert flight
    facade.fly([flight])
    assert len(gateway.messages) == 2


def test_a_worker_that_dies_before_the_call_leaves_unknowns(shop: Shop, gateway: Sink) -> None:
    flight = _touch(shop, shop.template(shop.gateway(gateway)), shop.people(2))
    assert _ready(shop) == [("send",)]
    shop.lease_over()
    shop.drain()
    assert shop.statuses() == {"unknown": 2}
    assert flight
    facade.fly([flight])  # it was asleep: what it brings is dropped
    assert shop.statuses() == {"unknown": 2}
    assert _ready(shop) == [("send",)]


def test_a_repeat_is_safe_where_the_gateway_drops_repeats(shop: Shop, gateway: Sink) -> None:
    _touch(shop, shop.template(shop.gateway(gateway, idempotent=True)), shop.people(2))
    shop.lease_over()
    shop.drain()
    assert shop.statuses() == {"sent": 2}


def test_an_intent_gone_stale_is_sent_by_the_senders(shop: Shop, gateway: Sink) -> None:
    flight = _touch(shop, shop.template(shop.gateway(gateway)), shop.people(1))
    assert flight
    flight.begun -= 10
    facade.fly([flight])
    assert shop.statuses() == {"queued": 1}
    assert not gateway.messages
    shop.due_now()
    shop.drain()
    assert shop.statuses() == {"sent": 1}


def test_the_cap_holds(shop: Shop, gateway: Sink, settled: list[dict[str, Any]]) -> None:
    shop.settings(caps=[{"channel": None, "limit": 1, "per": {"days": 1}}])
    template, group = shop.template(shop.gateway(gateway)), shop.people(2)
    with tenant_tx(shop.tenant.pk):
        plans = [facade.touch_plan(template.pk, group, db_now(), None) for _ in range(2)]
        flights = [
            facade.touch_now(Step(9, 1, "m", wave, triggered=True), template.pk, plan, db_now())[1]
            for wave, plan in enumerate(plans)
        ]
    facade.fly([f for f in flights if f])
    assert len(gateway.messages) == 2
    assert shop.reasons(status="suppressed") == {"capped": 2}
    assert settled[-1]["suppressed"] == {"capped": group}


def test_a_text_that_fails_fails_that_person_only(shop: Shop, gateway: Sink, settled: list[dict[str, Any]]) -> None:
    good, bad = shop.people(1, attributes={"n": 2}), shop.people(1, attributes={"n": 0})
    template = shop.template(shop.gateway(gateway), text="{{ 10 | divided_by: customer.attributes.n }}")
    flight = _touch(shop, template, good | bad)
    assert flight
    facade.fly([flight])
    assert shop.statuses() == {"sent": 1, "failed": 1}
    assert (settled[-1]["sent"], settled[-1]["failed"]) == (good, bad)


@pytest.mark.parametrize("times", [1, 2])
def test_a_canvas_that_cannot_be_told_undoes_nothing(
    shop: Shop, gateway: Sink, settled: list[dict[str, Any]], times: int
) -> None:
    group, calls = shop.people(2), [0]

    def broken(**_: Any) -> None:
        calls[0] += 1
        if calls[0] <= times:
            raise RuntimeError("the canvas is broken")

    events._handlers["channels.settled"].insert(0, broken)
    flight = _touch(shop, shop.template(shop.gateway(gateway)), group)
    assert flight
    facade.fly([flight])
    assert shop.statuses() == {"sent": 2}
    assert [t["sent"] for t in settled] == (
        [group] if times == 1 else []
    )  # the second time by the long way, then later
    shop.due_now()
    shop.drain()
    assert [t["sent"] for t in settled] == [group]
    assert shop.sql("SELECT count(*) FROM channels_sendjob") == [(0,)]
    assert len(gateway.messages) == 2


def test_a_job_that_was_changed_meanwhile_takes_the_long_way(
    shop: Shop, gateway: Sink, settled: list[dict[str, Any]]
) -> None:
    group = shop.people(2)
    flight = _touch(shop, shop.template(shop.gateway(gateway)), group)
    assert flight
    rest = People([group.max()])
    shop.sql("UPDATE channels_sendjob SET people = %s, size = 1", [dump(rest)])
    facade.fly([flight])
    assert shop.statuses() == {"sent": 2}
    assert [t["sent"] for t in settled] == [rest]


def test_whoever_slept_through_the_lease_writes_nothing(
    shop: Shop, gateway: Sink, settled: list[dict[str, Any]]
) -> None:
    flight = _touch(shop, shop.template(shop.gateway(gateway)), shop.people(2))
    shop.sql("UPDATE channels_sendjob SET fence = fence + 1")  # another worker has the job now
    assert flight
    facade.fly([flight])
    assert shop.statuses() == {"in_flight": 2}
    assert not settled
    assert shop.sql("SELECT count(*) FROM channels_sendjob") == [(1,)]


def test_the_same_step_touches_nobody_twice(shop: Shop, gateway: Sink) -> None:
    template, group = shop.template(shop.gateway(gateway)), shop.people(2)
    flights = [_touch(shop, template, group), _touch(shop, template, group)]
    assert flights[1] is None
    facade.fly([f for f in flights if f])
    assert len(gateway.messages) == 2


def test_too_many_a_paused_account_or_a_spent_rate_take_the_long_road(shop: Shop, gateway: Sink) -> None:
    slow = shop.account("webhook", per_second=1, url=gateway.url, secret=gateway.secret)
    paused = shop.gateway(gateway)
    shop.sql("UPDATE channels_account SET status = 'paused' WHERE id = %s", [paused.pk])
    many = shop.gateway(gateway, batch=100)
    assert _touch(shop, shop.template(slow), shop.people(2), 1) is None
    assert _touch(shop, shop.template(paused), shop.people(1), 2) is None
    assert _touch(shop, shop.template(many), shop.people(direct.MOST + 1), 3) is None
    with tenant_tx(shop.tenant.pk):
        assert SendJob.objects.filter(state="ready", lease_until=None).count() == 3
    assert shop.statuses() == {"queued": direct.MOST + 4}
    assert "send" in shop.sql("SELECT kind FROM tenants_ready")[0]
    assert due_tenants("send")
