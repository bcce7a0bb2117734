"""A text that shows a sensitive attribute: plain at the provider, masked in the ledger and wherever else it is shown (TEN-3)."""

from typing import Any

import pytest

from channels import facade
from channels.models import Message, Template
from channels.preparing import own_texts
from customers import sealed
from customers.models import AttributeDefinition
from kernel.clock import db_now
from kernel.sets import People
from kernel.step import Step
from tenants.scope import tenant_tx
from tests.channels.conftest import Shop
from tests.sink import Sink

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("answer")]
CARD = "6222021234567890"
STEP = Step(canvas_id=9, run_id=1, node="m", wave_id=1, triggered=True)


def two(shop: Shop) -> tuple[People, int]:
    """Two people, of whom the second has a card."""
    group = shop.people(2)
    with tenant_tx(shop.tenant.pk):
        AttributeDefinition.objects.create(key="card", type="string", sensitive=True)
        sealed.write([(max(group), "card", "string", CARD)])
    return group, max(group)


def written(shop: Shop) -> dict[int, Any]:
    with tenant_tx(shop.tenant.pk):
        return {m.customer_id: m.content["text"] for m in Message.objects.all() if m.content}


def said(gateway: Sink) -> set[str]:
    return {message["content"]["text"] for message in gateway.messages}


def template_of(shop: Shop, gateway: Sink) -> Template:
    return shop.template(
        shop.gateway(gateway), text="{{ customer.attributes.name }},卡 {{ customer.attributes.card | default: '无' }}"
    )


def test_the_long_road(shop: Shop, gateway: Sink) -> None:
    group, owner = two(shop)
    shop.touch(template_of(shop, gateway), group)
    shop.drain()
    assert said(gateway) == {f"客1,卡 {CARD}", "客0,卡 无"}
    assert written(shop) == {owner: "客1,卡 ***", min(group): "客0,卡 无"}


def test_the_short_road(shop: Shop, gateway: Sink) -> None:
    group, owner = two(shop)
    template = template_of(shop, gateway)
    with tenant_tx(shop.tenant.pk):
        plan = facade.touch_plan(template.pk, group, db_now(), None)
        flight = facade.touch_now(STEP, template.pk, plan, db_now())[1]
    assert flight
    assert written(shop) == {owner: "客1,卡 ***", min(group): "客0,卡 无"}
    facade.fly([flight])
    assert said(gateway) == {f"客1,卡 {CARD}", "客0,卡 无"}


def test_previews_and_texts_for_staff_are_masked(shop: Shop, gateway: Sink) -> None:
    group, owner = two(shop)
    template = template_of(shop, gateway)
    with tenant_tx(shop.tenant.pk):
        assert facade.preview(template.pk, owner)["content"]["text"] == "客1,卡 ***"
        assert own_texts(STEP, "{{ customer.attributes.card }}", group) == {owner: "***", min(group): ""}


def test_nothing_is_opened_for_a_text_that_does_not_show_it(
    shop: Shop, gateway: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    group, _ = two(shop)
    monkeypatch.setattr(sealed, "unseal", lambda *_: pytest.fail("opened"))
    shop.touch(shop.template(shop.gateway(gateway)), group)
    shop.drain()
    assert said(gateway) == {"您好 客0", "您好 客1"}
