"""Long actions: who lost a job writes nothing more, who is asked to stop stops, and the files that are left behind."""

from datetime import timedelta
from typing import Any

import pytest

from kernel.clock import db_now
from tenants import jobs
from tenants.files import file_append, file_create, file_fetch, files_forget_expired
from tenants.jobs import LATER, JobLost, job_cancel, job_create, register_runner, run_next_job
from tenants.models import FilePart, Job, StoredFile, Tenant
from tenants.scope import tenant_tx
from tests.conftest import Api, make_key


@pytest.fixture(autouse=True)
def _runners_as_they_were() -> Any:
    before = dict(jobs._runners)
    yield
    jobs._runners.clear()
    jobs._runners.update(before)


def made(tenant: Tenant, kind: str, **params: Any) -> Job:
    with tenant_tx(tenant.pk):
        return job_create(kind, params)


def lose_lease(tenant: Tenant) -> None:
    with tenant_tx(tenant.pk):
        Job.objects.update(lease_until=db_now() - timedelta(seconds=1))


def write_late(progress: Any) -> None:
    with tenant_tx(progress.tenant_id):
        StoredFile.objects.create(name="late", scope="x", expires_at=db_now())
        progress(1, 2)


def test_a_worker_that_lost_its_lease_neither_writes_nor_finishes(tenant: Tenant, api: Any) -> None:
    seen: list[str] = []

    def slow(params: Any, progress: Any) -> dict[str, Any]:
        if not seen:  # the first one is overtaken while it works
            seen.append("first")
            lose_lease(tenant)
            assert run_next_job(tenant.pk) is True
            with pytest.raises(JobLost):
                write_late(progress)
            progress(1, 2)
        seen.append("second")
        return {"by": "second"}

    register_runner("test.slow", slow)
    job = made(tenant, "test.slow")
    run_next_job(tenant.pk)
    shown = api.get(f"jobs/{job.pk}").json()
    assert (shown["status"], shown["result"], seen) == ("succeeded", {"by": "second"}, ["first", "second"])
    with tenant_tx(tenant.pk):
        assert not StoredFile.objects.exists()


def test_a_late_finish_does_not_replace_the_result(tenant: Tenant, api: Any) -> None:
    turns = iter(["first", "second"])

    def once(params: Any, progress: Any) -> dict[str, Any]:
        turn = next(turns)
        if turn == "first":
            lose_lease(tenant)
            run_next_job(tenant.pk)
        return {"by": turn}

    register_runner("test.once", once)
    job = made(tenant, "test.once")
    run_next_job(tenant.pk)
    assert api.get(f"jobs/{job.pk}").json()["result"] == {"by": "second"}


def test_a_running_job_stops_when_asked(tenant: Tenant, api: Any) -> None:
    def long(params: Any, progress: Any) -> dict[str, Any]:
        progress(1, 10)
        assert api.post(f"jobs/{job.pk}/cancel").status_code == 200
        progress(2, 10)
        raise AssertionError("went on")

    register_runner("test.long", long)
    job = made(tenant, "test.long")
    run_next_job(tenant.pk)
    shown = api.get(f"jobs/{job.pk}").json()
    assert (shown["status"], shown["done"], shown["finished_at"] is not None) == ("cancelled", 1, True)
    assert api.post(f"jobs/{job.pk}/cancel").json()["code"] == "job_ended"


def test_a_waiting_job_is_cancelled_at_once(tenant: Tenant, api: Any, stranger: Any) -> None:
    job = made(tenant, "test.never")
    assert stranger.post(f"jobs/{job.pk}/cancel").status_code == 404
    assert api.post(f"jobs/{job.pk}/cancel").json()["status"] == "cancelled"
    assert run_next_job(tenant.pk) is False
    assert [row["id"] for row in api.get("jobs?kind=test.never&status=cancelled").json()["results"]] == [str(job.pk)]
    assert api.get("jobs?kind=other").json()["results"] == []


def test_a_job_that_kills_its_workers_is_given_up(tenant: Tenant, api: Any) -> None:
    register_runner("test.deadly", lambda params, progress: {"ran": True})
    job = made(tenant, "test.deadly")
    with tenant_tx(tenant.pk):
        Job.objects.update(status="running", attempts=5, lease_until=db_now() - timedelta(seconds=1))
    assert run_next_job(tenant.pk) is True
    shown = api.get(f"jobs/{job.pk}").json()
    assert (shown["status"], shown["error"]["code"]) == ("failed", "job_gave_up")


def test_a_long_job_lets_others_go_first_and_goes_on(tenant: Tenant) -> None:
    order: list[str] = []

    def long(params: Any, progress: Any) -> dict[str, Any]:
        order.append("long")
        progress(len(order), 9)
        return LATER if len(order) == 1 else {"done": True}

    register_runner("test.long", long)
    register_runner("test.short", lambda params, progress: order.append("short") or {})
    made(tenant, "test.long")
    made(tenant, "test.short")
    while run_next_job(tenant.pk):
        pass
    assert order == ["long", "short", "long"]


def test_a_file_comes_back_as_it_was_and_only_to_who_may(
    tenant: Tenant, api: Any, stranger: Any, anonymous: Any
) -> None:
    content = "行,错误\n".encode() * 300_000
    with tenant_tx(tenant.pk):
        file = file_create("错误.csv", "text/csv; charset=utf-8", scope="customers:write")
        file_append(file, content[:1000])
        file_append(file, content[1000:])
        raw = b"".join(bytes(part.sealed) for part in FilePart.objects.all())
    assert "错误".encode() not in raw
    answer = api.get(f"files/{file.pk}")
    assert (answer.status_code, b"".join(answer.streaming_content)) == (200, content)
    assert answer["Content-Length"] == str(len(content))
    assert "attachment" in answer["Content-Disposition"]
    reader = Api(make_key(tenant, scopes=["customers:read"]))
    statuses = [who.get(f"files/{file.pk}").status_code for who in (reader, stranger, anonymous)]
    assert statuses == [403, 404, 401]
    with file_fetch(tenant.pk, file.pk) as copy:
        assert copy.read() == content


def test_an_expired_file_is_gone(tenant: Tenant, api: Any) -> None:
    with tenant_tx(tenant.pk):
        old, kept = (
            file_create(f"{keep}", "text/csv", scope="customers:read", keep=timedelta(days=keep)) for keep in (-1, 1)
        )
        for file in (old, kept):
            file_append(file, b"x")
    assert api.get(f"files/{old.pk}").status_code == 404
    with tenant_tx(tenant.pk):
        files_forget_expired()
        assert list(StoredFile.objects.values_list("pk", flat=True)) == [kept.pk]
        assert FilePart.objects.count() == 1


def test_what_a_job_leaves_is_named_in_its_answer(tenant: Tenant, api: Any) -> None:
    def leave(params: Any, progress: Any) -> dict[str, Any]:
        with tenant_tx(tenant.pk):
            file = file_create("e.csv", "text/csv", scope="customers:read")
            file_append(file, b"row")
            progress.keep(errors=file.pk)
        return {}

    register_runner("test.leave", leave)
    job = made(tenant, "test.leave")
    run_next_job(tenant.pk)
    shown = api.get(f"jobs/{job.pk}").json()
    assert b"".join(api.get(shown["errors_url"].removeprefix("/api/v1/")).streaming_content) == b"row"
    assert shown["file_url"] is None


def test_cancelling_names_one_job(tenant: Tenant) -> None:
    job, other = made(tenant, "test.a"), made(tenant, "test.a")
    with tenant_tx(tenant.pk):
        job_cancel(job)
        other.refresh_from_db()
        assert other.status == "queued"
