"""The application's processes: web, workers and the clock. Must not know what they do inside."""

from __future__ import annotations

import http.client
import os
import socket
import time
from collections.abc import Mapping
from pathlib import Path

from ops.broker import free_port
from ops.layout import ROOT, DataDir
from ops.processes import Spec, run_logged
from ops.servers import Site
from ops.trouble import Trouble
from ops.venv import Venv

READY_SECONDS = 180
WORKER_GRACE = 12.0  # seconds a worker has to finish what it holds; what is cut off is found again by its lease
QUIET = ("--without-gossip", "--without-mingle", "--without-heartbeat")


def specs(here: Venv, data: DataDir, env: Mapping[str, str], port: int, workers: int) -> list[Spec]:
    """Web, one worker for triggers, one for bulk and slow work, one for sending, and beat."""
    queues = {"trigger": ("trigger", 1), "bulk": ("bulk,slow", max(1, workers - 1)), "send": ("send", 1)}
    found = [Spec("web", web_argv(here, port), env, ROOT, data.log / "web.log", grace=12)]
    for name, (queue, processes) in queues.items():
        options = ["-Q", queue, "-c", str(processes), "-n", f"{name}@%h", "-l", "INFO", *QUIET]
        argv = here.module("celery", "-A", "config", "worker", *options)
        found.append(Spec(f"worker-{name}", argv, env, ROOT, data.log / f"worker-{name}.log", grace=WORKER_GRACE))
    argv = here.module(
        "celery", "-A", "config", "beat", "-s", str(data.beat / "schedule"), "--pidfile=", "-l", "WARNING"
    )
    found.append(Spec("beat", argv, env, ROOT, data.log / "beat.log", grace=5))
    return found


def web_argv(here: Venv, port: int) -> list[str]:
    """gunicorn: two processes of eight threads; its heartbeat file in memory, for a slow disk must not kill
    workers.
    """
    options = ["--worker-class", "gthread", "--workers", "2", "--threads", "8", "--graceful-timeout", "8"]
    if os.access("/dev/shm", os.W_OK):
        options += ["--worker-tmp-dir", "/dev/shm"]
    # The application is loaded once and shared; it opens connections only when it is asked something.
    options += ["--preload", "--no-control-socket", "-b", f"127.0.0.1:{port}"]
    return here.module("gunicorn", "config.wsgi:application", *options)


def django(site: Site, env: Mapping[str, str], *arguments: str) -> None:
    """A management command as a step of the start, with its output in a log."""
    argv = [site.here.python, str(ROOT / "manage.py"), *arguments]
    run_logged(
        Spec(f"manage.py {arguments[0]}", argv, env, ROOT, site.data.log / f"{arguments[0]}.log"),
        site.console,
    )


def migrate(site: Site, env: Mapping[str, str]) -> None:
    """Brings the tables to the code; a mark says that it has succeeded once, for `./canvas manage`."""
    with site.console.step("更新数据库结构", "Database migrations"):
        django(site, env, "migrate", "--noinput")
        site.data.migrated.touch()


def start(site: Site, env: Mapping[str, str], port: int, workers: int) -> None:
    """Starts all of them and waits until /readyz says 200: requests are answered and workers have been
    seen.
    """
    with site.console.step("启动网站和后台任务", "Web and workers"):
        for spec in specs(site.here, site.data, env, port, workers):
            site.supervisor.start(spec)
        deadline = time.monotonic() + READY_SECONDS
        while (answer := readiness(port)) != "200":
            site.supervisor.check_alive()
            if time.monotonic() > deadline:
                url = f"http://127.0.0.1:{port}/readyz"
                raise Trouble("not_ready", seconds=READY_SECONDS, url=url, answer=answer, log=site.data.log)
            site.console.pause(0.3)


def start_fakes(site: Site, env: Mapping[str, str]) -> str:
    """The stand-ins, on a free port, with receipts by themselves; their address once they answer."""
    port = free_port()
    argv = site.here.module("fakes", "--port", str(port), "--auto")
    with site.console.step("启动服务商替身", "Stand-ins for the providers"):
        site.supervisor.start(Spec("fakes", argv, env, ROOT, site.data.log / "fakes.log", grace=5))
        deadline = time.monotonic() + READY_SECONDS
        while not _answers(port):
            site.supervisor.check_alive()
            if time.monotonic() > deadline:
                url = f"http://127.0.0.1:{port}/"
                raise Trouble("not_ready", seconds=READY_SECONDS, url=url, answer="-", log=site.data.log)
            site.console.pause(0.2)
    return f"http://127.0.0.1:{port}"


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def readiness(port: int) -> str:
    """The status of /readyz, with the beginning of its text where it is not 200; '-' when nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        response = connection.getresponse()
        text = response.read(300).decode("utf-8", "replace")
    except (OSError, http.client.HTTPException):
        return "-"
    finally:
        connection.close()
    return "200" if response.status == 200 else f"{response.status} {text}"


def demo_login(data: DataDir) -> str | None:
    """What seed_demo wrote down: `user / password`."""
    file: Path = data.secrets / "demo-login"
    return file.read_text().strip() if file.exists() else None
