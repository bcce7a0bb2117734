"""CHN-5: the link in a message stops marketing on its channel; RFC 8058 one-click works without cookie or token."""

from typing import Any

import pytest
from django.test import Client

from channels.models import Message
from channels.unsubscribe import Unsubscriber, link
from customers.models import Consent
from tenants.scope import tenant_tx
from tests.channels.conftest import Shop

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("answer")]


@pytest.fixture
def path(shop: Shop) -> str:
    group = shop.people(1, channel="email")
    template = shop.template(shop.account(channel="email"), subject="hi", text="bye: {{ unsubscribe_url }}")
    shop.touch(template, group)
    shop.drain()
    with tenant_tx(shop.tenant.pk):
        text: str = Message.objects.get().content["text"]
    return text[text.index("/u/") :]


def granted(shop: Shop) -> bool:
    with tenant_tx(shop.tenant.pk):
        return bool(Consent.objects.get().granted)


def test_looking_changes_nothing_and_posting_stops(shop: Shop, path: str) -> None:
    page = Client(enforce_csrf_checks=True).get(path, headers={"Accept-Language": "zh-CN"})
    assert page.status_code == 200
    assert "确认退订" in page.content.decode()
    assert granted(shop)
    done = Client(enforce_csrf_checks=True).post(path, headers={"Accept-Language": "en"})
    assert "You will get no more" in done.content.decode()
    assert not granted(shop)


def test_one_click(shop: Shop, path: str) -> None:
    answer = Client(enforce_csrf_checks=True).post(
        path, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 200
    assert not granted(shop)


def test_an_altered_link_does_nothing(shop: Shop, path: str) -> None:
    for wrong in (path[:-1], path + "x", "/u/1.1.email.0:abc", path.replace(".email.", ".sms.")):
        assert Client().post(wrong).status_code == 404
    assert granted(shop)


def test_another_tenants_customer_is_out_of_reach(shop: Shop, path: str, other_tenant: Any) -> None:
    with tenant_tx(shop.tenant.pk):
        customer = Consent.objects.get().customer_id
    forged = link(Unsubscriber(other_tenant.pk, customer, "email", 1))
    Client(raise_request_exception=False).post(forged[forged.index("/u/") :])
    assert granted(shop)
