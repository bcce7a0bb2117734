"""Tells processes apart by pid, start time and command line together, so that a reused pid is never taken
for ours.

Linux /proc only.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")


@dataclass(frozen=True)
class Identity:
    """One process for as long as it lives; `started` is in clock ticks since boot (proc(5), field 22)."""

    pid: int
    started: int
    command: str


def _stat(pid: int) -> list[str] | None:
    with contextlib.suppress(OSError, IndexError):
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    return None


def identify(pid: int) -> Identity | None:
    """None when there is no such process, or only its remains."""
    fields = _stat(pid)
    if fields is None or fields[0] in "ZX":
        return None
    return Identity(pid, int(fields[19]), command_line(pid))


def command_line(pid: int) -> str:
    with contextlib.suppress(OSError):
        return (PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace").strip()
    return ""


def alive(identity: Identity) -> bool:
    return identify(identity.pid) == identity


def session_members(leader: int) -> list[int]:
    """Living processes of the session that `leader` opened, itself too."""
    members = []
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            fields = _stat(int(entry.name))
            if fields and fields[0] not in "ZX" and int(fields[3]) == leader:
                members.append(int(entry.name))
    return members


def send(pid: int, signum: int) -> None:
    """A signal to a process that may be gone already."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signum)


def end_session(identity: Identity, signum: int, grace: float) -> None:
    """Asks a leftover session leader to stop, waits, and then kills whatever remains of its session."""
    if alive(identity):
        send(identity.pid, signum)
    elif identify(identity.pid) is not None:
        return  # The pid belongs to somebody else now, and so no session of ours can have it.
    deadline = time.monotonic() + grace
    while session_members(identity.pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    for pid in session_members(identity.pid):
        send(pid, signal.SIGKILL)


def listener(port: int) -> int | None:
    """The pid that listens on a TCP port, where it may be known (own processes, or all of them as root)."""
    inodes = set()
    for table in ("tcp", "tcp6"):
        with contextlib.suppress(OSError):
            for row in (PROC / "net" / table).read_text().splitlines()[1:]:
                fields = row.split()
                if fields[3] == "0A" and int(fields[1].rpartition(":")[2], 16) == port:
                    inodes.add(f"socket:[{fields[9]}]")
    for entry in PROC.iterdir():
        if inodes and entry.name.isdigit() and inodes & _open_files(entry):
            return int(entry.name)
    return None


def _open_files(process: Path) -> set[str]:
    targets = set()
    with contextlib.suppress(OSError):
        for handle in (process / "fd").iterdir():
            with contextlib.suppress(OSError):
                targets.add(os.readlink(handle))
    return targets
