"""`./canvas manage …`: a management command in the environment of a data directory.

Must print nothing of its own on stdout.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time

from ops import application
from ops.console import Console
from ops.environment import application_env, published
from ops.layout import ROOT, DataDir, Lock
from ops.processes import tied_to
from ops.servers import Site, running, take_over
from ops.trouble import Trouble
from ops.venv import Venv, ensure_venv

PATIENCE = 180.0


def manage(data: DataDir, arguments: list[str], console: Console) -> int:
    """Against the running `up` of that directory, else with servers that live as long as the command."""
    here = ensure_venv("runtime", console)
    data.prepare()
    lock, deadline = Lock(data.run / "lock"), time.monotonic() + PATIENCE
    while not lock.take():
        if env := published(data):
            argv = [here.python, str(ROOT / "manage.py"), *arguments]
            os.execve(here.python, argv, {**os.environ, **env})
        if time.monotonic() > deadline:
            raise Trouble("still_starting", path=data.path, holder=lock.holder())
        console.pause(0.2)
    try:
        return _alone(data, here, arguments, console)
    finally:
        lock.release()


def _alone(data: DataDir, here: Venv, arguments: list[str], console: Console) -> int:
    site = Site(data, here, console, take_over(data, console))
    with running(site) as servers:
        base_url = os.environ.get("CANVAS_BASE_URL", "http://127.0.0.1:8000")
        env = application_env(data, servers, base_url)
        if not data.migrated.exists() and arguments[:1] != ["migrate"]:
            application.migrate(site, env)
        return _run([here.python, str(ROOT / "manage.py"), *arguments], env, console)


def _run(argv: list[str], env: dict[str, str], console: Console) -> int:
    """In the terminal's own process group, so that Ctrl-C and questions reach the command itself."""
    process = subprocess.Popen(argv, env=env, preexec_fn=tied_to(os.getpid(), signal.SIGTERM))
    told = False
    while (code := process.poll()) is None:
        if console.stop_signal is not None and not told:
            told = True
            if console.stop_signal != signal.SIGINT:
                process.send_signal(console.stop_signal)
        time.sleep(0.05)
    return code if code >= 0 else 128 - code
