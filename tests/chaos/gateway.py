"""The witness: tests/sink.py as a process of its own, with its own append-only log."""

import json
import subprocess
import sys
import urllib.request
from dataclasses import dataclass
from pathlib import Path

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
_SINK = Path(__file__).parent.parent / "sink.py"
CALM = "slow"  # calls take a moment, so that some are in the air whenever something is killed
BAD = ("error", "drop")  # it takes the messages and does not say so


@dataclass(frozen=True)
class Arrival:
    """One message in one request, as the gateway wrote it down."""

    at: float
    mode: str
    id: str
    run: str
    node: str
    customer: str
    text: str


class Gateway:
    """`dedupe`: does it recognise repeats? Between `with`."""

    def __init__(self, folder: Path, name: str, *, dedupe: bool, delay: float = 0.3) -> None:
        self.name, self.dedupe, self.log = name, dedupe, folder / f"gateway-{name}.jsonl"
        self._argv = [
            sys.executable, str(_SINK), "--secret", SECRET, "--mode", CALM, "--delay", str(delay), "--log", str(self.log),
            *([] if dedupe else ["--no-dedupe"]),
        ]  # fmt: skip

    def __enter__(self) -> "Gateway":
        self._process = subprocess.Popen(self._argv, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout
        self.url = self._process.stdout.readline().removeprefix("ready ").strip()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait(10)

    def behave(self, mode: str) -> None:
        with urllib.request.urlopen(urllib.request.Request(self.url + "mode", mode.encode()), timeout=30):
            pass

    def arrived(self) -> int:
        """How many messages so far, repeats too."""
        with urllib.request.urlopen(self.url + "stats", timeout=30) as answer:
            return int(json.load(answer)["messages"])

    def arrivals(self) -> list[Arrival]:
        lines = [json.loads(line) for line in self.log.read_text().splitlines()]
        return [Arrival(x["at"], x["mode"], *m) for x in lines if x["right"] for m in x["messages"]]

    def forged(self) -> int:
        """Requests whose signature or time was wrong."""
        return sum(not json.loads(line)["right"] for line in self.log.read_text().splitlines())
