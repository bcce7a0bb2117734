"""Delivers into the ledger only: every message is accepted at once and nothing leaves the machine."""

from typing import Any, ClassVar

from channels.contract import ACCEPTED, AccountNow, Outbound, Outcome, Provider
from channels.registry import providers
from kernel.language import Text
from kernel.schema import Body


class ConsoleSettings(Body):
    """None."""


class Console(Provider):
    key: ClassVar = "console"
    labels: ClassVar = Text("演示(只记录,不外发)", "Console (records only, sends nothing)")
    channels: ClassVar = ()
    settings: ClassVar = ConsoleSettings

    def batch(self, settings: Any) -> int:
        return 500

    def idempotent(self, settings: Any) -> bool:
        return True  # nothing happens outside the ledger, so nothing can happen twice

    async def send(self, account: AccountNow, batch: list[Outbound]) -> list[Outcome]:
        return [ACCEPTED] * len(batch)


providers.register(Console.key, Console())
