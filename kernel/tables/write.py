"""Writes tables that are safe to open in a spreadsheet: no cell of text is ever taken for a formula.

Rule (OWASP "CSV Injection"; Symfony CVE-2021-41270 shows that a tab is no protection): a text gets a ' in front when it, or
any line in it, begins with = + - @ tab or CR after spaces. Numbers and times are written as such and need none.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MARK = "\ufeff".encode()  # without it Excel takes UTF-8 for the local encoding
XLSX_ROWS = 1_048_576
_MAX_TEXT = 32_767  # of one cell in Excel
# \uff1d and its like are the full-width signs, which some locales' Excel reads as the plain ones
_RISKY = re.compile("(?:^|[\r\n])[ \u00a0\u3000]*[=+\\-@\t\r\uff1d\uff0b\uff0d\uff20]")


def safe(text: str) -> str:
    """`text` so that no spreadsheet runs it."""
    return "'" + text if text and _RISKY.search(text) else text


def _csv_cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, str):
        return safe(value.replace("\0", ""))
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    return safe(str(value))


def csv_bytes(rows: Iterable[Sequence[Any]]) -> bytes:
    """Rows as CSV, all quoted. A file begins with MARK."""
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows([_csv_cell(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8", "replace")


def write_xlsx(out: IO[bytes], rows: Iterable[Sequence[Any]], *, title: str = "Sheet1") -> None:
    """Rows as one sheet, in flat memory; texts are typed as texts, so a leading = stays a character."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", title)[:31] or "Sheet1")
    for row in rows:
        sheet.append([_typed(sheet, value) for value in row])
    book.save(out)


def _typed(sheet: Any, value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float | Decimal):
        return value
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)  # Excel knows no zones; the caller gives the wall time that is meant
    if isinstance(value, date):
        return value
    text = ILLEGAL_CHARACTERS_RE.sub("", str(value))[:_MAX_TEXT]
    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"  # openpyxl takes "=…" for a formula
    return cell
