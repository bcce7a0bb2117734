"""Answers that are kept are never old: whatever is written, by whatever way, in whatever order it commits (AUD-4)."""

import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from audiences import evaluate, keeping
from audiences.facade import people_of_rule
from customers import versions
from kernel.copy import select_people
from kernel.sets import People
from kernel.wake import redis_client
from tenants.models import Tenant
from tenants.scope import tenant_tx
from tests.audiences.checking import c
from tests.audiences.shop import Happening, Person, ago, declare, write

SHANGHAI = c("attribute", key="city", op="eq", value="上海")
PAID = c("event", event="order.paid", op="gte", value=1)
LATELY = {**PAID, "window": {"last": {"days": 7}}}


class Asked(list[str]):
    """The statements that were really sent, for people."""


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    sent = Asked()

    def noting(sql: str, params: Any = ()) -> People:
        sent.append(sql)
        return select_people(sql, params)

    monkeypatch.setattr(evaluate, "select_people", noting)
    return sent


@pytest.fixture
def crowd(scope: Tenant) -> list[Person]:
    declare(scope.pk, city="string")
    people = [
        Person("amy", {"city": "上海"}, [Happening("order.paid", ago(days=2))], ("新客",)),
        Person("bob"),
        Person("cat"),
    ]
    write(scope.pk, people)
    return people


def execute(sql: str, *params: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def happened(tenant: int, person: Person, name: str, at: str = "now()") -> None:
    execute(
        f"INSERT INTO customers_event (tenant_id, event_id, customer_id, name, occurred_at, properties, received_at) "
        f"VALUES (%s, %s, %s, %s, {at}, '{{}}', now())",
        tenant, uuid.uuid4().hex, person.id, name,
    )  # fmt: skip


def test_the_same_question_is_not_sent_again(crowd: list[Person], asked: Asked) -> None:
    rule = {"any": [SHANGHAI, PAID, {"not": c("tag", op="has_none", value=["新客"])}]}
    first = people_of_rule(rule)
    sent = len(asked)
    assert sent
    assert people_of_rule(rule) == first == People([crowd[0].id])
    assert len(asked) == sent


CHANGES = {
    "an attribute": (SHANGHAI, "UPDATE customers_customer SET attributes = '{\"city\": \"上海\"}' WHERE tenant_id = %s AND id = %s"),
    "an erasure": (c("days_since", event="order.paid", op="not_exists"), "UPDATE customers_customer SET erased_at = now() WHERE tenant_id = %s AND id = %s"),
    "a consent": (c("consent", channel="sms"), "INSERT INTO customers_consent (tenant_id, customer_id, channel, granted, covers_service, at, source) VALUES (%s, %s, 'sms', true, false, now(), 't')"),
    "an identity": (c("identity", kind="phone"), "INSERT INTO customers_identity (tenant_id, kind, digest, sealed, customer_id, proved, created_at) SELECT %s, 'phone', 'x', 'x', %s, true, now()"),
    "a staff relation": (c("staff_count", op="gte", value=1), "WITH s AS (INSERT INTO customers_staff (tenant_id, external_id, name, attributes, created_at) VALUES (%s, 's', 's', '{}', now()) RETURNING tenant_id, id) INSERT INTO customers_staffrelation (tenant_id, staff_id, customer_id, since) SELECT tenant_id, id, %s, now() FROM s"),
    "a tag": (c("tag", value=["新客"]), "INSERT INTO customers_customertag (tenant_id, tag_id, customer_id, at) SELECT tenant_id, id, %s, now() FROM customers_tag WHERE name = '新客' AND tenant_id = %s"),
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGES)
def test_every_change_is_seen_at_once(scope: Tenant, crowd: list[Person], what: str) -> None:
    rule, change = CHANGES[what]
    before, bob = people_of_rule(rule), crowd[1].id
    execute(change, *((bob, scope.pk) if what == "a tag" else (scope.pk, bob)))
    after = people_of_rule(rule)
    assert (bob in after) != (bob in before)


def test_events_and_their_disappearance_are_seen_at_once(scope: Tenant, crowd: list[Person]) -> None:
    for rule in (PAID, LATELY):
        assert set(people_of_rule(rule)) == {crowd[0].id} or rule is LATELY
        before = people_of_rule(rule)
        happened(scope.pk, crowd[1], "order.paid", "now() - interval '1 hour'")
        assert people_of_rule(rule) - before == People([crowd[1].id])
        execute("DELETE FROM customers_event WHERE tenant_id = %s AND customer_id = %s", scope.pk, crowd[1].id)
        assert people_of_rule(rule) == before


def test_another_event_does_not_matter(scope: Tenant, crowd: list[Person], asked: Asked) -> None:
    people_of_rule(PAID)
    sent = len(asked)
    happened(scope.pk, crowd[1], "product.viewed")
    people_of_rule(PAID)
    assert len(asked) == sent


def test_a_window_moves_on_and_only_those_at_its_ends_are_asked(
    scope: Tenant, crowd: list[Person], asked: Asked
) -> None:
    """The kept answer is of Monday; on Tuesday amy's order has left the window and bob's has come into it."""
    start = ago(days=0)
    execute("UPDATE customers_event SET occurred_at = %s WHERE tenant_id = %s AND customer_id = %s", start - timedelta(days=6, hours=12), scope.pk, crowd[0].id)  # fmt: skip
    write(scope.pk, [Person("eve", events=[Happening("order.paid", start - timedelta(days=1))])])
    happened(scope.pk, crowd[1], "order.paid", f"'{(start + timedelta(hours=12)).isoformat()}'")
    monday = people_of_rule(LATELY, now=start)
    whole = [sql for sql in asked if "GROUP BY" in sql]
    tuesday = people_of_rule(LATELY, now=start + timedelta(days=1))
    assert monday - tuesday == People([crowd[0].id])
    assert tuesday - monday == People([crowd[1].id])
    again = [sql for sql in asked if "GROUP BY" in sql][len(whole) :]
    assert len(again) == 1
    assert "= ANY(" in again[0]  # not everybody
    assert people_of_rule(LATELY, now=start) == monday  # and back


@pytest.mark.django_db(transaction=True)
def test_what_is_not_committed_is_in_nobody_elses_answer() -> None:
    """One who rolls back has asked in between: what was kept for that state is never found again."""
    tenant = Tenant.objects.create(name="rolled back")
    with tenant_tx(tenant.pk):
        people = [Person("amy", {"city": "上海"}), Person("bob")]
        declare(tenant.pk, city="string")
        write(tenant.pk, people)
    change = "UPDATE customers_customer SET attributes = %s WHERE tenant_id = %s AND id = %s"
    with tenant_tx(tenant.pk):
        people_of_rule(SHANGHAI)
        with transaction.atomic():
            execute(change, json.dumps({"city": "上海"}), tenant.pk, people[1].id)
            assert len(people_of_rule(SHANGHAI)) == 2
            transaction.set_rollback(True)
    with tenant_tx(tenant.pk):
        assert len(people_of_rule(SHANGHAI)) == 1
        execute(change, json.dumps({"city": "杭州"}), tenant.pk, people[1].id)
    with tenant_tx(tenant.pk):
        assert len(people_of_rule(SHANGHAI)) == 1


def test_versions_survive_being_put_together(scope: Tenant, crowd: list[Person]) -> None:
    happened(scope.pk, crowd[1], "order.paid")
    before = versions.versions()
    versions.compact()
    assert versions.versions() == before
    versions.note(versions.EVENTS)
    assert versions.versions()[versions.EVENTS] != before.get(versions.EVENTS)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) - count(DISTINCT kind) FROM customers_dataversion WHERE tenant_id = %s", [scope.pk]
        )
        assert cursor.fetchone()[0] <= 1


def test_what_nothing_notes_is_not_kept() -> None:
    assert versions.kinds_of({"customers_customer", "rewards_grant"}, ()) is None
    assert versions.kinds_of({"customers_event_key"}, ("a",)) is None
    assert versions.kinds_of({"customers_event"}, ()) is None  # of which events is not known
    assert versions.kinds_of({"customers_event"}, ("a",)) == {"events", "event:a"}


def test_a_tenant_keeps_so_many_answers_and_no_more(scope: Tenant, crowd: list[Person]) -> None:
    for number in range(keeping.KEPT + 10):
        people_of_rule(c("attribute", key="city", op="eq", value=f"{number}"))
    listed = f"canvas:kept:{scope.pk}"
    assert redis_client().llen(listed) <= keeping.KEPT
