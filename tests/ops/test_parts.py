"""The parts of the starter that need no servers."""

from __future__ import annotations

import ast
import base64
import json
import os
import shutil
import stat
import string
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ops import environment, layout, machine, postgres
from ops.cli import parser, split_manage
from ops.identity import Identity, alive, identify, session_members
from ops.layout import DataDir, Lock
from ops.processes import Spec, spawn, trim
from ops.secret_files import key_secret, text_secret
from ops.supervisor import Supervisor, clear_leftovers
from ops.trouble import MESSAGES, Trouble, tail
from ops.venv import Venv

ROOT = Path(__file__).resolve().parents[2]


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("kind", MESSAGES)
def test_every_trouble_is_said_in_both_languages(kind: str) -> None:
    zh, en = MESSAGES[kind]["zh"], MESSAGES[kind]["en"]
    assert fields(en) <= fields(zh)
    assert any("\u4e00" <= char <= "\u9fff" for char in zh)
    assert not any("\u4e00" <= char <= "\u9fff" for char in en)
    said = Trouble(kind, **dict.fromkeys(fields(zh), 7)).render()
    assert said.count("✗") == 2


def test_a_trouble_may_have_any_parameter() -> None:
    assert "退出码 3" in Trouble("child_failed", name="web", code=3, log="x", tail="y").render()


def test_secrets_are_made_once_for_the_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "master-key"
    value = key_secret(file)
    assert len(base64.b64decode(value)) == 32
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert key_secret(file) == value
    assert text_secret(tmp_path / "secret-key") != value
    file.write_text("too short")
    with pytest.raises(Trouble, match="master-key"):
        key_secret(file)
    assert file.read_text() == "too short"


def test_a_lock_has_one_holder_and_names_it(tmp_path: Path) -> None:
    first, second = Lock(tmp_path / "lock"), Lock(tmp_path / "lock")
    assert first.take()
    assert not second.take()
    assert second.holder() == str(os.getpid())
    first.release()
    assert second.take()
    second.release()


def test_a_full_disk_and_a_file_in_the_way_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Trouble, match="没有写入权限"):
        DataDir(tmp_path / "file" / "data").prepare()
    monkeypatch.setattr(layout, "NEEDED_MB", 10**9)
    with pytest.raises(Trouble, match="磁盘空间不足"):
        DataDir(tmp_path / "data").prepare()


def test_a_process_is_known_by_more_than_its_pid() -> None:
    me = identify(os.getpid())
    assert me
    assert alive(me)
    assert not alive(Identity(me.pid, me.started + 1, me.command))
    assert not alive(Identity(me.pid, me.started, "another program"))


def test_left_overs_are_stopped_and_strangers_are_not(tmp_path: Path) -> None:
    spec = Spec(
        "sleeper",
        [sys.executable, "-c", "import time; time.sleep(60)"],
        os.environ,
        tmp_path,
        tmp_path / "log",
    )
    ours, stranger = spawn(spec), spawn(spec)
    first, other = identify(ours.pid), identify(stranger.pid)
    assert first
    assert other
    reused = Identity(other.pid, other.started - 5, other.command)
    pid_file = tmp_path / "pids.json"
    rows = [{"name": "x", "signal": 15, "grace": 5, **one.__dict__} for one in (first, reused)]
    pid_file.write_text(json.dumps(rows))
    assert clear_leftovers(pid_file) == 1
    ours.wait(timeout=5)
    assert session_members(ours.pid) == []
    assert alive(other)
    stranger.kill()
    stranger.wait()


def test_a_child_that_dies_is_restarted_later_and_later(tmp_path: Path) -> None:
    said: list[str] = []

    class Quiet:
        stop_signal = None

        def line(self, text: str = "") -> None:
            said.append(text)

    supervisor = Supervisor(Quiet(), tmp_path / "pids.json")  # type: ignore[arg-type]
    child = supervisor.start(Spec("short", [sys.executable, "-c", ""], os.environ, tmp_path, tmp_path / "short.log"))
    delays = []
    for _ in range(3):
        child.process.wait()
        supervisor.watch()
        assert child.restart_at is not None
        delays.append(round(child.restart_at - time.monotonic()))
        child.restart_at = 0.0
        supervisor.watch()
    assert delays == [1, 2, 4]
    assert "restarting in 4 s" in said[-2]
    child.process.wait()
    supervisor.stop()


def test_a_log_stays_small_and_its_end_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ops.processes.LOG_LIMIT", 100)
    log = tmp_path / "web.log"
    with log.open("ab") as writer:
        writer.write(b"line\n" * 50)
        writer.flush()
        trim(log)
        writer.write(b"after\n")
    assert log.read_text() == "after\n"
    assert (tmp_path / "web.log.1").read_text().count("line") == 50
    assert tail(log) == "after"
    assert tail(tmp_path / "none") == "-"


def test_a_long_path_gets_a_short_socket_folder(tmp_path: Path) -> None:
    data = DataDir(tmp_path / ("d" * 90))
    data.prepare()
    cluster = postgres.Cluster(data, Venv(tmp_path), console=None)  # type: ignore[arg-type]
    cluster.socket = cluster._socket_folder()
    assert len(str(cluster.socket)) <= postgres.LONGEST_SOCKET_FOLDER
    assert stat.S_IMODE(cluster.socket.stat().st_mode) == 0o700
    cluster.clean_up()
    assert not cluster.socket.exists()


def test_the_database_is_set_for_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "memory_mb", lambda: 2048)
    found = postgres.settings(Path("/run/x"), durable=True)
    assert found["shared_buffers"] == "512MB"
    assert found["effective_cache_size"] == "1024MB"
    assert found["listen_addresses"] == ""
    assert {found["fsync"], found["synchronous_commit"], found["full_page_writes"]} == {"on"}
    monkeypatch.setattr(postgres, "memory_mb", lambda: 262144)
    assert postgres.settings(Path("/run/x"), durable=True)["shared_buffers"] == "4096MB"
    assert machine.memory_mb() > 0


def test_a_variable_that_is_set_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = DataDir(tmp_path)
    data.prepare()
    monkeypatch.setenv("CANVAS_SECRET_KEY", "mine")
    monkeypatch.setenv("CANVAS_ALLOW_PRIVATE_EGRESS", "")
    servers = environment.Servers("postgres://x/y", "", "redis://z")
    env = environment.application_env(data, servers, "http://127.0.0.1:1")
    assert env["CANVAS_SECRET_KEY"] == "mine"
    assert env["CANVAS_ALLOW_PRIVATE_EGRESS"] == ""
    assert env["DATABASE_URL"] == "postgres://x/y"
    assert not (data.secrets / "secret-key").exists()
    environment.publish(data, env)
    assert stat.S_IMODE((data.run / "env.json").stat().st_mode) == 0o600
    assert (environment.published(data) or {})["REDIS_URL"] == "redis://z"


def test_manage_takes_data_only_before_the_command() -> None:
    assert split_manage(["--data", "a", "import", "--data", "b"]) == (Path("a"), ["import", "--data", "b"])
    assert split_manage(["--data=a", "check"]) == (Path("a"), ["check"])


def test_arguments() -> None:
    given = parser().parse_args(["up", "--port", "9", "--data", "x", "--no-demo", "--workers", "4"])
    assert (given.port, given.data, given.no_demo, given.workers) == (9, Path("x"), True, 4)
    assert parser().parse_args(["test", "--", "-k", "x"]).pytest == ["-k", "x"]


def test_the_starter_needs_the_standard_library_alone() -> None:
    """Before the environment exists there is nothing else; roles.py runs inside it."""
    for file in (ROOT / "ops").glob("*.py"):
        known = {*sys.stdlib_module_names, "ops", *(["psycopg2"] if file.name == "roles.py" else [])}
        for node in ast.walk(ast.parse(file.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert {name.partition(".")[0] for name in names} <= known, file


def test_an_old_python_is_said_in_words(tmp_path: Path) -> None:
    for tool in ("sh", "readlink", "dirname", "env"):
        os.symlink(shutil.which(tool) or "", tmp_path / tool)
    old = tmp_path / "python3"
    old.write_text('#!/bin/sh\ncase "$2" in *version_info*) exit 1;; *) echo 3.9.2;; esac\n')
    old.chmod(0o755)
    done = subprocess.run([ROOT / "canvas", "up"], env={"PATH": str(tmp_path)}, capture_output=True, text=True)
    assert done.returncode == 1
    assert "需要 Python 3.11" in done.stderr
    assert "Python 3.11 or later is needed" in done.stderr
    assert "3.9.2" in done.stderr
