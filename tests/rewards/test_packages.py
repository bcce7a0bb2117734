"""REW-1 over HTTP: packages, what is refused and where, other tenants."""

from typing import Any

import pytest

from tests.rewards.conftest import CODE, COUPON, POINTS

pytestmark = pytest.mark.django_db

EVERY_KIND = [
    {**COUPON, "code": {"prefix": "VIP", "length": 12}},
    {**COUPON, "name": "商品券", "products": ["SKU-1", "SKU-2"]},
    CODE,
    POINTS,
    {"kind": "balance", "amount": "10.00"},
    {"kind": "level", "level": "金卡"},
    {"kind": "tag", "tag": "双十一"},
    {"kind": "gift", "sku": "MUG", "name": "马克杯"},
]


def test_a_package_of_every_kind_comes_back_as_it_was_sent(api: Any) -> None:
    sent = {"name": "大礼包", "items": EVERY_KIND, "stock": 100, "per_customer": 1, "validity": {"days": 30}}
    made = api.post("reward-packages", sent)
    assert made.status_code == 201, made.json()
    got = api.get(f"reward-packages/{made.json()['id']}").json()
    assert got == made.json()
    with_code = {"code": {"prefix": "", "length": 10}}
    assert got["items"] == [EVERY_KIND[0], {**EVERY_KIND[1], **with_code}, *EVERY_KIND[2:]]
    assert (got["stock"], got["issued"], got["available"], got["per_customer"]) == (100, 0, 0, 1)
    assert got["validity"] == {"days": 30}
    assert got["status"] == "active"


def test_list_is_newest_first_and_can_be_searched(api: Any) -> None:
    for name in ("新客礼包", "生日礼包", "老客券"):
        api.post("reward-packages", {"name": name, "items": [POINTS]})
    assert [p["name"] for p in api.get("reward-packages").json()["results"]] == [
        "老客券",
        "生日礼包",
        "新客礼包",
    ]
    first = api.get("reward-packages?search=礼包&page_size=1").json()
    assert [p["name"] for p in first["results"]] == ["生日礼包"]
    second = api.get(first["next"].split("/api/v1/")[1]).json()
    assert [p["name"] for p in second["results"]] == ["新客礼包"]
    assert second["next"] is None


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"items": []}, "/items", "bad_value"),
        ({"items": [{**COUPON, "discount": 20.5}]}, "/items/0/discount", "wrong_type"),
        ({"items": [POINTS, {**COUPON, "discount": "20.555"}]}, "/items/1/discount", "bad_money"),
        ({"items": [{**COUPON, "discount": "0"}]}, "/items/0/discount", "bad_money"),
        ({"items": [{**COUPON, "threshold": "-1"}]}, "/items/0/threshold", "bad_money"),
        ({"items": [{**COUPON, "threshold": "NaN"}]}, "/items/0/threshold", "bad_money"),
        ({"items": [{"kind": "balance", "amount": "1e40"}]}, "/items/0/amount", "bad_money"),
        ({"items": [CODE, CODE]}, "/items/1", "too_many_code_items"),
        ({"items": [{"kind": "points", "points": 0}]}, "/items/0/points", "bad_value"),
        ({"items": [{"kind": "points", "points": "many"}]}, "/items/0/points", "wrong_type"),
        ({"items": [{"kind": "level"}]}, "/items/0/level", "missing"),
        ({"items": [{"kind": "yacht"}]}, "/items/0", "bad_value"),
        ({"items": [{**POINTS, "colour": 1}]}, "/items/0/colour", "unknown_field"),
        ({"items": [{**COUPON, "code": {"length": 3}}]}, "/items/0/code/length", "bad_value"),
        ({"stock": -1}, "/stock", "bad_value"),
        ({"per_customer": 0}, "/per_customer", "bad_value"),
        ({"validity": {"days": 1, "to": "2026-12-01T00:00:00+08:00"}}, "/validity/days", "days_or_dates"),
        (
            {"validity": {"from": "2026-12-02T00:00:00+08:00", "to": "2026-12-01T00:00:00+08:00"}},
            "/validity/to",
            "bad_range",
        ),
        ({"validity": {"from": "2026-12-02T00:00:00"}}, "/validity/from", "wrong_type"),
        ({"name": ""}, "/name", "bad_value"),
        ({"colour": "red"}, "/colour", "unknown_field"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(api: Any, change: dict[str, Any], pointer: str, code: str) -> None:
    answer = api.post("reward-packages", {"name": "x", "items": [POINTS], **change})
    assert answer.status_code == 400
    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [(pointer, code)]
    assert api.get("reward-packages").json()["results"] == []


def test_a_change_touches_only_what_was_sent(api: Any) -> None:
    made = api.post("reward-packages", {"name": "a", "items": [POINTS], "stock": 5, "validity": {"days": 3}}).json()
    changed = api.patch(f"reward-packages/{made['id']}", {"name": "b"}).json()
    assert changed == {**made, "name": "b"}
    assert api.patch(f"reward-packages/{made['id']}", {"stock": None}).json()["stock"] is None
    assert api.patch(f"reward-packages/{made['id']}", {"validity": {}}).json()["validity"] == {}
    archived = api.patch(f"reward-packages/{made['id']}", {"status": "archived"}).json()
    assert archived["status"] == "archived"
    assert [p["id"] for p in api.get("reward-packages?status=archived").json()["results"]] == [made["id"]]
    assert api.get("reward-packages?status=active").json()["results"] == []


def test_an_unused_package_goes_with_its_codes(api: Any) -> None:
    made = api.post("reward-packages", {"name": "a", "items": [CODE]}).json()
    api.post(f"reward-packages/{made['id']}/codes", {"codes": ["A1"]})
    assert api.delete(f"reward-packages/{made['id']}").status_code == 204
    assert api.get(f"reward-packages/{made['id']}").status_code == 404
    other = api.post("reward-packages", {"name": "b", "items": [CODE]}).json()
    assert api.post(f"reward-packages/{other['id']}/codes", {"codes": ["A1"]}).json()["added"] == 1


@pytest.mark.parametrize("method", ["get", "patch", "delete"])
@pytest.mark.parametrize("missing", ["0", "x", "-1", "99999999999999999999999", "١"])
def test_no_such_package(api: Any, method: str, missing: str) -> None:
    assert getattr(api, method)(f"reward-packages/{missing}").status_code == 404


def test_another_tenants_package_is_not_there(api: Any, stranger: Any) -> None:
    made = api.post("reward-packages", {"name": "a", "items": [CODE]}).json()
    path = f"reward-packages/{made['id']}"
    assert stranger.get(path).status_code == 404
    assert stranger.patch(path, {"name": "mine"}).status_code == 404
    assert stranger.delete(path).status_code == 404
    assert stranger.post(f"{path}/codes", {"codes": ["A"]}).status_code == 404
    assert stranger.get("reward-packages").json()["results"] == []
    assert api.get(path).json() == made


def test_both_languages(api: Any) -> None:
    bad = {"name": "x", "items": [{**COUPON, "discount": "x"}]}
    chinese = api.post("reward-packages", bad).json()["detail"]
    english = api.post("reward-packages", bad, **{"Accept-Language": "en"}).json()["detail"]
    assert chinese.startswith("金额")
    assert english.startswith("A positive amount")
