"""Reading an uploaded file of codes, row by row: text or CSV, UTF-8 or GB18030."""

import codecs
import csv
from collections.abc import Iterator
from typing import IO

from kernel.errors import ProblemError
from rewards.errors import RewardCode

MAX_LENGTH = 100
_HEADERS = ("code", "codes", "券码", "兑换码", "优惠码")


def clean(code: str) -> str | None:
    """The code without blanks around it; None when it can't be one."""
    code = code.strip()
    return code if 0 < len(code) <= MAX_LENGTH and code.isprintable() else None


def rows(file: IO[bytes]) -> Iterator[tuple[int, str, str | None]]:
    """(line, what stands there, the code or None) of every row that is not empty.

    A column called code (or alike) if the first row has one, else the first column. Raises BAD_FILE.
    """
    column, reader = 0, csv.reader(_text(file))
    try:
        for number, row in enumerate(reader):
            if not any(cell.strip() for cell in row):
                continue
            named = [i for i, cell in enumerate(row) if cell.strip().lower() in _HEADERS] if number == 0 else []
            if named:
                column = named[0]
                continue
            cell = row[column] if column < len(row) else ""
            yield reader.line_num, cell, clean(cell)
    except csv.Error as error:
        raise ProblemError.at("/file", RewardCode.BAD_FILE) from error


def _text(file: IO[bytes]) -> Iterator[str]:
    head = file.read(4096)
    file.seek(0)
    try:
        codecs.getincrementaldecoder("utf-8-sig")().decode(head)
        encoding = "utf-8-sig"
    except UnicodeDecodeError:
        encoding = "gb18030"
    try:
        yield from codecs.getreader(encoding)(file)
    except UnicodeDecodeError as error:
        raise ProblemError.at("/file", RewardCode.BAD_FILE) from error
