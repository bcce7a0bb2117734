"""Rules that no editor makes: too deep, too large, out of proportion. Each is refused at once, with its place and in few words (AUD-4)."""

import json
from typing import Any

import pytest
from django.db import connection, transaction

from audiences import evaluate
from audiences.limit import bounded, hurry
from kernel.errors import ProblemError
from kernel.sets import People
from tenants.models import Tenant
from tenants.scope import tenant_tx
from tests.audiences.checking import c
from tests.audiences.shop import Person, declare, write
from tests.conftest import Api

LONG, MANY = "x" * 2**20, [str(n) for n in range(10_000)]
CITY = c("attribute", key="city", op="eq", value="上海")


def raw(rule: Any) -> str:
    return json.dumps(rule, ensure_ascii=False)


def nested(start: str, end: str, times: int, inner: str = raw(CITY)) -> str:
    return start * times + inner + end * times


def value(text: str) -> str:
    return '{"condition": "attribute", "key": "city", "op": "eq", "value": ' + text + "}"


TOO_DEEP = "/rule" + "/not" * 20
# what is sent → where the fault is (it begins so), its code
BAD = {
    "not, 50 deep": (nested('{"not": ', "}", 50), TOO_DEEP, "too_deep"),
    "all, 50 deep": (nested('{"all": [', "]}", 50), "/rule" + "/all/0" * 20, "too_deep"),
    "200 deep": (nested('{"any": [', "]}", 200), "/rule" + "/any/0" * 20, "too_deep"),
    "a list 100 deep as value": (value(nested("[", "]", 100, "1")), "/rule/value/0/0", "too_deep"),
    "objects 100 deep as value": (value(nested('{"a": ', "}", 100, "1")), "/rule/value/a/a", "too_deep"),
    "a list 100 deep as key": (raw(c("tag", value="X")).replace('"X"', nested("[", "]", 100, "1")), "/rule/value/0/0", "too_deep"),
    "10,000 values": (raw(c("attribute", key="city", op="in", value=MANY)), "/rule/value", "wrong_type"),
    "10,000 tags": (raw(c("tag", value=MANY)), "/rule/value", "bad_value"),
    "10,000 conditions": (raw({"any": [CITY] * 10_000}), "/rule/any/200", "too_many_conditions"),
    "10,000 steps": (raw(c("sequence", steps=[{"event": "a"}] * 10_000)), "/rule/steps", "bad_value"),
    "10,000 filters": (raw(c("event", event="a", where=[{"property": "a", "op": "exists"}] * 10_000)), "/rule/where", "bad_value"),
    "1 MB of value": (raw({**CITY, "value": LONG}), "/rule/value", "bad_value"),
    "1 MB of key": (raw({**CITY, "key": LONG}), "/rule/key", "bad_value"),
    "1 MB of operator": (raw({**CITY, "op": LONG}), "/rule/op", "unknown_operator"),
    "1 MB of condition": (raw({"condition": LONG}), "/rule/condition", "unknown_condition"),
    "1 MB of event": (raw(c("event", event=LONG)), "/rule/event", "bad_value"),
    "1 MB of path": (raw(c("event", event="a", where=[{"property": LONG, "op": "exists"}])), "/rule/where/0/property", "bad_value"),
    "a number of 400 digits": (value("9" * 400), "", ""),
    "a length without end": (raw(c("event", event="a", window={"last": {"days": 10**17}})), "/rule/window/last/days", "bad_value"),
}  # fmt: skip
BOMBS = [
    "(a+)+$",
    "(a|a)*b",
    "a*a*a*a*a*a*b",
    ".*.*.*.*x",
    "((a?)?)?" * 20,
    "a{100}{100}",
    "(" * 190,
    "a{1,99}b{1,99}c{1,99}d{1,99}",
    "[" * 150,
]


def asked(api: Api, path: str, rule: str) -> Any:
    return api.call("POST", path, ('{"rule": ' + rule + "}").encode())


@pytest.mark.parametrize("what", BAD)
def test_what_is_out_of_proportion_is_refused_with_its_place(api: Api, what: str) -> None:
    rule, place, code = BAD[what]
    answer = asked(api, "audiences/preview", rule)
    assert answer.status_code == 400
    assert len(answer.content) < 5000  # what was sent does not come back
    errors = answer.json().get("errors", [])
    if place:
        assert errors[0]["pointer"].startswith(place)
        assert errors[0]["code"] == code
        told = asked(api, "audiences/validate", rule).json()["problems"]
        assert [(p["pointer"], p["code"]) for p in told] == [(e["pointer"], e["code"]) for e in errors]


@pytest.mark.parametrize("times", [1_000, 100_000])
@pytest.mark.parametrize("way", ['{"not": ', '{"all": [', "["])
def test_what_is_nested_without_end_is_no_fault_of_ours(api: Api, way: str, times: int) -> None:
    """It may be refused while it is read, before there are places."""
    end = {'{"not": ': "}", '{"all": [': "]}", "[": "]"}[way]
    answer = asked(api, "audiences/preview", nested(way, end, times))
    assert answer.status_code == 400
    assert len(answer.content) < 5000
    answer = asked(api, "audiences/preview", value(nested(way, end, times, "1")))
    assert answer.status_code == 400
    assert len(answer.content) < 5000
    saved = '{"name": "x", "kind": "dynamic", "rule": ' + nested(way, end, times) + "}"
    assert api.call("POST", "audiences", saved.encode()).status_code == 400


@pytest.mark.parametrize("pattern", BOMBS)
def test_patterns_that_could_be_tried_for_ever_are_refused(api: Api, pattern: str) -> None:
    answer = asked(api, "audiences/preview", raw({**CITY, "op": "matches", "value": pattern}))
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/rule/value")


def test_a_question_that_takes_too_long_is_stopped_and_told_so(
    api: Api, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit is of all statements together: the second one has what the first one left."""
    answered = evaluate.select_people

    def slow(statement: str, params: Any = ()) -> People:
        answered("SELECT 1::bigint FROM pg_sleep(0.6)")
        return answered(statement, params)

    with tenant_tx(tenant.pk):
        declare(tenant.pk, city="string")
        write(tenant.pk, [Person("amy", {"city": "上海"})])
    monkeypatch.setattr(evaluate, "select_people", slow)
    monkeypatch.setattr("audiences.limit.SECONDS", 1.0)
    rule = {"any": [c("event", event=f"nobody did {n}") for n in range(5)]}
    api.language = "en"
    answer = api.post("audiences/preview", {"rule": rule})
    assert (answer.status_code, answer.json()["code"]) == (400, "too_slow")
    assert "Stopped after 1 s" in answer.json()["detail"]
    monkeypatch.setattr("audiences.limit.SECONDS", 60.0)
    monkeypatch.setattr("audiences.counting.LIMIT_SECONDS", 1.0)
    answer = api.post("audiences/preview", {"rule": rule, "counts": True})
    assert (answer.status_code, answer.json()["count"], answer.json()["counts"]) == (
        200,
        0,
        {},
    )  # goes without the counts
    monkeypatch.undo()
    assert api.post("audiences/preview", {"rule": CITY}).json()["count"] == 1


def test_a_limit_inside_another_ends_no_later(scope: Tenant) -> None:
    with pytest.raises(ProblemError), transaction.atomic(), bounded(0.05), bounded(60), connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(60)")


def test_a_limit_is_over_when_it_is_over(scope: Tenant) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        before = cursor.fetchone()
        with bounded(30):
            hurry()
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == before
