"""Tags checked against behaviour, one person at a time, apart from the SQL that put them on (REP-6)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from audiences.accuracy.check import check, wilson
from audiences.accuracy.person import Examiner, Happened, Person
from audiences.facade import people_of_rule
from audiences.figures.definitions import definitions
from audiences.following import catch_up
from audiences.rule import parse_rule
from audiences.world import open_world
from customers.models import Customer, Tag
from customers.tags import tag_by_rule, tagged
from kernel.sets import people
from tenants.models import Tenant
from tenants.scope import tenant_tx
from tests.audiences import shop
from tests.conftest import Api

BIG = {"condition": "event", "event": "order.paid", "op": "gte", "value": 5, "window": {"last": {"days": 90}}}


def test_intervals_as_in_the_books() -> None:
    assert wilson(95, 100) == pytest.approx((0.8882, 0.9785), abs=0.0002)
    assert wilson(10, 10) == pytest.approx((0.7225, 1.0), abs=0.0002)
    assert wilson(0, 0) == (0, 1)


def order(number: int, who: str) -> dict[str, Any]:
    at = (datetime.now(UTC) - timedelta(days=number + 1)).isoformat()
    return {
        "event_id": f"{who}-{number}",
        "customer": {"external_id": who},
        "name": "order.paid",
        "occurred_at": at,
        "properties": {},
    }


@pytest.mark.django_db(transaction=True)
def test_wrong_ones_are_found_and_told_with_why(tenant: Tenant, api: Api) -> None:
    api.post("events/bulk", {"events": [order(n, f"c{k}") for k in range(20) for n in range(k % 2 * 5 + 1)]})
    while catch_up(tenant.pk):
        pass
    made = api.post("tags", {"name": "高价值", "layer": "value", "rule": BIG}).json()
    with tenant_tx(tenant.pk):  # its own tag.added is still on the queue, and keeps nobody out
        tag = Tag.objects.get()
        right = check(tag)
        assert (right.checked, right.wrong, right.accuracy) == (20, 0, 1.0)
        assert right.low < 1.0 == right.high
        ids = dict(Customer.objects.values_list("external_id", "pk"))
        tag_by_rule(tag.pk, people([ids["c0"]]), add=True)  # what a fault would leave behind
        tag_by_rule(tag.pk, people([ids["c1"], ids["c3"]]), add=False)
    while catch_up(tenant.pk):  # what the rule put on asks it for nothing
        pass
    with tenant_tx(tenant.pk):
        assert ids["c0"] in tagged("高价值")
        found = check(tag)
    assert (found.wrong, found.accuracy) == (3, pytest.approx(17 / 20))
    assert found.low < 17 / 20 < found.high
    why = {row["customer"]: row for row in found.detail["wrong"]}
    assert set(why) == {str(ids[name]) for name in ("c0", "c1", "c3")}
    assert why[str(ids["c0"])]["carries"]
    assert (why[str(ids["c0"])]["conditions"][0]["found"], why[str(ids["c1"])]["conditions"][0]["found"]) == ("1", "6")
    assert found.detail["groups"]["with"] == {**found.detail["groups"]["with"], "people": 9, "checked": 9, "right": 8}
    history = api.get(f"tags/{made['id']}/checks").json()["results"]
    assert [row["wrong"] for row in history] in ([0, 3], [3, 0])
    assert api.post(f"tags/{made['id']}/checks").status_code == 202


@pytest.mark.django_db(transaction=True)
def test_who_is_on_the_queue_is_behind_and_not_wrong(tenant: Tenant, api: Api) -> None:
    api.post("tags", {"name": "高价值", "rule": BIG})
    api.post("events/bulk", {"events": [order(n, "a") for n in range(5)]})
    with tenant_tx(tenant.pk):
        assert check(Tag.objects.get()).checked == 0


RULES = [
    BIG,
    {"condition": "event", "event": "order.paid", "measure": "sum", "property": "amount", "op": "gt", "value": 40},
    {"condition": "event", "event": "order.paid", "measure": "avg", "property": "amount", "op": "lte", "value": 15.5},
    {"condition": "event", "event": "order.paid", "measure": "max", "property": "amount", "op": "between", "value": [12, 20]},
    {"condition": "event", "event": "order.paid", "measure": "days", "op": "lt", "value": 3},
    {"condition": "event", "event": "order.paid", "measure": "distinct", "property": "items.sku", "op": "gte", "value": 2},
    {"condition": "event", "event": "order.paid", "measure": "last", "op": "within_last", "value": {"days": 40}},
    {"condition": "event", "event": "order.paid", "measure": "first", "op": "not_exists"},
    {"condition": "event", "event": "order.paid", "where": [{"property": "amount", "op": "gte", "value": 14}]},
    {"condition": "lifecycle", "op": "in", "value": ["churned", "potential"]},
    {"condition": "lifecycle", "op": "not_in", "value": ["retained"]},
    {"condition": "attribute", "key": "city", "op": "ne", "value": "上海"},
    {"condition": "tag", "op": "has_none", "value": ["t"]},
    {"any": [{"not": {"condition": "attribute", "key": "age", "op": "gte", "value": 30}}, {"all": [BIG, {"condition": "tag", "value": ["t"]}]}]},
]  # fmt: skip


def test_one_person_at_a_time_agrees_with_the_sets(scope: Tenant) -> None:
    """So a difference that a check finds is one of the tag, not one of the two ways of asking."""
    shop.declare(scope.pk, city="string", age="number")
    group = []
    for n in range(40):
        events = [
            shop.Happening("order.paid", shop.ago(days=(n * 31 + k * 47) % 320), {"amount": 8 + (n + k) % 10, "items": [{"sku": f"s{k % 3}"}]})
            for k in range(n % 7)
        ]  # fmt: skip
        attributes = {"city": ["上海", "北京"][n % 2], "age": 20 + n} if n % 5 else {}
        group.append(shop.Person(f"p{n}", attributes, events, tags=("t",) if n % 3 else ()))
    shop.write(scope.pk, group)
    world = open_world(now=shop.NOW)
    examiner = Examiner(world, definitions())
    for rule in RULES:
        tree = parse_rule(rule, "", world)
        told = {
            p.id
            for p in group
            if examiner.holds(
                tree, Person(p.id, p.attributes, list(p.tags), [Happened(e.name, e.at, e.properties) for e in p.events])
            )
        }
        assert told == set(people_of_rule(rule, now=shop.NOW)), rule
