"""A cell of a file as a value: text, number, date, time, yes or no, list. Pure; raises CellError."""

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Any

from customers.imports.errors import CellCode, CellError

MAX_TEXT = 10_000
_YES = frozenset(
    ("是", "有", "同意", "已同意", "允许", "真", "对", "yes", "y", "true", "t", "1", "on", "granted", "√", "✓")
)
_NO = frozenset(
    (
        "否",
        "无",
        "没有",
        "不同意",
        "未同意",
        "拒绝",
        "已拒绝",
        "不允许",
        "假",
        "错",
        "no",
        "n",
        "false",
        "f",
        "0",
        "off",
        "×",
    )
)
_SAID = {**dict.fromkeys(_YES, True), **dict.fromkeys(_NO, False)}
_SPLIT = re.compile(r"[;；,，、|]")
_GROUPED = re.compile(r"[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_NUMBER = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d{1,3})?")
_MONEY = re.compile(r"^([-+]?)\s*[¥$€£￥]\s*|\s*元$")
_SCIENTIFIC = re.compile(r"[-+]?\d(?:\.\d+)?[eE]\+?\d+")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_CLOCK = re.compile(r"[T\s]*(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,6}))?)?\s*(Z|[+-]\d{2}:?\d{2})?")
_EXCEL_DAY_0 = date(1899, 12, 30)  # serial 1 is 1 January 1900, and Excel counts a 29 February 1900 that never was
_SERIALS = range(10_000, 110_000)  # 1927 to 2201
Cell = Any


def text_of(cell: Cell) -> str:
    """The cell as people see it, trimmed; the apostrophe that marks text in a spreadsheet is gone."""
    if type(cell) is str and cell.isalnum() and len(cell) <= MAX_TEXT:
        return cell  # nothing to trim, no NUL, nothing undecodable
    if type(cell) is not str:
        return "" if cell is None else str(cell).lower() if isinstance(cell, bool) else str(cell)
    if not cell.isascii() or "\0" in cell:
        _refuse_unreadable(cell)
    text = cell.strip()
    if len(text) > MAX_TEXT:
        raise CellError(CellCode.TOO_LONG, limit=MAX_TEXT)
    return text[1:] if text[:1] == "'" and text[1:2] in "=+-@0123456789" and len(text) > 1 else text


def _refuse_unreadable(cell: str) -> None:
    if "\0" in cell:
        raise CellError(CellCode.NUL_CHARACTER)
    try:
        cell.encode()
    except UnicodeEncodeError as error:
        raise CellError(CellCode.UNDECODABLE) from error


def _folded(cell: Cell) -> str:
    text = text_of(cell)
    return text if text.isascii() else unicodedata.normalize("NFKC", text).strip()


def identity(cell: Cell) -> str:
    """A number that went through a spreadsheet: 1.38E+10 is lost, 13800138000.0 is not."""
    if type(cell) is str and cell.isdecimal() and cell.isascii():
        return cell  # a plain number, as nearly all are
    text = _folded(cell)
    if _SCIENTIFIC.fullmatch(text):
        raise CellError(CellCode.SCIENTIFIC)
    return text.removesuffix(".0") if text[:-2].isdigit() else text


def number(cell: Cell) -> int | float:
    if type(cell) in (int, float):
        found: int | float = cell
    else:
        if type(cell) is str and 0 < len(cell) < 16 and cell.isdecimal() and cell.isascii():
            return int(cell)
        text = _MONEY.sub(r"\1", _folded(cell))
        text = text.replace(",", "") if _GROUPED.fullmatch(text) else text
        if not _NUMBER.fullmatch(text):
            raise CellError(CellCode.NOT_A_NUMBER)
        found = int(text) if text.lstrip("+-").isdigit() and len(text) < 19 else float(text)
    if abs(found) > 1e300:  # not infinite, and nothing that JSON can't carry
        raise CellError(CellCode.NOT_A_NUMBER)
    return found


def boolean(cell: Cell) -> bool:
    if type(cell) is bool:
        return cell
    said = _SAID.get(cell) if type(cell) is str else None
    if said is None:
        said = _SAID.get(_folded(cell).lower())
    if said is None:
        raise CellError(CellCode.NOT_YES_OR_NO)
    return said


def items(cell: Cell) -> list[str]:
    return [part for part in (p.strip() for p in _SPLIT.split(text_of(cell))) if part]


def day(cell: Cell) -> str:
    """YYYY-MM-DD."""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return _day(_folded(cell))


@lru_cache(maxsize=50_000)
def _day(text: str) -> str:
    return _parts(text, CellCode.NOT_A_DATE)[0].isoformat()


def _parts(text: str, code: CellCode) -> tuple[date, str]:
    """The day, and what stands after it."""
    try:
        if text.isdigit() and len(text) == 8:
            return date(int(text[:4]), int(text[4:6]), int(text[6:])), ""
        if _NUMBER.fullmatch(text) and int(float(text)) in _SERIALS:
            serial = float(text)
            rest = timedelta(seconds=round(serial % 1 * 86400))
            return _EXCEL_DAY_0 + timedelta(days=int(serial)), f" {rest}" if rest else ""
        found = _DAY.match(text)
        if found:
            return date(*(int(part) for part in found.groups())), text[found.end() :]
    except (ValueError, OverflowError) as error:
        raise CellError(code) from error
    raise CellError(code)


def moment(cell: Cell, zone: tzinfo) -> str:
    """ISO 8601 with offset. A time without one is of `zone`; a day alone is its midnight there."""
    if isinstance(cell, datetime):
        return (cell if cell.tzinfo else cell.replace(tzinfo=zone)).isoformat()
    text = cell.isoformat() if isinstance(cell, date) else _folded(cell)
    at, rest = _parts(text, CellCode.NOT_A_TIME)
    if not rest.strip():
        return datetime(at.year, at.month, at.day, tzinfo=zone).isoformat()
    clock = _CLOCK.fullmatch(rest)
    if clock is None:
        raise CellError(CellCode.NOT_A_TIME)
    hours, minutes, seconds, parts, offset = clock.groups()
    try:
        return datetime(
            at.year,
            at.month,
            at.day,
            int(hours),
            int(minutes),
            int(seconds or 0),
            int((parts or "0").ljust(6, "0")),
            tzinfo=_offset(offset) if offset else zone,
        ).isoformat()
    except ValueError as error:
        raise CellError(CellCode.NOT_A_TIME) from error


def _offset(text: str) -> tzinfo:
    return UTC if text == "Z" else datetime.strptime(text.replace(":", ""), "%z").tzinfo or UTC


def reader(kind: str, zone: tzinfo) -> Callable[[Cell], Any]:
    """The function that reads a cell as an attribute of this type."""
    plain: dict[str, Callable[[Cell], Any]] = {
        "string": text_of, "enum": text_of, "number": number, "boolean": boolean, "date": day, "list": items,
        "datetime": lambda cell: moment(cell, zone),
    }  # fmt: skip
    return plain[kind]


def type_of(cells: list[Cell], zone: tzinfo) -> str:
    """The narrowest type that all of these cells have; text when in doubt (007 and 19-digit numbers are no numbers)."""
    given = [cell for cell in cells if cell is not None and cell != ""]
    if not given:
        return "string"
    words = {str(cell).strip() for cell in given}
    if not words <= {"0", "1"} and _all(given, boolean):
        return "boolean"
    if _all(given, number) and not any(
        (w.lstrip("-").startswith("0") and w.lstrip("-0")[:1].isdigit()) or len(w) > 15 for w in words
    ):
        return "number"
    if _all(given, day):
        return "datetime" if any(":" in word for word in words) else "date"
    return "string"


def _all(cells: list[Cell], read: Callable[[Cell], Any]) -> bool:
    try:
        for cell in cells:
            read(cell)
    except CellError:
        return False
    return True
