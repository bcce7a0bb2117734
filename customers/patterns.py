"""The part of regular expressions that PostgreSQL and Python understand alike, and that neither can choke on.

Literals, `.`, classes, \\d \\w \\s and their opposites (ASCII), ^ $, groups, |, and ? * + {m,n} after one
character or class. No look-around, back-references or repeated groups; the number of ways to try is bounded.
The first 256 characters of a text count.
"""

import re
from functools import lru_cache

from kernel.errors import Code, ProblemError
from kernel.language import Text

TEXT_LIMIT = 256
_PATTERN_LIMIT, _REPEAT_LIMIT = 200, 100
_WAYS_LIMIT, _UNBOUNDED_WAYS = (
    1_000_000,
    50,
)  # product over all choices: three of * or +, and a few of ? beside them
_CLASSES = {"d": "0-9", "w": "A-Za-z0-9_", "s": " \\t\\n\\r\\f\\v"}
_CONTROL = {"t": "\t", "n": "\n", "r": "\r"}
_ITEM_END = set("|)")

TOO_LONG = Text("正则表达式最多 {limit} 个字符", "a pattern has at most {limit} characters")
BAD = Text("正则表达式在第 {at} 个字符处无法理解", "the pattern can't be understood at character {at}")
GROUP_REPEAT = Text("括号分组后只能用 ?,不能用 * + {}", "after a group only ? is allowed, not * + {}")
TOO_MANY = Text("正则表达式太复杂:请减少 * + ? 和 |", "the pattern is too complex: use fewer of * + ? and |")
REPEAT = Text("重复次数最多 {limit}", "at most {limit} repetitions")


class _Reader:
    """Reads a pattern and writes it again in the form that means the same to both."""

    def __init__(self, pattern: str) -> None:
        self.source, self.at, self.ways = pattern, 0, 1

    def fail(self, text: Text = BAD, **params: object) -> ProblemError:
        reason = text.say(at=self.at + 1) if text is BAD else text.say(**params)
        return ProblemError.at("", Code.BAD_VALUE, reason=reason)

    def multiply(self, ways: int) -> None:
        self.ways *= ways
        if self.ways > _WAYS_LIMIT:
            raise self.fail(TOO_MANY)

    def peek(self) -> str:
        return self.source[self.at : self.at + 1]

    def take(self) -> str:
        char = self.peek()
        if not char:
            raise self.fail()
        self.at += 1
        return char

    def alternatives(self) -> str:
        found = [self.sequence()]
        while self.peek() == "|":
            self.take()
            found.append(self.sequence())
        self.multiply(len(found))
        return "|".join(found)

    def sequence(self) -> str:
        out = []
        while self.peek() and self.peek() not in _ITEM_END:
            out.append(self.item())
        return "".join(out)

    def item(self) -> str:
        char = self.take()
        if char in "^$":
            if self.peek() in ("*", "+", "?", "{"):
                raise self.fail()
            return char
        if char == "(":
            return self.group()
        return self.atom(char) + self.repeat()

    def group(self) -> str:
        if self.peek() == "?":
            self.take()
            if self.take() != ":":
                raise self.fail()
        inner = self.alternatives()
        if self.peek() != ")":
            raise self.fail()
        self.take()
        if self.peek() in ("*", "+", "{"):
            raise self.fail(GROUP_REPEAT)
        optional = self.take() if self.peek() == "?" else ""
        self.multiply(2 if optional else 1)
        if self.peek() in ("*", "+", "?", "{"):
            raise self.fail()
        return f"(?:{inner}){optional}"

    def atom(self, char: str) -> str:
        if char == "\\":
            return self.escape(self.take())
        if char == "[":
            return self.character_class()
        if char in "*+?{}])":
            self.at -= 1
            raise self.fail()
        return "." if char == "." else _literal(char)

    def escape(self, char: str) -> str:
        if char in _CLASSES:
            return f"[{_CLASSES[char]}]"
        if char.lower() in _CLASSES:
            return f"[^{_CLASSES[char.lower()]}]"
        return self.escaped_literal(char)

    def escaped_literal(self, char: str) -> str:
        if char in _CONTROL:
            return _literal(_CONTROL[char])
        if char.isalnum() or not char.isascii():
            raise self.fail()
        return _literal(char)

    def character_class(self) -> str:
        negated = self.take() if self.peek() == "^" else ""
        parts = []
        while self.peek() != "]":
            parts.append(self.class_part())
        self.take()
        if not parts:
            raise self.fail()
        return f"[{negated}{''.join(parts)}]"

    def class_part(self) -> str:
        low = self.class_character()
        if len(low) > 2 or self.peek() != "-" or self.source[self.at + 1 : self.at + 2] == "]":
            return low
        self.take()
        high = self.class_character()
        if len(high) > 2 or _meant(low) > _meant(high):
            raise self.fail()
        return f"{low}-{high}"

    def class_character(self) -> str:
        char = self.take()
        if char != "\\":
            return _literal(char)
        char = self.take()
        if char in _CLASSES:
            return _CLASSES[char]
        return self.escaped_literal(char)

    def repeat(self) -> str:
        char = self.peek()
        if char not in ("*", "+", "?", "{") or not char:
            return ""
        self.take()
        written = self.counted() if char == "{" else char
        if char != "{":
            self.multiply(2 if char == "?" else _UNBOUNDED_WAYS)
        if self.peek() in ("*", "+", "?", "{"):
            raise self.fail()
        return written

    def counted(self) -> str:
        found = re.compile(r"([0-9]{1,3})(,([0-9]{1,3})?)?\}").match(self.source, self.at)
        if found is None:
            raise self.fail()
        low, high = int(found[1]), int(found[3]) if found[3] else None
        if low > _REPEAT_LIMIT or (high is not None and (high > _REPEAT_LIMIT or high < low)):
            raise self.fail(REPEAT, limit=_REPEAT_LIMIT)
        if found[2]:
            self.multiply(_UNBOUNDED_WAYS if high is None else high - low + 1)
        self.at = found.end()
        return "{" + found[0]


_WRITTEN = {"\t": "\\t", "\n": "\\n", "\r": "\\r"}
_MEANT = {written: char for char, written in _WRITTEN.items()}


def _literal(char: str) -> str:
    if char in _WRITTEN:
        return _WRITTEN[char]
    return char if char.isalnum() or not char.isascii() or char in " _" else "\\" + char


def _meant(written: str) -> str:
    return _MEANT.get(written, written[-1])


@lru_cache(maxsize=1000)
def portable(pattern: str) -> str:
    """`pattern` in the form for PostgreSQL's `~`. Raises ProblemError (pointer "") outside the subset."""
    if len(pattern) > _PATTERN_LIMIT:
        raise ProblemError.at("", Code.BAD_VALUE, reason=TOO_LONG.say(limit=_PATTERN_LIMIT))
    reader = _Reader(pattern)
    written = reader.alternatives()
    if reader.at < len(pattern):
        raise reader.fail()
    return written


@lru_cache(maxsize=1000)
def compiled(pattern: str) -> re.Pattern[str]:
    """The same for Python: `$` is the very end, `.` is any character."""
    written = re.sub(r"(\\.)|\$", lambda found: found[1] or r"\Z", portable(pattern), flags=re.DOTALL)
    return re.compile(written, re.DOTALL)
