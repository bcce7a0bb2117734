"""What this machine (or container) has to give: memory and shared memory. Only reads."""

from __future__ import annotations

import os
from pathlib import Path

CGROUP_LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))
SHM = Path("/dev/shm")


def memory_mb() -> int:
    """The memory that may be used, in MB: the machine's, or the container's limit where that is lower."""
    total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    for file in CGROUP_LIMITS:
        try:
            total = min(total, int(file.read_text()))
        except (OSError, ValueError):  # absent, or "max"
            continue
    return total // 2**20


def roomy_shm() -> bool:
    """Whether /dev/shm can carry parallel queries; containers often give it 64 MB."""
    try:
        space = os.statvfs(SHM)
    except OSError:
        return False
    return space.f_bavail * space.f_frsize >= 256 * 2**20
