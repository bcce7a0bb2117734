"""Each condition on a shop small enough to be worked out by hand (AUD-4)."""

from datetime import UTC, datetime
from typing import Any

import pytest

from audiences.facade import people_of_rule, save_people
from kernel.sets import people
from tenants.models import Tenant
from tests.audiences.shop import NOW, Happening, Person, ago, declare, write

PAID, CART, ADDED, JOINED = "order.paid", "cart.added", "wecom.added", "member.registered"


def order(at: datetime, amount: Any, *skus: str, **more: Any) -> Happening:
    return Happening(PAID, at, {"amount": amount, "items": [{"sku": s, "quantity": 1} for s in skus], **more})


def message(result: str, canvas: str) -> Happening:
    return Happening(f"message.{result}", ago(days=3), {"canvas": canvas, "template": "t1", "channel": "sms"})


def shop() -> list[Person]:
    return [
        Person("amy", {"city": "上海", "age": 30, "vip": True, "birthday": "1990-03-14", "joined": "2026-03-10T16:00:00Z", "likes": ["tea", "milk"]},
               [order(ago(days=1), 100, "A", "B"), order(ago(days=10), "200.50", "A"), order(ago(days=100), 50, "C")],
               ("新客", "高价值"), {"sms": True, "email": True}, (), ("phone", "email"), ("s1",)),
        Person("bob", {"city": "杭州", "age": 40.5, "vip": False, "birthday": "1988-02-29", "joined": "2026-03-10T15:59:59Z", "likes": []},
               [order(ago(days=2), 5000), Happening(ADDED, ago(days=9)), Happening(JOINED, ago(days=2)), message("opened", "c1"), message("opened", "c2")],
               ("新客",), {"sms": False}, (), ("phone",), ("s1", "s2")),
        Person("cat", {"city": "上海滩", "age": 25.0, "birthday": None}, [Happening(JOINED, ago(days=9)), Happening(ADDED, ago(days=8)), message("delivered", "c1"), Happening("reward.used", ago(days=1), {"package": "7", "amount": 20.5})],
               ("高价值",), {"sms": True}, ("sms",), ()),
        Person("dan", {"city": "", "age": -1, "birthday": "2000-03-11"},
               [Happening(ADDED, ago(days=8)), Happening(JOINED, ago(days=8)), Happening(CART, ago(hours=1), {"sku": "A"})],
               (), {"sms": True}, (), ("phone",), blocked=True),
        Person("eve", {}, [], (), {}, (), ("phone",)),
        Person("ghost", {"city": "上海", "age": 30}, [order(ago(days=1), 9999)], ("新客",), {"sms": True}, (), ("phone",), gone="merged"),
        Person("erased", {"city": "上海"}, [order(ago(days=1), 9999)], ("新客",), gone="erased"),
    ]  # fmt: skip


def attribute(key: str, op: str, value: Any = None) -> dict[str, Any]:
    rule = {"condition": "attribute", "key": key, "op": op}
    return rule if value is None else rule | {"value": value}


def event(name: str, measure: str = "count", op: str = "gte", value: Any = 1, **more: Any) -> dict[str, Any]:
    rule = {"condition": "event", "event": name, "measure": measure, "op": op, **more}
    return rule if value is None else rule | {"value": value}


def sequence(*names: str, **more: Any) -> dict[str, Any]:
    return {"condition": "sequence", "steps": [{"event": name} for name in names], **more}


LAST_WEEK = {"last": {"days": 7}}
JANUARY_ON = {"from": "2026-01-01", "to": "2026-03-10T01:30:00+08:00"}

CASES: list[tuple[dict[str, Any], str]] = [
    (attribute("city", "eq", "上海"), "amy"),
    (attribute("city", "ne", "上海"), "bob cat dan"),
    (attribute("city", "in", ["上海", "杭州"]), "amy bob"),
    (attribute("city", "not_in", ["上海", "杭州"]), "cat dan"),
    (attribute("city", "starts_with", "上海"), "amy cat"),
    (attribute("city", "ends_with", "滩"), "cat"),
    (attribute("city", "contains", "海"), "amy cat"),
    (attribute("city", "not_contains", "海"), "bob dan"),
    (attribute("city", "matches", "^上海.?$"), "amy cat"),
    (attribute("city", "exists"), "amy bob cat dan"),
    (attribute("city", "not_exists"), "eve"),
    (attribute("birthday", "exists"), "amy bob dan"),
    (attribute("birthday", "not_exists"), "cat eve"),
    (attribute("age", "gt", 30), "bob"),
    (attribute("age", "gte", 30), "amy bob"),
    (attribute("age", "lt", 25.5), "cat dan"),
    (attribute("age", "lte", 25), "cat dan"),
    (attribute("age", "between", [25, 30]), "amy cat"),
    (attribute("age", "eq", 40.5), "bob"),
    (attribute("age", "ne", 30), "bob cat dan"),
    (attribute("vip", "eq", True), "amy"),
    (attribute("vip", "ne", True), "bob"),
    (attribute("likes", "contains", "tea"), "amy"),
    (attribute("likes", "not_contains", "tea"), "bob"),
    (attribute("birthday", "before", "1990-01-01"), "bob"),
    (attribute("birthday", "after", "1990-03-14"), "dan"),
    (attribute("birthday", "on", "1990-03-14"), "amy"),
    (attribute("joined", "on", "2026-03-11"), "amy"),
    (attribute("joined", "within_last", {"hours": 2}), "amy bob"),
    (attribute("joined", "within_last", {"minutes": 90}), "amy"),
    (attribute("nobody_has_it", "eq", "x"), ""),
    (attribute("nobody_has_it", "ne", "x"), ""),
    (attribute("nobody_has_it", "not_exists"), "amy bob cat dan eve"),
    ({"not": attribute("city", "eq", "上海")}, "bob cat dan eve"),
    ({"condition": "anniversary", "key": "birthday"}, "dan"),
    ({"condition": "anniversary", "key": "birthday", "offset_days": 3}, "amy"),
    ({"condition": "anniversary", "key": "birthday", "offset_days": -11}, "bob"),  # 28 February of a common year
    ({"condition": "anniversary", "key": "joined", "offset_days": 0}, "amy"),
    ({"condition": "anniversary", "key": "joined", "offset_days": -1}, "bob"),
    ({"condition": "event", "event": PAID}, "amy bob"),
    (event(PAID, "count", "gte", 3), "amy"),
    (event(PAID, "count", "eq", 0), "cat dan eve"),
    (event(PAID, "count", "lt", 2), "bob cat dan eve"),
    (event(PAID, "count", "ne", 1), "amy cat dan eve"),
    (event(PAID, "count", "not_in", [0, 3]), "bob"),
    (event(PAID, "count", "gte", 2, window={"last": {"days": 90}}), "amy"),
    (event(PAID, "count", "gte", 1, window={"last": {"days": 1}}), "amy"),  # [now − 1 day, now): its start is inside
    (event(PAID, "count", "gte", 1, window={"from": "2026-03-09T01:30:00+08:00", "to": "2026-03-10T01:30:00+08:00"}), "bob"),
    (event(PAID, "count", "gte", 1, window=JANUARY_ON), "amy bob"),
    (event(PAID, "count", "eq", 1, window=JANUARY_ON), "amy bob"),
    (event(PAID, "count", "gte", 1, where=[{"property": "amount", "op": "gt", "value": 100}]), "amy bob"),
    (event(PAID, "count", "gte", 2, where=[{"property": "amount", "op": "gte", "value": 100}]), "amy"),
    (event(PAID, "count", "gte", 1, where=[{"property": "items.sku", "op": "eq", "value": "C"}]), "amy"),
    (event(PAID, "count", "lt", 1, where=[{"property": "items.sku", "op": "exists"}]), "bob cat dan eve"),
    (event(PAID, "sum", "gt", 350, property="amount"), "amy bob"),
    (event(PAID, "sum", "eq", 350.5, property="amount"), "amy"),
    (event(PAID, "sum", "lt", 1000, property="amount"), "amy"),  # the sum of no orders is missing
    (event(PAID, "sum", "not_exists", None, property="amount"), "cat dan eve"),
    (event(PAID, "sum", "gte", 4, property="items.quantity"), "amy"),
    (event(PAID, "avg", "between", [116, 117], property="amount"), "amy"),
    (event(PAID, "min", "lte", 50, property="amount"), "amy"),
    (event(PAID, "max", "gte", 200.5, property="amount"), "amy bob"),
    (event(PAID, "distinct", "eq", 3, property="items.sku"), "amy"),
    (event(PAID, "distinct", "eq", 0, property="items.sku"), "bob cat dan eve"),
    (event(PAID, "days", "eq", 3), "amy"),
    (event(PAID, "days", "lt", 1), "cat dan eve"),
    (event(PAID, "first", "before", "2026-01-01"), "amy"),
    (event(PAID, "last", "within_last", {"days": 1}), "amy"),
    (event(PAID, "last", "after", "2026-03-08"), "amy bob"),
    (event(PAID, "last", "not_exists", None), "cat dan eve"),
    (sequence(ADDED, JOINED, within={"days": 7}), "bob"),
    (sequence(ADDED, JOINED, within={"days": 6}), ""),
    (sequence(ADDED, JOINED), "bob"),  # dan did both in the same instant
    (sequence(JOINED, ADDED, within={"days": 1}), "cat"),
    (sequence(PAID, PAID, PAID), "amy"),
    (sequence(PAID, PAID, within={"days": 9}), "amy"),
    (sequence(PAID, PAID, within={"days": 8}), ""),
    (sequence(ADDED, JOINED, window={"last": {"days": 8}}), ""),
    ({"condition": "tag", "op": "has_any", "value": ["新客", "高价值"]}, "amy bob cat"),
    ({"condition": "tag", "op": "has_all", "value": ["新客", "高价值"]}, "amy"),
    ({"condition": "tag", "op": "has_none", "value": ["新客"]}, "cat dan eve"),
    ({"condition": "tag", "op": "has_any", "value": ["没有的"]}, ""),
    ({"condition": "tag", "op": "has_none", "value": ["没有的"]}, "amy bob cat dan eve"),
    ({"condition": "reachable", "channel": "sms"}, "amy"),
    ({"condition": "reachable", "channel": "sms", "purpose": "service"}, "amy bob eve"),
    ({"condition": "reachable", "channel": "email"}, "amy"),
    ({"condition": "lifecycle", "op": "in", "value": ["potential"]}, "cat dan eve"),
    ({"condition": "lifecycle", "op": "in", "value": ["first_purchase", "churned"]}, "bob"),
    ({"condition": "lifecycle", "op": "not_in", "value": ["first_purchase"]}, "amy cat dan eve"),
    ({"condition": "lifecycle", "value": ["repeat"]}, "amy"),
    ({"condition": "rfm", "score": "recency", "op": "gte", "value": 5}, "amy"),
    ({"condition": "rfm", "score": "monetary", "op": "eq", "value": 5}, "bob"),
    ({"condition": "rfm", "score": "frequency", "op": "lte", "value": 2}, "bob"),
    ({"condition": "rfm", "score": "frequency", "op": "not_exists"}, "cat dan eve"),
    ({"condition": "staff", "value": ["s1"]}, "amy bob"),
    ({"condition": "staff", "op": "has_none", "value": ["s2", "s9"]}, "amy cat dan eve"),
    ({"condition": "consent", "channel": "sms"}, "amy cat dan"),
    ({"condition": "consent", "channel": "sms", "value": "refused"}, "bob"),
    ({"condition": "consent", "channel": "sms", "value": "silent"}, "eve"),
    ({"condition": "identity", "kind": "phone"}, "amy bob dan eve"),
    ({"condition": "identity", "kind": "email", "op": "not_exists"}, "bob cat dan eve"),
    ({"condition": "created", "op": "after", "value": "2020-01-01"}, "amy bob cat dan eve"),
    ({"condition": "created", "op": "before", "value": "2020-01-01"}, ""),
    ({"condition": "message", "result": "opened"}, "bob"),
    ({"condition": "message", "result": "opened", "canvas": "c1", "op": "gte", "value": 2}, ""),
    ({"condition": "message", "result": "opened", "template": "t1", "op": "gte", "value": 2}, "bob"),
    ({"condition": "message", "channel": "sms", "window": {"last": {"days": 4}}}, "cat"),
    ({"condition": "message", "channel": "email"}, ""),
    ({"condition": "message", "result": "opened", "op": "eq", "value": 0}, "amy cat dan eve"),
    ({"condition": "reward"}, "cat"),
    ({"condition": "reward", "package": "8"}, ""),
    ({"all": [attribute("city", "starts_with", "上"), {"not": event(PAID)}]}, "cat"),
    ({"all": [{"not": event(PAID)}, {"not": event(JOINED)}]}, "eve"),
    ({"any": [attribute("age", "lt", 0), event(PAID, "count", "gte", 3), {"condition": "tag", "value": ["高价值"]}]}, "amy cat dan"),
    ({"all": [{"any": [event(PAID), event(ADDED)]}, {"condition": "tag", "value": ["新客"]}, attribute("vip", "exists")]}, "amy bob"),
    ({"not": {"any": [event(PAID), attribute("age", "exists")]}}, "eve"),
]  # fmt: skip


@pytest.fixture
def people_by_name(scope: Tenant) -> dict[int, str]:
    everybody = shop()
    declare(scope.pk, city="string", age="number", vip="boolean", birthday="date", joined="datetime", likes="list")
    write(scope.pk, everybody)
    return {person.id: person.name for person in everybody}


def names(found: Any, known: dict[int, str]) -> str:
    return " ".join(sorted(known[i] for i in found))


def test_every_condition_gives_the_people_worked_out_by_hand(people_by_name: dict[int, str]) -> None:
    wrong = [
        (rule, expected, got)
        for rule, expected in CASES
        if (got := names(people_of_rule(rule, now=NOW), people_by_name)) != expected
    ]
    assert wrong == []


def test_the_same_for_a_few_people_only(people_by_name: dict[int, str]) -> None:
    """A branch asks about those who stand before it: the answer is the whole answer cut down to them."""
    few = people([i for i, name in people_by_name.items() if name in ("amy", "cat", "dan", "ghost")])
    for rule, expected in CASES:
        wanted = " ".join(sorted(set(expected.split()) & {"amy", "cat", "dan"}))
        assert names(people_of_rule(rule, within=few, now=NOW), people_by_name) == wanted, rule


def test_membership_of_a_saved_list_leaves_out_those_who_are_gone(people_by_name: dict[int, str]) -> None:
    ids = {name: i for i, name in people_by_name.items()}
    saved = save_people("名单", people([ids["amy"], ids["ghost"], ids["eve"]]))
    rule = {"condition": "audience", "id": str(saved)}
    assert names(people_of_rule(rule, now=NOW), people_by_name) == "amy eve"
    assert names(people_of_rule({"not": rule}, now=NOW), people_by_name) == "bob cat dan"


def test_nobody_in_gives_nobody_out(people_by_name: dict[int, str]) -> None:
    assert not people_of_rule({"not": attribute("city", "eq", "x")}, within=people(), now=NOW)


def test_29_february_is_kept_on_the_28th_in_common_years_only() -> None:
    from audiences.conditions.attribute import anniversary_days

    assert anniversary_days(datetime(2026, 2, 28, tzinfo=UTC).date(), 0) == ["02-28", "02-29"]
    assert anniversary_days(datetime(2028, 2, 28, tzinfo=UTC).date(), 0) == ["02-28"]
    assert anniversary_days(datetime(2028, 2, 28, tzinfo=UTC).date(), 1) == ["02-29"]
