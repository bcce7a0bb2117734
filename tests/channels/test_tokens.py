"""Tokens: one holder over all workers, one fetch at a time, one retry in the same attempt, then it is the account's fault."""

import asyncio
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from channels import tokens
from channels.contract import ACCEPTED, AccountNow, ErrorClass, Outbound, Outcome
from channels.registry import providers
from channels.tokens import Token
from kernel.wake import redis_client

BAD = Outcome(ErrorClass.TOKEN, "40001")


class Issuer:
    """A provider that issues tokens and knows which are good."""

    def __init__(self, seconds: float = 7200) -> None:
        self.issued: list[str] = []
        self.good: set[str] = set()
        self.sent: list[tuple[str, list[str]]] = []
        self.seconds = seconds
        self.refuses: Outcome | None = None

    async def fetch(self) -> Token | Outcome:
        await asyncio.sleep(0.05)
        if self.refuses:
            return self.refuses
        self.issued.append(uuid.uuid4().hex)
        self.good = {self.issued[-1]}
        return Token(self.issued[-1], self.seconds)

    async def send(self, token: str, batch: list[Outbound]) -> list[Outcome]:
        self.sent.append((token, [m.id for m in batch]))
        return [ACCEPTED if token in self.good else BAD for _ in batch]


def message(n: int) -> Outbound:
    return Outbound(f"1-{n}", "sms", "service", "x", n, None, {}, "", "", "", "")


@pytest.fixture
def account() -> Iterator[AccountNow]:
    secret = uuid.uuid4().hex
    found = AccountNow(1, 1, "sms", providers["console"], None, None, secret, sealed=secret.encode())
    yield found
    redis_client().delete(tokens._name(found))


@pytest.fixture
def issuer() -> Issuer:
    return Issuer()


def another_process() -> None:
    """What this one remembers is forgotten."""
    tokens._local.clear()


def run(work: Any) -> Any:
    return asyncio.run(_alone(work))


async def _alone(work: Any) -> Any:
    tokens._queues.clear()  # locks belong to a loop
    return await work


def test_one_fetch_for_many_at_once_and_for_other_processes(account: AccountNow, issuer: Issuer) -> None:
    async def many() -> list[list[Outcome]]:
        return await asyncio.gather(*(tokens.with_token(account, issuer.fetch, [message(n)], issuer.send) for n in range(20)))  # fmt: skip

    assert run(many()) == [[ACCEPTED]] * 20
    another_process()
    assert run(tokens.with_token(account, issuer.fetch, [message(1)], issuer.send)) == [ACCEPTED]
    assert len(issuer.issued) == 1


def test_two_processes_at_once_fetch_once(account: AccountNow, issuer: Issuer) -> None:
    async def both() -> list[Any]:
        first = asyncio.create_task(tokens._shared(account, tokens._name(account), issuer.fetch, ""))
        second = asyncio.create_task(tokens._shared(account, tokens._name(account), issuer.fetch, ""))
        return await asyncio.gather(first, second)

    assert len(set(run(both()))) == 1
    assert len(issuer.issued) == 1


def test_a_token_kept_between_the_look_and_the_lock_is_taken(
    account: AccountNow, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other process was done just when this one had looked in vain and asked for the lock."""
    lock = tokens._lock

    def late(name: str, nonce: str) -> bool:
        tokens._keep(account, name, "by the other one", 60)
        return lock(name, nonce)

    monkeypatch.setattr(tokens, "_lock", late)
    assert run(tokens.token(account, issuer.fetch)) == "by the other one"
    assert issuer.issued == []


def test_a_refused_token_is_replaced_and_only_those_refused_are_sent_again(account: AccountNow, issuer: Issuer) -> None:
    run(tokens.with_token(account, issuer.fetch, [message(1)], issuer.send))
    old = issuer.issued[0]

    async def in_the_middle(token: str, batch: list[Outbound]) -> list[Outcome]:
        outcomes = await issuer.send(token, batch)
        return [ACCEPTED, BAD] if token == old and len(batch) == 2 else outcomes

    assert run(tokens.with_token(account, issuer.fetch, [message(1), message(2)], in_the_middle)) == [ACCEPTED] * 2
    assert [ids for _, ids in issuer.sent[1:]] == [["1-1", "1-2"], ["1-2"]]
    assert len(issuer.issued) == 2


def test_refused_a_second_time_it_is_the_account(account: AccountNow, issuer: Issuer) -> None:
    async def never(token: str, batch: list[Outbound]) -> list[Outcome]:
        await issuer.send(token, batch)
        return [BAD] * len(batch)

    assert run(tokens.with_token(account, issuer.fetch, [message(1)], never)) == [Outcome(ErrorClass.CONFIG, "40001")]
    assert len(issuer.sent) == 2


def test_redis_that_lost_everything_costs_one_fetch(account: AccountNow, issuer: Issuer) -> None:
    run(tokens.with_token(account, issuer.fetch, [message(1)], issuer.send))
    redis_client().delete(tokens._name(account))
    another_process()
    assert run(tokens.with_token(account, issuer.fetch, [message(1)], issuer.send)) == [ACCEPTED]
    assert len(issuer.issued) == 2


def test_another_process_has_replaced_it_already(account: AccountNow, issuer: Issuer) -> None:
    """The one that is refused is not the one that is kept: no third fetch."""
    run(tokens.with_token(account, issuer.fetch, [message(1)], issuer.send))
    mine = dict(tokens._local)
    another_process()
    run(tokens.token(account, issuer.fetch, refused=issuer.issued[0]))
    tokens._local.clear()
    tokens._local.update(mine)
    assert run(tokens.with_token(account, issuer.fetch, [message(1)], issuer.send)) == [ACCEPTED]
    assert len(issuer.issued) == 2


def test_in_redis_it_is_sealed_and_ends_early(account: AccountNow, issuer: Issuer) -> None:
    run(tokens.with_token(account, issuer.fetch, [message(1)], issuer.send))
    raw = redis_client().get(tokens._name(account))
    assert issuer.issued[0].encode() not in raw
    assert 0 < redis_client().ttl(tokens._name(account)) <= 7200 - tokens.EARLY_SECONDS


def test_other_credentials_have_another_token(account: AccountNow, issuer: Issuer) -> None:
    from dataclasses import replace

    run(tokens.with_token(account, issuer.fetch, [message(1)], issuer.send))
    run(tokens.with_token(replace(account, sealed=b"new"), issuer.fetch, [message(1)], issuer.send))
    assert len(issuer.issued) == 2


def test_no_token_no_call(account: AccountNow, issuer: Issuer) -> None:
    issuer.refuses = Outcome(ErrorClass.CONFIG, "40125")
    assert run(tokens.with_token(account, issuer.fetch, [message(1)], issuer.send)) == [issuer.refuses]
    assert not issuer.sent
