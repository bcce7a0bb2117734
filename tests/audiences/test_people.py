"""Who is in a saved audience: lists brought in, changes by hand, samples, search, files to take away (AUD-5)."""

import csv
import io
from typing import Any

import openpyxl
import pytest
from django.test import Client

from tenants.jobs import run_next_job
from tenants.models import AuditEntry, Tenant
from tenants.scope import tenant_tx
from tests.audiences.shop import Person, write
from tests.conftest import Api, make_key

PEOPLE = [
    {"external_id": "amy", "identities": {"phone": "13800138001", "email": "amy@x.com"}, "attributes": {"name": "=1+1", "pin": "4711"}, "tags": ["新客", "沪"]},
    {"external_id": "bob", "identities": {"phone": "13800138002"}, "attributes": {"name": "Bob"}},
    {"external_id": "cat", "identities": {"email": "cat@x.com"}, "attributes": {"name": "Cat"}},
]  # fmt: skip


@pytest.fixture
def shop(api: Api) -> Api:
    assert api.post("customers/bulk", {"customers": PEOPLE}).json()["rejected"] == []
    return api


def static(api: Api, *customers: str, **more: Any) -> dict[str, Any]:
    answer = api.post("audiences", {"name": "名单", "kind": "static", "customers": list(customers), **more})
    assert answer.status_code == 201, answer.json()
    made: dict[str, Any] = answer.json()
    return made


def names(api: Api, audience: str, query: str = "") -> list[str]:
    return [c["external_id"] for c in api.get(f"audiences/{audience}/members{query}").json()["results"]]


@pytest.mark.parametrize(
    ("by", "customers", "expected", "unknown"),
    [
        ("external_id", ["amy", "x"], ["amy"], ["x"]),
        ("phone", ["+86 138-0013-8002", "13900000000"], ["bob"], ["13900000000"]),
        ("email", ["CAT@x.com", "not one"], ["cat"], ["not one"]),
        ("guess", ["１３８００１３８００１", "13800138002", "1"], ["amy", "bob"], ["1"]),
        ("guess", ["cat", "bob", "zed"], ["bob", "cat"], ["zed"]),
        ("guess", ["amy@x.com"], ["amy"], []),
    ],
)
def test_a_list_is_of_one_kind_chosen_or_guessed(
    shop: Api, by: str, customers: list[str], expected: list[str], unknown: list[str]
) -> None:
    made = static(shop, *customers, by=by)
    assert (sorted(names(shop, made["id"])), made["unknown"]) == (expected, unknown)
    assert made["by"] == by or by == "guess"


def test_the_unknown_are_told_and_downloaded_as_a_file_that_is_safe_to_open(shop: Api) -> None:
    made = static(shop, "amy", "=evil()", "zed")
    assert (made["unknown_count"], made["unknown"]) == (2, ["=evil()", "zed"])
    rows = list(csv.reader(io.StringIO(download(shop, made["unknown_url"]).decode("utf-8-sig"))))
    assert rows == [["找不到的 ID"], ["'=evil()"], ["zed"]]


def test_none_known_is_refused_with_words_for_the_kind(shop: Api) -> None:
    body = {"name": "x", "kind": "static", "customers": ["13900000000"], "by": "phone"}
    assert shop.post("audiences", body).json()["errors"][0]["code"] == "all_unknown_identities"
    assert shop.post("audiences", {**body, "by": "colour"}).json()["errors"][0]["pointer"] == "/by"


def test_people_are_added_removed_and_replaced(shop: Api) -> None:
    made = static(shop, "amy")["id"]

    def change(op: str, *customers: str) -> tuple[int, int, int]:
        answer = shop.post(f"audiences/{made}/people", {"op": op, "customers": list(customers)}).json()
        return answer["size"], answer["added"], answer["removed"]

    assert change("add", "amy", "13800138002", "cat") == (2, 1, 0)  # most are external ids: the phone is unknown
    assert names(shop, made) == ["amy", "cat"]
    assert change("add", "13800138002") == (3, 1, 0)
    assert change("remove", "amy", "cat") == (1, 0, 2)
    assert change("replace", "amy") == (1, 1, 1)
    assert names(shop, made) == ["amy"]
    causes = [row["cause"] for row in shop.get(f"audiences/{made}/history").json()["results"]]
    assert set(causes) == {"upload"}


def test_a_dynamic_audience_takes_no_people_by_hand(shop: Api) -> None:
    made = shop.post("audiences", {"name": "x", "rule": {"condition": "tag", "op": "has_any", "value": ["沪"]}}).json()
    answer = shop.post(f"audiences/{made['id']}/people", {"op": "add", "customers": ["amy"]})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "wrong_kind")


def test_members_are_searched_and_paged(shop: Api) -> None:
    made = static(shop, "amy", "bob", "cat")["id"]
    assert names(shop, made, "?search=Bob") == ["bob"]
    assert names(shop, made, "?search=13800138001") == ["amy"]
    assert names(shop, made, "?search=nobody") == []
    first = shop.get(f"audiences/{made}/members?page_size=2").json()
    assert len(shop.get(first["next"].split("/api/v1/")[1]).json()["results"]) == 1


def test_a_sample_stays_the_same_while_its_seed_does(api: Api, tenant: Tenant) -> None:
    with tenant_tx(tenant.pk):
        write(tenant.pk, [Person(f"p{i}") for i in range(200)])
    made = static(api, *(f"p{i}" for i in range(200)))["id"]

    def drawn(seed: str) -> list[str]:
        found = api.get(f"audiences/{made}/sample?page_size=20&seed={seed}").json()["results"]
        return [c["external_id"] for c in found]

    assert len(drawn("1")) == 20
    assert drawn("1") == drawn("1")
    assert drawn("1") != drawn("2")  # equal by chance: one in 10^27


def test_reach_counts_those_with_address_and_consent(api: Api) -> None:
    rows = [{**row, "consents": {"sms": True, "email": row["external_id"] == "cat"}} for row in PEOPLE]
    assert api.post("customers/bulk", {"customers": rows}).json()["rejected"] == []
    answer = api.get(f"audiences/{static(api, 'amy', 'bob', 'cat')['id']}/reach").json()
    found = {entry["channel"]: entry["count"] for entry in answer["results"]}
    assert (answer["size"], found["sms"], found["email"], found["push"]) == (3, 2, 1, 0)
    assert answer["results"][0]["label"] == "短信"


def download(api: Api, url: str) -> bytes:
    assert url.startswith("/api/v1/files/")
    answer = Client().get(url, headers={"Authorization": f"Bearer {api.key}"})
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)  # type: ignore[arg-type]


def exported(api: Api, tenant: Tenant, audience: str, **body: Any) -> bytes:
    answer = api.post(f"audiences/{audience}/export", body)
    assert answer.status_code == 202, answer.json()
    assert run_next_job(tenant.pk)
    job = api.get(f"jobs/{answer.json()['id']}").json()
    assert job["status"] == "succeeded", job
    assert (job["done"], job["total"]) == (job["result"]["rows"],) * 2
    assert job["result"]["expires_at"]
    return download(api, job["file_url"])


COLUMNS = ["external_id", "identity.phone", "identity.email", "attribute.name", "attribute.pin", "tags"]


@pytest.mark.django_db(transaction=True)
def test_an_export_is_masked_and_no_cell_is_a_formula(shop: Api, tenant: Tenant) -> None:
    assert shop.patch("attributes/pin", {"sensitive": True}).status_code == 200
    assert run_next_job(tenant.pk)
    made = static(shop, "amy", "bob")["id"]
    raw = exported(shop, tenant, made, columns=COLUMNS).decode("utf-8-sig")
    header, *rows = csv.reader(io.StringIO(raw))
    assert header == ["外部 ID", "手机号", "邮箱", "name", "pin", "标签"]
    assert rows[0] == ["amy", "138****8001", "a***@x.com", "'=1+1", "***", "新客;沪"]
    assert rows[1][:4] == ["bob", "138****8002", "", "Bob"]
    assert "13800138001" not in raw


@pytest.mark.django_db(transaction=True)
def test_in_plain_only_for_those_who_may_and_it_is_on_record(shop: Api, tenant: Tenant) -> None:
    made = static(shop, "amy")["id"]
    clerk = Api(make_key(tenant, ["audiences:read", "audiences:write", "customers:read"]))
    refused = clerk.post(f"audiences/{made}/export", {"plain": True})
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert clerk.get("audiences/export-columns").json()["may_reveal"] is False
    raw = exported(shop, tenant, made, plain=True, columns=["identity.phone"])
    assert b"13800138001" in raw
    newest = shop.get("jobs?kind=audience.export").json()["results"][0]["file_url"]
    assert Client().get(newest, headers={"Authorization": f"Bearer {clerk.key}"}).status_code == 403
    with tenant_tx(tenant.pk):
        entry = AuditEntry.objects.get(action="audience.export")
    assert (entry.detail["plain"], entry.detail["columns"], entry.detail["size"]) == (True, ["identity.phone"], 1)


@pytest.mark.django_db(transaction=True)
def test_a_spreadsheet_holds_the_same(shop: Api, tenant: Tenant) -> None:
    made = static(shop, "amy", "bob", "cat")["id"]
    raw = exported(shop, tenant, made, format="xlsx", columns=["external_id", "attribute.name"])
    sheet = openpyxl.load_workbook(io.BytesIO(raw)).active
    assert sheet is not None
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows == [["外部 ID", "name"], ["amy", "=1+1"], ["bob", "Bob"], ["cat", "Cat"]]
    assert all(cell.data_type == "s" for row in sheet.iter_rows() for cell in row)  # a text, not a formula


def test_an_unknown_column_is_told_with_its_place(shop: Api) -> None:
    made = static(shop, "amy")["id"]
    answer = shop.post(f"audiences/{made}/export", {"columns": ["external_id", "password"]})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/columns/1")
