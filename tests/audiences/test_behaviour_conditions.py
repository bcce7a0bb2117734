"""Conditions on what somebody did: rhythm, times of day, choices, milestones, orders, one thing after another (AUD-4)."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tenants.models import Tenant
from tests.audiences.checking import c, cases, check
from tests.audiences.shop import NOW, Happening, Person, write

PAID, SEEN, CART, SIGNED = "order.paid", "product.viewed", "cart.added", "sign.in"
HERE = ZoneInfo("Asia/Shanghai")
MONTH = {"last": {"days": 30}}


def at(days: float, hour: int | None = None) -> datetime:
    """So many days before today (11 March 2026 in Shanghai, now 01:30), at that hour or just now."""
    if hour is None:
        return NOW - timedelta(days=days)
    return datetime(2026, 3, 11, hour, tzinfo=HERE) - timedelta(days=days)


def did(name: str, *days: float, hour: int | None = 12, **properties: Any) -> list[Happening]:
    return [Happening(name, at(d, hour), properties) for d in days]


def paid(days: float, amount: Any, *items: str, hour: int = 12, **more: Any) -> list[Happening]:
    """items: "sku" or "sku*3"; its category is the first letter."""
    listed = [
        {"sku": sku, "category": sku[0], **({"quantity": int(n)} if n else {})}
        for sku, _, n in (i.partition("*") for i in items)
    ]
    return [Happening(PAID, at(days, hour), {"amount": amount, **({"items": listed} if items else {}), **more})]


def gone(of: list[Happening]) -> Person:
    return Person("ghost", events=of, gone="merged")


RHYTHM = cases(
    (c("days_since", event=PAID, op="lte", value=1), "amy"),
    (c("days_since", event=PAID, op="eq", value=10), "bob"),
    (c("days_since", event=PAID, op="not_exists"), "eve"),
    (c("days_since", event=PAID, op="gt", value=9, where=[{"property": "amount", "op": "gte", "value": 5}]), "bob cat dan"),
    (c("interval", event=PAID, op="eq", value=10), "amy dan"),  # (1, 11, 21) and (40, 50)
    (c("interval", event=PAID, measure="longest", op="gte", value=90), "bob"),
    (c("interval", event=PAID, measure="shortest", op="lte", value=1), "bob"),
    (c("interval", event=PAID, measure="last", op="eq", value=1), "bob"),
    (c("interval", event=PAID, op="not_exists"), "cat eve"),
    (c("activity", events=[PAID, SIGNED], value=4), "amy bob eve"),  # amy: 3 + 1, bob: 3 + 1, eve: 7
    (c("activity", events=[PAID, SIGNED], measure="kinds", value=2), "amy bob"),
    (c("activity", events=[PAID, SIGNED], measure="count", op="eq", value=1), "cat"),
    (c("activity", events=[PAID, SIGNED], window={"last": {"days": 5}}, op="eq", value=0), "bob cat dan"),
    (c("streak", event=SIGNED, value=4), "eve"),
    (c("streak", event=SIGNED, value=5), ""),
    (c("streak", event=SIGNED, value=4, current=True), ""),
    (c("streak", event=SIGNED, value=3, current=True), "eve"),
    (c("streak", event=SIGNED, op="eq", value=0), "cat dan"),
    (c("streak", event=SIGNED, op="eq", value=0, current=True), "bob cat dan"),
    (c("stopped", event=PAID, silent={"days": 30}), "cat dan"),
    (c("stopped", event=PAID, silent={"days": 30}, value=2), "dan"),
    (c("stopped", event=PAID, silent={"days": 9}, window={"last": {"days": 35}}), "bob cat"),
    (c("came_back", event=PAID, gap={"days": 90}), "bob"),
    (c("came_back", event=PAID, gap={"days": 90}, window={"last": {"days": 5}}), ""),
    (c("came_back", event=PAID, gap={"days": 10}, window=MONTH), "amy bob"),
    (c("came_back", event=PAID, gap={"days": 10}), "amy bob dan"),
)  # fmt: skip


def test_rhythm(scope: Tenant) -> None:
    people = [
        Person("amy", events=did(PAID, 1, 11, 21, amount=5) + did(SIGNED, 0, hour=1)),
        Person("bob", events=did(PAID, 10, 11, 110, amount=5) + did(SIGNED, 60)),
        Person("cat", events=did(PAID, 31, amount=5)),
        Person("dan", events=did(PAID, 40, 50, amount=5)),
        Person("eve", events=did(SIGNED, 1, 2, 3, hour=0) + did(SIGNED, 2, hour=23) + did(SIGNED, 10, 11, 12, 13, hour=23)),
        gone(did(PAID, 1, 11, 21) + did(SIGNED, 1, 2, 3, 4)),
    ]  # fmt: skip
    write(scope.pk, people)
    check(RHYTHM, people)


# 9 March 2026 is a Monday
CLOCK = cases(
    (c("hours", event=PAID, from_="08:00", to="09:00"), "amy bob"),
    (c("hours", event=PAID, from_="08:00", to="09:00", value=2), "amy"),
    (c("hours", event=PAID, from_="22:00", to="02:00"), "cat dan"),  # over midnight
    (c("hours", event=PAID, from_="22:00", to="02:00", op="eq", value=0), "amy bob eve"),
    (c("hours", event=PAID, from_="09:00", to="22:00"), "bob"),
    (c("weekdays", event=PAID, days=["SA", "SU"]), "amy bob"),
    (c("weekdays", event=PAID, days=["MO"]), "cat dan"),  # 00:10 on Monday in Shanghai is Sunday in UTC
    (c("weekdays", event=PAID, days=["SA", "SU"], value=2), "amy"),
    (c("preferred_hours", event=PAID, value=["morning"]), "amy bob"),
    (c("preferred_hours", event=PAID, value=["afternoon"]), "bob"),  # once each
    (c("preferred_hours", event=PAID, value=["dawn", "evening"]), "cat dan"),
    (c("preferred_weekday", event=PAID, value=["SU"]), "amy"),
    (c("preferred_weekday", event=PAID, value=["MO", "SA"]), "bob cat dan"),
)


def test_times_of_day_and_week(scope: Tenant) -> None:
    people = [
        Person("amy", events=[*paid(3, 1, hour=8), *paid(10, 1, hour=8), *paid(4, 1, hour=6)]),  # Sun, Sun, Sat
        Person("bob", events=[*paid(4, 1, hour=8), *paid(5, 1, hour=13)]),  # Sat, Fri
        Person("cat", events=paid(2, 1, hour=23)),
        Person("dan", events=[Happening(PAID, at(2, 0) + timedelta(minutes=10), {})]),
        Person("eve"),
        gone(paid(3, 1, hour=8)),
    ]
    write(scope.pk, people)
    check(CLOCK, people)


SKU = {"event": PAID, "property": "items.sku"}
CHOICES = cases(
    (c("preferred_value", event=PAID, property="items.category", value=["T"]), "amy"),
    (c("preferred_value", event=PAID, property="items.category", value=["M", "T"]), "amy bob"),
    (c("preferred_value", event=PAID, property="items.category", value=["T"], window={"last": {"days": 2}}), ""),
    (c("preferred_value", event=PAID, property="shop", value=["s1"]), "cat"),
    (c("share", event=PAID, part=[{"property": "items.sku", "op": "eq", "value": "T1"}], op="gt", value=60), "amy"),
    (c("share", event=PAID, part=[{"property": "items.sku", "op": "eq", "value": "T1"}], op="lt", value=100), "amy bob cat"),
    (c("share", event=PAID, part=[{"property": "shop", "op": "exists"}], property="amount", op="eq", value=25), "cat"),
    (c("share", event=PAID, part=[{"property": "shop", "op": "exists"}], op="eq", value=50), "cat"),
    (c("share", event=PAID, part=[{"property": "shop", "op": "exists"}], op="not_exists"), "dan"),
    (c("covers", **SKU, values=["T1", "T2", "M1"], value=2), "amy"),
    (c("covers", **SKU, values=["T1", "T2", "M1"], op="eq", value=0), "cat dan"),
    (c("together", **SKU, values=["T1", "T2"]), "amy"),
    (c("together", **SKU, values=["T1", "M1"]), ""),  # never in one order
    (c("repeated", **SKU, value=2), "amy bob"),
    (c("repeated", **SKU, value=3), "bob"),
    (c("repeated", **SKU, op="eq", value=1), ""),
    (c("but_never", **SKU, has=["T1"], never=["M1"]), ""),
    (c("but_never", **SKU, has=["T1"], never=["M2"]), "amy"),
    (c("but_never", **SKU, has=["T1", "M1"], never=["T2"]), "bob"),
)  # fmt: skip


def test_choices(scope: Tenant) -> None:
    people = [
        Person("amy", events=[*paid(5, 10, "T1", "T2"), *paid(4, 10, "T1", "T1"), *paid(1, 10, "M1")]),
        Person("bob", events=[*paid(3, 10, "M1"), *paid(2, 10, "M1"), *paid(1, 10, "M1")]),
        Person("cat", events=[*paid(2, 10, shop="s1"), *paid(1, 30)]),
        Person("dan"),
        gone([*paid(5, 10, "T1", "T2"), *paid(4, 10, "M1")]),
    ]
    write(scope.pk, people)
    check(CHOICES, people)


BIG = [{"property": "amount", "op": "gte", "value": 100}]
MILESTONES = cases(
    (c("edge_was", event=PAID, was=BIG), "amy dan"),
    (c("edge_was", event=PAID, which="last", was=BIG), "bob dan"),
    (c("edge_was", event=PAID, was=BIG, window={"last": {"days": 100}}), "dan"),
    (c("nth", event=PAID, number=2, value={"days": 30}), "amy bob"),
    (c("nth", event=PAID, number=2, op="not_exists"), "cat dan eve"),
    (c("nth", event=PAID, number=3, op="exists"), "amy"),
    (c("nth", event=PAID, number=1, op="before", value="2025-06-01"), "amy cat"),
    (c("event_anniversary", event=PAID), "amy"),
    (c("event_anniversary", event=PAID, offset_days=3), "cat"),
    (c("event_anniversary", event=PAID, which="last"), ""),  # dan's is today itself
    (c("event_anniversary", event=PAID, which="last", offset_days=3), "cat"),
    (c("order_amount", value=111), "amy bob dan"),
    (c("order_amount", measure="avg", op="eq", value=55.5), "bob"),
    (c("order_amount", measure="largest", op="gt", value=101), "dan"),
    (c("order_amount", measure="smallest", op="lt", value=6), "amy"),
    (c("order_amount", measure="first", op="eq", value=11), "bob"),
    (c("order_amount", measure="last", op="eq", value=5), "amy"),
    (c("order_amount", op="not_exists"), "cat eve"),  # cat's order has no amount
    (c("order_amount", window=MONTH, op="lt", value=50), "amy"),
    (c("basket", op="eq", value=2), "amy cat"),  # (1 + 3) / 2
    (c("basket", measure="largest", value=3), "amy dan"),
    (c("basket", measure="total", op="eq", value=4), "amy"),
    (c("basket", op="not_exists"), "bob eve"),
)


def test_milestones_and_orders(scope: Tenant) -> None:
    people = [
        Person("amy", events=[*paid(365, 100, "T1"), *paid(20, 6.5, "T1*3"), *paid(2, "5.00")]),
        Person("bob", events=[*paid(50, 11), *paid(10, 100)]),
        Person("cat", events=paid(2 * 365 - 3, None, "T1", "T2")),
        Person("dan", events=paid(0, 1000, "T1*2", "T2", hour=1)),
        Person("eve"),
        gone([*paid(365, 100, "T1*3"), *paid(20, 100)]),
    ]
    write(scope.pk, people)
    check(MILESTONES, people)


TWO_HOURS = {"hours": 2}
FUNNEL = cases(
    (c("abandoned", event=CART, within=TWO_HOURS), "bob cat dan eve"),
    (c("abandoned", event=CART, within=TWO_HOURS, window={"last": {"days": 1}}), "bob"),
    (c("abandoned", event=CART, within={"days": 30}, window={"last": {"days": 90}}), "cat eve"),
    (c("abandoned", event=CART, then="never", within=TWO_HOURS), "amy bob cat dan eve"),
    (c("viewed_not_bought", value=3), "bob"),
    (c("viewed_not_bought", value=2), "bob dan"),
    (c("viewed_not_bought", op="eq", value=0), "amy cat eve fay"),
    (c("viewed_not_bought", value=3, window={"last": {"hours": 30}}), ""),
    (c("time_to", event=CART, then=PAID, op="lte", value=0.05), "amy"),
    (c("time_to", event=CART, then=PAID, op="between", value=[1, 2]), "dan"),
    (c("time_to", event=CART, then=PAID, op="not_exists"), "bob cat eve fay"),
    (c("since_event", event=PAID, since=CART, op="eq", value=0), "bob cat eve"),
    (c("since_event", event=PAID, since=CART), "amy dan"),
    (c("since_event", event=PAID, since=CART, op="not_exists"), "fay"),
)


def test_one_thing_after_another(scope: Tenant) -> None:
    def looked(sku: str, *days: float) -> list[Happening]:
        return did(SEEN, *days, sku=sku)

    hour = timedelta(hours=1)
    people = [
        Person("amy", events=[Happening(CART, NOW - 5 * hour), Happening(PAID, NOW - 4 * hour), *looked("T1", 9, 8, 7), *paid(5, 1, "T1")]),
        Person("bob", events=[Happening(CART, NOW - 3 * hour), *looked("T1", 4, 3, 2), *looked("T2", 1)]),
        Person("cat", events=[Happening(CART, NOW - hour), Happening(CART, at(40))]),
        Person("dan", events=[Happening(CART, at(3)), Happening(PAID, at(1.5)), *looked("T3", 1, 2)]),
        Person("eve", events=[Happening(CART, at(50)), *paid(60, 1)]),
        Person("fay", events=paid(1, 1)),
        gone([Happening(CART, NOW - 3 * hour), *looked("T1", 4, 3, 2)]),
    ]  # fmt: skip
    write(scope.pk, people)
    check(FUNNEL, people)


RANKING = cases(
    (c("top", event=PAID, percent=20), "p10"),
    (c("top", event=PAID, percent=20.5), "p10 p8 p9 p9b"),  # the third and fourth tie with the second
    (c("top", event=PAID, measure="sum", property="amount", percent=10), "p1"),
    (c("top", event=PAID, percent=100, window={"last": {"days": 1}}), ""),
    (c("trend", event=PAID, period={"days": 7}, op="gte", value=100), "p10"),
    (c("trend", event=PAID, period={"days": 7}, op="eq", value=-100), "p9"),
    (c("trend", event=PAID, period={"days": 7}, op="between", value=[-50, 0]), "p8"),
    (c("trend", event=PAID, period={"days": 7}, op="not_exists"), "p1 p9b none"),
    (c("trend", event=PAID, period={"days": 7}, measure="sum", property="amount", op="gt", value=0), "p10 p8"),
)


def test_rank_and_trend(scope: Tenant) -> None:
    people = [
        Person("p10", events=[*did(PAID, 2, 3, 4, 5, amount=10), *did(PAID, 9, amount=10)]),
        Person("p9", events=did(PAID, 8, 9, 10, 11, amount=10)),
        Person("p9b", events=did(PAID, 50, 51, 52, 53, amount=10)),
        Person("p8", events=[*did(PAID, 2, 3, amount=30), *did(PAID, 8, 9, amount=10)]),
        Person("p1", events=did(PAID, 3, amount=999)),
        Person("none"),
        gone(did(PAID, *range(2, 30), amount=5000)),
    ]
    write(scope.pk, people)
    check(RANKING, people)
