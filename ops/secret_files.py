"""Secrets of one installation, each in a file that only its owner can read.

Must never print or replace one that exists.
"""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from ops.trouble import Trouble


def text_secret(path: Path) -> str:
    """A random word, made at the first call."""
    value = _read_or_make(path, lambda: secrets.token_urlsafe(48))
    if len(value) < 20:
        raise Trouble("bad_secret", path=path, expected=">= 20 characters")
    return value


def key_secret(path: Path) -> str:
    """32 random bytes in base64, made at the first call."""
    value = _read_or_make(path, lambda: base64.b64encode(secrets.token_bytes(32)).decode())
    try:
        right = len(base64.b64decode(value, validate=True)) == 32
    except (binascii.Error, ValueError):
        right = False
    if not right:
        raise Trouble("bad_secret", path=path, expected="base64, 32 bytes")
    return value


def _read_or_make(path: Path, make: Callable[[], str]) -> str:
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        pass
    new = path.with_suffix(f".{os.getpid()}")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(make())
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    return path.read_text().strip()
