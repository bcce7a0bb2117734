"""Real Celery workers and clocks, one process each, that tests kill, stop and continue."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
_WRONG_CLOCK = Path(__file__).with_name("wrong_clock")
_CLOCK_OFF_SECONDS = -3600


@dataclass
class Workers:
    """`count` worker processes that take every queue, the first with a clock an hour slow; and two beats."""

    count: int
    log: Path
    env: Mapping[str, str]
    random: random.Random
    running: list[subprocess.Popen] = field(default_factory=list)
    beats: list[subprocess.Popen] = field(default_factory=list)
    stopped: set[int] = field(default_factory=set)
    started: int = 0

    def __enter__(self) -> "Workers":
        self.running = [self._worker(place) for place in range(self.count)]
        self.beats = [self._beat(number) for number in range(2)]
        return self

    def __exit__(self, *_: object) -> None:
        for process in [*self.running, *self.beats]:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)

    def _worker(self, place: int) -> subprocess.Popen:
        self.started += 1
        wrong = {"CHAOS_CLOCK_OFF_SECONDS": str(_CLOCK_OFF_SECONDS), "PYTHONPATH": str(_WRONG_CLOCK)}
        return self._start(
            ["worker", "--pool", "solo", "-Q", "trigger,bulk,send,slow", "-n", f"chaos{self.started}@%h",
             "--without-gossip", "--without-mingle", "--without-heartbeat", "-l", "WARNING"],
            wrong if place == 0 else {},
        )  # fmt: skip

    def _beat(self, number: int) -> subprocess.Popen:
        return self._start(["beat", "-s", str(self.log.with_name(f"beat{number}")), "--pidfile=", "-l", "WARNING"], {})

    def _start(self, arguments: list[str], more: Mapping[str, str]) -> subprocess.Popen:
        command = [sys.executable, "-m", "celery", "-A", "config", *arguments]
        with self.log.open("a") as log:
            return subprocess.Popen(
                command, cwd=ROOT, env={**self.env, **more}, stdout=log, stderr=log, start_new_session=True
            )

    def kill(self) -> None:
        """-9 for one at random (never one that is asleep), and another in its place."""
        place = self._chosen()
        os.killpg(self.running[place].pid, signal.SIGKILL)
        self.running[place].wait(10)
        self.running[place] = self._worker(place)

    def put_to_sleep(self) -> int:
        """SIGSTOP for one at random; its place, to be woken by."""
        place = self._chosen()
        os.killpg(self.running[place].pid, signal.SIGSTOP)
        self.stopped.add(place)
        return place

    def wake_up(self, place: int) -> None:
        os.killpg(self.running[place].pid, signal.SIGCONT)
        self.stopped.discard(place)

    def _chosen(self) -> int:
        return self.random.choice([p for p in range(self.count) if p not in self.stopped])


def until(holds: Callable[[], object], seconds: float, every: float = 0.5) -> bool:
    """Ask `holds()` until it is true, at most `seconds`."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if holds():
            return True
        time.sleep(every)
    return bool(holds())
