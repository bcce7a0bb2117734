"""The floor's own processes: gunicorn and one Celery worker for bench.bare, stopped at the end."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from bench.bare import QUEUE

_START_SECONDS = 60.0


@contextmanager
def bare(gateway: str) -> Iterator[int]:
    """The port at which the floor takes events."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_bare")
        cursor.execute("CREATE TABLE bench_bare (id bigserial PRIMARY KEY, event_id text UNIQUE, who text)")
    port, env = _free_port(), {**os.environ, "BARE_GATEWAY": gateway}
    web = ["gunicorn", "bench.bare:application", "--worker-class", "gthread", "--workers", "2", "--threads", "8"]
    worker = ["celery", "-A", "bench.bare", "worker", "-Q", QUEUE, "-c", "1", "-n", "bare@%h", "-l", "WARNING"]
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    started = [
        _start([*web, "--no-control-socket", "-b", f"127.0.0.1:{port}"], env),
        _start([*worker, *quiet], env),
    ]
    try:
        _wait_for(port)
        yield port
    finally:
        for process in started:
            process.send_signal(signal.SIGTERM)
        for process in started:
            process.wait(20)
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE bench_bare")


def _start(arguments: list[str], env: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", *arguments], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait_for(port: int) -> None:
    ends = time.monotonic() + _START_SECONDS
    while time.monotonic() < ends:
        try:
            asked = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
            asked.request("GET", "/")
            asked.getresponse().read()
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("the floor's web process does not answer")
