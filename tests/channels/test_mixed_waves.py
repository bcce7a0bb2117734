"""Send jobs that mix waves: many people, each of a wave of their own, whose messages leave together (docs/decisions)."""

from collections.abc import Iterable
from typing import Any

import pytest

from channels import facade, overdue
from channels.intent import commit_intents
from channels.jobs import claim, lock_ours
from channels.lanes import lanes_of
from channels.models import Message, SendJob, Template
from kernel.clock import db_now
from kernel.sets import People, load, people, union
from kernel.step import HIGH, Step
from tenants.scope import tenant_tx
from tests.channels.conftest import Shop, prepare
from tests.sink import Sink

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("answer")]


def one_each(group: Iterable[int], first: int = 100) -> dict[int, People]:
    """wave → one of them."""
    return {first + place: people([customer]) for place, customer in enumerate(group)}


def touch(shop: Shop, template: Template, waves: dict[int, People], **step: Any) -> list[tuple[int, People]]:
    with tenant_tx(shop.tenant.pk):
        place = Step(**{"canvas_id": 9, "run_id": 1, "node": "m", "wave_id": 0, **step})
        plan = facade.touch_plan(template.pk, union(waves.values()), db_now(), None)
        return facade.touch_waves(place, template.pk, plan, waves)


def ledger(shop: Shop, **where: Any) -> dict[int, tuple[int, str]]:
    """customer → (wave, status)."""
    with tenant_tx(shop.tenant.pk):
        rows = Message.objects.filter(**where).values_list("customer_id", "wave_id", "status")
        return {customer: (wave, status) for customer, wave, status in rows}


def as_planned(waves: dict[int, People], status: str) -> dict[int, tuple[int, str]]:
    return {customer: (wave, status) for wave, group in waves.items() for customer in group}


def test_thirty_waves_are_one_job_and_each_message_is_of_its_own_wave(
    shop: Shop, gateway: Sink, settled: list[dict[str, Any]]
) -> None:
    waves = one_each(shop.people(30))
    ((job, everybody),) = touch(shop, shop.template(shop.gateway(gateway, batch=10)), waves)
    shop.drain()
    assert ledger(shop) == as_planned(waves, "sent")
    assert (len(gateway.requests), len(gateway.messages)) == (3, 30)
    assert [(t["job_id"], t["sent"], t["done"]) for t in settled] == [(job, everybody, True)]


def test_the_same_step_and_wave_again_makes_no_second_message(shop: Shop, gateway: Sink) -> None:
    group, template = shop.people(4), shop.template(shop.gateway(gateway))
    touch(shop, template, one_each(group))
    assert touch(shop, template, one_each(group)) == []
    touch(shop, template, one_each(group, first=200))  # they came again
    shop.drain()
    assert len(gateway.messages) == len({m["id"] for m in gateway.messages}) == 8


def test_who_is_held_back_is_held_back_in_their_own_wave(shop: Shop) -> None:
    waves = one_each([*shop.people(3), *shop.people(2, consent=False)])
    touch(shop, shop.template(shop.account()), waves)
    held = {w: g for w, g in waves.items() if w >= 103}
    assert ledger(shop, status="suppressed") == as_planned(held, "suppressed")
    assert len(ledger(shop, status="queued")) == 3


def test_big_waves_have_jobs_of_their_own(shop: Shop) -> None:
    group = list(shop.people(505))
    waves = {1: people(group[:500]), **one_each(group[500:])}
    made = dict(touch(shop, shop.template(shop.account()), waves))
    assert sorted(map(len, made.values())) == [5, 500]
    with tenant_tx(shop.tenant.pk):
        assert {(j.wave_id, j.waves is None, j.size) for j in SendJob.objects.all()} == {(1, True, 500), (0, False, 5)}
    shop.drain()
    assert ledger(shop) == as_planned(waves, "sent")


def test_each_text_is_told_by_the_persons_own_wave(shop: Shop, gateway: Sink, answer: Any) -> None:
    def told(step: Step, waves: dict[int, People], wanted: frozenset[str]) -> dict[int, Any]:
        return {c: {"event": {"properties": {"sku": f"w{wave}"}}} for wave, group in waves.items() for c in group}

    answer("channels.context", told)
    waves = one_each(shop.people(5))
    touch(shop, shop.template(shop.gateway(gateway), text="{{ event.properties.sku }}"), waves)
    shop.drain()
    texts = {int(m["customer"]["id"]): m["content"]["text"] for m in gateway.messages}
    assert texts == {c: f"w{wave}" for wave, group in waves.items() for c in group}


def test_who_left_by_their_own_wave_gets_nothing(shop: Shop, answer: Any) -> None:
    waves = one_each(shop.people(4))
    answer("channels.leaving", lambda step, waves: union(g for wave, g in waves.items() if wave in (101, 103)))
    touch(shop, shop.template(shop.account()), waves)
    shop.drain()
    assert dict(ledger(shop).values()) == {
        100: "sent", 101: "suppressed", 102: "sent", 103: "suppressed",
    }  # fmt: skip


def test_after_a_crash_what_was_in_flight_is_unknown_and_told(
    shop: Shop, gateway: Sink, settled: list[dict[str, Any]]
) -> None:
    waves = one_each(shop.people(6))
    touch(shop, shop.template(shop.gateway(gateway)), waves)
    with tenant_tx(shop.tenant.pk):
        (lane,) = lanes_of(shop.tenant.pk, claim(1000))
        some = list(lane.waiting)[:4]
        prepare(lane.account, some)
        assert len(commit_intents(lane.rules, some)) == 4  # and then the worker dies
    shop.lease_over()
    shop.drain()
    assert shop.statuses() == {"unknown": 4, "sent": 2}
    assert (union(t["unknown"] for t in settled), union(t["sent"] for t in settled)) == (
        people(p.customer_id for p in some), union(waves.values()) - people(p.customer_id for p in some),
    )  # fmt: skip
    assert shop.sql("SELECT count(*) FROM channels_sendjob") == [(0,)]


def test_who_is_tried_again_keeps_their_wave(shop: Shop, gateway: Sink, settled: list[dict[str, Any]]) -> None:
    waves = one_each(shop.people(5))
    ((job, everybody),) = touch(shop, shop.template(shop.gateway(gateway, idempotent=True)), waves)
    gateway.mode = "error"
    shop.drain()
    assert ledger(shop) == as_planned(waves, "queued")
    gateway.mode = "ok"
    shop.due_now()
    shop.drain()
    assert ledger(shop) == as_planned(waves, "sent")
    assert {t["job_id"] for t in settled} == {job}
    assert union(t["sent"] for t in settled) == everybody


def test_some_leave_a_job_that_waits(shop: Shop) -> None:
    waves = one_each(shop.people(6))
    ((job, everybody),) = touch(shop, shop.template(shop.account()), waves)
    gone = people(list(everybody)[2:4])
    with tenant_tx(shop.tenant.pk):
        assert facade.cancel_run(1, gone) == [(job, gone)]
        assert load(SendJob.objects.get().people) == everybody - gone
    shop.drain()
    assert {c for c, (_, status) in ledger(shop).items() if status == "suppressed"} == set(gone)
    assert len(ledger(shop, status="sent")) == 4


def test_what_became_overdue_is_left_out_or_spread(shop: Shop, settled: list[dict[str, Any]]) -> None:
    waves = one_each(shop.people(40))
    touch(shop, shop.template(shop.account()), waves)
    with tenant_tx(shop.tenant.pk):
        facade.hold_run(1)
        overdue.spread(1, 600, 4)
        assert (
            sum(j.size for j in SendJob.objects.all())
            == len(union(load(j.people) for j in SendJob.objects.all()))
            == 40
        )
        assert SendJob.objects.count() > 1
    shop.due_now()
    with tenant_tx(shop.tenant.pk):
        overdue.leave_out(1)
    assert ledger(shop) == as_planned(waves, "suppressed")
    assert union(t["suppressed"]["paused"] for t in settled) == union(waves.values())
    assert [t["done"] for t in settled].count(True) == 1


def test_leaving_one_wave_out_leaves_the_same_people_in_the_other(shop: Shop) -> None:
    group, template = shop.people(3), shop.template(shop.account())
    touch(shop, template, one_each(group))
    shop.sql("UPDATE channels_sendjob SET due_at = clock_timestamp() + interval '2 hours'")
    touch(shop, template, one_each(group, first=200))
    with tenant_tx(shop.tenant.pk):
        facade.hold_run(1)
        overdue.leave_out(1)
        assert sorted(Message.objects.values_list("wave_id", "status")) == [
            *((wave, "queued") for wave in (100, 101, 102)), *((wave, "suppressed") for wave in (200, 201, 202)),
        ]  # fmt: skip


def test_a_more_important_message_of_a_mixed_job_keeps_its_place(shop: Shop) -> None:
    shop.settings(caps=[{"channel": None, "limit": 1, "per": {"days": 1}}])
    hour = int(shop.sql("SELECT extract(hour FROM clock_timestamp() AT TIME ZONE 'UTC')")[0][0])
    zone = f"Etc/GMT{-((7 - hour + 12) % 24 - 12):+d}"  # where it is seven in the morning now: the day has hours to go
    group, template = list(shop.people(4, timezone=zone)), shop.template(shop.account())
    touch(shop, template, one_each(group[:2]), node="high", priority=HIGH)
    shop.sql("UPDATE channels_sendjob SET due_at = clock_timestamp() + interval '2 hours'")
    touch(shop, template, one_each(group), node="low")
    shop.drain()
    assert shop.reasons(node="low") == {"priority": 2, "": 2}


def test_a_late_worker_of_a_mixed_job_changes_nothing(shop: Shop, gateway: Sink) -> None:
    touch(shop, shop.template(shop.gateway(gateway)), one_each(shop.people(5)))
    with tenant_tx(shop.tenant.pk):
        late = claim(1000)
    shop.lease_over()
    shop.drain()
    with tenant_tx(shop.tenant.pk):
        assert lock_ours(late) == {}
    assert (shop.statuses(), len(gateway.messages)) == ({"sent": 5}, 5)
