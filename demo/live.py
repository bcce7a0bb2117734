"""What happens in the shop on the day of seeding: people who just filled a cart, and orders after the first run."""

from datetime import timedelta
from typing import Any

import numpy as np

from canvas_app.models import Canvas, Run
from channels.models import Message
from customers.event_services import events_take
from customers.models import Customer
from demo.events import yuan
from demo.goods import PRODUCTS, Product
from demo.shop import SEED
from kernel.clock import db_now
from rewards.models import Grant
from rewards.redeeming import redeem

_CARTS = 48
_BUYS = {"a": 0.11, "b": 0.06}  # of those who got the message, by variant: with and without a coupon
_SPREAD_SECONDS = 600


def _row(event_id: str, external_id: str | None, name: str, seconds_ago: int, properties: dict[str, Any]) -> dict[str, Any]:  # fmt: skip
    at = db_now() - timedelta(seconds=seconds_ago)
    return {"event_id": event_id, "customer": {"external_id": external_id}, "name": name, "occurred_at": at.isoformat(), "properties": properties}  # fmt: skip


def _about(product: Product) -> dict[str, Any]:
    return {"sku": product.sku, "name": product.name, "category": product.category, "price": yuan(product.fen)}


def carts() -> None:
    """Some people who can be reached have just put something in their cart."""
    rng = np.random.Generator(np.random.PCG64(SEED + 1))
    known = list(Customer.objects.order_by("pk").values_list("external_id", flat=True))
    chosen = rng.choice(len(known), min(_CARTS, len(known)), replace=False)
    rows = [
        _row(f"live-cart-{n}", known[int(i)], "cart.added", int(rng.integers(0, _SPREAD_SECONDS)),
             {**_about(PRODUCTS[n % len(PRODUCTS)]), "quantity": 1})
        for n, i in enumerate(chosen)
    ]  # fmt: skip
    events_take(rows)


def orders(canvas_name: str) -> None:
    """Some of those whom the run reached buy; who has a coupon pays with it."""
    rng = np.random.Generator(np.random.PCG64(SEED + 2))
    run = Run.objects.filter(canvas=Canvas.objects.get(name=canvas_name)).order_by("pk").first()
    reached = Message.objects.filter(run_id=getattr(run, "pk", None)).exclude(sent_at=None).order_by("customer_id")
    rows = []
    for customer_id, variant in reached.values_list("customer_id", "variant"):
        product = PRODUCTS[int(rng.integers(0, len(PRODUCTS)))]
        if rng.random() < _BUYS.get(variant, 0.0):
            rows += _purchase(customer_id, product)
    events_take(rows)


def _purchase(customer_id: int, product: Product) -> list[dict[str, Any]]:
    external_id = Customer.objects.values_list("external_id", flat=True).get(pk=customer_id)
    quantity = -(-20_000 // product.fen)  # over the coupon's threshold
    order_id = f"DDLIVE{customer_id:08d}"
    order = {
        "order_id": order_id, "amount": yuan(product.fen * quantity),
        "items": [{"sku": product.sku, "category": product.category, "quantity": quantity, "price": yuan(product.fen)}],
    }  # fmt: skip
    grant = Grant.objects.filter(customer_id=customer_id, status="issued").select_for_update().first()
    if grant is not None:
        redeem(grant, order_id=order_id, amount=None, now=db_now())
    created = _row(f"live-created-{customer_id}", external_id, "order.created", 1, order)
    return [created, _row(f"live-paid-{customer_id}", external_id, "order.paid", 0, order)]
