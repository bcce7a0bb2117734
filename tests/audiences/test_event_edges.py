"""The edges of time in rules over events, through the API: half-open spans, days of the tenant's zone, strict order."""

from typing import Any

import pytest

from tests.conftest import Api

pytestmark = pytest.mark.django_db(transaction=True)
# 2024-03-01 begins in Shanghai at 16:00 of 29 February in London
TIMES: dict[str, list[tuple[str, str]]] = {
    "early": [("a", "2024-02-29T15:59:59.999999Z")],
    "edge": [("a", "2024-02-29T16:00:00Z")],
    "late": [("a", "2024-03-01T16:00:00Z")],
    "two-days": [("a", "2024-02-29T15:59:59Z"), ("a", "2024-02-29T16:00:01Z")],
    "one-day": [("a", "2024-02-29T16:00:00Z"), ("a", "2024-03-01T15:59:59Z")],
    "at-once": [("a", "2024-05-01T00:00:00Z"), ("b", "2024-05-01T00:00:00Z")],
    "week": [("a", "2024-05-01T00:00:00Z"), ("b", "2024-05-08T00:00:00Z")],
    "week-and": [("a", "2024-05-01T00:00:00Z"), ("b", "2024-05-08T00:00:00.000001Z")],
    "again": [("a", "2024-05-01T00:00:00Z"), ("a", "2024-05-03T00:00:00Z"), ("b", "2024-05-09T00:00:00Z")],
    "backwards": [("b", "2024-05-01T00:00:00Z"), ("a", "2024-05-02T00:00:00Z")],
    "nothing": [],
}
FEBRUARY = {"early", "edge", "late", "two-days", "one-day"}
IN_MAY = set(TIMES) - FEBRUARY - {"nothing"}


def did(**more: Any) -> dict[str, Any]:
    return {"condition": "event", "event": "a", **more}


def first(op: str, value: Any = None, measure: str = "first") -> dict[str, Any]:
    return did(measure=measure, op=op, **({} if value is None else {"value": value}))


SEQUENCE = {"condition": "sequence", "steps": [{"event": "a"}, {"event": "b"}]}
CASES: list[tuple[dict[str, Any], set[str]]] = [
    (did(window={"from": "2024-02-29T16:00:00Z", "to": "2024-03-01T16:00:00Z"}), {"edge", "two-days", "one-day"}),
    (did(window={"from": "2024-03-01", "to": "2024-03-02"}), {"edge", "two-days", "one-day"}),
    (did(window={"to": "2024-03-01"}), {"early", "two-days"}),
    (did(window={"from": "2024-03-02", "to": "2024-03-03"}), {"late"}),
    (did(measure="days", op="eq", value=2, window={"to": "2024-04-01"}), {"two-days"}),
    (did(measure="count", op="eq", value=2, window={"to": "2024-04-01"}), {"two-days", "one-day"}),
    (did(measure="count", op="eq", value=0), {"nothing"}),
    (first("on", "2024-03-01"), {"edge", "one-day"}),
    (first("before", "2024-03-01"), {"early", "two-days"}),
    (first("after", "2024-03-01"), {"late"} | IN_MAY),
    (first("between", ["2024-02-29T16:00:00Z", "2024-03-01T16:00:00Z"]), {"edge", "late", "one-day"}),
    (first("lte", "2024-02-29T15:59:59Z"), {"two-days"}),
    (first("gte", "2024-05-02T00:00:00Z"), {"backwards"}),
    (first("on", "2024-03-01", "last"), {"edge", "one-day", "two-days"}),
    (first("after", "2024-05-02", "last"), {"again"}),
    (first("within_last", {"days": 1}, "last"), set()),
    (first("exists"), FEBRUARY | IN_MAY),
    (first("not_exists"), {"nothing"}),
    (SEQUENCE, {"week", "week-and", "again"}),
    ({**SEQUENCE, "within": {"days": 7}}, {"week", "again"}),
    ({**SEQUENCE, "within": {"days": 6}}, {"again"}),
    ({**SEQUENCE, "within": {"days": 5}}, set()),
    ({"condition": "sequence", "steps": [{"event": "a"}, {"event": "a"}], "window": {"from": "2024-04-01"}}, {"again"}),
]


@pytest.fixture
def happened(api: Api) -> None:
    assert api.post("customers/bulk", {"customers": [{"external_id": who} for who in TIMES]}).status_code == 200
    events = [
        {"event_id": f"{who}-{n}", "customer": {"external_id": who}, "name": name, "occurred_at": at, "properties": {}}
        for who, rows in TIMES.items()
        for n, (name, at) in enumerate(rows)
    ]
    assert api.post("events/bulk", {"events": events}).json()["rejected"] == []


def found(api: Api, rule: dict[str, Any]) -> set[str]:
    answer = api.post("audiences/preview", {"rule": rule, "sample": 100})
    assert answer.status_code == 200, (rule, answer.content)
    return {row["external_id"] for row in answer.json()["sample"]}


def test_each_edge_falls_where_the_contract_says_and_not_takes_the_rest(api: Api, happened: None) -> None:
    wrong = [
        (rule, found(api, rule), wanted)
        for rule, wanted in CASES
        if found(api, rule) != wanted or found(api, {"not": rule}) != set(TIMES) - wanted
    ]
    assert wrong == []
