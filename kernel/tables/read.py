"""Reads a table row by row: a CSV in any usual encoding and delimiter, or the first sheet of an XLSX that holds something."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from kernel.errors import ProblemError, TableCode
from kernel.tables import excel
from kernel.tables.encoding import KNOWN, detect

MAX_COLUMNS = 500
MAX_CELL = 4 * 1024 * 1024  # for the parser; what a cell may hold is for those who read it
_DELIMITERS = (",", "\t", ";", "|")
_SAMPLE_LINES = 20

csv.field_size_limit(MAX_CELL)

Row = tuple[int, list[Any]]  # its number in the file, the header being 1 as in a spreadsheet; its cells


@dataclass(frozen=True)
class Table:
    """A file and how to read it. `header`: one name for each column, all different and none empty."""

    file: IO[bytes]
    format: str  # csv · xlsx
    encoding: str | None
    delimiter: str | None
    header: list[str]
    header_row: int

    def rows(self) -> Iterator[Row]:
        """Rows below the header that hold anything, as long as the header; surplus cells are kept, so that they can be seen."""
        lines = _csv_lines(self.file, self.encoding, self.delimiter) if self.format == "csv" else excel.lines(self.file)
        width = len(self.header)
        for number, cells in lines:
            if number > self.header_row and holds_anything(cells):
                if len(cells) < width:
                    cells += [""] * (width - len(cells))
                yield number, cells


def open_table(file: IO[bytes], *, encoding: str | None = None, delimiter: str | None = None) -> Table:
    """Finds out what it is. Raises problems of TableCode."""
    file.seek(0)
    start = file.read(8)
    file.seek(0)
    if excel.is_zip(start):
        excel.check(file)
        return _with_header(file, "xlsx", None, None, excel.lines(file))
    if start.startswith((b"\xd0\xcf\x11\xe0", b"%PDF", b"\x89PNG")):
        raise ProblemError(TableCode.FILE_NOT_A_TABLE)
    encoding = encoding if encoding in KNOWN else detect(file)
    delimiter = delimiter or _delimiter(file, encoding)
    return _with_header(file, "csv", encoding, delimiter, _csv_lines(file, encoding, delimiter))


def _with_header(
    file: IO[bytes], kind: str, encoding: str | None, delimiter: str | None, lines: Iterator[Row]
) -> Table:
    for number, cells in lines:
        while cells and not holds_anything(cells[-1:]):
            cells.pop()
        if cells:
            if len(cells) > MAX_COLUMNS:
                raise ProblemError(TableCode.TOO_MANY_COLUMNS, limit=MAX_COLUMNS, count=len(cells))
            return Table(file, kind, encoding, delimiter, _named(cells), number)
    raise ProblemError(TableCode.FILE_EMPTY)


def holds_anything(cells: list[Any]) -> bool:
    """A plain loop: it is asked of every row, and nearly always the first cell answers."""
    for cell in cells:  # noqa: SIM110  # any() makes a generator for each row
        if cell != "" and cell is not None and not (type(cell) is str and cell.isspace()):
            return True
    return False


def _named(cells: list[Any]) -> list[str]:
    names: list[str] = []
    taken: set[str] = set()
    for i, cell in enumerate(cells):
        base = (
            " ".join(str("" if cell is None else cell).replace("\0", "").replace("\ufeff", "").split())[:100]
            or f"#{i + 1}"
        )
        name, n = base, 1
        while name in taken:
            n += 1
            name = f"{base} ({n})"
        taken.add(name)
        names.append(name)
    return names


def _csv_lines(file: IO[bytes], encoding: str | None, delimiter: str | None) -> Iterator[Row]:
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, errors="surrogateescape", newline="")
    reader, number = csv.reader(text, delimiter=delimiter or ","), 0
    try:
        for cells in reader:
            number += 1
            yield number, cells
    except csv.Error as error:
        raise ProblemError(TableCode.QUOTE_OPEN, row=number + 1) from error
    except UnicodeDecodeError as error:
        raise ProblemError(TableCode.FILE_UNREADABLE, reason=f"{encoding}, {number}") from error
    finally:
        text.detach()


def _delimiter(file: IO[bytes], encoding: str) -> str:
    """The one that cuts the first lines into most columns, all lines into the same number."""
    text = io.TextIOWrapper(file, encoding=encoding, errors="surrogateescape", newline="")
    lines = [line for line in (text.readline(65536) for _ in range(_SAMPLE_LINES)) if line.strip()]
    text.detach()
    file.seek(0)
    return max(_DELIMITERS, key=lambda d: _fit(lines, d))


def _fit(lines: list[str], delimiter: str) -> tuple[float, int]:
    widths = [len(cells) for cells in csv.reader(lines, delimiter=delimiter) if cells]
    if not widths or widths[0] < 2:
        return 0.0, 0
    return sum(width == widths[0] for width in widths) / len(widths), widths[0]


def count_rows(table: Table) -> int:
    """How many rows there are, by reading them all (a CSV of a million takes a second); an XLSX is believed."""
    if table.format == "xlsx":
        return max(excel.height(table.file) - table.header_row, 0)
    lines = _csv_lines(table.file, table.encoding, table.delimiter)
    return sum(1 for number, cells in lines if number > table.header_row and holds_anything(cells))
