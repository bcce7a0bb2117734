"""CHN-5: links in messages are tracked by short ones that lead nowhere but to what the template names, and count once."""

import re
import string
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from channels import links
from channels.declaring import leads_to, replaced
from channels.models import Link, Message, Template
from channels.services.templates import TemplateChange, template_update
from customers.models import Event
from tenants.scope import tenant_tx
from tests.channels.conftest import Shop

PHONE = {"User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) MicroMessenger/8.0"}


# --- tokens


@given(st.integers(1, 2**31), st.integers(0, 2**39), st.integers(0, 2**31))
def test_a_token_says_what_was_put_in(tenant: int, message: int, link: int) -> None:
    assert links.read(links.token(tenant, message, link)) == links.Followed(tenant, message, link)


def test_sms_links_are_short_and_as_long_whatever_the_message() -> None:
    for tenant, link, most in ((12, 90, 18), (5_000, 300_000, 22)):
        lengths = {len(links.short_link("https://a.cn", tenant, message, link)) for message in (1, 10**6, 10**12)}
        assert lengths == {len("https://a.cn") + len("/l/") + most}


@pytest.mark.parametrize("at", range(18))
def test_no_letter_of_a_token_can_be_changed(at: int) -> None:
    real = links.token(1, 77, 3)
    others = [c for c in string.ascii_letters + string.digits + "-_" if c != real[at]]
    assert {links.read(real[:at] + other + real[at + 1 :]) for other in others} == {None}


@pytest.mark.parametrize("wrong", ["", "x", "A" * 18, "é" * 8, "A" * 4000, links.token(1, 1, 1)[:-1], links.token(1, 1, 1) + "A"])  # fmt: skip
def test_other_tokens_are_refused(wrong: str) -> None:
    assert links.read(wrong) is None


def test_links_outlive_the_change_of_the_secret(settings: Any) -> None:
    old = links.token(1, 5, 2)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another secret of this installation"
    assert links.read(old) == links.Followed(1, 5, 2)
    settings.SECRET_KEY_FALLBACKS = []
    assert links.read(old) is None


# --- what is a link


class Found:
    def __init__(self, how: str, text: str) -> None:
        self.urls: list[str] = []
        self.text = replaced({"text": text}, {"text": how}, self._number)["text"]

    def _number(self, url: str) -> int:
        self.urls.append(url)
        return len(self.urls)


@pytest.mark.parametrize(
    ("text", "url", "after"),
    [
        ("点击https://a.cn/x?y=1查看", "https://a.cn/x?y=1", "点击{{ tracked.l1 }}查看"),
        ("go to https://a.cn.", "https://a.cn", "go to {{ tracked.l1 }}."),
        ("(http://a.cn/p)", "http://a.cn/p", "({{ tracked.l1 }})"),
        (
            "看 https://a.cn/{{ customer.attributes.sku | default: '1' }}/z 吧",
            "https://a.cn/{{ customer.attributes.sku | default: '1' }}/z",
            "看 {{ tracked.l1 }} 吧",
        ),
    ],
)
def test_links_in_texts(text: str, url: str, after: str) -> None:
    found = Found("text", text)
    assert (found.urls, found.text) == ([url], after)


@pytest.mark.parametrize(
    "text",
    ["{{ unsubscribe_url }}", "https://{{ customer.attributes.host }}/x", "ftp://a.cn/x", "https:///x", "没有链接"],
)
def test_no_links(text: str) -> None:
    found = Found("text", text)
    assert (found.urls, found.text) == ([], text)


def test_a_variable_right_behind_the_host_is_not_part_of_the_link() -> None:
    """https://a.cn{{ x }} might lead to https://a.cn.evil.com, and is not followed by us."""
    found = Found("url", "https://a.cn{{ customer.attributes.x }}")
    assert found.urls == []


def test_hrefs_in_html_are_links_and_nothing_else() -> None:
    html = "<a class='b' HREF=\"https://a.cn/?x=1&amp;y=2\">https://a.cn/text</a><img src='https://a.cn/i.png'><a href='mailto:x@y.cn'>m</a>"
    found = Found("html", html)
    assert found.urls == ["https://a.cn/?x=1&y=2"]
    assert found.text == html.replace('"https://a.cn/?x=1&amp;y=2"', '"{{ tracked.l1 }}"')


@pytest.mark.parametrize(
    "filled",
    ["https://evil.cn/p/", "https://a.cn.evil.cn/p/1", "javascript:alert(1)", "https://a.cn@evil.cn/p/", "//evil.cn", "", "https://a.cn/p/" + "x" * 3000],
)  # fmt: skip
def test_what_somebody_says_of_themselves_leads_nowhere_else(filled: str) -> None:
    assert leads_to("https://a.cn/p/{{ customer.attributes.x }}", filled) is None


def test_odd_characters_are_encoded() -> None:
    assert leads_to("https://a.cn/p/{{ x }}", "https://a.cn/p/红 裙\r\nSet-Cookie: a") == "https://a.cn/p/%E7%BA%A2%20%E8%A3%99%0D%0ASet-Cookie:%20a"  # fmt: skip


# --- following

pytestmark = pytest.mark.usefixtures("answer")


def sent(shop: Shop, channel: str = "sms", **content: Any) -> list[Message]:
    purpose = content.pop("purpose", "marketing")
    group = shop.people(content.pop("people", 1), channel=channel)
    shop.touch(shop.template(shop.account(channel=channel), purpose, **content), group)
    shop.drain()
    with tenant_tx(shop.tenant.pk):
        return list(Message.objects.order_by("id"))


def path_in(text: str, kind: str = "/l/") -> str:
    found = re.search(kind + "[A-Za-z0-9_-]+", text)
    assert found is not None
    return found.group()


def follow(path: str, **headers: str) -> Any:
    return Client().get(path, headers={**PHONE, **headers})


def events(shop: Shop) -> list[tuple[str, str | None]]:
    with tenant_tx(shop.tenant.pk):
        return [(e.name, e.properties.get("url")) for e in Event.objects.order_by("id")]


def status(shop: Shop) -> str:
    with tenant_tx(shop.tenant.pk):
        return str(Message.objects.get().status)


@pytest.mark.django_db
def test_a_click_leads_on_and_counts_once(shop: Shop) -> None:
    [message] = sent(shop, text="新品 https://shop.cn/new?from=sms 见")
    path = path_in(message.content["text"])
    assert message.content["text"] == f"新品 http://127.0.0.1:8000{path} 见"
    for _ in range(3):
        answer = follow(path)
        assert (answer.status_code, answer["Location"]) == (302, "https://shop.cn/new?from=sms")
        assert answer["Cache-Control"] == "no-store"
    assert events(shop) == [("message.clicked", "https://shop.cn/new?from=sms")]
    with tenant_tx(shop.tenant.pk):
        after = Message.objects.get()
    assert (after.status, after.clicked_at is not None) == ("clicked", True)


@pytest.mark.django_db
def test_each_link_of_a_message_counts(shop: Shop) -> None:
    [message] = sent(shop, text="https://shop.cn/a https://shop.cn/b https://shop.cn/a")
    first, second, third = (path_in(word) for word in message.content["text"].split())
    assert first == third != second
    for path in (first, second, third):
        follow(path)
    assert sorted(events(shop)) == [("message.clicked", "https://shop.cn/a"), ("message.clicked", "https://shop.cn/b")]


@pytest.mark.django_db
def test_variables_in_links_lead_each_to_their_own(shop: Shop) -> None:
    found = sent(shop, text="https://shop.cn/{{ customer.attributes.name }}?a=1", people=2)
    places = [follow(path_in(m.content["text"]))["Location"] for m in found]
    assert places == ["https://shop.cn/%E5%AE%A20?a=1", "https://shop.cn/%E5%AE%A21?a=1"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("head", PHONE),
        ("get", {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"}),
        ("get", {"User-Agent": "facebookexternalhit/1.1"}),
        ("get", {"User-Agent": ""}),
        ("get", {**PHONE, "Sec-Purpose": "prefetch;prerender"}),
    ],
)
def test_machines_are_led_on_and_not_counted(shop: Shop, method: str, headers: dict[str, str]) -> None:
    [message] = sent(shop, text="https://shop.cn/a")
    answer = getattr(Client(), method)(path_in(message.content["text"]), headers=headers)
    assert answer.status_code == 302
    assert (events(shop), status(shop)) == ([], "sent")


@pytest.mark.django_db
def test_a_forged_link_leads_nowhere(shop: Shop, other_tenant: Any) -> None:
    [message] = sent(shop, text="https://shop.cn/a")
    real = links.read(path_in(message.content["text"])[3:])
    assert real is not None
    elsewhere = links.token(other_tenant.pk, real.message_id, real.link_id)  # rightly signed, of somebody else
    unknown = links.token(real.tenant_id, real.message_id, real.link_id + 1)
    for token in (elsewhere, unknown, links.token(real.tenant_id, real.message_id, 0), "A" * 18):
        assert follow(f"/l/{token}").status_code == 404
    assert (events(shop), status(shop)) == ([], "sent")


@pytest.mark.django_db
def test_a_link_of_another_template_does_not_count_for_this_message(shop: Shop) -> None:
    [message] = sent(shop, text="https://shop.cn/a")
    shop.template(shop.account(), text="https://shop.cn/other")
    with tenant_tx(shop.tenant.pk):
        other = Link.objects.get(url="https://shop.cn/other")
    assert follow(f"/l/{links.token(shop.tenant.pk, message.pk, other.pk)}").status_code == 302
    assert (events(shop), status(shop)) == ([], "sent")


@pytest.mark.django_db
def test_old_messages_lead_to_where_they_said(shop: Shop) -> None:
    [message] = sent(shop, text="https://shop.cn/old")
    with tenant_tx(shop.tenant.pk):
        template_update(Template.objects.get(), TemplateChange(content={"text": "https://shop.cn/new"}))
    assert follow(path_in(message.content["text"]))["Location"] == "https://shop.cn/old"


@pytest.mark.django_db
def test_links_of_service_messages_stay_unless_asked(shop: Shop) -> None:
    [message] = sent(shop, text="https://shop.cn/a", purpose="service")
    assert message.content["text"] == "https://shop.cn/a"


@pytest.mark.django_db
def test_a_tenants_own_address_stands_in_front(shop: Shop) -> None:
    shop.settings(link_base="https://t.cn/s/")
    [message] = sent(shop, text="https://shop.cn/a")
    assert message.content["text"].startswith("https://t.cn/s/l/")


@pytest.mark.django_db
def test_an_opened_mail_is_told_of_once(shop: Shop) -> None:
    [message] = sent(shop, "email", subject="s", html="<html><body><p>hi</p></body></html>")
    html = message.content["html"]
    assert html.count("<img") == 1
    assert html.endswith('style="display:none"></body></html>')
    answer = follow(path_in(html, "/o/"))  # at once: a machine that fetches ahead
    assert (answer.status_code, len(answer.content), answer["Cache-Control"]) == (200, 43, "no-store")
    assert (events(shop), status(shop)) == ([], "sent")
    shop.sql("UPDATE channels_message SET sent_at = sent_at - interval '3 seconds'")
    for _ in range(2):
        answer = follow(path_in(html, "/o/"))
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/gif")
    assert ([name for name, _ in events(shop)], status(shop)) == (["message.opened"], "opened")
    assert follow("/o/" + "A" * 18).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_clicks_at_the_same_time_count_once(shop: Shop) -> None:
    [message] = sent(shop, text="https://shop.cn/a")
    path = path_in(message.content["text"])

    def click(_: int) -> int:
        try:
            return int(follow(path).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(click, range(24))) == {302}
    assert events(shop) == [("message.clicked", "https://shop.cn/a")]
