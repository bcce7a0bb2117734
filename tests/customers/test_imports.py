"""Customers, events and lists out of files, over HTTP: guesses, preview, wrong rows told one by one, nothing twice, undo."""

import csv
import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook

from customers.imports import run as importing
from customers.models import Customer, EventWatch
from kernel.clock import db_now
from kernel.json import dumps
from tenants import jobs
from tenants.jobs import run_next_job
from tenants.models import Job, Tenant
from tenants.scope import tenant_tx

HEAD = "会员号,姓名,手机号,标签,短信同意,生日,年龄,城市\n"
GOOD = "M1,王小明,13800138000,老客户；高价值,是,1990-01-31,34,上海\nM2,李雷,13900139000,新客,否,1991/2/3,28,北京\n"


def upload(api: Any, data: bytes | str, name: str = "客户.csv", **fields: Any) -> Any:
    raw = data.encode() if isinstance(data, str) else data
    form = {key: value if isinstance(value, str) else dumps(value).decode() for key, value in fields.items()}
    headers = {"Authorization": f"Bearer {api.key}", "Accept-Language": api.language}
    return Client().post("/api/v1/imports", {"file": SimpleUploadedFile(name, raw), **form}, headers=headers)


def work(tenant: Tenant) -> None:
    while run_next_job(tenant.pk):
        pass


def take(api: Any, tenant: Tenant, data: bytes | str, mapping: Any = "auto", **fields: Any) -> dict[str, Any]:
    """Import all of it; the import afterwards."""
    answer = upload(api, data, mapping=mapping, **fields)
    assert answer.status_code == 202, answer.content
    work(tenant)
    return api.get(f"imports/{answer.json()['import_id']}").json()


def errors(api: Any, shown: dict[str, Any], url: str = "errors_url") -> list[dict[str, str]]:
    content = b"".join(api.get(shown[url].removeprefix("/api/v1/")).streaming_content)
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def person(api: Any, external_id: str) -> dict[str, Any]:
    return api.get(f"customers?external_id={external_id}").json()["results"][0]


def targets(made: dict[str, Any]) -> list[Any]:
    return [column["target"] and (column["target"]["to"], column["target"]["type"]) for column in made["columns"]]


def test_columns_are_guessed_from_headers_and_values(api: Any) -> None:
    made = upload(api, HEAD + GOOD).json()
    assert (made["status"], made["format"], made["encoding"]) == ("draft", "csv", "utf-8")
    assert targets(made) == [
        ("external_id", "string"), ("attributes.name", "string"), ("identities.phone", "string"), ("tags", "string"),
        ("consents.sms", "string"), ("attributes.birthday", "date"), ("attributes.年龄", "number"), ("attributes.city", "string"),
    ]  # fmt: skip
    assert made["columns"][3]["samples"] == ["老客户；高价值", "新客"]


@pytest.mark.parametrize(
    ("header", "target"),
    [
        ("Mobile", "identities.phone"), ("phone_number", "identities.phone"), ("E-mail", "identities.email"), ("电子邮箱", "identities.email"),
        ("Customer ID", "external_id"), ("会员卡号", "external_id"), ("Tags", "tags"), ("Email opt-in", "consents.email"), ("微信授权", "consents.wechat"),
        ("黑名单", "blocked"), ("Lieblingsfarbe", "attributes.Lieblingsfarbe"), ("OpenID", "identities.openid"),
    ],
)  # fmt: skip
def test_headers_in_both_languages(api: Any, header: str, target: str) -> None:
    assert upload(api, f"{header},x\n1,y\n").json()["columns"][0]["target"]["to"] == target


def test_a_file_becomes_customers(api: Any, tenant: Tenant) -> None:
    shown = take(api, tenant, (HEAD + GOOD).encode("gb18030"))
    assert (shown["status"], shown["created"], shown["updated"], shown["rejected"]) == ("succeeded", 2, 0, 0)
    assert (shown["done"], shown["total"], shown["errors_url"]) == (2, 2, None)
    ming = person(api, "M1")
    assert ming["attributes"] == {"name": "王小明", "birthday": "1990-01-31", "年龄": 34, "city": "上海"}
    assert (sorted(ming["tags"]), ming["consents"]) == (["老客户", "高价值"], {"sms": True})
    assert ming["identities"]["phone"] == "138****8000"
    assert person(api, "M2")["attributes"]["birthday"] == "1991-02-03"


def test_a_spreadsheet_becomes_customers(api: Any, tenant: Tenant) -> None:
    book, out = Workbook(), io.BytesIO()
    for row in [
        ["会员号", "手机", "birthday"],
        [1001, 13800138000, date(1990, 1, 31)],
        ["x", "１３９ ００１３ ９０００", 32904],
    ]:
        book.active.append(row)
    book.save(out)
    shown = take(api, tenant, out.getvalue(), name="客户.xlsx", mapping={"会员号": "external_id", "手机": "phone",
                 "birthday": {"to": "attributes.birthday", "type": "date"}})  # fmt: skip
    assert (shown["created"], shown["rejected"]) == (2, 0)
    found = {one: person(api, one) for one in ("1001", "x")}
    assert [found[one]["identities"]["phone"] for one in found] == ["138****8000", "139****9000"]
    assert [found[one]["attributes"]["birthday"] for one in found] == ["1990-01-31", "1990-01-31"]


@pytest.mark.parametrize(
    ("cell", "phone"),
    [
        ("+86 138-0013-8000", "138****8000"), ("0086 13800138000", "138****8000"), ("１３８００１３８０００", "138****8000"),
        ("'13800138000", "138****8000"), ("13800138000.0", "138****8000"), ("(138) 0013 8000", "138****8000"), (" 86 13800138000 ", "138****8000"),
    ],
)  # fmt: skip
def test_phone_numbers_in_every_habit(api: Any, tenant: Tenant, cell: str, phone: str) -> None:
    take(api, tenant, f"id;phone\nP;{cell}\n")
    assert person(api, "P")["identities"] == {"phone": phone}


BAD = [
    ("1.38E+10", "phone", "scientific", "2"), ("123", "phone", "bad_identity", "2"), ("0000-00-00", "day", "not_a_date", "2"),
    ("31/12/2020", "day", "not_a_date", "2"), ("2023-02-29", "day", "not_a_date", "2"), ("vielleicht", "sms", "not_yes_or_no", "2"),
    ("zwölf", "age", "not_a_number", "2"), ("a\0b", "name", "nul_character", "2"), ("x" * 1_000_000, "name", "too_long", "2"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "column", "code", "row"), BAD, ids=[bad[2] + bad[0][:5].replace("\0", "") for bad in BAD]
)
def test_a_wrong_cell_is_told_with_its_place_and_the_row_beside_it_goes_in(
    api: Any, tenant: Tenant, cell: str, column: str, code: str, row: str
) -> None:
    api.language = "en"
    mapping = {
        "id": "external_id", "phone": "phone", "day": {"to": "attributes.day", "type": "date"}, "sms": "consents.sms",
        "age": {"to": "attributes.age", "type": "number"}, "name": "attributes.name",
    }  # fmt: skip
    line = {"id": "B", **dict.fromkeys(list(mapping)[1:], ""), column: cell}
    text = ",".join(mapping) + "\n" + ",".join(line.values()) + "\nG,13800138000,2020-01-01,yes,5,😀\n"
    made = upload(api, text).json()
    look = api.post(f"imports/{made['id']}/preview", {"mapping": mapping}).json()["rows"]
    assert [(p["column"], p["code"]) for p in look[0]["problems"]] == [(list(mapping).index(column), code)]
    assert (look[0]["action"], look[1]["action"]) == ("reject", "create")
    api.post(f"imports/{made['id']}/start", {"mapping": mapping})
    work(tenant)
    shown = api.get(f"imports/{made['id']}").json()
    assert (shown["created"], shown["rejected"]) == (1, 1)
    assert person(api, "G")["attributes"] == {"day": "2020-01-01", "age": 5, "name": "😀"}
    (wrong,) = errors(api, shown)
    assert (wrong["row"], wrong["column"], bool(wrong["problem"]), bool(wrong["what to do"]), wrong["id"]) == (
        row,
        column,
        True,
        True,
        "B",
    )


def test_every_wrong_cell_of_a_row_is_told_and_a_clash_too(api: Any, tenant: Tenant) -> None:
    api.language = "en"
    api.patch("settings", {"merging": {"others": "off"}})
    api.post("customers/bulk", {"customers": [{"external_id": "OLD", "identities": {"phone": "13711112222"}}]})
    text = "id,phone,birthday\nA,1,0000-00-00\n,,1990-01-01\nB,13711112222,\nC,,,,surplus\nD,13900139000,1990-01-01\n"
    shown = take(
        api,
        tenant,
        text,
        mapping={"id": "external_id", "phone": "phone", "birthday": {"to": "birthday", "type": "date"}},
    )
    assert (shown["created"], shown["rejected"]) == (1, 4)
    told = [(wrong["row"], wrong["column"]) for wrong in errors(api, shown)]
    assert sorted(told) == [("2", "birthday"), ("3", ""), ("4", "phone"), ("5", "")]


def test_a_number_that_is_anothers_proposes_them(api: Any, tenant: Tenant) -> None:
    api.post("customers/bulk", {"customers": [{"external_id": "OLD", "identities": {"phone": "13711112222"}}]})
    shown = take(api, tenant, "id,phone\nB,13711112222\n", mapping={"id": "external_id", "phone": "phone"})
    assert (shown["created"], shown["rejected"]) == (1, 0)
    (one,) = api.get("merge-proposals").json()["results"]
    assert one["evidence"][0]["source"] == f"import:{shown['id']}"


def test_errors_are_safe_to_open(api: Any, tenant: Tenant) -> None:
    shown = take(api, tenant, "id,phone\n=cmd|calc,1\n")
    assert errors(api, shown)[0]["id"] == "'=cmd|calc"


@pytest.mark.parametrize(
    ("mapping", "pointer", "code"),
    [
        ({"nowhere": "external_id"}, "/mapping/nowhere", "column_unknown"),
        ({"id": "consents."}, "/mapping/id", "mapping_unknown"),
        ({"id": "external_id", "name": "external_id"}, "/mapping/name", "mapping_twice"),
        ({"name": "attributes.name"}, "/mapping", "mapping_lacks"),
    ],
)
def test_a_mapping_that_makes_no_sense(api: Any, mapping: Any, pointer: str, code: str) -> None:
    made = upload(api, "id,name\n1,x\n").json()
    problem = api.post(f"imports/{made['id']}/start", {"mapping": mapping}).json()
    assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [(pointer, code)]


def test_a_broken_upload_is_refused_and_strangers_see_nothing(api: Any, stranger: Any) -> None:
    assert upload(api, b"").json()["code"] == "file_empty"
    assert upload(api, b"id\n1\n", kind="cats").status_code == 400
    made = upload(api, "id\n1\n").json()
    assert stranger.get(f"imports/{made['id']}").status_code == 404
    assert stranger.post(f"imports/{made['id']}/start").status_code == 404
    assert stranger.get("imports").json()["results"] == []


def test_an_import_starts_once(api: Any, tenant: Tenant) -> None:
    made = upload(api, "id\n1\n").json()
    assert api.post(f"imports/{made['id']}/start").status_code == 202
    assert api.post(f"imports/{made['id']}/start").json()["code"] == "import_started"
    assert api.post(f"imports/{made['id']}/undo").json()["code"] == "import_running"


def test_after_a_crash_it_goes_on_where_it_was(api: Any, tenant: Tenant, monkeypatch: Any) -> None:
    """The worker dies in the middle of the third transaction; the next one neither repeats nor leaves out a row."""
    monkeypatch.setattr(importing, "BATCH", 10)
    real, calls = importing._note, []

    def dying(*args: Any) -> None:
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        real(*args)

    monkeypatch.setattr(importing, "_note", dying)
    text = "id,标签,phone\n" + "".join(f"C{i},t{i % 3},{'1' if i % 7 == 0 else 13800000000 + i}\n" for i in range(45))
    made = upload(api, text, mapping="auto").json()
    with pytest.raises(KeyboardInterrupt):
        run_next_job(tenant.pk)
    half = api.get(f"imports/{made['import_id']}").json()
    assert (half["done"], half["status"]) == (20, "running")
    with tenant_tx(tenant.pk):
        Job.objects.update(lease_until=db_now() - timedelta(seconds=1))
    work(tenant)
    shown = api.get(f"imports/{made['import_id']}").json()
    assert (shown["status"], shown["done"], shown["created"], shown["rejected"]) == ("succeeded", 45, 38, 7)
    assert [wrong["行"] for wrong in errors(api, shown)] == [str(i + 2) for i in range(0, 45, 7)]
    assert len(api.get("customers?page_size=100").json()["results"]) == 38


def test_long_imports_take_turns(api: Any, tenant: Tenant, monkeypatch: Any) -> None:
    monkeypatch.setattr(importing, "BATCH", 10)
    monkeypatch.setattr(jobs, "TURN_SECONDS", -1.0)
    made = upload(api, "id\n" + "".join(f"C{i}\n" for i in range(25)), mapping="auto").json()
    assert run_next_job(tenant.pk)
    assert api.get(f"imports/{made['import_id']}").json()["done"] == 10
    work(tenant)
    assert api.get(f"imports/{made['import_id']}").json()["created"] == 25


@pytest.mark.django_db(transaction=True)  # what was touched is told by the time of the transaction
def test_undo_removes_the_new_and_puts_back_the_changed(api: Any, tenant: Tenant) -> None:
    before = {"external_id": "OLD", "attributes": {"name": "旧", "age": 1}, "tags": ["had"], "consents": {"sms": True},
              "identities": {"phone": "13700137000"}}  # fmt: skip
    api.post("customers/bulk", {"customers": [before, {"external_id": "EDITED", "attributes": {"age": 1}}]})
    was = person(api, "OLD")
    text = "id,name,age,标签,短信同意,phone\nOLD,新,2,had;given,否,13800138000\nEDITED,x,2,,,\nNEW,y,3,given,是,13900139000\nTOUCHED,z,4,,,\n"
    made = take(api, tenant, text)
    assert (made["created"], made["updated"], made["undoable"]) == (2, 2, True)
    assert person(api, "OLD")["attributes"] == {"name": "新", "age": 2}
    api.post(
        "customers/bulk",
        {
            "customers": [
                {"external_id": "EDITED", "attributes": {"age": 9}},
                {"external_id": "TOUCHED", "attributes": {"later": "1"}},
            ]
        },
    )
    assert api.post(f"imports/{made['id']}/undo").status_code == 202
    work(tenant)
    shown = api.get(f"imports/{made['id']}").json()
    assert (shown["status"], shown["undoable"]) == ("undone", False)
    assert shown["undone"] == {"removed": 1, "kept": 1, "restored": 2, "left": 2}
    now = person(api, "OLD")
    same = ("attributes", "tags", "consents", "identities")
    assert {key: now[key] for key in same} == {key: was[key] for key in same}
    assert person(api, "EDITED")["attributes"] == {"age": 9}
    assert api.get("customers?external_id=NEW").json()["results"] == []
    assert person(api, "TOUCHED")["attributes"]["later"] == "1"
    assert [(left["哪一项"]) for left in errors(api, shown, "left_url")] == ["", "age"]
    assert api.post(f"imports/{made['id']}/undo").json()["code"] == "import_not_undoable"


@pytest.mark.django_db(transaction=True)
def test_undo_of_rows_that_met_one_customer_several_times(api: Any, tenant: Tenant, monkeypatch: Any) -> None:
    monkeypatch.setattr(importing, "BATCH", 1)
    api.post("customers/bulk", {"customers": [{"external_id": "A", "attributes": {"n": 0}}]})
    made = take(api, tenant, "id,n\nA,1\nA,2\nB,1\nB,2\nA,3\n")
    assert person(api, "A")["attributes"] == {"n": 3}
    api.post(f"imports/{made['id']}/undo")
    work(tenant)
    assert person(api, "A")["attributes"] == {"n": 0}
    assert api.get("customers?external_id=B").json()["results"] == []


def test_orders_come_in_once_and_start_no_canvas(api: Any, tenant: Tenant) -> None:
    with tenant_tx(tenant.pk):
        EventWatch.objects.create(name="order.paid", watcher="test")
    text = "会员号,订单号,支付时间,金额\nM1,1001,2024-05-01 10:00:00,12.50\nM1,1002,2024/5/2,3\nM2,1003,,1\n"
    first = take(api, tenant, text, kind="events")
    assert (first["created"], first["rejected"], first["undoable"]) == (2, 1, False)
    again = take(api, tenant, text, kind="events")
    assert (again["created"], again["repeated"]) == (0, 2)
    found = api.get("events?page_size=10").json()["results"]
    assert sorted((e["properties"]["order_id"], e["properties"]["amount"]) for e in found) == [
        ("1001", 12.5),
        ("1002", 3),
    ]
    from customers.models import EventInbox

    with tenant_tx(tenant.pk):
        assert not EventInbox.objects.exists()
        assert Customer.objects.count() == 1
    told = take(api, tenant, text.replace("1001", "2001"), kind="events", options={"trigger": True})
    assert told["created"] == 2
    with tenant_tx(tenant.pk):
        assert EventInbox.objects.count() == 2


def test_a_list_becomes_an_audience_and_unknown_people_are_told(api: Any, tenant: Tenant) -> None:
    api.post(
        "customers/bulk",
        {"customers": [{"external_id": "A"}, {"external_id": "B", "identities": {"phone": "13800138000"}}]},
    )
    text = "会员号,手机号\nA,\n,13800138000\nC,\n"
    shown = take(api, tenant, text, kind="audience", options={"name": "双十一"})
    assert (shown["created"], shown["rejected"]) == (2, 1)
    audience = api.get(f"audiences/{shown['result']['audience']}").json()
    assert (audience["name"], audience["kind"], audience["size"]) == ("双十一", "static", 2)
