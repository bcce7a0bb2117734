"""What can go wrong at the start, said to a person in both languages: what, where, what to do.

Must not print anything itself.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

MESSAGES: dict[str, dict[str, str]] = tomllib.loads(Path(__file__).with_name("troubles.toml").read_text("utf-8"))
COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


class Trouble(Exception):
    """A fault that the person at the terminal can understand and act on."""

    def __init__(self, kind: str, /, **params: object) -> None:
        self.kind = kind
        self.params = params
        super().__init__(self.render())

    def render(self) -> str:
        """Both languages, Chinese first; the first line of each is marked."""
        parts = [MESSAGES[self.kind][language].format(**self.params).rstrip() for language in ("zh", "en")]
        return "\n".join("✗ " + part.replace("\n", "\n  ") for part in parts)


class StopRequested(Exception):
    """Ctrl-C or SIGTERM arrived while something was being waited for."""


def tail(log: Path, lines: int = 15) -> str:
    """The last lines of a log, or a dash when there is nothing to show."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - 16_384))
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return "-"
    return "\n".join(COLOUR.sub("", text).rstrip().splitlines()[-lines:]) or "-"
