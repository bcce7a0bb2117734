"""`./canvas` as a person uses it: real servers, real kills. Serial, for it counts processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ops.broker import free_port
from ops.identity import Identity, alive, identify

ROOT = Path(__file__).resolve().parents[2]
SERVERS = ("DATABASE_URL", "DATABASE_ROLE", "REDIS_URL", "DJANGO_SETTINGS_MODULE")
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("ops"), pytest.mark.timeout(180)]


def clean_env() -> dict[str, str]:
    """Without the servers and keys of the test run itself."""
    mine = {key: value for key, value in os.environ.items() if key not in SERVERS}
    return {key: value for key, value in mine.items() if not key.startswith("CANVAS_") or key == "CANVAS_VENV"}


def canvas(*arguments: object) -> subprocess.CompletedProcess[str]:
    argv = [str(ROOT / "canvas"), *map(str, arguments)]
    return subprocess.run(argv, env=clean_env(), capture_output=True, text=True, timeout=120)


@dataclass
class Up:
    """A running `./canvas up --no-demo`."""

    process: subprocess.Popen[bytes]
    output: Path
    data: Path
    port: int

    def text(self) -> str:
        return self.output.read_text()

    def family(self) -> set[Identity]:
        """The starter and everything below it, as they are now."""
        parents = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and (identity := identify(int(entry.name))):
                try:
                    parent = (entry / "stat").read_text().rpartition(")")[2].split()[1]
                except OSError:
                    continue
                parents[identity] = int(parent)
        found = {identity for identity in parents if identity.pid == self.process.pid}
        while more := {one for one, parent in parents.items() if parent in {f.pid for f in found}} - found:
            found |= more
        return found

    def stop(self, signum: int = signal.SIGTERM) -> int:
        self.process.send_signal(signum)
        return self.process.wait(timeout=60)

    def pid_of(self, name: str) -> int:
        rows = json.loads((self.data / "run" / "pids.json").read_text())
        return next(row["pid"] for row in rows if row["name"] == name)


def wait_for(what: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.1)


def status(port: int) -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as response:
            return int(response.status)
    except OSError:
        return 0


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for all: every test has to cope with what the one before left, as an installation does."""
    return tmp_path_factory.mktemp("ops") / "data"


@pytest.fixture
def up(tmp_path: Path, data: Path) -> Iterator[Callable[[], Up]]:
    running: list[Up] = []

    def start() -> Up:
        port = free_port()
        argv = [str(ROOT / "canvas"), "up", "--no-demo", "--port", str(port), "--data", str(data)]
        output = tmp_path / f"up-{len(running)}.txt"
        with output.open("wb") as file:
            process = subprocess.Popen(argv, env=clean_env(), stdout=file, stderr=file, start_new_session=True)
        one = Up(process, output, data, port)
        running.append(one)
        wait_for(lambda: "\nready " in one.text() or process.poll() is not None, 120)
        assert one.text().endswith(f"ready http://127.0.0.1:{port}\n"), one.text()
        return one

    yield start
    for one in running:
        if one.process.poll() is None:
            one.stop()


def nobody_left(family: set[Identity], seconds: float = 5) -> None:
    try:
        wait_for(lambda: not any(map(alive, family)), seconds)
    except AssertionError:
        pytest.fail(f"still there: {[one for one in family if alive(one)]}")


def test_up_serves_refuses_a_second_one_and_stops_clean(up: Callable[[], Up], tmp_path: Path) -> None:
    first = up()
    assert status(first.port) == 200

    made = canvas("manage", "--data", first.data, "create_tenant", "某某商城", "--api-key")
    assert made.returncode == 0, made.stderr
    assert set(json.loads(made.stdout)) == {"tenant", "api_key"}
    assert made.stdout.count("\n") == 1

    same_data = canvas("up", "--no-demo", "--port", free_port(), "--data", first.data)
    assert same_data.returncode == 1
    assert f"进程 {first.process.pid}" in same_data.stderr
    assert f"process {first.process.pid}" in same_data.stderr

    same_port = canvas("up", "--no-demo", "--port", first.port, "--data", tmp_path / "other")
    assert same_port.returncode == 1
    assert f"端口 {first.port} 已被占用" in same_port.stderr
    assert f"Port {first.port} is taken" in same_port.stderr
    assert str(first.pid_of("web")) in same_port.stderr

    family = first.family()
    assert len(family) > 8
    assert first.stop() == 0
    nobody_left(family)

    began = time.monotonic()
    second = up()
    assert time.monotonic() - began < 30
    again = canvas("manage", "--data", second.data, "create_tenant", "另一家", "--api-key")
    assert int(json.loads(again.stdout)["tenant"]) > int(json.loads(made.stdout)["tenant"])  # the first is still there
    family = second.family()
    os.killpg(second.process.pid, signal.SIGINT)  # what Ctrl-C does
    assert second.process.wait(timeout=60) == 0
    nobody_left(family)


def test_up_heals_after_kills_of_its_children_and_of_itself(up: Callable[[], Up]) -> None:
    first = up()
    for name in ("web", "worker-send", "redis", "postgres"):
        os.kill(first.pid_of(name), signal.SIGKILL)
    wait_for(lambda: all(f"{n} restarted" in first.text() for n in ("web", "worker-send", "redis", "postgres")), 30)
    wait_for(lambda: status(first.port) == 200)

    frozen = identify(first.pid_of("worker-bulk"))
    assert frozen
    os.kill(frozen.pid, signal.SIGSTOP)  # it cannot hear that its parent dies
    family = first.family()
    first.process.kill()
    first.process.wait()
    nobody_left({one for one in family if not one.command.startswith(frozen.command)}, 60)
    assert alive(frozen)

    second = up()
    assert not alive(frozen)
    assert "left-over" in second.text()
    assert status(second.port) == 200
    tenant = canvas("manage", "--data", second.data, "create_tenant", "恢复", "--api-key")
    assert json.loads(tenant.stdout)["tenant"]


def test_manage_alone_starts_what_it_needs_and_stops_it(data: Path) -> None:
    made = canvas("manage", "--data", data, "create_tenant", "单独", "--api-key")
    assert made.returncode == 0, made.stderr
    assert json.loads(made.stdout)["api_key"]
    assert not (data / "postgres" / "postmaster.pid").exists()
    failed = canvas("manage", "--data", data, "no_such_command")
    assert failed.returncode == 1
    assert failed.stdout == ""
