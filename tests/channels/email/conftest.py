"""A shop that sends by a mail server of ours."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from channels.models import Account, Template
from fakes.server import Fakes
from tests.channels.conftest import Shop

CONTENT = {
    "subject": "新茶",
    "text": "新茶到了 {{ unsubscribe_url }}",
    "html": '<a href="{{ unsubscribe_url }}">退订</a>',
}


@pytest.fixture
def fakes(settings: Any) -> Iterator[Fakes]:
    settings.ALLOW_PRIVATE_EGRESS = "loopback"
    with Fakes() as running:
        yield running


@pytest.fixture
def smtp(shop: Shop, fakes: Fakes, answer: Any) -> Callable[..., Account]:
    def opened(**more: Any) -> Account:
        known = {
            "host": "127.0.0.1",
            "port": fakes.desk.ports["smtp"],
            "tls": "none",
            "username": "mailer",
            "password": "mail-secret",
        }
        return shop.account("smtp", "email", **{**known, "from": "山间茶铺 <hi@shop.example>", **more})

    return opened


@pytest.fixture
def template(shop: Shop, smtp: Callable[..., Account]) -> Template:
    return shop.template(smtp(bounce_address="bounce@shop.example"), **CONTENT)
