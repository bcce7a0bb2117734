"""`./canvas up` and `./canvas bench`: everything of one data directory, until Ctrl-C.

Must leave no process behind.
"""

from __future__ import annotations

import errno
import os
import socket
import subprocess
import sys
from dataclasses import dataclass

from ops import application
from ops.broker import free_port
from ops.console import Console
from ops.environment import application_env, publish, withdraw
from ops.frontend import ensure_build
from ops.identity import command_line, listener
from ops.layout import ROOT, DataDir, Lock, holding
from ops.processes import tied_to
from ops.servers import Site, running, take_over
from ops.trouble import Trouble
from ops.venv import ensure_venv


@dataclass(frozen=True)
class Wish:
    """What the command line asked for; port 0 means any free one."""

    data: DataDir
    port: int
    workers: int
    demo: bool
    fakes: bool = False


def up(wish: Wish, console: Console) -> int:
    """Runs until it is told to stop (StopRequested)."""
    wish.data.prepare()
    with holding(Lock(wish.data.run / "lock"), wish.data):
        supervisor = take_over(wish.data, console)
        port = usable_port(wish.port)
        here = ensure_venv("runtime", console)
        ensure_build(here, console)
        site = Site(wish.data, here, console, supervisor)
        with running(site) as servers:
            env = application_env(wish.data, servers, f"http://127.0.0.1:{port}")
            stand_ins = application.start_fakes(site, env) if wish.fakes else ""
            _fill(site, env, demo=wish.demo, stand_ins=stand_ins)
            publish(wish.data, env)
            try:
                application.start(site, env, port, wish.workers)
                _welcome(wish, console, port, stand_ins)
                while True:
                    supervisor.watch()
                    console.pause(0.5)
            finally:
                withdraw(wish.data)
                console.line("… 正在停止 · stopping")
    return 0


def _fill(site: Site, env: dict[str, str], *, demo: bool, stand_ins: str = "") -> None:
    application.migrate(site, env)
    if demo:
        with site.console.step("准备演示数据", "Demo data"):
            application.django(site, env, "seed_demo", *(["--fakes", stand_ins] if stand_ins else []))


def _welcome(wish: Wish, console: Console, port: int, stand_ins: str) -> None:
    if stand_ins:
        console.line(f"  服务商替身 · stand-ins for the providers: {stand_ins}")
    if wish.demo and (login := application.demo_login(wish.data)):
        console.line(f"  演示账号 · demo log-in: {login}")
    console.line(f"ready http://127.0.0.1:{port}")


def usable_port(port: int) -> int:
    """The port itself when it can be listened on; for 0 a free one; else who has it."""
    if port == 0:
        return free_port()
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno == errno.EACCES:
                raise Trouble("port_refused", port=port) from error
            raise Trouble("port_taken", port=port, holder=_holder(port), other=free_port()) from error
    return port


def _holder(port: int) -> str:
    pid = listener(port)
    return f"进程 · process {pid}: {command_line(pid)[:120]}" if pid else "进程未知 · process not known"


def fakes(port: int, auto: bool, console: Console) -> int:
    """The stand-ins in the place of this process, until Ctrl-C."""
    here = ensure_venv("runtime", console)
    argv = [here.python, "-m", "fakes", "--port", str(usable_port(port)), *(["--auto"] if auto else [])]
    os.chdir(ROOT)
    os.execv(here.python, argv)


def bench(wish: Wish, names: list[str], console: Console) -> int:
    """Runs `manage.py bench` beside workers in a data directory of its own; its exit code is the answer."""
    wish.data.prepare()
    with holding(Lock(wish.data.run / "lock"), wish.data):
        supervisor = take_over(wish.data, console)
        here = ensure_venv("runtime", console)
        ensure_build(here, console)
        site, port = Site(wish.data, here, console, supervisor), usable_port(wish.port)
        with running(site) as servers:
            env = application_env(wish.data, servers, f"http://127.0.0.1:{port}")
            _fill(site, env, demo=False)
            application.start(site, env, port, wish.workers)
            return _beside(site, env, names)


def _beside(site: Site, env: dict[str, str], names: list[str]) -> int:
    argv = [site.here.python, str(ROOT / "manage.py"), "bench", *names]
    process = subprocess.Popen(argv, env=env, stdout=sys.stdout, preexec_fn=tied_to(os.getpid(), 15))
    try:
        while (code := process.poll()) is None:
            site.supervisor.watch()
            site.console.pause(0.2)
    finally:
        process.kill()
        process.wait()
    return code
