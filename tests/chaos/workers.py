"""Real Celery workers for tests that kill them: one process each, on the test's database and a Redis database of its own."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent.parent


def _environment(redis_database: int) -> dict[str, str]:
    database = connection.settings_dict
    host = quote(database["HOST"], safe="") or "127.0.0.1"
    port = f":{database['PORT']}" if database["PORT"] else ""
    password = f":{database['PASSWORD']}" if database["PASSWORD"] else ""
    redis = urlsplit(settings.REDIS_URL)._replace(path=f"/{redis_database}")
    return {
        **os.environ,
        "DATABASE_URL": f"postgres://{database['USER']}{password}@{host}{port}/{database['NAME']}",
        "REDIS_URL": urlunsplit(redis),
        "CANVAS_ALLOW_PRIVATE_EGRESS": "loopback",
    }


@dataclass
class Workers:
    """`count` worker processes that take every queue; `kill` ends one at random with -9 and starts another."""

    count: int
    log: Path
    redis_database: int = 9
    seed: int = 1
    running: list[subprocess.Popen] = field(default_factory=list)
    started: int = 0
    kills: int = 0

    def __enter__(self) -> "Workers":
        self.random = random.Random(self.seed)
        self.running = [self._start() for _ in range(self.count)]
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.running:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)

    def _start(self) -> subprocess.Popen:
        self.started += 1
        command = [
            sys.executable, "-m", "celery", "-A", "config", "worker", "--pool", "solo", "-Q", "trigger,bulk,send,slow",
            "-n", f"chaos{self.started}@%h", "--without-gossip", "--without-mingle", "--without-heartbeat", "-l", "WARNING",
        ]  # fmt: skip
        with self.log.open("a") as log:
            return subprocess.Popen(
                command, cwd=ROOT, env=_environment(self.redis_database), stdout=log, stderr=log, start_new_session=True
            )

    def kill(self) -> None:
        place = self.random.randrange(len(self.running))
        os.killpg(self.running[place].pid, signal.SIGKILL)
        self.running[place].wait(10)
        self.kills += 1
        self.running[place] = self._start()


def until(holds: object, seconds: float, every: float = 0.5) -> bool:
    """Ask `holds()` until it is true, at most `seconds`."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if holds():  # type: ignore[operator]
            return True
        time.sleep(every)
    return bool(holds())  # type: ignore[operator]
