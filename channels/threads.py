"""One thread beside the sender's own, for rendering while PostgreSQL is being waited for. It knows no database."""

import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")

_SWITCH_SECONDS = 0.0005  # an answer of the database must not wait 5 ms for the renderer to let go of the interpreter

_pools: dict[int, ThreadPoolExecutor] = {}
_starting = threading.Lock()


def submit(work: Callable[[], T]) -> "Future[T]":
    """Carry `work` out in the process's thread."""
    with _starting:
        if os.getpid() not in _pools:  # a forked worker has none of its parent's threads
            sys.setswitchinterval(_SWITCH_SECONDS)
            _pools[os.getpid()] = ThreadPoolExecutor(1, thread_name_prefix="renderer")
        pool = _pools[os.getpid()]
    return pool.submit(work)
