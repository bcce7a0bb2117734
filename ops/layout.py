"""Where things are: the checkout, the data directory and its lock. Must not start anything."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ops.trouble import Trouble

ROOT = Path(__file__).resolve().parent.parent
NEEDED_MB = 1024


@dataclass(frozen=True)
class DataDir:
    """One installation's data; two of them can run at the same time."""

    path: Path

    @property
    def cluster(self) -> Path:
        return self.path / "postgres"

    @property
    def run(self) -> Path:
        return self.path / "run"

    @property
    def log(self) -> Path:
        return self.path / "log"

    @property
    def secrets(self) -> Path:
        return self.path / "secrets"

    @property
    def redis(self) -> Path:
        return self.path / "redis"

    @property
    def beat(self) -> Path:
        return self.path / "beat"

    @property
    def migrated(self) -> Path:
        """A mark: the database's tables have been made."""
        return self.run / "migrated"

    def prepare(self) -> None:
        """Makes the folders.

        Only the database's account may pass through `path` and `run`; the rest is the owner's alone.
        """
        make_folder(self.path, 0o711)
        make_folder(self.run, 0o711)
        # static: where collectstatic would write; the web says a warning when it is missing.
        for folder in (self.log, self.secrets, self.redis, self.beat, self.path / "static"):
            make_folder(folder, 0o700)
        check_space(self.path)


def make_folder(path: Path, mode: int) -> None:
    """Makes a folder that can be written to, or says why not."""
    try:
        if not path.is_dir():
            path.mkdir(parents=True, mode=mode)
        if not os.access(path, os.W_OK | os.X_OK):
            raise PermissionError(13, "permission denied")
    except OSError as error:
        raise Trouble("no_write", path=path, reason=error.strerror) from error


def check_space(path: Path) -> None:
    """Refuses to start on a nearly full disk: a database that cannot write stops at the worst moment."""
    free = shutil.disk_usage(path).free // 2**20
    if free < NEEDED_MB:
        raise Trouble("disk_full", path=path, free=free, need=NEEDED_MB)


class Lock:
    """A lock on a file that the kernel lets go of when its holder dies, however it dies."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: IO[str] | None = None

    def take(self) -> bool:
        """False when another process holds it."""
        make_folder(self.path.parent, 0o711)
        try:
            file = self.path.open("a+")
        except OSError as error:
            raise Trouble("no_write", path=self.path, reason=error.strerror) from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        file.seek(0)
        file.truncate()
        file.write(str(os.getpid()))
        file.flush()
        self._file = file
        return True

    def holder(self) -> str:
        """The process id that the holder wrote down, for a message only."""
        with contextlib.suppress(OSError):
            return self.path.read_text().strip() or "?"
        return "?"

    def release(self) -> None:
        if self._file:
            self._file.close()
            self._file = None


@contextlib.contextmanager
def holding(lock: Lock, data: DataDir) -> Iterator[None]:
    """Holds the lock of a data directory, or says who does."""
    if not lock.take():
        raise Trouble("data_in_use", path=data.path, holder=lock.holder())
    try:
        yield
    finally:
        lock.release()
