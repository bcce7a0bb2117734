"""E-mails of blocks: compiled on the server, everything in them escaped, text beside the HTML, one click to stop (RFC 8058)."""

import re
from typing import Any

import pytest
from django.test import Client

from channels.kinds.email.blocks import is_href
from channels.models import Message
from customers.models import Consent
from tenants.scope import tenant_tx
from tests.channels.conftest import Shop
from tests.conftest import Api

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("answer")]
XSS = '"><script>alert(1)</script><img src=x onerror=alert(2)>'
BLOCKS: list[dict[str, Any]] = [
    {"type": "heading", "text": "你好 {{ customer.attributes.name }}"},
    {"type": "text", "text": "**新茶**到了\n[去看看](https://shop.cn/new?a=1&b={{ customer.attributes.name }})"},
    {"type": "columns", "columns": [
        [{"type": "image", "src": "https://shop.cn/i.png", "alt": "{{ customer.attributes.name }}"}],
        [{"type": "button", "text": "买", "href": "https://shop.cn/buy"}],
    ]},
    {"type": "divider"},
    {"type": "coupon", "title": "30 元券", "code": "{{ reward.code }}", "note": "到店用"},
    {"type": "footer", "text": "山间茶铺", "unsubscribe": "退订"},
]  # fmt: skip


def sent(shop: Shop, purpose: str = "marketing", name: str = "小明", **content: Any) -> dict[str, Any]:
    group = shop.people(1, channel="email", attributes={"name": name})
    made = {"subject": "s", **(content or {"blocks": BLOCKS})}
    shop.touch(shop.template(shop.account(channel="email"), purpose, **made), group)
    shop.drain()
    with tenant_tx(shop.tenant.pk):
        found: dict[str, Any] = Message.objects.get().content
    return found


def tags(html: str) -> set[str]:
    return {name.lower() for name in re.findall(r"<([a-zA-Z0-9]+)", html)}


def test_blocks_become_html_and_text(shop: Shop) -> None:
    mail = sent(shop, purpose="service")
    assert "<b>新茶</b>" in mail["html"]
    assert ">你好 小明</h1>" in mail["html"]
    assert 'href="https://shop.cn/new?a=1&amp;b=小明"' in mail["html"]
    assert "mj-" not in re.sub(r'class="[^"]*"|<style.*?</style>', "", mail["html"], flags=re.DOTALL)
    assert mail["text"].startswith("你好 小明\n\n新茶到了\n去看看: https://shop.cn/new?a=1&b=小明\n\n")
    assert "退订: http://127.0.0.1:8000/u/" in mail["text"]


def test_nothing_in_somebodys_data_becomes_html(shop: Shop) -> None:
    harmless, attacked = sent(shop, name="x"), None
    with tenant_tx(shop.tenant.pk):
        Message.objects.all().delete()
    attacked = sent(shop, name=XSS)
    assert tags(attacked["html"]) == tags(harmless["html"])
    assert attacked["html"].count("<img") == harmless["html"].count("<img")
    assert "&lt;script&gt;" in attacked["html"]


@pytest.mark.parametrize(
    "block",
    [
        {"type": "heading", "text": XSS}, {"type": "text", "text": XSS}, {"type": "button", "text": XSS, "href": "https://a.cn/" + XSS},
        {"type": "image", "src": "https://a.cn/" + XSS.replace(" ", ""), "alt": XSS}, {"type": "coupon", "title": XSS, "code": XSS, "note": XSS},
        {"type": "footer", "text": XSS, "unsubscribe": XSS}, {"type": "text", "text": "[a](javascript:alert(1)) [b](https://a.cn/\"onclick=alert(1))"},
    ],
)  # fmt: skip
def test_nothing_that_is_written_in_a_block_becomes_html(shop: Shop, block: dict[str, Any]) -> None:
    mail = sent(shop, purpose="service", blocks=[block])
    found = tags(mail["html"])
    assert "script" not in found
    assert not re.search(r"<[^>]*\son(error|click)=", re.sub(r'"[^"]*"', '""', mail["html"]))
    assert 'href="javascript' not in mail["html"]


@pytest.mark.parametrize(
    ("address", "good"),
    [
        ("https://a.cn", True), ("mailto:a@b.cn", True), ("tel:+86400", True), ("{{ unsubscribe_url }}", True),
        ("https://a.cn/{{ x }}", True), ("javascript:alert(1)", False), (" https://a.cn", False), ("{{ customer.attributes.site }}", False),
        ("data:text/html,x", False), ("https://{{ x }}", False), ("//a.cn", False), ("https://a.cn/\n", False),
    ],
)  # fmt: skip
def test_where_links_may_lead(address: str, good: bool) -> None:
    assert is_href(address) is good


def test_a_bad_link_is_refused_at_its_place(api: Api, shop: Shop) -> None:
    blocks = [{"type": "divider"}, {"type": "button", "text": "x", "href": "javascript:alert(1)"}]
    sent = {"channel": "email", "account": str(shop.account(channel="email").pk), "name": "t", "content": {"subject": "s", "blocks": blocks}}  # fmt: skip
    [error] = api.post("templates", sent).json()["errors"]
    assert (error["pointer"], error["code"]) == ("/content/blocks/1/href", "bad_link")


def test_links_of_blocks_are_tracked_and_the_way_out_is_not(shop: Shop) -> None:
    html = sent(shop)["html"]
    hrefs = re.findall(r'href="([^"]*)"', html)
    assert [re.sub(r"/[^/]*$", "", href) for href in hrefs] == [
        "http://127.0.0.1:8000/l", "http://127.0.0.1:8000/l", "http://127.0.0.1:8000/u",
    ]  # fmt: skip


def test_one_click_by_the_headers(shop: Shop) -> None:
    headers = sent(shop)["headers"]
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = re.fullmatch(r"<http://127.0.0.1:8000(/u/[^>]+)>", headers["List-Unsubscribe"])
    assert address is not None
    done = Client(enforce_csrf_checks=True).post(
        address[1], "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded"
    )
    assert done.status_code == 200
    with tenant_tx(shop.tenant.pk):
        assert Consent.objects.get().granted is False


def test_service_mails_have_no_such_headers(shop: Shop) -> None:
    assert "headers" not in sent(shop, purpose="service")


def test_the_prefix_of_marketing(shop: Shop) -> None:
    assert sent(shop, html="<p>x</p>", subject="新茶", subject_prefix="(广告)")["subject"] == "(广告)新茶"


def test_values_are_escaped_in_html_of_ones_own(shop: Shop) -> None:
    mail = sent(shop, name=XSS, html="<p>{{ customer.attributes.name }}</p>", text="{{ customer.attributes.name }}")
    assert "<script" not in mail["html"]
    assert mail["text"] == XSS


def test_a_mail_shows_the_way_out_or_says_so(api: Api) -> None:
    asked = {
        "channel": "email",
        "purpose": "marketing",
        "content": {"subject": "s", "html": "<p>x</p><script>1</script>"},
    }
    codes = [p["code"] for p in api.post("templates/preview", asked).json()["problems"]]
    assert codes == ["no_way_out", "scripts_go"]
    asked["content"] = {"subject": "s", "blocks": BLOCKS}
    assert api.post("templates/preview", asked).json()["problems"] == []
