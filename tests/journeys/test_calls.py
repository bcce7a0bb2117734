"""Outbound calls (CHN-1, CHN-4) against the stand-in of Aliyun's voice service, over real HTTP: who answered goes one way, who did not another."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.test import Client

from fakes.desk import Push
from fakes.server import Fakes
from tests.journeys.shop import Shop, node
from tests.journeys.test_awaiting import show, tagged

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(name="fakes")
def _fakes() -> Iterator[Fakes]:
    with Fakes() as fakes:
        yield fakes


def template(shop: Shop, fakes: Fakes) -> str:
    settings = {"access_key_id": "k", "access_key_secret": "s", "base_url": fakes.url}
    made = shop.account(channel="call", provider="aliyun_vms", name="电话", settings=settings)
    fakes.know("aliyun_vms", "k", "s", shop.ok(shop.api.get(f"channel-accounts/{made}"))["callback_url"])
    content = {"tts_code": "TTS_1", "params": {"n": "{{ customer.attributes.n }}"}}
    body = {"channel": "call", "account": made, "name": "续费提醒", "purpose": "service", "content": content}
    return str(shop.ok(shop.api.post("templates", body), 201)["id"])


def push(one: Push) -> None:
    answer = Client().post(urlsplit(one.url).path, one.body, content_type="application/json")
    assert answer.json() == {"code": 0, "msg": "接收成功"}


def test_answered_and_missed_part_ways(shop: Shop, fakes: Fakes) -> None:
    rows = [
        {"external_id": f"c{i}", "identities": {"phone": f"1380013000{i}"}, "attributes": {"n": i}} for i in range(3)
    ]
    assert shop.ok(shop.api.post("customers/bulk", {"customers": rows}))["rejected"] == []
    nodes = [
        node("all", "audience.source", audience=shop.everyone()), node("call", "message.send", template=template(shop, fakes)),
        node("r", "flow.result", results=["delivered", "failed"], leave="any", within={"days": 1}),
        node("t_yes", "customer.tag", tags=["answered"]), node("t_no", "customer.tag", tags=["missed"]),
    ]  # fmt: skip
    edges = ["all>call", "call.sent>r", "r.delivered>t_yes", "r.failed>t_no"]
    run = str(shop.run(shop.canvas(nodes, edges))["id"])
    calls = {a.to: a for a in fakes.desk.search()}
    assert calls["13800130000"].text == "[TTS_1] n=0"
    for number, how in (("13800130000", "delivered"), ("13800130001", "off")):
        for one in fakes.receipts([calls[number]], how):
            push(one)
    found = show(shop, run)["nodes"]["r"]
    assert (found["left"], found["waiting"]) == ({"delivered": 1, "failed": 1}, 1)
    assert (tagged(shop, "answered"), tagged(shop, "missed")) == ({"c0"}, {"c1"})
