"""Starts processes that cannot outlive the starter, restarts the ones that die, and stops them all. Must be used from one thread only."""

from __future__ import annotations

import ctypes
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from ops.accounts import Account
from ops.console import Console
from ops.identity import Identity, end_session, identify, send, session_members
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


@dataclass
class Child:
    """A running (or about to be restarted) process of a Spec."""

    spec: Spec
    process: subprocess.Popen[bytes]
    identity: Identity | None
    began: float
    failures: int = 0
    restart_at: float | None = None


@dataclass
class Supervisor:
    """All processes of one data directory, in the order of their start; writes down who they are for the next starter."""

    console: Console
    pid_file: Path
    children: list[Child] = field(default_factory=list)

    def start(self, spec: Spec) -> Child:
        """Starts a process; its log of the run before is kept as `.1`."""
        if spec.log.exists():
            spec.log.replace(spec.log.with_suffix(".log.1"))
        process = spawn(spec)
        child = Child(spec, process, identify(process.pid), time.monotonic())
        self.children.append(child)
        self._write_down()
        return child

    def wait_until(self, child: Child, ready: Callable[[], bool], seconds: float) -> None:
        """Waits for `ready`; says the end of the log when the process dies or takes too long."""
        deadline = time.monotonic() + seconds
        while not ready():
            self.check_alive()
            if time.monotonic() > deadline:
                log = child.spec.log
                raise Trouble("not_started", name=child.spec.name, seconds=round(seconds), log=log, tail=tail(log))
            self.console.pause(0.05)

    def check_alive(self) -> None:
        """At the start a death is a failure of the start, not something to try again."""
        for child in self.children:
            if (code := child.process.poll()) is not None:
                log = child.spec.log
                raise Trouble("child_failed", name=child.spec.name, code=code, log=log, tail=tail(log))

    def watch(self) -> None:
        """One look at everything: restart what died (1, 2, 4 … 30 s later), keep the logs small."""
        for child in self.children:
            if child.restart_at is not None:
                if time.monotonic() >= child.restart_at:
                    self._restart(child)
            elif (code := child.process.poll()) is not None:
                self._plan_restart(child, code)
            trim(child.spec.log)

    def _plan_restart(self, child: Child, code: int) -> None:
        lived = time.monotonic() - child.began
        child.failures = 1 if lived > STEADY else child.failures + 1
        delay = min(30, 2 ** (child.failures - 1))
        child.restart_at = time.monotonic() + delay
        for pid in session_members(child.process.pid):
            send(pid, signal.SIGKILL)
        self.console.line(
            f"! {child.spec.name} 意外退出（{code}），{delay} 秒后重启；日志 {child.spec.log} · "
            f"{child.spec.name} ended unexpectedly ({code}); restarting in {delay} s"
        )

    def _restart(self, child: Child) -> None:
        child.process, child.began, child.restart_at = spawn(child.spec), time.monotonic(), None
        child.identity = identify(child.process.pid)
        self._write_down()
        self.console.line(f"! {child.spec.name} 已重启 · {child.spec.name} restarted")

    def stop(self, names: set[str] | None = None, *, hurry: Callable[[], bool] = lambda: False) -> None:
        """Asks the named (or all) processes to stop together, waits for each as long as it may take, then kills what is left."""
        leaving = [child for child in self.children if names is None or child.spec.name in names]
        for child in leaving:
            if child.process.poll() is None:
                send(child.process.pid, child.spec.stop_signal)
        for child in leaving:
            deadline = time.monotonic() + child.spec.grace
            while child.process.poll() is None and time.monotonic() < deadline and not hurry():
                time.sleep(0.05)
            kill_session(child.process)
            self.children.remove(child)
        self._write_down()

    def _write_down(self) -> None:
        rows = [
            {"name": child.spec.name, "signal": child.spec.stop_signal, "grace": child.spec.grace, **asdict(child.identity)}
            for child in self.children
            if child.identity
        ]
        new = self.pid_file.with_suffix(".new")
        new.write_text(json.dumps(rows))
        new.replace(self.pid_file)


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
    """Moves a grown log aside; the process goes on writing to the same, now empty file (it is opened for appending)."""
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.with_suffix(".log.1").write_bytes(log.read_bytes())
        os.truncate(log, 0)


def clear_leftovers(pid_file: Path) -> int:
    """Stops what a killed starter left behind; returns how many processes were still there."""
    try:
        rows = json.loads(pid_file.read_text())
    except (OSError, ValueError):
        return 0
    found = 0
    # Last started, first stopped: the database goes last.
    for row in reversed(rows):
        identity = Identity(row["pid"], row["started"], row["command"])
        found += bool(session_members(identity.pid)) and identify(identity.pid) in (identity, None)
        end_session(identity, row["signal"], row["grace"])
    pid_file.unlink(missing_ok=True)
    return found


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
