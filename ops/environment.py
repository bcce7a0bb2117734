"""The environment that every process of an installation gets, and the file through which `./canvas manage`
finds it.

A variable that is set already wins.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from ops.identity import Identity, alive, identify
from ops.layout import DataDir
from ops.secret_files import key_secret, text_secret


@dataclass(frozen=True)
class Servers:
    """Addresses of the database and the broker; `role` is what a superuser login steps down to."""

    database: str
    role: str
    broker: str


def application_env(data: DataDir, servers: Servers, base_url: str) -> dict[str, str]:
    """Everything the Django side reads; docs/operations.md has the table."""
    chosen = {
        "CANVAS_BASE_URL": base_url,
        "CANVAS_ALLOW_PRIVATE_EGRESS": "loopback",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONUTF8": "1",
        "PYTHONUNBUFFERED": "1",
    }
    env = {**chosen, **os.environ}
    if "CANVAS_SECRET_KEY" not in env:
        env["CANVAS_SECRET_KEY"] = text_secret(data.secrets / "secret-key")
    if "CANVAS_MASTER_KEY" not in env:
        env["CANVAS_MASTER_KEY"] = key_secret(data.secrets / "master-key")
    env["CANVAS_DATA_DIR"] = str(data.path)  # the command line has settled it
    return {
        **env,
        "DATABASE_URL": servers.database,
        "DATABASE_ROLE": servers.role,
        "REDIS_URL": servers.broker,
    }


def _file(data: DataDir) -> Path:
    return data.run / "env.json"


def publish(data: DataDir, env: dict[str, str]) -> None:
    """Writes down, for the owner alone, what differs from the starter's own environment."""
    me = identify(os.getpid())
    own = {key: value for key, value in env.items() if os.environ.get(key) != value}
    file = _file(data)
    file.unlink(missing_ok=True)
    file.touch(mode=0o600)
    file.write_text(json.dumps({"starter": me.__dict__ if me else {}, "env": own}))


def withdraw(data: DataDir) -> None:
    _file(data).unlink(missing_ok=True)


def published(data: DataDir) -> dict[str, str] | None:
    """The environment of a starter that is alive, or None."""
    try:
        content = json.loads(_file(data).read_text())
        starter = Identity(**content["starter"])
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return dict(content["env"]) if alive(starter) else None
