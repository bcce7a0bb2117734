"""Wake-ups: through Celery when nobody is there, by a bell when a worker lingers; none is lost between the two."""

import threading
import uuid
from typing import Any

import pytest
import redis

from kernel import wake


@pytest.fixture
def kind() -> str:
    return f"test-{uuid.uuid4()}"


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Tasks that Celery was told of."""
    names: list[str] = []
    monkeypatch.setattr(wake.current_app, "send_task", lambda name, **_: names.append(name))
    return names


def nothing() -> bool:
    return False


def test_celery_is_told_once_until_somebody_is_awake(kind: str, told: list[str]) -> None:
    wake.wake_now(kind)
    wake.wake_now(kind)
    assert told == [f"config.tasks.wake_{kind}"]
    wake.awake(kind)
    wake.wake_now(kind)
    assert len(told) == 2


def test_whoever_lingers_is_rung_and_celery_not_told(
    kind: str, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wake, "_LINGER_SECONDS", 60.0)
    here, answers = threading.Event(), list[bool]()

    def look() -> bool:
        here.set()
        return False

    worker = threading.Thread(target=lambda: answers.append(wake.linger(kind, look)))
    worker.start()
    assert here.wait(30)
    wake.wake_now(kind)
    worker.join(30)
    assert (answers, told) == ([True], [])
    wake.wake_now(kind)  # it is at work now: others are to be woken
    assert len(told) == 1


def test_what_came_before_the_bell_was_hung_up_is_seen(kind: str) -> None:
    assert wake.linger(kind, lambda: True)


def test_a_bell_rung_at_the_last_moment_is_heard(kind: str, told: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    client = wake.redis_client()

    class Late:
        """As if the time were up just before the bell rings."""

        def __getattr__(self, name: str) -> Any:
            return getattr(client, name)

        def blpop(self, *_: Any, **__: Any) -> None:
            wake.wake_now(kind)

    monkeypatch.setattr(wake, "_LINGER_SECONDS", 60.0)
    monkeypatch.setattr(wake, "redis_client", Late)
    assert wake.linger(kind, nothing)
    assert not told


def test_nobody_is_left_at_the_bell(kind: str, told: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wake, "_LINGER_SECONDS", 0.05)
    assert not wake.linger(kind, nothing)
    wake.wake_now(kind)
    assert len(told) == 1


def test_redis_away(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise redis.ConnectionError("away")

    monkeypatch.setattr(wake, "redis_client", away)
    assert not wake.linger(kind, nothing)
    wake.wake_now(kind)
