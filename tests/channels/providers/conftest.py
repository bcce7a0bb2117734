"""A shop whose account is at a stand-in, sent through the real sender over real HTTP, and the pushes that come back."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from channels import facade
from channels.models import Account, Message, Template
from channels.registry import providers
from customers.identities import normalise
from customers.models import Consent, Customer, Identity
from customers.vault import vault
from fakes.desk import Arrival, Push
from fakes.magic import Case, address_of
from fakes.server import Fakes
from kernel.clock import db_now
from kernel.sets import People
from tenants.scope import tenant_tx
from tests.channels.conftest import Shop
from tests.channels.providers.cases import Entry

_PATIENCE = 5.0  # with a stand-in that hangs


class Store:
    """One shop with one account at one stand-in."""

    def __init__(self, shop: Shop, fakes: Fakes, entry: Entry) -> None:
        self.shop, self.fakes, self.entry = shop, fakes, entry
        self.account = self.open(shop)
        self.template: Template = shop.template(self.account, purpose=entry.purpose, **entry.content)
        self.console(self.callback_url)

    def open(self, shop: Shop) -> Account:
        return shop.account(
            self.entry.provider, self.entry.channel, **self.entry.settings(self.fakes.at(self.entry.desk))
        )

    def console(self, callback_url: str) -> None:
        """The account at the provider's console."""
        self.fakes.know(self.entry.desk, self.entry.key, self.entry.secret, callback_url, **self.entry.more)

    @property
    def callback_url(self) -> str:
        return self.address_of(self.account, self.shop)

    @staticmethod
    def address_of(account: Account, shop: Shop) -> str:
        from channels.services.accounts import callback_url

        with tenant_tx(shop.tenant.pk):
            return callback_url(account)

    def people(self, *numbers: str, consent: bool = True) -> People:
        """Customers who are reached at these numbers."""
        kind = self.entry.identity
        with tenant_tx(self.shop.tenant.pk):
            rows = [Customer.objects.create(external_id=n, attributes={"name": f"客{n[-2:]}"}) for n in numbers]
            for row, number in zip(rows, numbers, strict=True):
                value = str(normalise(kind, self.entry.address(number)))
                digest = vault().digest(kind, value)
                Identity.objects.create(
                    kind=kind, digest=digest, sealed=vault().seal(kind, digest, value), customer=row
                )
                Consent.objects.create(tenant_id=self.shop.tenant.pk, customer=row, channel=self.entry.channel,
                                       granted=consent, source="test", at=db_now())  # fmt: skip
            return People(row.pk for row in rows)

    def send(self, group: People, **step: Any) -> None:
        self.shop.touch(self.template, group, **step)
        self.shop.drain()

    def again(self) -> None:
        """As if every waiting time were over."""
        self.shop.due_now()
        self.shop.drain()

    def push(self, push: Push, url: str = "") -> Any:
        """The provider's request, at our door."""
        parts = urlsplit(url or push.url)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        headers = dict(push.headers)
        content_type = headers.pop("Content-Type", "application/json")
        return Client().generic(push.method, path, push.body, content_type, headers=headers)

    def tell(self, arrivals: list[Arrival], event: str = "delivered") -> list[Any]:
        """The provider's receipts, taken in and worked off."""
        answers = [self.push(push) for push in self.fakes.receipts(arrivals, event)]
        self.work_off()
        return answers

    def work_off(self) -> None:
        for _ in range(100):
            if not facade.receipts_unit(self.shop.tenant.pk):
                return
        raise AssertionError("no end of receipts")

    def callbacks_due(self) -> None:
        self.shop.sql("UPDATE channels_callbackin SET due_at = clock_timestamp() WHERE due_at IS NOT NULL")

    @property
    def arrived(self) -> list[Arrival]:
        return list(self.fakes.desk.arrivals)

    def messages(self) -> list[Message]:
        with tenant_tx(self.shop.tenant.pk):
            return list(Message.objects.order_by("id"))

    def fresh(self) -> Account:
        with tenant_tx(self.shop.tenant.pk):
            return Account.objects.get(pk=self.account.pk)


ORDINARY = ("13800130001", "13800130002", "13800130003")


def magic(entry: Entry, case: str) -> str:
    found: Case = entry.magic[case]
    return address_of(found)


@pytest.fixture
def fakes(settings: Any) -> Iterator[Fakes]:
    settings.ALLOW_PRIVATE_EGRESS = "loopback"
    with Fakes() as running:
        yield running


@pytest.fixture
def store(shop: Shop, fakes: Fakes, entry: Entry, answer: Any) -> Store:
    return Store(shop, fakes, entry)


@pytest.fixture
def impatient(entry: Entry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(providers[entry.provider]), "deadline_seconds", _PATIENCE)
