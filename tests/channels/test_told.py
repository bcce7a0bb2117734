"""Callbacks are stored once and worked off in batches; what can't be found yet is looked for again, what can't be read harms nobody."""

from datetime import UTC, datetime
from typing import Any

import pytest

from channels import told
from channels.batch_ids import echo_of, read_echo
from channels.contract import Callback, Outbound, ReceiptIn
from channels.models import Account, CallbackIn, Message
from channels.services.accounts import account_now
from customers.models import Identity
from tenants.scope import tenant_tx
from tests.channels.conftest import Shop

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("answer")]
AT = datetime(2026, 11, 20, 2, tzinfo=UTC)


class Desk:
    """Messages that were sent by an account, and what is told of them."""

    def __init__(self, shop: Shop, count: int = 3) -> None:
        self.shop, self.account = shop, shop.account()
        shop.touch(shop.template(self.account), shop.people(count))
        shop.drain()

    def messages(self) -> list[Message]:
        with tenant_tx(self.shop.tenant.pk):
            return list(Message.objects.order_by("id"))

    def store(self, *receipts: ReceiptIn, body: bytes = b"x", account: Account | None = None) -> bool:
        with tenant_tx(self.shop.tenant.pk):
            return told.store(account_now(account or self.account), Callback({}, {}, body), receipts)

    def key(self, message: Message) -> str:
        return f"{self.shop.tenant.pk}-{message.pk}"

    def work(self) -> None:
        while told.unit(self.shop.tenant.pk):
            pass

    def rows(self) -> list[CallbackIn]:
        with tenant_tx(self.shop.tenant.pk):
            return list(CallbackIn.objects.order_by("id"))


@pytest.fixture
def desk(shop: Shop) -> Desk:
    return Desk(shop)


def test_stored_once_and_worked_off_later(desk: Desk, shop: Shop) -> None:
    receipts = [ReceiptIn(desk.key(m), "delivered", AT) for m in desk.messages()]
    assert desk.store(*receipts)
    assert not desk.store(*receipts)
    assert shop.statuses() == {"sent": 3}
    desk.work()
    assert shop.statuses() == {"delivered": 3}
    (row,) = desk.rows()
    assert (row.items, row.due_at, row.size) == (None, None, 0)
    assert not desk.store(*receipts)


def test_addresses_are_sealed_at_rest(desk: Desk) -> None:
    desk.store(ReceiptIn("", "delivered", AT, provider_id="S1", to="13800138000"))
    (row,) = desk.rows()
    assert b"13800138000" not in bytes(row.items or b"")


def test_a_receipt_before_our_answer_was_written_is_found_later(desk: Desk, shop: Shop) -> None:
    (message, *_) = desk.messages()
    shop.sql("UPDATE channels_message SET status = 'in_flight' WHERE id = %s", [message.pk])
    desk.store(ReceiptIn("", "delivered", AT, provider_id="S1", to=_phone(shop, message)))
    desk.work()
    assert shop.statuses() == {"sent": 2, "in_flight": 1}
    (row,) = desk.rows()
    assert row.due_at
    assert row.tries == 1
    shop.sql("UPDATE channels_message SET status = 'sent', provider_id = 'S1' WHERE id = %s", [message.pk])
    shop.sql("UPDATE channels_callbackin SET due_at = clock_timestamp()")
    desk.work()
    assert shop.statuses() == {"sent": 2, "delivered": 1}


def test_what_nobody_knows_is_given_up(desk: Desk, shop: Shop) -> None:
    desk.store(ReceiptIn("", "delivered", AT, provider_id="S9", to="13900139000"), ReceiptIn("77-1", "failed", AT))
    for _ in range(len(told._AGAIN_SECONDS) + 1):
        shop.sql("UPDATE channels_callbackin SET due_at = clock_timestamp() WHERE due_at IS NOT NULL")
        desk.work()
    (row,) = desk.rows()
    assert (row.items, row.due_at) == (None, None)
    assert shop.statuses() == {"sent": 3}


def _phone(shop: Shop, message: Message) -> str:
    from customers.vault import vault

    with tenant_tx(shop.tenant.pk):
        row = Identity.objects.get(customer_id=message.customer_id)
        return vault().open("phone", bytes(row.digest), bytes(row.sealed))


def test_one_batch_by_its_first_and_last_and_the_number(desk: Desk, shop: Shop) -> None:
    first, second, third = desk.messages()
    desk.store(ReceiptIn("", "delivered", AT, to=_phone(shop, second), within=(first.pk, third.pk)))
    desk.work()
    assert [m.status for m in desk.messages()] == ["sent", "delivered", "sent"]
    desk.store(ReceiptIn("", "delivered", AT, to=_phone(shop, third), within=(first.pk, second.pk)), body=b"y")
    desk.work()
    assert [m.status for m in desk.messages()] == ["sent", "delivered", "sent"]


def test_one_that_breaks_keeps_no_others_back(desk: Desk, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    take = told.take_found

    def breaks(account: Any, found: Any) -> set[int]:
        if any(r.detail.get("bad") for _, r in found):
            raise RuntimeError("cannot be worked off")
        return take(account, found)

    monkeypatch.setattr(told, "take_found", breaks)
    first, second, _ = desk.messages()
    desk.store(ReceiptIn(desk.key(first), "delivered", AT, {"bad": True}), body=b"1")
    desk.store(ReceiptIn(desk.key(second), "delivered", AT), body=b"2")
    desk.work()
    assert shop.statuses() == {"sent": 2, "delivered": 1}
    assert [row.due_at is None for row in desk.rows()] == [False, True]


def test_another_account_s_message_stays_as_it_is(desk: Desk, shop: Shop) -> None:
    desk.store(ReceiptIn(desk.key(desk.messages()[0]), "failed", AT), account=shop.account())
    desk.work()
    assert shop.statuses() == {"sent": 3}


def test_a_word_from_a_stranger_says_nothing(desk: Desk, shop: Shop) -> None:
    assert desk.store(ReceiptIn("", "replied", AT, {"text": "TD"}, to="13900139000"))
    assert shop.sql("SELECT count(*) FROM customers_consent WHERE NOT granted") == [(0,)]


def test_echoes() -> None:
    def one(id_: str) -> Outbound:
        return Outbound(id_, "sms", "service", "", 1, None, {}, "", "", "", "")

    assert echo_of([one("3-7")]) == "3-7"
    assert echo_of([one("3-9"), one("3-7"), one("3-8")]) == "3-7-9"
    assert echo_of([one("test-x")]) == ""
    assert read_echo("3-7") == ("3-7", None)
    assert read_echo("3-7-9") == ("", (7, 9))
    assert read_echo("order 17") == ("", None)
    assert read_echo("") == ("", None)
