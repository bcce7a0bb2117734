"""The system account that PostgreSQL runs as when the starter is root (it refuses to be root itself).

Must not touch an ordinary user's start.
"""

from __future__ import annotations

import os
import pwd
import stat
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ops.trouble import Trouble

NAMES = ("canvas-db", "postgres")


@dataclass(frozen=True)
class Account:
    """A user of this machine."""

    name: str
    uid: int
    gid: int


def account_for(cluster: Path) -> Account | None:
    """None for an ordinary user; for root, who owns the cluster already, else one of NAMES, made if need
    be.
    """
    owner = cluster.stat().st_uid if (cluster / "PG_VERSION").exists() else None
    if os.geteuid() != 0:
        if owner not in (None, os.geteuid()):
            raise Trouble("database_owner", path=cluster, owner=owner)
        return None
    account = _existing(owner) or _make()
    if owner is not None and owner != account.uid:
        _give(cluster, account)  # A volume that came from another machine.
    return account


def _existing(owner: int | None) -> Account | None:
    for entry in pwd.getpwall():
        if owner and entry.pw_uid == owner:
            return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
    for name in NAMES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
    return None


def _make() -> Account:
    command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", NAMES[0]]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)
        entry = pwd.getpwnam(NAMES[0])
    except (OSError, KeyError) as error:
        raise Trouble("no_database_account", reason=error) from error
    except subprocess.CalledProcessError as error:
        raise Trouble("no_database_account", reason=error.stderr.strip()) from error
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _give(folder: Path, account: Account) -> None:
    for path in (folder, *folder.rglob("*")):
        os.chown(path, account.uid, account.gid, follow_symlinks=False)


def own_folder(path: Path, account: Account | None) -> None:
    """A folder for the database's account alone."""
    path.mkdir(mode=0o700, exist_ok=True)
    if account:
        os.chown(path, account.uid, account.gid)
    path.chmod(0o700)


def let_pass(paths: Iterable[Path], account: Account | None) -> list[Path]:
    """Lets the account pass through (not list) the folders above `paths`; returns those that had to be
    changed.
    """
    if account is None:
        return []
    changed = []
    for folder in sorted({parent for path in paths for parent in path.resolve().parents}):
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH and folder.stat().st_uid != account.uid:
            folder.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)
            changed.append(folder)
    return changed


def let_read(folder: Path) -> None:
    """Makes the database's programs readable for its account, where a strict umask installed them for root
    alone.
    """
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            mode = stat.S_IMODE(path.stat().st_mode)
            path.chmod(mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0))


def can_run(program: Path, account: Account | None) -> bool:
    """Whether the account can execute a program."""
    uid, gid = (account.uid, account.gid) if account else (None, None)
    groups: list[int] | None = [] if account else None
    argv = [str(program), "--version"]
    try:
        done = subprocess.run(argv, capture_output=True, cwd="/", user=uid, group=gid, extra_groups=groups)
        return done.returncode == 0
    except PermissionError:
        return False
