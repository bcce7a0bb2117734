"""WeChat official account (CHN-1, CHN-5) against its stand-in, over real HTTP: messages out, pushes back."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from channels.tokens import _local
from fakes.desk import Push
from fakes.server import Fakes
from tests.journeys.shop import Shop, node

pytestmark = pytest.mark.django_db(transaction=True)
AES = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
APP, SECRET, TOKEN = "wxtest", "s3cret", "tkn"  # a stand-in's


@pytest.fixture(name="fakes")
def _fakes() -> Iterator[Fakes]:
    _local.clear()
    with Fakes() as fakes:
        fakes.know("wechat", APP, SECRET, token=TOKEN, aes_key=AES)
        yield fakes


def account(shop: Shop, fakes: Fakes, channel: str = "wechat_template", **more: Any) -> str:
    settings = {
        "app_id": APP, "app_secret": SECRET, "token": TOKEN, "encoding_aes_key": AES, "base_url": fakes.url, **more,
    }  # fmt: skip
    made = shop.account(channel=channel, provider="wechat", name=channel, settings=settings)
    known = fakes.desk.account("wechat", APP)
    assert known is not None
    known.callback_url = shop.ok(shop.api.get(f"channel-accounts/{made}"))["callback_url"]
    return made


def template(shop: Shop, made: str, channel: str, content: dict[str, Any], purpose: str = "service") -> str:
    body = {"channel": channel, "account": made, "name": channel, "purpose": purpose, "content": content}
    return str(shop.ok(shop.api.post("templates", body), 201)["id"])


def people(shop: Shop, *openids: str) -> None:
    rows = [
        {"external_id": f"c{i}", "identities": {"openid": openid}, "attributes": {"n": i, "name": f"客{i}"}}
        for i, openid in enumerate(openids)
    ]
    assert shop.ok(shop.api.post("customers/bulk", {"customers": rows}))["rejected"] == []


def sent(shop: Shop, template_id: str) -> dict[str, Any]:
    nodes = [
        node("all", "audience.source", audience=shop.everyone()),
        node("m", "message.send", template=template_id),
    ]
    return shop.run(shop.canvas(nodes, ["all>m"]))


def statuses(shop: Shop, run: dict[str, Any]) -> dict[str, tuple[str, str | None]]:
    names = {c["id"]: c["external_id"] for c in shop.all("customers?page_size=100")}
    return {names[m["customer"]]: (m["status"], m["reason"]) for m in shop.all(f"messages?run={run['id']}")}


def door(method: str, url: str, body: bytes = b"") -> Any:
    """The callback address, as the platform calls it."""
    parts = urlsplit(url)
    return Client().generic(method, f"{parts.path}?{parts.query}", body, "text/xml")


def pushed(shop: Shop, push: Push | None, status: int = 200) -> str:
    """As the platform calls us."""
    assert push is not None
    answer = door(push.method, push.url, push.body)
    assert answer.status_code == status, answer.content
    shop.work()
    return str(answer.content.decode())


TEMPLATE = {
    "template_id": "T1",
    "data": {"first": "你好 {{ customer.attributes.name }}"},
    "url": "https://example.com/x",
}


def test_template_messages_and_their_receipts(shop: Shop, fakes: Fakes) -> None:
    people(shop, "o-a", "o-b", "o-c")
    run = sent(shop, template(shop, account(shop, fakes), "wechat_template", TEMPLATE))
    assert statuses(shop, run) == {f"c{i}": ("sent", None) for i in range(3)}
    arrived = {a.to: a for a in fakes.desk.search()}
    assert arrived["o-b"].text == "[T1]\nfirst: 你好 客1\nhttps://example.com/x"
    for push in fakes.receipts([arrived["o-a"]], "delivered"):
        assert pushed(shop, push) == "success"
        pushed(shop, push)  # told twice
    for push in fakes.receipts([arrived["o-b"]], "failed"):
        pushed(shop, push)
    assert {c: s for c, (s, _) in statuses(shop, run).items()} == {"c0": "delivered", "c1": "failed", "c2": "sent"}
    who = {c["external_id"]: c for c in shop.all("customers?page_size=100")}
    consents = shop.ok(shop.api.get(f"customers/{who['c1']['id']}"))["consents"]
    assert {c for c, state in consents.items() if _refused(state)} == {
        "wechat_template",
        "wechat_service",
        "wechat_mass",
    }


def _refused(state: Any) -> bool:
    return state is False or (isinstance(state, dict) and state.get("granted") is False)


@pytest.mark.parametrize(
    ("magic", "status", "reason"),
    [
        ("02", "failed", "recipient:40003"), ("03", "failed", "opt_out:43004"), ("05", "failed", "content:40037"),
        ("08", "unknown", "ambiguous:timeout"), ("09", "unknown", "ambiguous:disconnected"), ("10", "sent", None), ("11", "sent", None),
        ("15", "sent", None),
    ],
)  # fmt: skip
def test_what_the_platform_refuses(shop: Shop, fakes: Fakes, magic: str, status: str, reason: str | None) -> None:
    people(shop, f"o-199000000{magic}", "o-fine")
    run = sent(shop, template(shop, account(shop, fakes), "wechat_template", TEMPLATE))
    assert statuses(shop, run) == {"c0": (status, reason), "c1": ("sent", None)}


def test_an_account_without_permission_stops_and_goes_on(shop: Shop, fakes: Fakes) -> None:
    people(shop, "o-19900000006")
    made = account(shop, fakes)
    run = sent(shop, template(shop, made, "wechat_template", TEMPLATE))
    assert statuses(shop, run)["c0"][0] == "queued"
    shown = shop.ok(shop.api.get(f"channel-accounts/{made}"))
    assert shown["status"] == "paused"
    assert "48001" in shown["status_reason"]


def test_a_wrong_secret_is_said_by_the_accounts_test(shop: Shop, fakes: Fakes) -> None:
    wrong = account(shop, fakes, app_secret="wrong")
    assert shop.ok(shop.api.post(f"channel-accounts/{wrong}/test", {}))["ok"] is False
    right = account(shop, fakes)
    assert shop.ok(shop.api.post(f"channel-accounts/{right}/test", {}))["ok"] is True


def test_a_mass_message_is_one_call_and_one_person_alone_a_preview(shop: Shop, fakes: Fakes) -> None:
    people(shop, "o-a", "o-b", "o-c")
    content = {
        "msgtype": "text",
        "text": {"content": "{% if customer.attributes.n == 2 %}单独{% else %}大家{% endif %}"},
    }
    run = sent(shop, template(shop, account(shop, fakes, "wechat_mass"), "wechat_mass", content))
    assert statuses(shop, run) == {f"c{i}": ("sent", None) for i in range(3)}
    calls = [r["path"].rsplit("/", 1)[-1] for r in fakes.desk.requests if "/mass/" in r["path"]]
    assert sorted(calls) == ["preview", "send"]
    assert {a.to: a.text for a in fakes.desk.search()} == {"o-a": "大家", "o-b": "大家", "o-c": "单独"}


def test_words_and_follows_come_in_by_any_account_of_the_app(shop: Shop, fakes: Fakes) -> None:
    """The platform knows one address: that of the account that was made last; the message went out by the other."""
    people(shop, "o-a", "o-b")
    service = account(shop, fakes, "wechat_service")
    content = {"msgtype": "text", "text": {"content": "在吗"}}
    run = sent(shop, template(shop, service, "wechat_service", content))
    account(shop, fakes, follow_consents=True)
    first = {a.to: a for a in fakes.desk.search()}
    assert pushed(shop, fakes.word(first["o-a"], "在的")) == "success"
    pushed(shop, fakes.word(first["o-b"], " 退 订。"))
    who = {c["external_id"]: c["id"] for c in shop.all("customers?page_size=100")}
    told = {e["name"] for e in shop.all(f"events?customer={who['c0']}")}
    assert "message.replied" in told
    consents = shop.ok(shop.api.get(f"customers/{who['c1']}"))["consents"]
    assert _refused(consents["wechat_service"])
    assert _refused(consents["wechat_mass"])
    pushed(shop, fakes.word(first["o-a"], "取消关注"))
    pushed(shop, fakes.word(first["o-b"], "关注"))
    assert _refused(shop.ok(shop.api.get(f"customers/{who['c0']}"))["consents"]["wechat_template"])
    assert not _refused(shop.ok(shop.api.get(f"customers/{who['c1']}"))["consents"]["wechat_template"])
    assert run["nodes"]["m"]["left"] == {"sent": 2}


def test_who_follows_first_becomes_a_customer(shop: Shop, fakes: Fakes) -> None:
    people(shop, "o-a")
    made = account(shop, fakes, "wechat_service")
    sent(shop, template(shop, made, "wechat_service", {"msgtype": "text", "text": {"content": "在吗"}}))
    arrival = fakes.desk.search()[0]
    arrival.to = "o-new"
    pushed(shop, fakes.word(arrival, "关注"))
    assert len(shop.all("customers?page_size=100")) == 2


def test_forged_and_misdirected_pushes_are_refused(shop: Shop, fakes: Fakes) -> None:
    people(shop, "o-a")
    run = sent(shop, template(shop, account(shop, fakes), "wechat_template", TEMPLATE))
    push = fakes.receipts(fakes.desk.search(), "delivered")[0]
    forged = Push(push.url.replace("msg_signature=", "msg_signature=0"), push.body, push.headers)
    pushed(shop, forged, 401)
    pushed(shop, Push(push.url, push.body.replace(b"<Encrypt><![CDATA[", b"<Encrypt><![CDATA[A"), push.headers), 401)
    assert statuses(shop, run)["c0"][0] == "sent"
    path = urlsplit(push.url).path
    assert door("GET", f"{path}?signature=x&timestamp=1&nonce=2&echostr=9").status_code == 401


def test_the_platform_checks_the_address(shop: Shop, fakes: Fakes) -> None:
    from channels.wxcrypt import signature

    made = account(shop, fakes)
    path = urlsplit(shop.ok(shop.api.get(f"channel-accounts/{made}"))["callback_url"]).path
    found = door("GET", f"{path}?signature={signature(TOKEN, '1', '2')}&timestamp=1&nonce=2&echostr=99887")
    assert (found.status_code, found.content) == (200, b"99887")
