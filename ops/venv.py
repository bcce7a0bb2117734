"""The virtual environment of the checkout: made from the hashed locks, only when they changed.

Must install nothing that is not locked.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ops.console import Console
from ops.layout import ROOT, Lock, check_space, make_folder
from ops.processes import Spec, run_logged
from ops.trouble import Trouble

LOCKS = {"runtime": "requirements.lock", "dev": "requirements-dev.lock"}
UNREACHABLE = (
    "Failed to establish a new connection",
    "NewConnectionError",
    "Temporary failure in name resolution",
    "Connection refused",
    "ProxyError",
    "SSLError",
    "ReadTimeoutError",
    "ConnectTimeoutError",
    "Max retries exceeded",
)


@dataclass(frozen=True)
class Venv:
    """`.venv` in the checkout (or CANVAS_VENV)."""

    path: Path

    @property
    def python(self) -> str:
        return str(self.path / "bin" / "python")

    @property
    def packages(self) -> Path:
        found = sorted(self.path.glob("lib/python3*/site-packages"))
        if not found:
            raise Trouble("part_missing", path=self.path / "lib")
        return found[-1]

    def library(self, name: str) -> Path:
        """The folder of an installed package, without importing it."""
        folder = self.packages / name
        if not folder.exists():
            raise Trouble("part_missing", path=folder)
        return folder

    def module(self, name: str, *arguments: str) -> list[str]:
        """A program as `python -m`: its script would break when the checkout is moved."""
        return [self.python, "-m", name, *arguments]


def venv() -> Venv:
    return Venv(Path(os.environ.get("CANVAS_VENV") or ROOT / ".venv"))


@contextlib.contextmanager
def building(console: Console) -> Iterator[None]:
    """One starter at a time changes the parts that all data directories share (`.venv`, the front end's
    build).
    """
    lock = Lock(ROOT / "var" / "build.lock")
    said = False
    while not lock.take():
        if not said:
            console.line("  另一个启动程序正在安装，等它完成 · another starter is installing; waiting for it")
            said = True
        console.pause(0.3)
    try:
        yield
    finally:
        lock.release()


def ensure_venv(kind: str, console: Console) -> Venv:
    """Brings the environment to the lock: `runtime`, or `dev`, which holds the same versions and the tools
    for tests.
    """
    here, log = venv(), ROOT / "var" / "log"
    if _up_to_date(here, kind):
        return here
    make_folder(log, 0o700)
    check_space(ROOT)
    with building(console), console.step("安装 Python 依赖", "Python packages"):
        if not _works(here):
            _make(here, console, log / "venv.log")
        _install(here, kind, console, log / "pip.log")
    return here


def lock_hash(kind: str) -> str:
    return hashlib.sha256((ROOT / LOCKS[kind]).read_bytes()).hexdigest()


def _installed(here: Venv) -> dict[str, str]:
    with contextlib.suppress(OSError, ValueError):
        return dict(json.loads((here.path / "installed.json").read_text()))
    return {}


def _up_to_date(here: Venv, kind: str) -> bool:
    return _installed(here).get(kind) == lock_hash(kind) and _works(here)


def _works(here: Venv) -> bool:
    check = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    try:
        return subprocess.run([here.python, "-I", "-c", check], capture_output=True).returncode == 0
    except OSError:
        return False


def _make(here: Venv, console: Console, log: Path) -> None:
    bare = importlib.util.find_spec("ensurepip") is None
    if bare and importlib.util.find_spec("pip") is None:
        raise Trouble("no_venv_module", python=sys.executable)
    # Only a virtual environment may be cleared: CANVAS_VENV may name a folder with other things in it.
    clear = ["--clear"] if (here.path / "pyvenv.cfg").exists() else []
    argv = [sys.executable, "-m", "venv", *clear, *(["--without-pip"] if bare else []), str(here.path)]
    try:
        run_logged(Spec("venv", argv, os.environ, ROOT, log, umask=0o022), console)
        if bare:  # Debian keeps ensurepip in a package of its own; a system pip can do its work.
            argv = [sys.executable, "-m", "pip", "--python", here.python, "install", "pip"]
            run_logged(Spec("pip", argv, os.environ, ROOT, log, umask=0o022), console)
    except Trouble as trouble:
        raise Trouble("no_venv_module", python=sys.executable) from trouble


def _install(here: Venv, kind: str, console: Console, log: Path) -> None:
    (here.path / "installed.json").unlink(missing_ok=True)
    argv = here.module("pip", "install", "--require-hashes", "--no-input", "--disable-pip-version-check")
    try:
        spec = Spec("pip install", [*argv, "-r", str(ROOT / LOCKS[kind])], os.environ, ROOT, log, umask=0o022)
        run_logged(spec, console)
    except Trouble as trouble:
        if any(word in log.read_text(errors="replace") for word in UNREACHABLE):
            raise Trouble("registry_unreachable", what="Python", log=log) from trouble
        raise
    # The development lock is compiled against the runtime lock, so it satisfies both.
    done = {name: lock_hash(name) for name in ({"runtime", kind})}
    (here.path / "installed.json").write_text(json.dumps(done))
