"""CHN-5: what comes back is verified, counts once, never goes backwards; an opt-out acts at once."""

import base64
import hashlib
import hmac
import json
import time
from typing import Any

import pytest
from django.test import Client

from channels.models import Account, Message, Receipt
from channels.opt_out import is_opt_out
from customers.models import Consent
from tenants.scope import tenant_tx
from tests.channels.conftest import SECRET, Shop
from tests.conftest import Api
from tests.sink import Sink

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("answer")]
AT = "2026-11-20T10:00:00+08:00"


def signed(body: bytes, *, secret: str = SECRET, at: float | None = None) -> dict[str, str]:
    stamp, message_id = str(int(at or time.time())), "cb_1"
    digest = hmac.new(base64.b64decode(secret[6:]), f"{message_id}.{stamp}.".encode() + body, hashlib.sha256).digest()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": stamp,
        "webhook-signature": "v1," + base64.b64encode(digest).decode(),
    }


class Gateway:
    """The merchant's gateway, telling what became of the messages."""

    def __init__(self, shop: Shop, api: Api, sink: Sink, count: int = 1, **settings: Any) -> None:
        self.shop, self.account = shop, shop.gateway(sink, **settings)
        self.group = shop.people(count, channel=self.account.channel)
        shop.touch(shop.template(self.account), self.group)
        shop.drain()
        with tenant_tx(shop.tenant.pk):
            self.ids = [f"{shop.tenant.pk}-{m.pk}" for m in Message.objects.order_by("id")]
        url: str = api.get(f"channel-accounts/{self.account.pk}").json()["callback_url"]
        self.path = url[url.index("/api/v1/") :]

    def post(self, body: bytes, headers: dict[str, str], path: str | None = None) -> Any:
        return Client().post(path or self.path, body, content_type="application/json", headers=headers)

    def tell(self, *events: str, at: str = AT, detail: Any = None, ids: list[str] | None = None) -> Any:
        receipts = [{"id": i, "event": e, "at": at, "detail": detail} for i in ids or self.ids for e in events]
        body = json.dumps({"receipts": receipts}).encode()
        return self.post(body, signed(body))

    @property
    def message(self) -> Message:
        with tenant_tx(self.shop.tenant.pk):
            return Message.objects.order_by("id").first()  # type: ignore[return-value]


@pytest.fixture
def gate(shop: Shop, api: Api, gateway: Sink) -> Gateway:
    return Gateway(shop, api, gateway)


def test_delivered_opened_clicked_become_status_times_and_events(gate: Gateway, shop: Shop) -> None:
    assert gate.tell("delivered").json() == {"accepted": 1, "duplicates": 0, "rejected": []}
    assert gate.message.status == "delivered"
    gate.tell("opened", at="2026-11-20T10:05:00+08:00")
    gate.tell("clicked", at="2026-11-20T10:06:00+08:00")
    message = gate.message
    assert message.status == "clicked"
    assert message.clicked_at.isoformat() == "2026-11-20T02:06:00+00:00"
    names = shop.sql("SELECT name, properties->>'canvas' FROM customers_event ORDER BY occurred_at")
    assert names == [("message.delivered", "9"), ("message.opened", "9"), ("message.clicked", "9")]


def test_a_status_never_goes_backwards(gate: Gateway) -> None:
    gate.tell("clicked")
    gate.tell("delivered", "opened", "failed")
    message = gate.message
    assert message.status == "clicked"
    assert message.delivered_at
    assert message.opened_at


def test_a_repeated_receipt_counts_once(gate: Gateway, shop: Shop) -> None:
    gate.tell("delivered")
    assert gate.tell("delivered", at="2026-11-20T12:00:00+08:00").json()["duplicates"] == 1
    assert gate.message.delivered_at.isoformat() == "2026-11-20T02:00:00+00:00"
    with tenant_tx(shop.tenant.pk):
        assert Receipt.objects.count() == 1
    assert shop.sql("SELECT count(*) FROM customers_event") == [(1,)]


def test_the_same_receipt_twice_in_one_request(gate: Gateway, shop: Shop) -> None:
    answer = gate.tell("delivered", "delivered").json()
    assert (answer["accepted"], answer["duplicates"]) == (1, 1)


def test_unknown_outcomes_are_settled_by_their_receipt(shop: Shop, api: Api, gateway: Sink) -> None:
    gateway.mode = "error"
    gate = Gateway(shop, api, gateway)
    assert gate.message.status == "unknown"
    gate.tell("delivered")
    assert gate.message.status == "delivered"


def test_a_message_whose_receipt_comes_before_the_repeat_is_not_repeated(shop: Shop, api: Api, gateway: Sink) -> None:
    gateway.mode = "error"
    gate = Gateway(shop, api, gateway, idempotent=True)
    assert gate.message.status == "queued"
    gate.tell("delivered")
    gateway.mode = "ok"
    shop.due_now()
    shop.drain()
    assert gate.message.status == "delivered"
    assert len(gateway.requests) == 1


def test_failed_by_receipt(gate: Gateway) -> None:
    gate.tell("failed", detail={"code": "UNDELIV"})
    assert gate.message.status == "failed"


@pytest.mark.parametrize("event", ["unsubscribed", "replied"])
def test_an_opt_out_withdraws_consent_at_once(gate: Gateway, shop: Shop, event: str) -> None:
    gate.tell(event, detail={"text": " td "})
    with tenant_tx(shop.tenant.pk):
        assert not Consent.objects.get(customer_id=gate.message.customer_id).granted
    assert shop.touch(shop.template(gate.account), gate.group, node="next").held == {"unsubscribed": gate.group}


def test_an_ordinary_reply_is_an_event_and_no_opt_out(gate: Gateway, shop: Shop) -> None:
    gate.tell("replied", detail="谢谢,很喜欢")
    gate.tell("replied", detail="退订", at="2026-11-20T12:00:00+08:00")  # the second reply says stop
    with tenant_tx(shop.tenant.pk):
        assert not Consent.objects.get(customer_id=gate.message.customer_id).granted
    assert shop.sql("SELECT properties->'detail'->>'text' FROM customers_event WHERE name = 'message.replied'") == [
        ("谢谢,很喜欢",)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "TD",
        "td",
        "T",
        "\uff34\uff24",
        "t。",
        "退订",
        " 退订!",
        "拒收",
        "取消订阅",
        "R",
        "N",
        "STOP",
        "stop.",
        "T D",
        "【退订】",
        "Unsubscribe",
        "END",
        "回T",
        "拒 收",
        "n!",
    ],
)
def test_opt_out_words(text: str) -> None:
    assert is_opt_out(text)


@pytest.mark.parametrize(
    "text", ["不退订", "TDK", "谢谢", "", "stop by tomorrow", "请问怎么退订?", "no", "12", "the end"]
)
def test_other_words(text: str) -> None:
    assert not is_opt_out(text)


def test_forged_late_and_altered_callbacks_are_refused(gate: Gateway, shop: Shop) -> None:
    body = json.dumps({"receipts": [{"id": gate.ids[0], "event": "delivered", "at": AT}]}).encode()
    for headers in (
        {}, signed(body, secret="whsec_" + base64.b64encode(b"another").decode()), signed(body + b" "),
        signed(body, at=time.time() - 400), signed(body, at=time.time() + 400),
        signed(body) | {"webhook-timestamp": "soon"}, signed(body) | {"webhook-id": "other"},
    ):  # fmt: skip
        answer = gate.post(body, headers)
        assert answer.status_code == 401, headers
        assert answer.headers["Content-Type"] == "application/problem+json"
    assert gate.message.status == "sent"


def test_a_wrong_token_is_no_address(gate: Gateway) -> None:
    body = b'{"receipts": []}'
    for path in (gate.path[:-1] + "x", gate.path + "x", "/api/v1/callbacks/1", "/api/v1/callbacks/1-2-3", "/api/v1/callbacks/x-y-z", "/api/v1/callbacks/" + "9" * 40 + "-1-a"):  # fmt: skip
        if path != gate.path:
            assert gate.post(body, signed(body), path).status_code == 404, path


def test_a_console_account_takes_no_callbacks(shop: Shop, api: Api) -> None:
    url: str = api.get(f"channel-accounts/{shop.account().pk}").json()["callback_url"]
    assert Client().post(url[url.index("/api/") :], b"{}", content_type="application/json").status_code == 404


def test_another_tenants_or_accounts_message_is_rejected(
    gate: Gateway, shop: Shop, gateway: Sink, other_tenant: Any
) -> None:
    stranger = Shop(other_tenant)
    stranger.touch(stranger.template(stranger.gateway(gateway)), stranger.people(1))
    stranger.drain()
    shop.touch(shop.template(shop.account()), shop.people(1), node="other")
    shop.drain()
    with tenant_tx(other_tenant.pk):
        theirs = f"{other_tenant.pk}-{Message.objects.get().pk}"
    with tenant_tx(shop.tenant.pk):
        others = f"{shop.tenant.pk}-{Message.objects.get(node='other').pk}"
    answer = gate.tell("delivered", ids=[theirs, others, "nonsense", "1-99999999999999999999"]).json()
    assert answer["accepted"] == 0
    assert [r["code"] for r in answer["rejected"]] == ["unknown_message"] * 4
    assert stranger.statuses() == {"sent": 1}


def test_ill_formed_receipts_have_a_pointer(gate: Gateway) -> None:
    body = json.dumps({"receipts": [{"id": "x", "event": "vanished", "at": "yesterday"}]}).encode()
    answer = gate.post(body, signed(body))
    assert answer.status_code == 400
    assert {e["pointer"] for e in answer.json()["errors"]} == {"/receipts/0/event", "/receipts/0/at"}
    assert gate.post(b"{", signed(b"{")).json()["code"] == "malformed_json"


def test_a_thousand_receipts_at_once(shop: Shop, api: Api, gateway: Sink) -> None:
    gate = Gateway(shop, api, gateway, 300, batch=100)
    assert gate.tell("delivered", "opened", "clicked").json()["accepted"] == 900
    assert shop.statuses() == {"clicked": 300}


def test_account_is_kept(gate: Gateway, shop: Shop) -> None:
    with tenant_tx(shop.tenant.pk):
        assert Account.objects.count() == 1


@pytest.fixture
def phone(shop: Shop, api: Api, gateway: Sink) -> Gateway:
    """The merchant's gateway that calls people."""
    return Gateway(shop, api, gateway, channel="call")


@pytest.mark.parametrize(
    ("event", "status", "result"),
    [
        ("answered", "delivered", "answered"), ("completed", "delivered", "answered"), ("no_answer", "failed", "no_answer"), ("busy", "failed", "busy"),
        ("rejected", "failed", "rejected"), ("unreachable", "failed", "unreachable"),
    ],
)  # fmt: skip
def test_how_a_call_ended(phone: Gateway, shop: Shop, event: str, status: str, result: str) -> None:
    told = phone.tell(event, detail={"duration": 18, "hangup_by": "customer", "dtmf": "1", "intent": "A"})
    assert told.json()["accepted"] == 1
    assert phone.message.status == status
    [(detail,)] = shop.sql("SELECT properties->'detail' FROM customers_event")
    found = detail if isinstance(detail, dict) else json.loads(detail)
    assert (found["result"], found["duration"], found["intent"]) == (result, 18, "A")


def test_who_says_in_a_call_not_to_be_called_again_is_not(phone: Gateway, shop: Shop) -> None:
    phone.tell("completed", detail={"duration": 5, "intent": "不要再打"})
    with tenant_tx(shop.tenant.pk):
        assert [c.granted for c in Consent.objects.filter(channel="call")] == [False]


def test_a_text_message_is_not_answered(gate: Gateway) -> None:
    answer = gate.tell("busy")
    assert answer.status_code == 400
    assert [e["pointer"] for e in answer.json()["errors"]] == ["/receipts/0/event"]
