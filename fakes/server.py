"""The stand-ins in a thread, for tests and benchmarks: `with Fakes() as fakes: … fakes.url`."""

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

from aiohttp import web

from fakes import app as application
from fakes.desk import Account, Arrival, Desk, Push
from fakes.vendor import Vendor

T = TypeVar("T")
_BESIDE = 25  # what a vendor listens on besides HTTP is so far from it


class Fakes:
    """One server on 127.0.0.1 with all vendors. Port 0: any free one."""

    def __init__(self, port: int = 0) -> None:
        self.port, self.desk = port, Desk()
        self._loop = asyncio.new_event_loop()
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._runner: web.AppRunner | None = None
        self._servers: list[asyncio.Server] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> "Fakes":
        self._thread.start()
        if not self._started.wait(30):
            raise RuntimeError("the stand-ins did not start")
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self.start())
        self._started.set()
        self._loop.run_forever()
        for server in self._servers:
            server.close()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        if self._runner is not None:
            self._loop.run_until_complete(self._runner.cleanup())

    async def start(self) -> None:
        self._runner = web.AppRunner(
            application.make(self.desk), access_log=None, handler_cancellation=True, shutdown_timeout=0.1
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, backlog=512)
        await site.start()
        self.port = self._runner.addresses[0][1]
        for vendor in application.VENDORS:
            await self._listen(vendor, self.port + _BESIDE)

    async def _listen(self, vendor: Vendor, port: int) -> None:
        """On the port that is asked for, else on any."""
        try:
            server = await vendor.listen(self.desk, port)
        except OSError:
            server = await vendor.listen(self.desk, 0)
        if server is not None:
            self._servers.append(server)
            self.desk.ports[vendor.key] = server.sockets[0].getsockname()[1]

    def at(self, vendor: str) -> str:
        """Where it is called: http://… or smtp://…"""
        port = self.desk.ports.get(vendor)
        return f"{vendor}://127.0.0.1:{port}" if port else self.url

    def know(self, vendor: str, key: str, secret: str, callback_url: str = "", **more: str) -> Account:
        return self.desk.know(Account(vendor, key, secret, callback_url, more))

    def receipts(self, arrivals: list[Arrival], event: str) -> list[Push]:
        """What the provider would push, to be delivered by the caller."""
        account = self.desk.account(arrivals[0].vendor, arrivals[0].account)
        return application.BY_KEY[arrivals[0].vendor].receipt(account, arrivals, event) if account else []

    def word(self, arrival: Arrival, text: str) -> Push | None:
        account = self.desk.account(arrival.vendor, arrival.account)
        return application.BY_KEY[arrival.vendor].word(account, arrival, text) if account else None

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Carry `work` out on the server's loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)
