"""What a measurement hands back, and how it is shown: figures beside the floor of the same minute, and their ratio."""

import os
import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

from django.db import connection

Say = Callable[[str], None]


@dataclass(frozen=True)
class Figure:
    """One line: our time and the floor's, in seconds; the ratio says how many floors our time is."""

    what: str
    ours: float
    floor: float
    note: str = ""
    line: str = ""  # in the picture of growth, at `size` people
    size: int = 0

    @property
    def ratio(self) -> float:
        return self.ours / self.floor

    def row(self) -> str:
        return f"| {self.what} | {_seconds(self.ours)} | {_seconds(self.floor)} | **{self.ratio:.1f}** | {self.note} |"


def _range(line: Sequence[Figure]) -> str:
    return f"{_seconds(min(f.ours for f in line))} to {_seconds(max(f.ours for f in line))} in {len(line)} runs"


def _seconds(value: float) -> str:
    return f"{value * 1000:.1f} ms" if value < 1 else f"{value:.2f} s"


HEAD = "| what | ours | floor | ours / floor | |\n| --- | --- | --- | --- | --- |"


def medians(runs: Sequence[Sequence[Figure]]) -> list[Figure]:
    """The run whose ratio is the median, line by line: a figure and its floor were measured together and stay together."""
    found = []
    for line in zip(*runs, strict=True):
        middle = median(f.ratio for f in line)
        chosen = min(line, key=lambda f: abs(f.ratio - middle))
        found.append(replace(chosen, note=f"{chosen.note}; ours {_range(line)}"))
    return found


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that `share` of all do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def machine() -> str:
    """Processor, cores, memory and versions, for the head of a report."""
    cpu = next(
        (line.split(":")[1].strip() for line in _read("/proc/cpuinfo").splitlines() if line.startswith("model name")),
        platform.machine(),
    )
    memory = next((int(line.split()[1]) for line in _read("/proc/meminfo").splitlines() if "MemTotal" in line), 0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version'), current_setting('shared_buffers')")
        server, buffers = cursor.fetchone()
    cores = len(os.sched_getaffinity(0))
    load = os.getloadavg()[0]
    return (
        f"{cpu}, {cores} cores, {memory / 2**20:.0f} GB; Python {platform.python_version()}, PostgreSQL {server} "
        f"(shared_buffers {buffers}); load at the start {load:.1f}"
    )


def _read(path: str) -> str:
    file = Path(path)
    return file.read_text() if file.exists() else ""
