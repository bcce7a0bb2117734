"""What happens at one visit: looking, carting, ordering, paying, sharing. Amounts are whole fen until they are written."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from demo.goods import PRODUCTS, Product

Happened = tuple[datetime, int, str, dict[str, Any]]

_VIEWED, _CARTED, _ORDERED, _PAID, _PAGE, _SHARED = 0.36, 0.52, 0.78, 0.95, 0.12, 0.07
_OTHER_CATEGORY = 0.25
_PAGES = ("首页", "会员中心", "618 会场", "新品", "领券中心", "茶知识")
_SOURCES = ("公众号", "小程序", "门店", "朋友分享", "广告")
_BY_CATEGORY: dict[str, list[Product]] = {}
for _product in PRODUCTS:
    _BY_CATEGORY.setdefault(_product.category, []).extend([_product] * _product.popularity)
_ALL = [p for p in PRODUCTS for _ in range(p.popularity)]


class Visit(NamedTuple):
    """The n-th visit of all; `chance` are eight numbers in [0, 1) that decide how it goes."""

    n: int
    customer: int
    at: datetime
    category: str
    chance: npt.NDArray[np.float64]


def yuan(fen: int) -> float:
    """A JSON number with at most two places: both divisions are exact to the fen."""
    return round(fen / 100, 2)


def registered(customer: int, at: datetime, known: dict[str, str]) -> Happened:
    source = _SOURCES[(customer * 7919) % len(_SOURCES)] if "openid" in known else "门店"
    return (at, customer, "member.registered", {"source": source})


def wecom_added(customer: int, at: datetime) -> Happened:
    staff = f"S{customer % 12 + 1:02d}"
    return (at + timedelta(hours=1 + customer % 60), customer, "wecom.added", {"staff": staff})


def of_visit(rng: np.random.Generator, visit: Visit, paid: dict[int, list[int]]) -> list[Happened]:
    """The events of a visit; sums of paid orders are noted in `paid`."""
    look, cart, order, pay, page, share, *_ = visit.chance
    products = _choice(rng, visit)
    found: list[Happened] = []
    if page < _PAGE:
        _add(found, visit, -900, "page.viewed", {"page": _PAGES[visit.n % len(_PAGES)]})
    if look < _VIEWED:
        _add(found, visit, -600, "product.viewed", _about(products[0]))
    if cart < _CARTED:
        _add(found, visit, -300, "cart.added", {**_about(products[0]), "quantity": 1})
        if order < _ORDERED:
            _order(rng, found, visit, products, paid if pay < _PAID else None)
            if share < _SHARED:
                _add(found, visit, 1200, "share.sent", {"sku": products[0].sku, "to": "微信好友"})
    return found


def _choice(rng: np.random.Generator, visit: Visit) -> list[Product]:
    first = _BY_CATEGORY[visit.category]
    draws = rng.random(3)
    chosen = [first[int(draws[0] * len(first))]]
    more = 1 + int(visit.chance[6] > 0.62) + int(visit.chance[6] > 0.88)
    for draw in draws[1:more]:
        pool = _ALL if visit.chance[7] < _OTHER_CATEGORY else first
        product = pool[int(draw * len(pool))]
        if product not in chosen:
            chosen.append(product)
    return chosen


def _order(
    rng: np.random.Generator, found: list[Happened], visit: Visit, products: list[Product], paid: dict[int, list[int]] | None
) -> None:  # fmt: skip
    quantities = 1 + (rng.random(len(products)) > 0.78).astype(np.int64)
    items = [
        {"sku": p.sku, "category": p.category, "quantity": int(q), "price": yuan(p.fen)}
        for p, q in zip(products, quantities, strict=True)
    ]
    total = sum(p.fen * int(q) for p, q in zip(products, quantities, strict=True))
    order = {"order_id": f"DD{visit.at:%y%m%d}{visit.n:06d}", "amount": yuan(total), "items": items}
    _add(found, visit, 0, "order.created", order)
    if paid is not None:
        _add(found, visit, 20 + visit.n % 400, "order.paid", order)
        paid.setdefault(visit.customer, []).append(total)


def _about(product: Product) -> dict[str, Any]:
    return {"sku": product.sku, "name": product.name, "category": product.category, "price": yuan(product.fen)}


def _add(found: list[Happened], visit: Visit, seconds: int, name: str, properties: dict[str, Any]) -> None:
    # 1200 s later than the visit's beginning, so that what comes before the order is not before the registration
    found.append((visit.at + timedelta(seconds=1200 + seconds), visit.customer, name, properties))
