"""Database and broker for one data directory: the embedded ones, or those of DATABASE_URL / REDIS_URL.

Must stop only what it started.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ops.broker import Broker
from ops.console import Console
from ops.environment import Servers
from ops.layout import ROOT, DataDir
from ops.postgres import CLEAN_ENV, Cluster
from ops.supervisor import Supervisor, clear_leftovers
from ops.trouble import Trouble
from ops.venv import Venv


@dataclass(frozen=True)
class Site:
    """What belongs together in one run of the starter."""

    data: DataDir
    here: Venv
    console: Console
    supervisor: Supervisor


def take_over(data: DataDir, console: Console) -> Supervisor:
    """Ends what a killed starter may have left, so that this one starts from a clean floor.

    Needs the lock.
    """
    pid_file = data.run / "pids.json"
    if found := clear_leftovers(pid_file):
        console.line(
            f"  上次没有正常停止，已清理 {found} 个遗留进程 · "
            f"the last run did not end cleanly; {found} left-over processes were stopped"
        )
    return Supervisor(console, pid_file)


@contextlib.contextmanager
def running(site: Site, *, durable: bool = True) -> Iterator[Servers]:
    """The servers; at the end everything of the supervisor is stopped."""
    cluster = Cluster(site.data, site.here, site.console, durable=durable)
    try:
        url, role = os.environ.get("DATABASE_URL"), os.environ.get("DATABASE_ROLE", "")
        if url:
            with site.console.step("检查外部数据库", "Outside database"):
                role = role or _roles(site.here, "outside", url)
        else:
            with site.console.step("启动数据库", "Database"):
                cluster.prepare()
                cluster.start(site.supervisor)
                _roles(site.here, "embedded", str(cluster.socket))
            url, role = cluster.url, ""
        yield Servers(url, role, os.environ.get("REDIS_URL") or _broker(site))
    finally:
        shut_down(site)
        cluster.clean_up()


def _broker(site: Site) -> str:
    broker = Broker(site.data, site.here)
    with site.console.step("启动 Redis", "Redis"):
        broker.start(site.supervisor, CLEAN_ENV)
    return broker.url


def _roles(here: Venv, kind: str, address: str) -> str:
    argv = [here.python, str(Path(__file__).with_name("roles.py")), kind, address]
    done = subprocess.run(argv, capture_output=True, text=True, cwd=ROOT, env={**os.environ, "PYTHONUTF8": "1"})
    if done.returncode:
        raise Trouble("database_unreachable", reason=done.stderr.strip())
    return done.stdout.strip()


def shut_down(site: Site) -> None:
    """The application first, then the broker, then the database: nobody loses the floor under their feet."""
    supervisor, console = site.supervisor, site.console
    floor = [name for name in ("redis", "postgres") if any(child.spec.name == name for child in supervisor.children)]
    application = {child.spec.name for child in supervisor.children} - set(floor)
    supervisor.stop(application, hurry=lambda: console.stops > 1)
    for name in floor:
        supervisor.stop({name})
    supervisor.pid_file.unlink(missing_ok=True)
