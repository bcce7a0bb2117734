"""Equations between ledgers: two numbers that must be equal, and in words what they are. Reads nothing itself."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from kernel.language import Text


@dataclass(frozen=True)
class Equation:
    """left = right, always. For "nobody who …" left is how many there are and right is 0."""

    name: str
    left: int
    right: int
    words: Text
    params: dict[str, Any] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return self.left == self.right

    def say(self) -> str:
        return f"{self.words.say(**self.params)}:{self.left} {'=' if self.ok else '≠'} {self.right}"

    def as_json(self) -> dict[str, Any]:
        detail = {language: text.format(**self.params) for language, text in self.words.labels().items()}
        return {"name": self.name, "ok": self.ok, "left": self.left, "right": self.right, "detail": detail}


def faults(equations: Iterable[Equation]) -> list[Equation]:
    return [e for e in equations if not e.ok]
