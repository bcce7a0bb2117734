"""Reading tables in whatever shape people bring them, and writing them so that no spreadsheet runs a cell."""

import csv
import io
import zipfile
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from kernel.errors import ProblemError
from kernel.tables.read import count_rows, open_table
from kernel.tables.write import MARK, csv_bytes, safe, write_xlsx

TEXT = "姓名,手机号,备注\r\n王小明,13800138000,老客户\r\n李雷,13900139000,😀好\r\n"
ROWS = [["王小明", "13800138000", "老客户"], ["李雷", "13900139000", "😀好"]]


def read(data: bytes, **how: Any) -> tuple[Any, list[list[Any]]]:
    table = open_table(io.BytesIO(data), **how)
    return table, [cells for _, cells in table.rows()]


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030"])
def test_every_usual_encoding_is_recognised(codec: str) -> None:
    table, rows = read(TEXT.encode(codec))
    assert table.header == ["姓名", "手机号", "备注"]
    assert rows == ROWS


def test_an_encoding_that_shows_late_in_the_file_is_seen() -> None:
    table, rows = read(("name\n" + "plain\n" * 400_000 + "王小明\n").encode("gb18030"))
    assert (table.encoding, rows[-1]) == ("gb18030", ["王小明"])


def test_one_broken_byte_does_not_turn_the_file_into_another_encoding() -> None:
    table, rows = read(("姓名\n" + "王小明\n" * 200).encode() + b"\xe7\x8e\n" + "李雷\n".encode())
    assert (table.encoding, len(rows), rows[0], rows[-1]) == ("utf-8", 202, ["王小明"], ["李雷"])


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    table, rows = read(f'a{delimiter}b\n"x{delimiter}y, z"{delimiter}2\n'.encode())
    assert (table.delimiter, table.header, rows) == (delimiter, ["a", "b"], [[f"x{delimiter}y, z", "2"]])


def test_headers_get_names_that_differ_and_empty_lines_go() -> None:
    table, rows = read(b"\n\nname,name,,name\n\n1,2,3,4\n ,,\t,\n5\n")
    assert table.header == ["name", "name (2)", "#3", "name (3)"]
    assert rows == [["1", "2", "3", "4"], ["5", "", "", ""]]
    assert [number for number, _ in table.rows()] == [5, 7]
    assert count_rows(table) == 2


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file_empty"),
        (b"\n ,, \n", "file_empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "file_not_a_table"),
        (b"PK\x03\x04 nothing", "file_unreadable"),
        (b"name\n" + bytes(range(128, 256)) * 40, "encoding_unknown"),
        (b",".join(b"c%d" % i for i in range(10_000)), "too_many_columns"),
    ],
)
def test_what_is_no_table_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(ProblemError) as caught:
        read(data)
    assert caught.value.as_json()["code"] == code


def test_a_quote_that_is_never_closed_is_told() -> None:
    with pytest.raises(ProblemError) as caught:
        read(b'a,b\n1,"' + b"x" * 5_000_000, delimiter=",")
    assert caught.value.as_json()["code"] == "quote_open"


def sheet(rows: list[list[Any]], merge: str | None = None) -> bytes:
    book, out = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    if merge:
        book.active.merge_cells(merge)
    book.save(out)
    return out.getvalue()


DAY, MOMENT = date(2024, 2, 29), datetime.fromisoformat("2024-02-29T08:30:00")


def test_cells_of_a_spreadsheet_keep_what_they_are() -> None:
    given = [13800138000, 1.5, True, datetime.combine(DAY, datetime.min.time()), MOMENT, "文", None]
    table, rows = read(sheet([["a", "b", "c", "d", "e", "f", "g", "h"], [*given, "x"]]))
    assert table.format == "xlsx"
    assert rows == [[13800138000, 1.5, True, DAY, MOMENT, "文", "", "x"]]


def test_merged_cells_and_gaps_of_a_spreadsheet() -> None:
    table, rows = read(sheet([[], ["标题", None], ["a", "b"], [], ["c", "d"]], merge="A2:B2"))
    assert (table.header, table.header_row) == (["标题"], 2)
    assert rows == [["a", "b"], ["c", "d"]]


def test_an_archive_that_unpacks_to_far_too_much_is_refused_unread() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * 40_000_000)
    with pytest.raises(ProblemError) as caught:
        read(out.getvalue())
    assert caught.value.as_json()["code"] == "file_explodes"


RISKY = [
    "=1+1",
    "+86 138",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    " =1",
    "\u00a0=1",
    "\u3000@x",
    "fine\n=cmd|'/c calc'!A1",
    "\uff1d1",
]


@pytest.mark.parametrize("text", RISKY)
def test_a_risky_text_is_quoted(text: str) -> None:
    assert safe(text) == "'" + text


@pytest.mark.parametrize("text", ["", "王=明", "a-b", "1+1", "x@y.com", "'=1"])
def test_a_harmless_text_stays(text: str) -> None:
    assert safe(text) == text


def test_a_written_csv_is_quoted_marked_and_keeps_numbers() -> None:
    data = MARK + csv_bytes([["姓名", "额"], ["=1", Decimal("-5.00")], [None, -3], ["a\0b", date(2024, 1, 2)]])
    assert data.startswith(b'\xef\xbb\xbf"\xe5')
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert rows == [["姓名", "额"], ["'=1", "-5.00"], ["", "-3"], ["ab", "2024-01-02"]]


def test_a_written_spreadsheet_has_texts_and_no_formulas() -> None:
    out = io.BytesIO()
    write_xlsx(out, [["名"], *[[text] for text in RISKY], [12], ["a\x01b"]])
    cells = [row[0] for row in load_workbook(io.BytesIO(out.getvalue())).active.iter_rows()]
    assert {cell.data_type for cell in cells[1:-2]} == {"s"}
    assert (cells[1].value, cells[-2].value, cells[-1].value) == ("=1+1", 12, "ab")


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a,b\n1,2\n3,4\n", 2), ("a,b\n1,2\n3,4", 2), ("a,b\r\n1,2\r\n3,4\r\n", 2), ("a,b\r1,2\r3,4\r", 2),
        ("a,b\r1,2\r3,4", 2), ("a,b\n", 0), ("a,b", 0), ('a,b\n"1\n1",2\n"3\n\n",4\n', 2), ("\n\na,b\n1,2\n", 1),
    ],
)  # fmt: skip
@pytest.mark.parametrize("codec", ["utf-8-sig", "gb18030", "utf-16"])
def test_rows_are_counted_for_those_who_wait(text: str, rows: int, codec: str) -> None:
    assert count_rows(read(text.encode(codec))[0]) == rows
