"""CHN-2: a template can be sent to whoever tests it, by its account; it is in no report."""

from typing import Any

import pytest

from channels import limiter
from channels.models import Message
from customers.models import Consent
from tenants.models import AuditEntry
from tenants.scope import tenant_tx
from tests.channels.conftest import Shop
from tests.conftest import Api
from tests.sink import Sink

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("answer", "patience")]


@pytest.fixture
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if a second passed between any two tests."""
    monkeypatch.setattr("channels.trying.take", lambda *_: (1, 0.0))


def sms(shop: Shop, gateway: Sink, **more: Any) -> str:
    return (
        f"templates/{shop.template(shop.gateway(gateway), text='您好 {{ customer.attributes.name }}', **more).pk}/test"
    )


def test_to_an_address_as_a_customer_would_get_it(api: Api, shop: Shop, gateway: Sink) -> None:
    [customer] = shop.people(1)
    answer = api.post(sms(shop, gateway), {"to": "138 0013 8000", "customer": str(customer)})
    assert (answer.status_code, answer.json()["ok"], answer.json()["to"]) == (200, True, "138****8000")
    [message] = gateway.messages
    assert (message["to"], message["content"]["text"]) == ("13800138000", "您好 客0")
    assert message["id"].startswith("test-")
    with tenant_tx(shop.tenant.pk):
        assert not Message.objects.exists()
        assert AuditEntry.objects.filter(action="template.test").count() == 1


def test_to_a_customer(api: Api, shop: Shop, gateway: Sink) -> None:
    [customer] = shop.people(1)
    assert api.post(sms(shop, gateway), {"customer": str(customer)}).json()["ok"] is True
    assert gateway.messages[0]["to"] == f"138{customer % 10**8:08d}"


def test_a_customer_who_said_no_gets_no_test(api: Api, shop: Shop, gateway: Sink) -> None:
    [customer] = shop.people(1, consent=False)
    answer = api.post(sms(shop, gateway), {"customer": str(customer)})
    assert [e["code"] for e in answer.json()["errors"]] == ["test_held_back"]
    assert not gateway.messages
    with tenant_tx(shop.tenant.pk):
        Consent.objects.update(granted=True)
    assert api.post(sms(shop, gateway), {"customer": str(customer)}).json()["ok"] is True


@pytest.mark.parametrize(("body", "pointer"), [({}, "/to"), ({"to": "abc"}, "/to"), ({"customer": "77"}, "/customer")])
def test_to_nobody(api: Api, shop: Shop, gateway: Sink, body: dict[str, str], pointer: str) -> None:
    answer = api.post(sms(shop, gateway), body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == pointer
    assert not gateway.messages


def test_what_the_provider_said_is_told(api: Api, shop: Shop, gateway: Sink) -> None:
    gateway.mode = "status:401"
    said = api.post(sms(shop, gateway), {"to": "13800138000"}).json()
    assert (said["ok"], "http_401" in said["detail"]) == (False, True)


def test_not_too_often(api: Api, shop: Shop, gateway: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("channels.trying.take", limiter.take)
    monkeypatch.setattr(limiter, "WINDOW_SECONDS", 60.0)
    path = sms(shop, gateway)
    statuses = [api.post(path, {"to": "13800138000"}).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    assert len(gateway.messages) == 2
