"""Starts processes that cannot outlive the starter, restarts the ones that die, and stops them all.

Must be used from one thread only.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ops.accounts import Account
from ops.console import Console
from ops.identity import send, session_members
from ops.trouble import Trouble, tail

LOG_LIMIT = 20 * 2**20
PR_SET_PDEATHSIG = 1
STEADY = 60.0
_libc = ctypes.CDLL(None, use_errno=True)


def tied_to(parent: int, signum: int) -> Callable[[], None]:
    """What a child does before exec: ask the kernel for `signum` at its parent's death (prctl(2))."""

    def prepare() -> None:
        if hasattr(_libc, "prctl"):
            _libc.prctl(PR_SET_PDEATHSIG, signum, 0, 0, 0)
        if os.getppid() != parent:  # It died before the kernel was asked.
            os._exit(1)

    return prepare


@dataclass(frozen=True)
class Spec:
    """One long-lived process: what to run, how to ask it to stop, and how long to wait (seconds)."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str]
    cwd: Path
    log: Path
    stop_signal: int = signal.SIGTERM
    grace: float = 10.0
    account: Account | None = None
    umask: int = 0o077


def spawn(spec: Spec) -> subprocess.Popen[bytes]:
    """A process in a session of its own (Ctrl-C is for the starter alone), tied to the starter's life."""
    account = spec.account
    with spec.log.open("ab") as log:
        return subprocess.Popen(
            list(spec.argv),
            env=dict(spec.env),
            cwd=spec.cwd,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            umask=spec.umask,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            preexec_fn=tied_to(os.getpid(), spec.stop_signal),
        )


def kill_session(process: subprocess.Popen[bytes]) -> None:
    """Kills a process and everything in its session, and collects it."""
    for pid in {process.pid, *session_members(process.pid)} if process.poll() is None else session_members(process.pid):
        send(pid, signal.SIGKILL)
    process.wait()


def trim(log: Path) -> None:
    """Moves a grown log aside; the process goes on writing to the same, now empty file (it is opened for
    appending).
    """
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.with_suffix(".log.1").write_bytes(log.read_bytes())
        os.truncate(log, 0)


def run_logged(spec: Spec, console: Console) -> None:
    """Runs a command to its end with its output in a log; a failure shows the last lines, a stop ends it."""
    spec.log.unlink(missing_ok=True)
    process = spawn(spec)
    try:
        while (code := process.poll()) is None:
            console.pause()
    finally:
        kill_session(process)
    if code:
        raise Trouble("step_failed", step=spec.name, code=code, log=spec.log, tail=tail(spec.log))
