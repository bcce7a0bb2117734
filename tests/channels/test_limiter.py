"""CHN-3: an account's rate holds over all workers together, and in each process when Redis is away."""

import uuid

import pytest
import redis

from channels import limiter


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> str:
    """The window is long, so that a slow machine does not let it pass between two lines."""
    monkeypatch.setattr(limiter, "WINDOW_SECONDS", 60.0)
    return f"test:{uuid.uuid4()}"


def test_no_more_than_the_limit_in_one_window(account: str) -> None:
    granted = [limiter.take(account, 10, 4) for _ in range(4)]
    assert [n for n, _ in granted] == [4, 4, 2, 0]
    assert 0 < granted[-1][1] <= 60.001


def test_accounts_do_not_share(account: str) -> None:
    assert limiter.take(account, 5, 5)[0] == 5
    assert limiter.take(account + "b", 5, 5)[0] == 5


def test_redis_away(account: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise redis.ConnectionError("away")

    monkeypatch.setattr(limiter, "redis_client", away)
    assert limiter.take(account, 3, 2) == (2, 0.0)
    assert limiter.take(account, 3, 2) == (1, 0.0)
    granted, wait = limiter.take(account, 3, 2)
    assert granted == 0
    assert 0 < wait <= 60
