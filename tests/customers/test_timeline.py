"""A customer's story in pages, by kind and by time: nothing twice, nothing left out, however much happened at one moment (AUD-9)."""

from typing import Any

import pytest

from tests.conftest import Api
from tests.customers.test_merging import bulk, by_external, merge

pytestmark = pytest.mark.django_db

WHO = {"external_id": "li"}


@pytest.fixture
def li(api: Api) -> str:
    bulk(api, {**WHO, "consents": {"sms": True, "email": False}}, {"external_id": "twin"})
    # ten in the very same second, as a file that knows days only brings them
    days = ["2026-03-01"] * 10 + ["2026-02-01", "2026-04-01"]
    events = [
        {"event_id": f"e{n}", "customer": WHO, "name": "page.viewed", "occurred_at": f"{day}T00:00:00Z", "properties": {"n": n}}
        for n, day in enumerate(days)
    ]  # fmt: skip
    assert api.post("events/bulk", {"events": events}).json()["accepted"] == len(events)
    return str(by_external(api, "li")["id"])


def pages(api: Api, url: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    following: str | None = url
    while following:
        page = api.get(following.split("/api/v1/")[-1]).json()
        found += page["results"]
        following = page["next"]
    return found


@pytest.mark.parametrize("size", [1, 3, 7, 50])
def test_pages_of_any_size_are_the_whole(api: Api, li: str, size: int) -> None:
    merge(api, by_external(api, "twin")["id"], li)
    whole = api.get(f"customers/{li}/timeline?page_size=1000").json()["results"]
    assert sorted({e["kind"] for e in whole}) == ["consent", "event", "merge"]
    assert [e["at"] for e in whole] == sorted((e["at"] for e in whole), reverse=True)
    assert len(whole) == 15
    assert pages(api, f"customers/{li}/timeline?page_size={size}") == whole


def test_by_kind_and_by_time(api: Api, li: str) -> None:
    of = f"customers/{li}/timeline?page_size=4"
    assert [e["name"] for e in pages(api, f"{of}&kind=consent")] == ["sms", "email"]  # said at once
    march = pages(api, f"{of}&kind=event,merge&from=2026-03-01T00:00:00Z&to=2026-04-01T00:00:00Z")
    assert sorted(e["detail"]["n"] for e in march) == list(range(10))


@pytest.mark.parametrize(
    ("query", "pointer"),
    [("kind=nonsense", "/kind"), ("from=yesterday", "/from"), ("to=2026-01-01T00:00:00", "/to"), ("cursor=bm9uZQ", "/cursor"),
     ("cursor=MjAyNi0wMS0wMVQwMDowMDowMHxldmVudHw1", "/cursor")],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(api: Api, li: str, query: str, pointer: str) -> None:
    answer = api.get(f"customers/{li}/timeline?{query}")
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, pointer)


def test_consents_with_source_and_time(api: Api, li: str) -> None:
    rows = api.get(f"customers/{li}/consents").json()["results"]
    assert [(r["channel"], r["granted"], r["source"]) for r in rows] == [("email", False, "api"), ("sms", True, "api")]
    assert all(r["at"] for r in rows)
