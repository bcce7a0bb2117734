"""A PostgreSQL and a Redis of our own, by the starter's code, so that killing them hurts nobody; the starter restarts them."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg2

from ops.checks import forget_the_caller
from ops.console import Console
from ops.environment import application_env
from ops.layout import DataDir
from ops.processes import Spec, run_logged
from ops.servers import Site, running, take_over
from ops.venv import Venv

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Floor:
    """The servers below the application. One thread only."""

    site: Site
    env: dict[str, str]

    def watch(self) -> None:
        """Restart what died."""
        self.site.supervisor.watch()

    def whole(self) -> bool:
        return all(c.restart_at is None and c.process.poll() is None for c in self.site.supervisor.children)

    def hit(self, name: str, signum: int) -> None:
        """A signal to the main process of `postgres` or `redis`."""
        child = next(c for c in self.site.supervisor.children if c.spec.name == name)
        os.kill(child.process.pid, signum)

    @property
    def redis_port(self) -> int:
        return int(urlsplit(self.env["REDIS_URL"]).port or 0)


@contextmanager
def servers(folder: Path, lease: int) -> Iterator[Floor]:
    """Running and migrated. `lease`: seconds until a sender's jobs are taken over and a hung transaction is ended."""
    forget_the_caller()
    folder.chmod(0o711)  # PostgreSQL's account passes through when we are root
    data = DataDir(folder)
    data.prepare()
    with (folder / "starter.log").open("w") as log:
        console = Console(log)
        site = Site(data, Venv(Path(sys.prefix)), console, take_over(data, console))
        with running(site) as found:
            _shorten(found.database, lease)
            env = {**application_env(data, found, "http://127.0.0.1:8000"), "CANVAS_SEND_LEASE_SECONDS": str(lease)}
            argv = [sys.executable, "manage.py", "migrate", "--noinput", "-v", "0"]
            run_logged(Spec("migrate", argv, env, ROOT, data.log / "migrate.log"), console)
            yield Floor(site, env)


def _shorten(url: str, lease: int) -> None:
    connection = psycopg2.connect(host=unquote(urlsplit(url).hostname or ""), user="postgres", dbname="postgres")
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER ROLE canvas_app SET idle_in_transaction_session_timeout = '{int(lease)}s'")
    connection.close()


IMMEDIATE, CRASH = signal.SIGQUIT, signal.SIGKILL  # pg_ctl stop -m immediate sends the first
