"""The floor of every request: bodies, content types, languages, request ids, the rate limit, settings, jobs."""

from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from psycopg2.errors import DeadlockDetected, QueryCanceled
from rest_framework.response import Response

from kernel.wake import redis_client
from tenants.jobs import job_create, register_runner, run_next_job
from tenants.models import AuditEntry, Tenant
from tenants.rest import base
from tenants.scope import tenant_tx

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"{", "malformed_json"),
        (b'{"name": NaN}', "malformed_json"),
        (b"\xff", "malformed_json"),
        (b"[]", "invalid"),
        (b"3", "invalid"),
        (b"null", "invalid"),
    ],
)
def test_bodies_that_are_no_object(api: Any, raw: bytes, code: str) -> None:
    answer = api.call("POST", "reward-packages", raw)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_malformed_json_tells_where(api: Any) -> None:
    detail = api.call("PATCH", "settings", b'{\n "name": }', **{"Accept-Language": "en"}).json()["detail"]
    assert "line 2" in detail


def test_unknown_fields_are_refused_with_their_place(api: Any) -> None:
    answer = api.patch("settings", {"caps": [{"limit": 1, "colour": 1}], "a/b~": 1})
    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [
        ("/caps/0/colour", "unknown_field"),
        ("/a~1b~0", "unknown_field"),
    ]


@pytest.mark.parametrize("text", ["a\u0000b", "\u0000"])
def test_the_nul_character_is_refused(api: Any, text: str) -> None:
    answer = api.post("reward-packages", {"name": text, "items": [{"kind": "points", "points": 1}]})
    assert answer.status_code == 400, answer.content
    assert api.get("reward-packages?search=%00").status_code == 400
    assert api.get("customers/%00").status_code == 404


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "application/xml"])
def test_other_content_types(api: Any, content_type: str) -> None:
    headers = {"Authorization": f"Bearer {api.key}"}
    answer = Client().post("/api/v1/reward-packages", b"a=1", content_type=content_type, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


def test_methods_and_addresses_that_are_not_there(api: Any) -> None:
    answer = api.put("reward-packages", {})
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    answer = api.get("no-such-thing")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert answer["Content-Type"] == "application/problem+json"


def test_a_problem_has_what_rfc_9457_asks_for(api: Any) -> None:
    problem = api.get("jobs/404", **{"X-Request-Id": "my-request-1"})
    assert problem["X-Request-Id"] == "my-request-1"
    body = problem.json()
    assert body["type"].endswith(":not_found")
    assert (body["status"], body["code"], body["request_id"]) == (404, "not_found", "my-request-1")
    assert body["title"]
    assert body["detail"]


@pytest.mark.parametrize("request_id", ["x", "a b c d e f", "<script>alert(1)</script>", "a" * 65])
def test_a_strange_request_id_is_replaced(api: Any, request_id: str) -> None:
    assert api.get("settings", **{"X-Request-Id": request_id})["X-Request-Id"] != request_id


@pytest.mark.parametrize(
    ("language", "detail"),
    [
        ("zh-CN", "找不到该对象"),
        ("zh", "找不到该对象"),
        ("en", "No such object"),
        ("en-GB,en;q=0.8", "No such object"),
        ("fr", "找不到该对象"),
    ],
)
def test_both_languages(api: Any, language: str, detail: str) -> None:
    answer = api.get("jobs/404", **{"Accept-Language": language})
    assert answer.json()["detail"] == detail
    assert "Accept-Language" in answer["Vary"]


def test_page_size(api: Any) -> None:
    assert api.get("reward-packages?page_size=1000").status_code == 200
    for nonsense in ("0", "1001", "x", "-1", "²", ""):
        answer = api.get(f"reward-packages?page_size={nonsense}")
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/page_size")
    for nonsense in ("!", "YWJj", "²", "AA==", "LTE"):
        assert api.get(f"reward-packages?cursor={nonsense}").status_code in (200, 400)
    assert api.get("reward-packages?cursor=YWJj").json()["errors"][0]["code"] == "bad_cursor"


def test_the_rate_limit(api: Any, stranger: Any, settings: Any, tenant: Tenant) -> None:
    """Twice the rate may come at once; then 429 says when to come again, and other tenants notice nothing."""
    settings.RATE_LIMIT_PER_SECOND = 2
    redis_client().delete(f"canvas:rate:{tenant.pk}")
    answers = [api.get("settings") for _ in range(12)]
    refused = [a for a in answers if a.status_code == 429]
    assert [a.status_code for a in answers[:4]] == [200] * 4
    assert refused
    assert (refused[0]["Retry-After"], refused[0].json()["code"]) == ("1", "rate_limited")
    assert stranger.get("settings").status_code == 200


def test_settings_start_as_promised_and_change(tenant: Tenant, api: Any) -> None:
    start = api.get("settings").json()
    assert start == {
        "name": "甲店", "timezone": "Asia/Shanghai", "locale": "zh-CN", "quiet_hours": None, "approval": False,
        "caps": [{"channel": None, "limit": 2, "per": {"days": 1}}], "canvas_events": "triggered",
        "lifecycle": {"churned_after_days": 180, "retained_after_days": 180}, "scores": {"activity": None, "spread": None},
        "events_months": None, "link_base": None,
        "merging": {
            "kinds": {}, "others": "propose", "across_external_ids": False, "most_people": 5, "most_shared": 5, "ignored": [],
        },
    }  # fmt: skip
    change = {"quiet_hours": {"from": "22:00", "to": "08:00"}, "approval": True, "timezone": "Europe/Berlin"}
    assert api.patch("settings", change).json() == {**start, **change}
    assert api.patch("settings", {"quiet_hours": None}).json() == {**start, **change, "quiet_hours": None}
    with tenant_tx(tenant.pk):
        assert [e.action for e in AuditEntry.objects.order_by("id")] == ["settings.update"] * 2


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"timezone": "Mars/Base"}, "/timezone"),
        ({"locale": "fr"}, "/locale"),
        ({"name": ""}, "/name"),
        ({"quiet_hours": {"from": "25:00", "to": "08:00"}}, "/quiet_hours/from"),
        ({"quiet_hours": {"from": "22:00"}}, "/quiet_hours/to"),
        ({"caps": [{"limit": -1}]}, "/caps/0/limit"),
        ({"caps": [{"limit": 1, "per": {"days": 0}}]}, "/caps/0/per/days"),
        ({"approval": "perhaps"}, "/approval"),
    ],
)
def test_settings_that_make_no_sense(api: Any, change: dict[str, Any], pointer: str) -> None:
    before = api.get("settings").json()
    answer = api.patch("settings", {**change})
    assert (answer.status_code, [e["pointer"] for e in answer.json()["errors"]]) == (400, [pointer])
    assert api.get("settings").json() == before


def test_a_job_goes_from_queued_to_its_result(tenant: Tenant, api: Any, stranger: Any) -> None:
    register_runner(
        "test.count", lambda params, progress: progress(params["n"], params["n"]) or {"counted": params["n"]}
    )
    with tenant_tx(tenant.pk):
        job = job_create("test.count", {"n": 7})
    assert api.get(f"jobs/{job.pk}").json()["status"] == "queued"
    assert run_next_job(tenant.pk) is True
    assert run_next_job(tenant.pk) is False
    done = api.get(f"jobs/{job.pk}").json()
    assert (done["status"], done["done"], done["total"], done["result"]) == ("succeeded", 7, 7, {"counted": 7})
    assert stranger.get(f"jobs/{job.pk}").status_code == 404


def test_a_job_that_breaks_says_so(tenant: Tenant, api: Any) -> None:
    def broken(params: Any, progress: Any) -> Any:
        raise ZeroDivisionError("by zero")

    register_runner("test.broken", broken)
    with tenant_tx(tenant.pk):
        job = job_create("test.broken", {})
    assert run_next_job(tenant.pk) is True
    failed = api.get(f"jobs/{job.pk}").json()
    assert (failed["status"], failed["error"]["code"]) == ("failed", "internal")


def test_a_request_that_lost_a_deadlock_is_done_again() -> None:
    def answer(times: int, cause: type[Exception], calls: list[int]) -> Any:
        def handle() -> Response:
            calls.append(1)
            if len(calls) <= times:
                raise OperationalError("x") from cause()
            return Response()

        return handle

    for times, cause, done in ((2, DeadlockDetected, 3), (3, DeadlockDetected, None), (1, QueryCanceled, None)):
        calls = list[int]()
        if done:
            assert base._despite_deadlocks(answer(times, cause, calls)).status_code == 200
            assert len(calls) == done
        else:
            with pytest.raises(OperationalError):
                base._despite_deadlocks(answer(times, cause, calls))
            assert len(calls) == times
