"""Files in every shape, from upload to the customers they become; and rows that were read ahead of a change of what decides how they are read."""

import io
import threading
from typing import Any

import pytest
from openpyxl import Workbook

from customers.imports import kinds
from customers.imports import run as importing
from customers.models import AttributeDefinition, Customer, FileImport
from tenants.models import Tenant
from tenants.scope import tenant_tx
from tests.customers.test_imports import errors, person, take, upload, work

pytestmark = pytest.mark.django_db

TWO = "会员号,姓名,手机号\nM1,王小明,13800138000\nM2,李雷,13900139000\n"


@pytest.mark.parametrize(
    "data",
    [
        TWO, "\ufeff" + TWO, TWO.replace("\n", "\r\n"), TWO.replace("\n", "\r"), TWO.rstrip("\n"), "\n\n" + TWO + "\n\n", TWO.replace(",", "\t"),
        TWO.replace(",", ";"), TWO.replace("王小明", '"王小明"'), TWO + ",,\n , ,\n", TWO.replace("手机号\n", "手机号,\n").replace("8000\n", "8000,\n"),
    ],
    ids=["LF", "BOM", "CRLF", "CR", "no end", "empty lines", "tabs", "semicolons", "quoted", "empty cells", "ragged"],
)  # fmt: skip
@pytest.mark.parametrize("codec", ["utf-8", "gb18030", "utf-16"])
def test_the_same_two_people_in_every_shape(api: Any, tenant: Tenant, data: str, codec: str) -> None:
    if data.startswith("\ufeff") and codec == "utf-16":
        data = data[1:]  # the codec writes the mark
    shown = take(api, tenant, data.encode(codec))
    assert (shown["status"], shown["created"], shown["rejected"]) == ("succeeded", 2, 0)
    assert [person(api, one)["attributes"]["name"] for one in ("M1", "M2")] == ["王小明", "李雷"]
    assert [person(api, one)["identities"]["phone"] for one in ("M1", "M2")] == ["138****8000", "139****9000"]


def test_a_cell_of_several_lines_is_one_cell(api: Any, tenant: Tenant) -> None:
    shown = take(api, tenant, '会员号,备注\nM1,"第一行\n第二行, ""引号"""\nM2,短\n')
    assert (shown["created"], shown["done"]) == (2, 2)
    assert person(api, "M1")["attributes"]["备注"] == '第一行\n第二行, "引号"'


def test_a_file_of_one_column(api: Any, tenant: Tenant) -> None:
    shown = take(api, tenant, "手机号\n13800138000\n13900139000\n12\n")
    assert (shown["created"], shown["rejected"]) == (2, 1)
    assert errors(api, shown)[0]["行"] == "4"


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf", b",,,\n,,\n"])
def test_an_empty_file_is_refused_at_the_door(api: Any, data: bytes) -> None:
    answer = upload(api, data)
    assert (answer.status_code, answer.json()["code"]) == (400, "file_empty")


def test_a_header_alone_becomes_nobody(api: Any, tenant: Tenant) -> None:
    shown = take(api, tenant, "会员号,手机号\n")
    assert (shown["status"], shown["created"], shown["rejected"], shown["done"]) == ("succeeded", 0, 0, 0)


def _book(*rows: list[Any]) -> bytes:
    book, out = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def test_what_spreadsheets_do_to_cells(api: Any, tenant: Tenant) -> None:
    """Numbers instead of texts, serial numbers instead of days, formulas nobody has calculated, and zeros that are gone."""
    data = _book(
        ["会员号", "手机", "生日", "积分", "公式"],
        [1, 13800138000, 32904, 1.0, "=1+1"], [2, "8613900139000", "1990/1/31", "1,200.50", "x"],
        ["3", 1062345678, 32904, 5, "x"],  # 010-62345678 whose leading zero is gone
        ["4", 1.38e10, 32904, 5, "x"],
    )  # fmt: skip
    mapping = {"会员号": "external_id", "手机": "phone", "生日": {"to": "attributes.birthday", "type": "date"},
               "积分": {"to": "attributes.points", "type": "number"}, "公式": "attributes.formula"}  # fmt: skip
    shown = take(api, tenant, data, name="表.xlsx", mapping=mapping)
    assert (shown["created"], shown["rejected"]) == (3, 1)
    assert [(line["行"], line["列"]) for line in errors(api, shown)] == [("4", "手机")]
    assert person(api, "1")["attributes"] == {
        "birthday": "1990-01-31",
        "points": 1,
    }  # of a formula without a value nothing is taken
    assert person(api, "2")["attributes"] == {"birthday": "1990-01-31", "points": 1200.5, "formula": "x"}
    assert person(api, "4")["identities"]["phone"] == "138****0000"  # exact in the file, however it is shown


def test_rows_read_ahead_are_read_again_when_what_they_must_be_has_changed(
    api: Any, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second batch is read while the first is being written; the limit that comes in between holds for it."""
    api.language = "en"
    read, ahead = threading.Event(), threading.Event()
    whole, noted = kinds._Customers.read, importing._note

    def reading(self: Any, lines: Any) -> Any:
        answer = whole(self, lines)
        (ahead if read.is_set() else read).set()
        return answer

    def note(file_import: FileImport, done: Any, position: int) -> None:
        noted(file_import, done, position)
        if position == 2:
            assert ahead.wait(60)
            AttributeDefinition.objects.filter(key="age").update(limits={"max": 30})

    monkeypatch.setattr(importing, "BATCH", 2)
    monkeypatch.setattr(importing, "_note", note)
    monkeypatch.setattr(kinds._Customers, "read", reading)
    mapping = {"id": "external_id", "age": {"to": "attributes.age", "type": "number"}}
    made = upload(api, "id,age\na,40\nb,41\nc,42\nd,20\ne,43\n", mapping=mapping).json()["import_id"]
    work(tenant)
    shown = api.get(f"imports/{made}").json()
    assert (shown["created"], shown["rejected"]) == (3, 2)
    told = errors(api, shown)
    assert [line["id"] for line in told] == ["c", "e"]
    assert all(line["problem"].isascii() and line["what to do"] for line in told)  # in the language of whoever asked
    with tenant_tx(tenant.pk):
        assert {c.external_id for c in Customer.objects.all()} == {"a", "b", "d"}
