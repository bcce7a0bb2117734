"""Conditions on audiences, samples, staff and tags (AUD-4)."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from audiences.facade import events_in_rule, people_of_rule, rule_problems, save_people
from audiences.selectors import named_by
from audiences.services import audience_create_dynamic
from kernel.sets import people as people_set
from tenants.models import Tenant
from tests.audiences.checking import c, cases, check
from tests.audiences.shop import NOW, Happening, Person, ago, write

STAFF = cases(
    (c("staff_count", op="eq", value=0), "dan"),
    (c("staff_count", op="gte", value=2), "amy bob"),
    (c("staff_since", op="before", value="2026-01-01"), "amy bob"),
    (c("staff_since", value={"days": 30}), "cat"),
    (c("staff_since", op="not_exists"), "dan"),
    (c("staff_attribute", key="store", value="静安店"), "amy bob"),
    (c("staff_attribute", key="level", op="gte", value=3), "amy bob cat"),
    (c("staff_attribute", key="store", op="ne", value="静安店"), "amy bob cat"),  # one of their staff
    (c("staff_first", value=["s1"]), "amy"),
    (c("staff_first", value=["s2"]), "bob cat"),
    (c("staff_first", op="has_none", value=["s2"]), "amy dan"),
    (c("staff_tasks"), "amy"),
    (c("staff_tasks", op="eq", value=0), "bob cat dan"),
    (c("staff_tasks", status="done"), "amy bob"),
)


def test_staff(scope: Tenant) -> None:
    people = [
        Person("amy", staff=("s1", "s2")), Person("bob", staff=("s1", "s2")), Person("cat", staff=("s2",)), Person("dan"),
        Person("ghost", staff=("s1",), gone="merged"),
    ]  # fmt: skip
    write(scope.pk, people)
    since = {"amy": (400, 300), "bob": (300, 400), "cat": (0, 10), "ghost": (1, 1)}
    with connection.cursor() as cursor:
        for name, known in (("s1", {"store": "静安店", "level": 1}), ("s2", {"store": "徐汇店", "level": "3"})):
            cursor.execute(
                "UPDATE customers_staff SET attributes = %s WHERE tenant_id = %s AND external_id = %s",
                [json.dumps(known), scope.pk, name],
            )
        for person in people[:3]:
            for number, name in enumerate(("s1", "s2")):
                cursor.execute(
                    "UPDATE customers_staffrelation r SET since = %s FROM customers_staff s WHERE r.tenant_id = %s "
                    "AND s.id = r.staff_id AND s.external_id = %s AND r.customer_id = %s",
                    [ago(days=since[person.name][number]), scope.pk, name, person.id],
                )
        for person, status in ((people[0], "open"), (people[0], "done"), (people[1], "done"), (people[4], "open")):
            cursor.execute(
                "INSERT INTO customers_stafftask (tenant_id, kind, customer_id, owner, canvas_id, run_id, node, wave_id, round, title, "
                "text, status, created_at, done_by, result) VALUES (%s, 'staff', %s, '', 1, 1, %s, 1, 0, '', '', %s, now(), '', '')",
                [scope.pk, person.id, f"{person.name}{status}", status],
            )
    check(STAFF, people)


TAGS = cases(
    (c("tag_count"), "amy bob"),
    (c("tag_count", op="eq", value=0), "cat"),
    (c("tag_count", value=2), "amy"),
    (c("tag_count", layer="value"), "amy"),
    (c("tag_count", layer="value", op="eq", value=0), "bob cat"),
    (c("tag_since", tag="新客", value={"days": 7}), "amy"),
    (c("tag_since", tag="新客", op="before", value="2026-01-01"), "bob"),
    (c("tag_since", tag="新客", op="not_exists"), "cat"),
    (c("tag_since", tag="没有", op="exists"), ""),
    (c("tag_named", value="客"), "amy bob"),
    (c("tag_named", op="starts_with", value="高"), "amy"),
    (c("tag_named", op="matches", value="^.{2}$"), "amy bob"),
    (c("tag_changed"), "amy cat"),
    (c("tag_changed", tag="新客"), "amy"),
    (c("tag_changed", result="removed", window={"last": {"days": 7}}), "cat"),
    (c("tag_changed", op="eq", value=0), "bob"),
)


def test_tags(scope: Tenant) -> None:
    def changed(what: str, days: float, tag: str) -> Happening:
        return Happening(f"tag.{what}", ago(days=days), {"tag": tag})

    people = [
        Person("amy", tags=("新客", "高价值"), events=[changed("added", 3, "新客")]),
        Person("bob", tags=("新客",)),
        Person("cat", events=[changed("added", 30, "高价值"), changed("removed", 3, "高价值")]),
        Person("ghost", tags=("新客", "高价值"), events=[changed("added", 3, "新客")], gone="merged"),
    ]
    write(scope.pk, people)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE customers_tag SET layer = 'value' WHERE tenant_id = %s AND name = '高价值'", [scope.pk])
        for person, at in ((people[0], ago(days=3)), (people[1], datetime(2025, 3, 1, tzinfo=UTC))):
            cursor.execute(
                "UPDATE customers_customertag SET at = %s WHERE tenant_id = %s AND customer_id = %s",
                [at, scope.pk, person.id],
            )
    check(TAGS, people)


@pytest.fixture
def crowd(scope: Tenant) -> list[Person]:
    people = [Person(f"p{n}", {"n": n}) for n in range(6)] + [Person("ghost", gone="merged")]
    write(scope.pk, people)
    return people


def test_in_how_many_audiences(crowd: list[Person]) -> None:
    ids = [p.id for p in crowd]
    a = save_people("a", people_set([*ids[:3], ids[6]]))  # p0 p1 p2
    b = save_people("b", people_set([*ids[1:4], ids[6]]))  # p1 p2 p3
    d = save_people("d", people_set([*ids[2:5], ids[6]]))  # p2 p3 p4
    three = [str(x) for x in (a, b, d)]
    check(
        cases(
            (c("audience_count", ids=three), "p1 p2 p3"),
            (c("audience_count", ids=three, value=3), "p2"),
            (c("audience_count", ids=three, op="eq", value=1), "p0 p4"),
            (c("audience_count", ids=three, op="eq", value=0), "p5"),
            (c("audience_count", ids=three, op="lte", value=1), "p0 p4 p5"),
            (c("audience_count", ids=three, value=0), "p0 p1 p2 p3 p4 p5"),
            (c("audience_count", ids=[three[0], three[0]], value=2), ""),  # one audience named twice is one
            (c("audience_count", ids=three, value=9), ""),
        ),
        crowd,
    )


def test_an_audience_named_among_several_is_in_use_and_watched(crowd: list[Person]) -> None:
    inner = audience_create_dynamic(name="买过", rule={"condition": "event", "event": "order.paid"})
    other = audience_create_dynamic(name="看过", rule={"condition": "event", "event": "product.viewed"})
    rule = c("audience_count", ids=[str(inner.pk), str(other.pk)])
    outer = audience_create_dynamic(name="都有", rule=rule)
    assert events_in_rule(rule) == {"order.paid", "product.viewed"}
    assert [user["id"] for user in named_by()[inner.pk]] == [str(outer.pk)]
    assert [p.pointer for p in rule_problems(c("audience_count", ids=[str(inner.pk), "0"]), "")] == ["/ids/1"]


def test_a_sample_is_the_same_people_each_time(scope: Tenant) -> None:
    people = [Person(f"p{n}") for n in range(400)]
    write(scope.pk, people)
    a_tenth, other, half = (
        set(people_of_rule(c("sample", percent=p, seed=seed), now=NOW)) for p, seed in ((10, "a"), (10, "b"), (50, "a"))
    )
    assert a_tenth == set(people_of_rule(c("sample", percent=10, seed="a"), now=NOW + timedelta(days=9)))
    assert a_tenth != other
    assert a_tenth < half  # who is among the first tenth stays in when the sample grows
    assert 1 <= len(a_tenth) <= 120  # 40 expected; the share of either being false is below 1e-17
    few = people_set([p.id for p in people[:100]])
    assert set(people_of_rule(c("sample", percent=10, seed="a"), within=few, now=NOW)) == a_tenth & set(few)
    assert len(people_of_rule(cases((c("sample", percent=100), ""))[0][0], now=NOW)) == 400
