"""CHN-2: what a channel takes is checked when a template is saved and when it is filled in; parts of an SMS are counted."""

from typing import Any

import pytest

from channels.kinds.sms.content import full_text, international_segments, segments
from channels.registry import kinds
from tests.channels.conftest import Shop
from tests.conftest import Api

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("answer")]
HAN, EMOJI = "茶", "🍵"  # one and two UTF-16 units


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 1), (HAN * 70, 1), (HAN * 71, 2), (HAN * 134, 2), (HAN * 135, 3), (HAN * 201, 3), (HAN * 202, 4),
        (EMOJI * 35, 1), (EMOJI * 36, 2), ("a" * 71, 2),
    ],
)  # fmt: skip
def test_parts_as_mainland_gateways_bill_them(text: str, parts: int) -> None:
    assert segments(text) == parts


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a" * 160, 1), ("a" * 161, 2), ("a" * 306, 2), ("a" * 307, 3), ("€" * 80, 1), ("€" * 81, 2),
        ("a" * 70 + HAN, 2), (HAN * 70, 1), ("ñ" * 160, 1), ("ç" * 160, 3),
    ],
)  # fmt: skip
def test_parts_elsewhere(text: str, parts: int) -> None:
    assert international_segments(text) == parts


def test_signature_and_opt_out_words_count() -> None:
    content = {"text": HAN * 60, "sign": "山间", "opt_out": "拒收请回复R"}
    text = full_text(content, "marketing")
    assert text == "【山间】" + HAN * 60 + " 拒收请回复R"
    assert (len(text), segments(text)) == (71, 2)
    assert full_text(content, "service") == "【山间】" + HAN * 60


def saved(api: Api, shop: Shop, channel: str, content: dict[str, Any], **more: Any) -> Any:
    account = shop.account(channel=channel)
    return api.post(
        "templates", {"channel": channel, "account": str(account.pk), "name": "t", "content": content, **more}
    )


def refused(answer: Any) -> list[tuple[str, str]]:
    assert answer.status_code == 400, answer.json()
    return [(error["pointer"], error["code"]) for error in answer.json()["errors"]]


@pytest.mark.parametrize(
    ("key", "good", "bad"),
    [
        ("thing1", HAN * 20, HAN * 21), ("number01", "12345.67", "12a"), ("number2", "1" * 32, "1" * 33),
        ("letter1", "abc", "ab1"), ("symbol1", "!!!!!", "!!!!!!"), ("character_string1", "A-1/2", "茶"),
        ("amount1", "¥12.50元", "十元"), ("phone_number1", "+86-0571", "电话"), ("car_number1", "浙A12345", "浙A1234567"),
        ("name1", HAN * 10, HAN * 11), ("name2", "a" * 20, "a" * 21), ("phrase1", "已发货", "已发货了没有"), ("phrase2", "已发", "sent"),
    ],
)  # fmt: skip
def test_data_types_of_wechat(api: Api, shop: Shop, key: str, good: str, bad: str) -> None:
    made = saved(api, shop, "miniprogram", {"template_id": "x", "data": {key: good}})
    assert (made.status_code, made.json()["purpose"]) == (201, "service")
    answer = saved(api, shop, "miniprogram", {"template_id": "x", "data": {key: bad}})
    assert {pointer for pointer, _ in refused(answer)} == {f"/content/data/{key}"}


def test_values_are_judged_again_when_filled_in(api: Api, shop: Shop) -> None:
    [customer] = shop.people(1, attributes={"name": HAN * 21}, channel="wechat_template", address=False)
    content = {"template_id": "x", "data": {"thing1": "{{ customer.attributes.name }}"}}
    asked = {"channel": "wechat_template", "content": content, "purpose": "service", "customer": str(customer)}
    found = api.post("templates/preview", asked).json()["problems"]
    assert ("/content/data/thing1", "too_long_for") in [(p["pointer"], p["code"]) for p in found]


@pytest.mark.parametrize("channel", ["wechat_template", "miniprogram"])
def test_notices_carry_no_marketing(api: Api, shop: Shop, channel: str) -> None:
    content = {"template_id": "x", "data": {}}
    assert refused(saved(api, shop, channel, content, purpose="marketing")) == [("/purpose", "no_marketing")]
    made = saved(api, shop, channel, content, purpose="service").json()
    assert refused(api.patch(f"templates/{made['id']}", {"purpose": "marketing"})) == [("/purpose", "no_marketing")]


@pytest.mark.parametrize(
    ("channel", "content", "pointer"),
    [
        ("wechat_service", {"msgtype": "text"}, "/content/text"),
        ("wechat_service", {"msgtype": "text", "text": {"content": HAN * 683}}, "/content/text/content"),
        ("wecom_app", {"msgtype": "textcard", "textcard": {"title": HAN * 43, "description": "d", "url": "https://a.cn"}}, "/content/textcard/title"),
        ("wecom_customer", {"text": {"content": HAN * 1334}}, "/content/text/content"),
    ],
)  # fmt: skip
def test_fields_have_their_limits(api: Api, shop: Shop, channel: str, content: dict[str, Any], pointer: str) -> None:
    assert [where for where, _ in refused(saved(api, shop, channel, content))] == [pointer]


def test_marketing_texts_end_with_the_words_that_stop_them() -> None:
    composed = kinds["sms"].composed
    assert composed({"text": "a"}, "marketing")["opt_out"] == "拒收请回复R"
    assert composed({"text": "a", "opt_out": "回T退订"}, "marketing")["opt_out"] == "回T退订"
    assert "opt_out" not in composed({"text": "a"}, "service")


def test_the_preview_counts_links_as_they_will_be(api: Api, shop: Shop) -> None:
    address = "https://shop.example.com/" + "x" * 200
    asked = {"channel": "sms", "content": {"text": address, "opt_out": "R"}, "purpose": "marketing"}
    short = api.post("templates/preview", asked).json()["sms"]
    assert len("http://127.0.0.1:8000/l/") + 18 <= short["length"] - 2 <= len("http://127.0.0.1:8000/l/") + 22
    assert api.post("templates/preview", {**asked, "track": False}).json()["sms"]["text"].startswith(address)


def test_warnings_are_told_and_do_not_stop(api: Api, shop: Shop) -> None:
    content = {"text": "【甲店】免费领好茶"}
    asked = {"channel": "sms", "content": content, "purpose": "marketing"}
    codes = [p["code"] for p in api.post("templates/preview", asked).json()["problems"]]
    assert codes == ["sign_in_text", "often_refused"]
    assert saved(api, shop, "sms", content).status_code == 201
