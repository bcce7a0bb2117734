"""What the canvas uses: saved audiences fresh or as they were, people saved from a step, events behind a rule (AUD-5)."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audiences import facade
from audiences.models import Audience, AudienceSize
from audiences.services import audience_create_dynamic
from kernel.errors import ProblemError
from kernel.sets import people
from tenants.models import Tenant
from tests.audiences.shop import Happening, Person, ago, declare, write

SHANGHAI = {"condition": "attribute", "key": "city", "op": "eq", "value": "上海"}
BOUGHT = {"condition": "event", "event": "order.paid"}


@pytest.fixture
def crowd(scope: Tenant) -> list[Person]:
    everybody = [
        Person("amy", {"city": "上海"}, [Happening("order.paid", ago(days=2))]),
        Person("bob", {"city": "上海"}),
        Person("cat", {"city": "杭州"}, [Happening("order.paid", ago(days=2))]),
    ]
    declare(scope.pk, city="string")
    write(scope.pk, everybody)
    return everybody


def test_fresh_computes_and_saves_and_stale_reads_what_was_saved(scope: Tenant, crowd: list[Person]) -> None:
    saved = audience_create_dynamic(name="上海", rule=SHANGHAI).pk
    late = Person("dan", {"city": "上海"})
    write(scope.pk, [late])
    assert len(facade.people_of_audience(saved, fresh=False)) == 2
    assert late.id in facade.people_of_audience(saved, fresh=True, within=people([late.id]))
    assert Audience.objects.get(pk=saved).size == 2  # asking about a few saves nothing
    assert len(facade.people_of_audience(saved, fresh=True)) == 3
    assert Audience.objects.get(pk=saved).size == 3
    assert list(AudienceSize.objects.filter(audience_id=saved).order_by("id").values_list("size", flat=True)) == [2, 3]


def test_an_erased_person_leaves_static_and_stale_audiences_at_once(scope: Tenant, crowd: list[Person]) -> None:
    saved = facade.save_people("名单", people(p.id for p in crowd))
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE customers_customer SET erased_at = now() WHERE tenant_id = %s AND id = %s", [scope.pk, crowd[0].id]
        )
    assert set(facade.people_of_audience(saved, fresh=False)) == {crowd[1].id, crowd[2].id}
    assert set(facade.people_of_audience(saved, fresh=True)) == {crowd[1].id, crowd[2].id}


def test_people_saved_again_replace_those_before(crowd: list[Person]) -> None:
    saved = facade.save_people("第一批", people([crowd[0].id]))
    assert facade.save_people("第二批", people([crowd[1].id, crowd[2].id]), saved) == saved
    assert (facade.audience_name(saved), len(facade.people_of_audience(saved, fresh=False))) == ("第二批", 2)
    dynamic = audience_create_dynamic(name="上海", rule=SHANGHAI).pk
    with pytest.raises(ProblemError):
        facade.save_people("x", people(), dynamic)


def test_no_such_audience(scope: Tenant) -> None:
    assert facade.audience_name(999) is None
    for fresh in (True, False):
        with pytest.raises(ProblemError):
            facade.people_of_audience(999, fresh=fresh)
    problems = facade.rule_problems({"condition": "audience", "id": "999"}, "/graph/nodes/0/config/rule")
    assert [p.pointer for p in problems] == ["/graph/nodes/0/config/rule/id"]


def test_events_behind_a_rule_are_found_through_audiences_too(crowd: list[Person]) -> None:
    inner = audience_create_dynamic(name="买过", rule=BOUGHT).pk
    rule: dict[str, Any] = {
        "all": [
            SHANGHAI,
            {"not": {"condition": "audience", "id": str(inner)}},
            {"condition": "sequence", "steps": [{"event": "a"}, {"event": "b"}]},
            {"condition": "message", "result": "opened"},
        ]
    }
    assert facade.events_in_rule(rule) == {"order.paid", "a", "b", "message.opened"}
    assert facade.events_in_rule({"not": "a rule"}) == set()


def test_row_conditions_are_one_statement_however_they_are_joined(crowd: list[Person]) -> None:
    rule = {"all": [SHANGHAI, {"any": [SHANGHAI, {"not": SHANGHAI}]}, {"condition": "reachable", "channel": "webhook"}]}
    with CaptureQueriesContext(connection) as asked:
        facade.people_of_rule(rule)
    assert len(asked) == 3  # the clock and zone, the declared attributes, the versions; the people come by COPY


def test_an_audience_within_an_audience_is_asked_as_of_now(scope: Tenant, crowd: list[Person]) -> None:
    inner = audience_create_dynamic(name="上海", rule=SHANGHAI).pk
    write(scope.pk, [Person("dan", {"city": "上海"}, [Happening("order.paid", ago(days=1))])])
    assert len(facade.people_of_rule({"all": [{"condition": "audience", "id": str(inner)}, BOUGHT]})) == 2
