"""The HTTP client of the senders: one event loop in a thread and one session for each worker process.

The loop runs all the time, so that a connection closed by the other side is seen before it is used again: a request
written into a closed connection would be an unknown outcome for nothing. Redirects are never followed.
"""

import asyncio
import atexit
import os
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

import aiohttp

from kernel.egress import GuardedResolver

T = TypeVar("T")

_KEEP_ALIVE_SECONDS = 4.0  # below the 5 s after which common servers close an idle connection
_CONNECT_SECONDS = 3.0
_MAX_CONNECTIONS = 128
MAX_ANSWER_BYTES = 1 << 20

_loops: dict[int, asyncio.AbstractEventLoop] = {}
_sessions: dict[int, aiohttp.ClientSession] = {}
_starting = threading.Lock()


def _loop() -> asyncio.AbstractEventLoop:
    with _starting:
        if os.getpid() not in _loops:  # a forked worker must not use its parent's loop
            loop = asyncio.new_event_loop()
            threading.Thread(target=loop.run_forever, name="sender", daemon=True).start()
            _loops[os.getpid()] = loop
        return _loops[os.getpid()]


def start(work: Coroutine[Any, Any, T]) -> "Future[T]":
    """Carry `work` out on the process's loop."""
    return asyncio.run_coroutine_threadsafe(work, _loop())


def run(work: Coroutine[Any, Any, T]) -> T:
    """Carry `work` out on the process's loop and wait for it."""
    return start(work).result()


def session() -> aiohttp.ClientSession:
    """The process's session; called on the loop."""
    pid = os.getpid()
    if pid not in _sessions:
        connector = aiohttp.TCPConnector(
            limit=_MAX_CONNECTIONS, resolver=GuardedResolver(), keepalive_timeout=_KEEP_ALIVE_SECONDS, ttl_dns_cache=10
        )
        _sessions[pid] = aiohttp.ClientSession(
            connector=connector, cookie_jar=aiohttp.DummyCookieJar(), headers={"User-Agent": "marketing-canvas"}
        )
    return _sessions[pid]


def _close() -> None:
    kept = _sessions.pop(os.getpid(), None)
    if kept is not None:
        run(kept.close())


atexit.register(_close)


def timeout(seconds: float) -> aiohttp.ClientTimeout:
    """Deadline of a whole call; connecting alone may take 3 s of it."""
    return aiohttp.ClientTimeout(total=seconds, sock_connect=_CONNECT_SECONDS, connect=None)
