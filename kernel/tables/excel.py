"""XLSX, read as a stream. Refuses archives that unpack to far more than a spreadsheet would."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from typing import IO, Any

from openpyxl import load_workbook
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from kernel.errors import ProblemError, TableCode

MAX_UNPACKED = 3 * 1024**3
MAX_STRINGS = 256 * 1024**2  # openpyxl keeps the shared strings in memory, so they bound it
MAX_RATIO, RATIO_FROM = 300, 16 * 1024**2
_DAMAGED = (
    zipfile.BadZipFile,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    EOFError,
    SyntaxError,
    OSError,
)


def is_zip(start: bytes) -> bool:
    return start.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def check(file: IO[bytes]) -> None:
    """Raises FILE_NOT_A_TABLE, FILE_EXPLODES. The sizes told are bounds: zipfile reads no more than they say."""
    try:
        members = zipfile.ZipFile(file).infolist()
    except zipfile.BadZipFile as error:
        raise ProblemError(TableCode.FILE_UNREADABLE, reason="zip") from error
    finally:
        file.seek(0)
    if not any(m.filename.startswith("xl/") for m in members):
        raise ProblemError(TableCode.FILE_NOT_A_TABLE)
    strings = sum(m.file_size for m in members if m.filename.lower() == "xl/sharedstrings.xml")
    bombs = [m for m in members if m.file_size > RATIO_FROM and m.file_size > m.compress_size * MAX_RATIO]
    if bombs or strings > MAX_STRINGS or sum(m.file_size for m in members) > MAX_UNPACKED:
        raise ProblemError(TableCode.FILE_EXPLODES)


@contextmanager
def _sheet(file: IO[bytes]) -> Iterator[ReadOnlyWorksheet]:
    """The active sheet. Whatever a damaged file makes openpyxl raise is FILE_UNREADABLE."""
    file.seek(0)
    book = None
    try:
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        sheet = book.active or book.worksheets[0]
        if not isinstance(sheet, ReadOnlyWorksheet):
            raise ProblemError(TableCode.FILE_NOT_A_TABLE)
        yield sheet
    except ProblemError:
        raise
    except _DAMAGED as error:
        raise ProblemError(TableCode.FILE_UNREADABLE, reason=str(error)[:200]) from error
    finally:
        if book is not None:
            book._archive.close()


def lines(file: IO[bytes]) -> Iterator[tuple[int, list[Any]]]:
    """(row number, cells). Whole numbers are ints, days dates; of merged cells the first holds the value."""
    with _sheet(file) as sheet:
        sheet.reset_dimensions()  # what a file says of its size may be a lie, and rows would be filled up to it
        rows = sheet.iter_rows(values_only=True)
        for number, cells in enumerate(rows, start=1):
            yield number, [_plain(cell) for cell in cells]


def height(file: IO[bytes]) -> int:
    """Rows that the sheet says it has; 0: it does not say."""
    with _sheet(file) as sheet:
        return sheet.max_row or 0


def _plain(cell: Any) -> Any:
    if type(cell) is str:
        return cell
    if cell is None:
        return ""
    if type(cell) is float and cell.is_integer() and abs(cell) < 2**53:
        return int(cell)
    if type(cell) is datetime and cell.time() == time.min:
        return cell.date()
    return cell if isinstance(cell, bool | int | float | date | datetime) else str(cell)
