"""`./canvas test`: every check and test there is, one after the other, and a summary.

Must use no server but its own throw-away ones.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ops.console import Console
from ops.environment import application_env
from ops.frontend import FRONTEND, ensure_build, ensure_packages, node_env
from ops.layout import ROOT, DataDir
from ops.processes import kill_session, tied_to
from ops.servers import Site, running, take_over
from ops.trouble import Trouble
from ops.venv import Venv, ensure_venv

NEED_BUILD = ("pytest", "browser")  # both start ./canvas up
KEPT = ("CANVAS_VENV", "CANVAS_PYTHON")
LINT_IMPORTS = "from importlinter.cli import lint_imports_command as run; run()"


@dataclass(frozen=True)
class Check:
    """One command; it has passed when it exits with 0."""

    name: str
    argv: list[str]
    env: dict[str, str]
    cwd: Path = ROOT
    on_demand: bool = False


def test(only: list[str], pytest_arguments: list[str], console: Console) -> int:
    """Runs them all, whatever fails on the way; the exit code is 1 when any did."""
    forget_the_caller()
    here = ensure_venv("dev", console)
    folder = Path(tempfile.mkdtemp(prefix="canvas-test-"))
    folder.chmod(0o711)  # PostgreSQL's account passes through when the starter is root.
    data = DataDir(folder)
    try:
        data.prepare()
        site = Site(data, here, console, take_over(data, console))
        with running(site, durable=False) as servers:
            env = application_env(data, servers, "http://127.0.0.1:8000")
            checks = [*python_checks(here, env, pytest_arguments), *browser_checks(here)]
            return run_all([*checks, *long_checks(here, env, pytest_arguments)], only, site)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def forget_the_caller() -> None:
    """Tests must not reach a server, a key or a data directory that the caller's environment names."""
    for name in [*os.environ]:
        if name in ("DATABASE_URL", "DATABASE_ROLE", "REDIS_URL") or (name.startswith("CANVAS_") and name not in KEPT):
            del os.environ[name]


def python_checks(here: Venv, env: dict[str, str], pytest_arguments: list[str]) -> list[Check]:
    pytest = here.module("pytest", "-n", "2", "--dist", "loadgroup", *pytest_arguments)
    return [
        Check("ruff", here.module("ruff", "check", "."), env),
        Check("ruff-format", here.module("ruff", "format", "--check", "."), env),
        Check("imports", [here.python, "-c", LINT_IMPORTS], env),
        Check("mypy", here.module("mypy", "."), env),
        Check("migrations", [here.python, "manage.py", "makemigrations", "--check", "--dry-run"], env),
        Check("pytest", pytest, env),
    ]


def browser_checks(here: Venv) -> list[Check]:
    """The browser tests start `./canvas up` themselves, so they get an environment without servers."""
    env = node_env(here)
    return [
        Check("frontend", ["npm", "run", "check"], env, FRONTEND),
        Check("browser", ["npm", "run", "e2e"], {**env, "CI": "1"}, FRONTEND),
    ]


def long_checks(here: Venv, env: dict[str, str], arguments: list[str]) -> list[Check]:
    """Only when asked for by name: the long form of the chaos, and whether the tests notice broken guards."""
    return [
        Check("chaos", here.module("tests.chaos", *arguments), env, on_demand=True),
        Check("mutants", here.module("tests.mutants", *arguments), env, on_demand=True),
    ]


def run_all(checks: list[Check], only: list[str], site: Site) -> int:
    failed: list[str] = []
    chosen = [check for check in checks if check.name in only or not (only or check.on_demand)]
    for check in chosen:
        if not _passes(check, site):
            failed.append(check.name)
    site.console.line()
    if failed:
        site.console.line(f"✗ 没有通过 · failed: {', '.join(failed)}")
    site.console.line(f"checks: {len(chosen) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed or not chosen else 0


def _passes(check: Check, site: Site) -> bool:
    site.console.line(f"\n── {check.name} " + "─" * max(3, 60 - len(check.name)))
    began = time.monotonic()
    try:
        if check.cwd == FRONTEND:
            ensure_packages(site.here, site.console)
        if check.name in NEED_BUILD:
            _build(site)
        code = _run(check, site)
    except Trouble as trouble:
        site.console.line(trouble.render())
        code = 1
    mark, word = ("✓", "通过 · passed") if code == 0 else ("✗", f"没有通过 · failed ({code})")
    site.console.line(f"{mark} {check.name} {word} ({time.monotonic() - began:.1f} s)")
    return code == 0


def _build(site: Site) -> None:
    """A broken build is shown and left to the front end's own check: the other tests still have something
    to say.
    """
    try:
        ensure_build(site.here, site.console)
    except Trouble as trouble:
        site.console.line(trouble.render())


def _run(check: Check, site: Site) -> int:
    prepare: Callable[[], None] = tied_to(os.getpid(), signal.SIGTERM)
    process = subprocess.Popen(
        check.argv,
        env=check.env,
        cwd=check.cwd,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=prepare,
    )
    try:
        while (code := process.poll()) is None:
            site.console.pause()
            site.supervisor.watch()
    finally:
        _ask_to_stop(process)
        kill_session(process)
    return code


def _ask_to_stop(process: subprocess.Popen[bytes]) -> None:
    """Tests that started servers of their own get a moment to stop them."""
    if process.poll() is None:
        process.terminate()
        deadline = time.monotonic() + 20
        while process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
