"""Restarts the processes that die, stops them all, and writes down who they are for the next starter."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from ops.console import Console
from ops.identity import Identity, end_session, identify, send, session_members
from ops.processes import Spec, kill_session, spawn, trim
from ops.trouble import Trouble, tail

STEADY = 60.0  # seconds after which a process counts as healthy, and its next death as the first


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
    """All processes of one data directory, in the order of their start; writes down who they are for the
    next starter.
    """

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
        """Asks the named (or all) processes to stop together, waits for each as long as it may take, then
        kills what is left.
        """
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
            {
                "name": child.spec.name,
                "signal": child.spec.stop_signal,
                "grace": child.spec.grace,
                **asdict(child.identity),
            }
            for child in self.children
            if child.identity
        ]
        new = self.pid_file.with_suffix(".new")
        new.write_text(json.dumps(rows))
        new.replace(self.pid_file)


def clear_leftovers(pid_file: Path) -> int:
    """Stops what a killed starter left behind; returns how many processes were still there."""
    try:
        rows = json.loads(pid_file.read_text())
    except (OSError, ValueError):
        return 0
    found = 0
    # Last started, first stopped. The database has its time; the others were told when the starter died.
    for row in reversed(rows):
        identity = Identity(row["pid"], row["started"], row["command"])
        found += bool(session_members(identity.pid)) and identify(identity.pid) in (identity, None)
        end_session(identity, row["signal"], row["grace"] if row["name"] == "postgres" else min(row["grace"], 5))
    pid_file.unlink(missing_ok=True)
    return found
