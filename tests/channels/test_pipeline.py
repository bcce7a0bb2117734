"""Slices that overlap keep every promise: a crash or a failure between them doubles nothing and hides nothing."""

from collections.abc import Callable
from typing import Any

import pytest

from channels import pipeline, sending
from channels.contract import ACCEPTED, ErrorClass, Outcome
from channels.intent import commit_intents
from channels.jobs import claim
from channels.lanes import lanes_of
from channels.outcomes import write_outcomes
from kernel.sets import People
from tenants.scope import tenant_tx
from tests.channels.conftest import Shop, prepare
from tests.sink import Sink

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("answer")]


class Crash(BaseException):
    """Stands for kill -9: nothing of ours may clean up after it."""


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slices of four people, each chunk read on its own."""
    monkeypatch.setattr(pipeline, "SLICE", 4)
    monkeypatch.setattr(pipeline, "CHUNK", 4)


def _third_intent(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    calls, real = [], pipeline.commit_intents

    def intents(*arguments: Any) -> Any:
        calls.append(arguments)
        if len(calls) == 3:
            raise error
        return real(*arguments)

    monkeypatch.setattr(pipeline, "commit_intents", intents)


@pytest.mark.usefixtures("small")
def test_slices_overlap_and_everybody_is_sent_to_once(shop: Shop, gateway: Sink) -> None:
    gateway.mode, gateway.delay = (
        "slow",
        1.0,
    )  # so long that preparing the next slice is quicker, however busy the machine
    shop.touch(shop.template(shop.gateway(gateway, batch=2)), shop.people(22))
    shop.drain()
    assert shop.statuses() == {"sent": 22}
    assert sorted(gateway.delivered.values()) == [1] * 22
    assert gateway.most_in_flight > 2  # requests of two slices


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("idempotent", [False, True])
def test_a_worker_killed_between_two_slices(
    shop: Shop, gateway: Sink, settled: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch, idempotent: bool
) -> None:
    group = shop.people(20)
    shop.touch(shop.template(shop.gateway(gateway, batch=2, idempotent=idempotent)), group)
    with monkeypatch.context() as patch:
        _third_intent(patch, Crash())
        patch.setattr(pipeline.Pipeline, "_land_all", lambda self: [a.results.result() for a in self.air])
        with pytest.raises(Crash):
            sending.unit(shop.tenant.pk)
    assert shop.statuses() == {"sent": 4, "in_flight": 4, "queued": 12}
    shop.lease_over()
    shop.drain()
    assert shop.statuses() == ({"sent": 20} if idempotent else {"sent": 16, "unknown": 4})
    assert len(gateway.delivered) == 20
    assert idempotent or sorted(gateway.delivered.values()) == [1] * 20
    told = People()
    for message in settled:
        assert not told & (message["sent"] | message["unknown"])
        told |= message["sent"] | message["unknown"]
    assert told == group


@pytest.mark.usefixtures("small")
def test_when_an_intent_fails_what_is_in_the_air_has_its_outcome_written(
    shop: Shop, gateway: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.touch(shop.template(shop.gateway(gateway, batch=2)), shop.people(20))
    with monkeypatch.context() as patch:
        _third_intent(patch, RuntimeError("database"))
        with pytest.raises(RuntimeError):
            sending.unit(shop.tenant.pk)
    assert shop.statuses() == {"sent": 8, "queued": 12}
    shop.lease_over()
    shop.drain()
    assert shop.statuses() == {"sent": 20}
    assert sorted(gateway.delivered.values()) == [1] * 20


def test_an_outcome_that_comes_while_others_are_in_the_air_does_not_hide_them(shop: Shop, gateway: Sink) -> None:
    shop.touch(shop.template(shop.gateway(gateway)), shop.people(6))
    with tenant_tx(shop.tenant.pk):
        (lane,) = lanes_of(shop.tenant.pk, claim(10))
        first, second = lane.take(3), lane.take(3)
        prepare(lane.account, first)
        prepare(lane.account, second)
        for slice_ in (first, second):
            assert len(commit_intents(lane.rules, slice_)) == 3
        write_outcomes(
            lane.account, [(p, Outcome(ErrorClass.RATE)) for p in first[:1]] + [(p, ACCEPTED) for p in first[1:]]
        )
    shop.lease_over()  # and now the worker dies
    shop.drain()
    assert shop.statuses() == {"sent": 2, "queued": 1, "unknown": 3}


def test_never_more_in_the_air_than_the_account_takes(
    shop: Shop, gateway: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway.mode, gateway.delay = "slow", 0.02
    account = shop.gateway(gateway)
    shop.touch(shop.template(account), shop.people(300))
    seen: list[int] = []
    real: Callable[..., Any] = pipeline.commit_intents

    def intents(*arguments: Any) -> Any:
        flying = real(*arguments)
        seen.append(shop.statuses()["in_flight"])
        return flying

    monkeypatch.setattr(pipeline, "commit_intents", intents)
    shop.drain()
    assert shop.statuses() == {"sent": 300}
    assert max(seen) <= 64
