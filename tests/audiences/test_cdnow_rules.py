"""Real purchases (the CDNOW sample) through the API, and rules of many kinds against plain Python over the file.

The file is read where it lies and never copied into the project. What Python computes here shares no code with the rules.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from audiences.facade import people_of_rule
from tenants.models import Tenant
from tenants.scope import tenant_tx
from tests.audiences.checking import c
from tests.conftest import Api, make_key

FILE = Path(__file__).resolve().parents[3] / "shared" / "data" / "cdnow" / "CDNOW_sample.txt"
TODAY = date(1998, 7, 1)
NOW = datetime(1998, 7, 1, tzinfo=UTC)

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not FILE.exists(), reason=f"real data is not here: {FILE}"),
]


@dataclass
class Order:
    day: date
    disks: int
    dollars: Decimal

    @property
    def band(self) -> str:
        return "one" if self.disks == 1 else "few" if self.disks < 4 else "many"


@dataclass
class Buyer:
    """Orders in the order of the file, which is that of their days; those of one day are taken as one instant."""

    orders: list[Order] = field(default_factory=list)

    def since(self, days: int, until: int = 0) -> list[Order]:
        return [o for o in self.orders if TODAY - timedelta(days=days) <= o.day < TODAY - timedelta(days=until)]

    def days(self) -> list[date]:
        return [o.day for o in self.orders]

    def gaps(self) -> list[int]:
        return [(b - a).days for a, b in pairwise(self.days())]

    def total(self) -> Decimal:
        return sum((o.dollars for o in self.orders), Decimal(0))

    def on(self, day: date) -> list[Order]:
        return [o for o in self.orders if o.day == day]


def _read() -> dict[str, Buyer]:
    found: dict[str, Buyer] = {}
    for line in FILE.read_text().splitlines():
        customer, _, day, disks, dollars = line.split()
        order = Order(datetime.strptime(day, "%Y%m%d").replace(tzinfo=UTC).date(), int(disks), Decimal(dollars))
        found.setdefault(customer, Buyer()).orders.append(order)
    for buyer in found.values():
        buyer.orders.sort(key=lambda o: o.day)
    return found


def _events(buyers: dict[str, Buyer]) -> list[dict[str, Any]]:
    return [
        {
            "event_id": f"{who}-{n}", "customer": {"external_id": who}, "name": "order.paid", "occurred_at": f"{o.day.isoformat()}T00:00:00Z",
            "properties": {"amount": float(o.dollars), "quantity": o.disks, "band": o.band, "items": [{"sku": o.band, "quantity": o.disks}]},
        }
        for who, buyer in buyers.items()
        for n, o in enumerate(buyer.orders)
    ]  # fmt: skip


def paid(**more: Any) -> dict[str, Any]:
    return c("event", event="order.paid", **more)


def about(condition: str, **more: Any) -> dict[str, Any]:
    return c(condition, event="order.paid", **more)


def last(days: int) -> dict[str, Any]:
    return {"last": {"days": days}}


def _streak(b: Buyer) -> int:
    days, best = set(b.days()), 0
    for day in days:
        length = 0
        while day in days:
            day, length = day + timedelta(days=1), length + 1
        best = max(best, length)
    return best


def _most(counts: Counter[Any], wanted: Any) -> bool:
    return counts[wanted] > 0 and counts[wanted] == max(counts.values())


def _stage(b: Buyer) -> str:
    if b.orders[-1].day < TODAY - timedelta(days=180):
        return "churned"
    if len(b.orders) == 1:
        return "first_purchase"
    return "retained" if b.orders[0].day < TODAY - timedelta(days=180) else "repeat"


def _change(b: Buyer, days: int) -> Fraction | None:
    before = len(b.since(2 * days, days))
    return Fraction(100 * len(b.since(days)), before) - 100 if before else None


MANY = [{"property": "band", "op": "eq", "value": "many"}]
RULES: list[tuple[dict[str, Any], Callable[[Buyer], bool]]] = [
    (paid(measure="count", op="gte", value=5), lambda b: len(b.orders) >= 5),
    (paid(measure="count", op="eq", value=0, window=last(180)), lambda b: not b.since(180)),
    (paid(measure="count", value=2, window={"from": "1997-06-01", "to": "1997-12-31"}), lambda b: sum(date(1997, 6, 1) <= d < date(1997, 12, 31) for d in b.days()) >= 2),
    (paid(measure="sum", property="amount", op="between", value=[100, 200]), lambda b: 100 <= b.total() <= 200),
    (paid(measure="avg", property="amount", op="gt", value=50), lambda b: b.total() / len(b.orders) > 50),
    (paid(measure="max", property="quantity", op="gte", value=8), lambda b: max(o.disks for o in b.orders) >= 8),
    (paid(measure="min", property="amount", op="lt", value=10), lambda b: min(o.dollars for o in b.orders) < 10),
    (paid(measure="days", op="gte", value=4), lambda b: len(set(b.days())) >= 4),
    (paid(measure="distinct", property="band", op="eq", value=3), lambda b: len({o.band for o in b.orders}) == 3),
    (paid(measure="first", op="after", value="1997-03-15"), lambda b: b.days()[0] > date(1997, 3, 15)),
    (paid(measure="last", op="within_last", value={"days": 60}), lambda b: b.days()[-1] >= TODAY - timedelta(days=60)),
    (paid(measure="count", op="gte", value=2, where=MANY), lambda b: sum(o.band == "many" for o in b.orders) >= 2),
    (c("sequence", steps=[{"event": "order.paid", "where": MANY}, {"event": "order.paid"}], within={"days": 30}), lambda b: any(x.band == "many" and timedelta(0) < y.day - x.day <= timedelta(days=30) for x in b.orders for y in b.orders)),
    (about("days_since", op="lte", value=90), lambda b: (TODAY - b.days()[-1]).days <= 90),
    (about("interval", op="lt", value=45), lambda b: len(b.orders) > 1 and Fraction((b.days()[-1] - b.days()[0]).days, len(b.orders) - 1) < 45),
    (about("interval", measure="longest", op="gte", value=200), lambda b: bool(b.gaps()) and max(b.gaps()) >= 200),
    (about("interval", measure="shortest", op="eq", value=0), lambda b: bool(b.gaps()) and min(b.gaps()) == 0),
    (about("interval", measure="last", op="gt", value=100), lambda b: bool(b.gaps()) and b.gaps()[-1] > 100),
    (about("streak", value=2), lambda b: _streak(b) >= 2),
    (about("stopped", silent={"days": 200}, value=3), lambda b: len(b.orders) >= 3 and b.days()[-1] < TODAY - timedelta(days=200)),
    (about("came_back", gap={"days": 150}, window=last(180)), lambda b: any(y >= TODAY - timedelta(days=180) and (y - x).days >= 150 for x, y in pairwise(b.days()))),
    (about("weekdays", days=["SA", "SU"], value=2), lambda b: sum(d.weekday() >= 5 for d in b.days()) >= 2),
    (about("preferred_weekday", value=["MO"]), lambda b: _most(Counter(d.weekday() for d in b.days()), 0)),
    (about("preferred_value", property="band", value=["many"]), lambda b: _most(Counter(o.band for o in b.orders), "many")),
    (about("share", part=MANY, property="amount", op="gte", value=50), lambda b: b.total() > 0 and 2 * sum((o.dollars for o in b.orders if o.band == "many"), Decimal(0)) >= b.total()),
    (about("covers", property="items.sku", values=["one", "many"], value=2), lambda b: {"one", "many"} <= {o.band for o in b.orders}),
    (about("repeated", property="band", value=4), lambda b: max(Counter(o.band for o in b.orders).values()) >= 4),
    (about("but_never", property="items.sku", has=["one"], never=["many", "few"]), lambda b: {o.band for o in b.orders} == {"one"}),
    (about("edge_was", was=MANY), lambda b: any(o.band == "many" for o in b.on(b.days()[0]))),
    (about("edge_was", which="last", was=MANY), lambda b: any(o.band == "many" for o in b.on(b.days()[-1]))),
    (about("nth", number=3, op="before", value="1997-07-01"), lambda b: len(b.orders) >= 3 and b.days()[2] < date(1997, 7, 1)),
    (about("event_anniversary", which="last", offset_days=3), lambda b: (b.days()[-1].month, b.days()[-1].day) == (7, 4) and b.days()[-1].year < 1998),
    (c("order_amount", measure="largest", op="gt", value=100), lambda b: max(o.dollars for o in b.orders) > 100),
    (c("basket", op="gte", value=4), lambda b: sum(o.disks for o in b.orders) >= 4 * len(b.orders)),
    (about("trend", period={"days": 90}, op="gte", value=100), lambda b: (change := _change(b, 90)) is not None and change >= 100),
    (about("abandoned", where=MANY, then="order.paid", within={"days": 100}), lambda b: any(x.band == "many" and x.day <= TODAY - timedelta(days=100) and not any(timedelta(0) < y.day - x.day <= timedelta(days=100) for y in b.orders) for x in b.orders)),
    (c("lifecycle", value=["retained", "repeat"]), lambda b: _stage(b) in ("retained", "repeat")),
    ({"all": [paid(value=3), {"not": paid(window=last(180))}]}, lambda b: len(b.orders) >= 3 and not b.since(180)),
    ({"any": [c("order_amount", op="gt", value=1000), about("streak", value=2)]}, lambda b: b.total() > 1000 or _streak(b) >= 2),
]  # fmt: skip


def _top(buyers: dict[str, Buyer], percent: int) -> set[str]:
    """By dollars; who ties with the last is in."""
    spent = sorted((b.total() for b in buyers.values()), reverse=True)
    least = spent[-(-len(spent) * percent // 100) - 1]
    return {who for who, b in buyers.items() if b.total() >= least}


def test_rules_of_every_kind_find_whom_python_finds_in_the_file() -> None:
    buyers = _read()
    assert (len(buyers), sum(len(b.orders) for b in buyers.values())) == (2_357, 6_919)
    tenant = Tenant.objects.create(name="CDNOW sample", timezone="UTC")
    api = Api(make_key(tenant))
    assert api.post("events/bulk", {"events": _events(buyers)}).json()["accepted"] == 6_919
    with tenant_tx(tenant.pk):
        with connection.cursor() as cursor:
            cursor.execute("SELECT id, external_id FROM customers_customer WHERE tenant_id = %s", [tenant.pk])
            names = dict(cursor.fetchall())

        def found(rule: dict[str, Any]) -> set[str]:
            return {names[i] for i in people_of_rule(rule, now=NOW)}

        wrong = {}
        for rule, holds in RULES:
            wanted, got = {who for who, b in buyers.items() if holds(b)}, found(rule)
            assert wanted or "event_anniversary" in str(rule), rule  # a rule that finds nobody compares nothing
            if got != wanted:
                wrong[str(rule)] = (len(wanted), len(got), sorted(got ^ wanted)[:5])
        assert wrong == {}
        assert found(about("top", measure="sum", property="amount", percent=10)) == _top(buyers, 10)
