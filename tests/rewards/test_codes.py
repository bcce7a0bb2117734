"""Uploading codes (REW-1): JSON and files, repeats counted; and drawing them."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from rewards import codes
from tests.rewards.conftest import CODE, POINTS

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
