"""CHN-3: more important canvases first, and the last message that a cap leaves a customer today is kept for them."""

from datetime import timedelta
from typing import Any

import pytest

from channels import facade, sending
from channels.jobs import claim
from channels.models import Message, SendJob
from kernel.clock import db_now
from kernel.sets import People
from kernel.step import HIGH, LOW, NORMAL, Step
from tenants.scope import tenant_tx
from tests.channels.conftest import Shop
from tests.sink import Sink

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("answer")]


def claimed(shop: Shop, budget: int = 1000) -> list[tuple[int, bool]]:
    with tenant_tx(shop.tenant.pk):
        return [(job.step.priority, job.step.triggered) for job in claim(budget)]


def wait(shop: Shop, node: str, hours: float) -> None:
    """Jobs of this step are due later."""
    with tenant_tx(shop.tenant.pk):
        SendJob.objects.filter(node=node).update(due_at=db_now() + timedelta(hours=hours))


def reasons(shop: Shop, node: str) -> dict[str, int]:
    return dict(shop.reasons(node=node))


@pytest.fixture
def crowded(shop: Shop, gateway: Sink) -> Any:
    """template, group: one marketing message a day each, in a zone where the day has hours to go."""
    shop.settings(caps=[{"channel": None, "limit": 1, "per": {"days": 1}}])
    hour = int(shop.sql("SELECT extract(hour FROM clock_timestamp() AT TIME ZONE 'UTC')")[0][0])
    east = (7 - hour + 12) % 24 - 12  # hours east of Greenwich where it is seven in the morning now
    zone = f"Etc/GMT{-east:+d}"
    return shop.template(shop.gateway(gateway)), shop.people(3, timezone=zone)


def test_high_priority_first_and_within_one_triggers_before_bulk(shop: Shop) -> None:
    template, group = shop.template(shop.account()), shop.people(2)
    order = [(LOW, False), (NORMAL, False), (LOW, True), (HIGH, False), (NORMAL, True), (HIGH, True)]
    for run, (priority, triggered) in enumerate(order):
        shop.touch(template, group, run=run, priority=priority, triggered=triggered)
    assert claimed(shop) == [(HIGH, True), (HIGH, False), (NORMAL, True), (NORMAL, False), (LOW, True), (LOW, False)]


def test_the_last_place_is_kept_for_the_more_important_message(shop: Shop, crowded: Any) -> None:
    template, group = crowded
    few = People(list(group)[:2])
    shop.touch(template, few, node="high", priority=HIGH)
    wait(shop, "high", 2)
    shop.touch(template, group, node="low")
    shop.drain()
    assert reasons(shop, "low") == {"priority": 2, "": 1}
    shop.due_now()
    shop.drain()
    assert shop.statuses(node="high") == {"sent": 2}


def test_the_other_way_round_nothing_is_kept(shop: Shop, crowded: Any) -> None:
    template, group = crowded
    shop.touch(template, group, node="low", priority=LOW)
    wait(shop, "low", 2)
    shop.touch(template, group, node="normal")
    shop.drain()
    assert shop.statuses(node="normal") == {"sent": 3}
    shop.due_now()
    shop.drain()
    assert reasons(shop, "low") == {"capped": 3}


def test_equals_take_no_notice_of_each_other(shop: Shop, crowded: Any) -> None:
    template, group = crowded
    shop.touch(template, group, node="later", priority=HIGH)
    wait(shop, "later", 2)
    shop.touch(template, group, node="now", priority=HIGH)
    shop.drain()
    assert shop.statuses(node="now") == {"sent": 3}


def test_with_room_for_two_both_go(shop: Shop, crowded: Any) -> None:
    template, group = crowded
    shop.settings(caps=[{"channel": None, "limit": 2, "per": {"days": 1}}])
    shop.touch(template, group, node="high", priority=HIGH)
    wait(shop, "high", 2)
    shop.touch(template, group, node="first")
    shop.drain()
    shop.touch(template, group, node="second")
    shop.drain()
    assert shop.statuses(node="first") == {"sent": 3}
    assert reasons(shop, "second") == {"priority": 3}


@pytest.mark.parametrize(
    "unimportant", ["tomorrow", "paused run", "paused account", "service", "sent already", "held back already"]
)
def test_what_does_not_need_the_place_today_keeps_it_from_nobody(shop: Shop, crowded: Any, unimportant: str) -> None:
    template, group = crowded
    other = shop.template(template.account, purpose="service") if unimportant == "service" else template
    shop.touch(other, group, node="high", run=7, priority=HIGH)
    wait(shop, "high", 30 if unimportant == "tomorrow" else 2)
    with tenant_tx(shop.tenant.pk):
        if unimportant == "paused run":
            facade.hold_run(7)
        if unimportant == "sent already":  # and counted, some days ago
            Message.objects.filter(node="high").update(status="sent")
        if unimportant == "held back already":
            Message.objects.filter(node="high").update(status="suppressed")
    if unimportant == "paused account":
        account = shop.account(channel="email")
        with tenant_tx(shop.tenant.pk):
            SendJob.objects.filter(node="high").update(account_id=account.pk)
            type(account).objects.filter(pk=account.pk).update(status="paused")
    shop.touch(template, group, node="normal")
    shop.drain()
    assert shop.statuses(node="normal") == {"sent": 3}


@pytest.mark.parametrize(("channel", "kept"), [("sms", True), ("email", False)])
def test_under_a_cap_of_a_channel_only_that_channel_counts(shop: Shop, crowded: Any, channel: str, kept: bool) -> None:
    template, group = crowded
    shop.settings(caps=[{"channel": "sms", "limit": 1, "per": {"weeks": 1}}, {"limit": 9, "per": {"days": 1}}])
    account = template.account if channel == "sms" else shop.account(channel="email")
    high = template if channel == "sms" else shop.template(account, subject="x", text="y")
    with tenant_tx(shop.tenant.pk):
        step = Step(canvas_id=9, run_id=5, node="high", wave_id=1, priority=HIGH)
        facade.touch(step, high.pk, facade.Plan(group.copy()))
    wait(shop, "high", 2)
    shop.touch(template, group, node="normal")
    shop.drain()
    assert reasons(shop, "normal") == ({"priority": 3} if kept else {"": 3})


def test_what_was_held_back_for_priority_does_not_count(shop: Shop, crowded: Any) -> None:
    template, group = crowded
    shop.touch(template, group, node="high", priority=HIGH)
    wait(shop, "high", 2)
    shop.touch(template, group, node="normal")
    shop.drain()
    assert shop.sql("SELECT scope, sum(n) FROM channels_capcount GROUP BY 1 ORDER BY 1") == [("*", 0), ("sms", 0)]


def test_nothing_is_read_of_the_queue_while_there_is_room(
    shop: Shop, gateway: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    template, group = shop.template(shop.gateway(gateway)), shop.people(2)
    monkeypatch.setattr("channels.precedence._read", lambda rank, now: pytest.fail("asked"))
    shop.touch(template, group)
    sending.unit(shop.tenant.pk)
    assert shop.statuses() == {"sent": 2}


class TestWaiting:
    """A step may let those over the cap wait instead of going on without a message."""

    def touch(self, shop: Shop, template: Any, group: People, node: str) -> facade.Plan:
        with tenant_tx(shop.tenant.pk):
            plan = facade.touch_plan(template.pk, group, db_now(), None, waits=True)
            facade.touch(Step(canvas_id=9, run_id=1, node=node, wave_id=1), template.pk, plan)
            return plan

    def test_they_wait_for_the_next_morning_where_they_live(self, shop: Shop, crowded: Any) -> None:
        template, group = crowded
        shop.touch(template, group, node="first")
        shop.drain()
        assert self.touch(shop, template, group, "second").send == group
        shop.drain()
        assert shop.statuses(node="second") == {"queued": 3}
        zone = shop.sql("SELECT min(timezone) FROM customers_customer")[0][0]
        clock = "to_char(due_at AT TIME ZONE %s, 'HH24:MI'), (due_at AT TIME ZONE %s)::date - (clock_timestamp() AT TIME ZONE %s)::date"
        assert shop.sql(f"SELECT {clock} FROM channels_sendjob", [zone] * 3) == [("09:00", 1)]

    def test_quiet_hours_are_obeyed_on_that_morning(self, shop: Shop, crowded: Any) -> None:
        template, group = crowded
        shop.touch(template, group, node="first")
        shop.drain()
        self.touch(shop, template, group, "second")
        shop.settings(quiet_hours={"from": "08:30", "to": "10:30"})
        shop.drain()
        zone = shop.sql("SELECT min(timezone) FROM customers_customer")[0][0]
        due = shop.sql("SELECT to_char(due_at AT TIME ZONE %s, 'HH24:MI') FROM channels_sendjob", [zone])
        assert due == [("10:30",)]

    def test_on_another_day_they_are_sent(self, shop: Shop, crowded: Any) -> None:
        template, group = crowded
        shop.touch(template, group, node="first")
        shop.drain()
        self.touch(shop, template, group, "second")
        shop.drain()
        shop.sql("UPDATE channels_capcount SET day = day - 1")  # a day has passed
        shop.due_now()
        shop.drain()
        assert shop.statuses(node="second") == {"sent": 3}

    def test_after_a_week_they_are_held_back(self, shop: Shop, crowded: Any) -> None:
        template, group = crowded
        shop.touch(template, group, node="first")
        shop.drain()
        self.touch(shop, template, group, "second")
        shop.drain()
        shop.sql("UPDATE channels_message SET created_at = created_at - interval '7 days' WHERE node = 'second'")
        shop.due_now()
        shop.drain()
        assert reasons(shop, "second") == {"capped": 3}

    def test_a_cap_of_none_never_opens(self, shop: Shop, crowded: Any) -> None:
        template, group = crowded
        shop.settings(caps=[{"channel": None, "limit": 0, "per": {"days": 1}}])
        self.touch(shop, template, group, "m")
        shop.drain()
        assert reasons(shop, "m") == {"capped": 3}
