"""Uploading codes (REW-1): JSON and files, repeats counted; and drawing them."""

import csv
import io
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kernel.sets import people
from rewards import codes, facade, pool, uploading
from rewards.rest.codes import AT_ONCE_BYTES
from tenants.jobs import run_next_job
from tenants.models import Job, Tenant
from tenants.scope import tenant_tx
from tests.rewards.conftest import CODE, NOW, POINTS, step

pytestmark = pytest.mark.django_db


@pytest.fixture
def path(api: Any) -> str:
    return f"reward-packages/{api.post('reward-packages', {'name': 'a', 'items': [CODE]}).json()['id']}/codes"


def upload(api: Any, path: str, content: bytes, name: str = "codes.csv") -> Any:
    headers = {"Authorization": f"Bearer {api.key}"}
    return Client().post(f"/api/v1/{path}", {"file": SimpleUploadedFile(name, content)}, headers=headers)


def test_repeats_count_once(api: Any, path: str) -> None:
    assert api.post(path, {"codes": ["A", "B", "A", " B "]}).json() == {
        "added": 2,
        "duplicates": 2,
        "available": 2,
    }
    assert api.post(path, {"codes": ["B", "C"]}).json() == {"added": 1, "duplicates": 1, "available": 3}


@pytest.mark.parametrize(
    ("content", "added", "duplicates"),
    [
        (b"A1\nA2\nA1\n", 2, 1),
        (b"A1\r\n\r\nA2", 2, 0),
        ("\ufeffcode,价值\nA1,5\nA2,5\n".encode(), 2, 0),
        ("面值,券码\n5,A1\n5,A2\n".encode(), 2, 0),
        ("面值,券码\n5,A1\n5,A2\n".encode("gb18030"), 2, 0),
        (b'"A,1"\n"A""2"\n', 2, 0),
        (b"\\N\nA\\tB\n", 2, 0),
        (b"".join(b"N%06d\n" % i for i in range(20_000)), 20_000, 0),
    ],
)
def test_files(api: Any, path: str, content: bytes, added: int, duplicates: int) -> None:
    answer = upload(api, path, content)
    assert answer.status_code == 200, answer.json()
    assert answer.json() == {"added": added, "duplicates": duplicates, "available": added}


@pytest.mark.parametrize(
    ("content", "pointer", "code"),
    [
        (b"A1\n" + b"x" * 101 + b"\n", "/file/2", "bad_code"),
        (b"A1\nA\x002\n", "/file/2", "bad_code"),
        (b"\xff\xff\xff", "/file", "bad_file"),
    ],
)
def test_bad_files_add_nothing(api: Any, path: str, content: bytes, pointer: str, code: str) -> None:
    answer = upload(api, path, content)
    assert answer.status_code == 400
    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [(pointer, code)]
    assert api.post(path, {"codes": ["Z"]}).json()["available"] == 1


def test_bad_bodies(api: Any, path: str) -> None:
    assert api.post(path, {"codes": ["A", "\n"]}).json()["errors"][0]["pointer"] == "/codes/1"
    assert api.post(path, {"codes": []}).status_code == 400
    assert api.post(path, {"codes": [f"c{i}" for i in range(10_001)]}).json()["code"] == "too_many_rows"
    headers = {"Authorization": f"Bearer {api.key}"}
    assert Client().post(f"/api/v1/{path}", {"x": "1"}, headers=headers).json()["errors"][0]["code"] == "no_file"


def test_a_package_without_a_code_item_takes_none(api: Any) -> None:
    made = api.post("reward-packages", {"name": "a", "items": [POINTS]}).json()
    answer = api.post(f"reward-packages/{made['id']}/codes", {"codes": ["A"]})
    assert (answer.status_code, answer.json()["code"]) == (409, "no_code_item")


def test_drawn_codes_look_right_and_differ() -> None:
    drawn = codes.random_codes(2_000, "VIP-", 10)
    assert len(set(drawn)) == 2_000
    assert all(re.fullmatch(r"VIP-[2-9A-HJ-NP-Z]{10}", code) for code in drawn)
    assert set("".join(code[4:] for code in drawn)) == set("23456789ABCDEFGHJKLMNPQRSTUVWXYZ")


def test_repeats_in_a_draw_are_drawn_again(scope: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    draws = iter([["A", "A", "B"], ["B"], ["C"]])
    monkeypatch.setattr(codes, "random_codes", lambda *_: next(draws))
    assert codes.new_codes(3, "", 8, wary=False) == ["A", "B", "C"]


def big_file(rows: list[str]) -> bytes:
    """More than what is taken in at once: the rest are blank lines, which count for nothing."""
    return ("\n".join(rows) + "\n").encode() + b"\n" * AT_ONCE_BYTES


def read(api: Any, url: str) -> list[list[str]]:
    answer = Client().get(url, headers={"Authorization": f"Bearer {api.key}"})
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def run_jobs(tenant: Tenant) -> None:
    while run_next_job(tenant.pk):
        pass


@pytest.mark.django_db(transaction=True)
def test_a_big_file_is_a_job_and_tells_what_it_left_out(
    api: Any, tenant: Tenant, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In batches of three, so that repeats lie in one batch and in different ones."""
    monkeypatch.setattr(uploading, "BATCH", 3)
    api.post(path, {"codes": ["OLD"]})
    with tenant_tx(tenant.pk):
        facade.grant(step(), int(path.split("/")[1]), people([1]), NOW)
    api.post(path, {"codes": ["FREE"]})
    sent = upload(api, path, big_file(["A", "B", "A", "C", "B", "OLD", "FREE", "x" * 101, "D", "D"]))
    assert sent.status_code == 202, sent.json()
    run_jobs(tenant)
    job = api.get(f"jobs/{sent.json()['id']}").json()
    assert (job["status"], job["done"], job["total"]) == ("succeeded", 10, 10)
    counts = job["result"]
    assert (counts["added"], counts["duplicates"], counts["refused"], counts["available"]) == (4, 5, 1, 5)
    left_out = read(api, job["errors_url"])
    assert left_out[1:] == [
        ["3", "A", "在文件中重复"],
        ["5", "B", "在文件中重复"],
        ["6", "OLD", "已发放过"],
        ["7", "FREE", "券码库里已有"],
        ["8", "x" * 101, "不是有效的券码"],
        ["10", "D", "在文件中重复"],
    ]


@pytest.mark.django_db(transaction=True)
def test_an_upload_whose_worker_dies_goes_on_where_it_was(
    api: Any, tenant: Tenant, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploading, "BATCH", 4)
    sent = upload(api, path, big_file([f"N{i}" for i in range(10)]))
    add, calls = pool.add_numbered, []

    def dies(*arguments: Any) -> Any:
        calls.append(1)
        if len(calls) == 2:
            raise SystemExit
        return add(*arguments)

    monkeypatch.setattr(pool, "add_numbered", dies)
    with pytest.raises(SystemExit):
        run_next_job(tenant.pk)
    with tenant_tx(tenant.pk):
        assert pool.free_count(int(path.split("/")[1])) == 4
        Job.objects.update(lease_until=NOW)
    run_jobs(tenant)
    result = api.get(f"jobs/{sent.json()['id']}").json()["result"]
    assert (result["added"], result["duplicates"], result["available"]) == (10, 0, 10)
    assert len(calls) == 4


@pytest.mark.django_db(transaction=True)
def test_a_big_file_that_is_no_text_fails_its_job(api: Any, tenant: Tenant, path: str) -> None:
    sent = upload(api, path, b"A\n" + b"\xff\xff\xff\n" * AT_ONCE_BYTES)
    run_jobs(tenant)
    job = api.get(f"jobs/{sent.json()['id']}").json()
    assert (job["status"], job["error"]["errors"][0]["code"]) == ("failed", "bad_file")
