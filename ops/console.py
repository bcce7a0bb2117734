"""Progress for a person: ticked lines on a terminal, plain lines in a log.

Must never fail because nobody reads the output.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from typing import TextIO

from ops.trouble import StopRequested


class Console:
    """Writes steps with their time to one stream; `stop` is asked in every pause, so a long step can be
    ended.
    """

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.tty = stream.isatty()
        self.stop_signal: int | None = None
        self.stops = 0
        self._open: tuple[str, float] | None = None

    def line(self, text: str = "") -> None:
        """One whole line; a half-written progress line is cleared first."""
        self._write(("\r\033[K" if self.tty and self._open else "") + text + "\n")

    @contextlib.contextmanager
    def step(self, zh: str, en: str) -> Iterator[None]:
        """Shows that something is going on, and then how long it took."""
        name, began = f"{zh} · {en}", time.monotonic()
        self._open = (name, began)
        self._write(f"… {name}" if self.tty else f"… {name}\n")
        try:
            yield
        except BaseException:
            self.line(f"✗ {name} ({time.monotonic() - began:.1f} s)")
            self._open = None
            raise
        self.line(f"✓ {name} ({time.monotonic() - began:.1f} s)")
        self._open = None

    def pause(self, seconds: float = 0.1) -> None:
        """Waits a little, keeps the clock of the open step moving, and raises StopRequested when asked to
        stop.
        """
        if self.stop_signal is not None:
            raise StopRequested
        time.sleep(seconds)
        if self.tty and self._open:
            name, began = self._open
            self._write(f"\r\033[K… {name} {time.monotonic() - began:.0f} s")

    def _write(self, text: str) -> None:
        # A closed pipe or terminal must not bring the installation down.
        with contextlib.suppress(OSError, ValueError):
            self.stream.write(text)
            self.stream.flush()
