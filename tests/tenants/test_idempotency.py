"""Idempotency-Key on POST: one act for one key, whatever is sent again and however many at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from rewards.models import Package
from tenants.models import IdempotencyRecord, Tenant
from tenants.scope import tenant_tx
from tests.conftest import Api

pytestmark = pytest.mark.django_db(transaction=True)
BODY = {"name": "礼包", "items": [{"kind": "points", "points": 1}]}
KEY = {"Idempotency-Key": "a-key"}


def packages(tenant: Tenant) -> int:
    with tenant_tx(tenant.pk):
        return int(Package.objects.count())


def test_the_same_again_gives_the_same_answer(tenant: Tenant, api: Any) -> None:
    first, second = api.post("reward-packages", BODY, **KEY), api.post("reward-packages", BODY, **KEY)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert "Idempotency-Replayed" not in first
    assert second["Idempotency-Replayed"] == "true"
    assert packages(tenant) == 1


@pytest.mark.parametrize(("path", "body"), [("reward-packages", {**BODY, "name": "另一个"}), ("canvases", BODY)])
def test_another_request_under_the_same_key(tenant: Tenant, api: Any, path: str, body: Any) -> None:
    api.post("reward-packages", BODY, **KEY)
    answer = api.post(path, body, **KEY)
    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_mismatch")
    assert packages(tenant) == 1


def test_other_keys_and_other_tenants_are_apart(tenant: Tenant, other_tenant: Tenant, api: Any, stranger: Any) -> None:
    api.post("reward-packages", BODY, **KEY)
    api.post("reward-packages", BODY, **{"Idempotency-Key": "b-key"})
    stranger.post("reward-packages", {**BODY, "name": "乙"}, **KEY)
    assert (packages(tenant), packages(other_tenant)) == (2, 1)


def test_an_act_that_failed_left_no_record(tenant: Tenant, api: Any) -> None:
    assert api.post("reward-packages", {"name": ""}, **KEY).status_code == 400
    assert api.post("reward-packages", BODY, **KEY).status_code == 201
    assert packages(tenant) == 1


def test_eight_at_once_act_once(tenant: Tenant, api: Any) -> None:
    def send(_: int) -> Any:
        try:
            answer = api.post("reward-packages", BODY, **KEY)
            return answer.status_code, answer.json()
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(send, range(8)))
    assert {status for status, _ in answers} == {201}
    assert len({body["id"] for _, body in answers}) == 1
    assert packages(tenant) == 1


def test_after_a_day_the_key_is_free(tenant: Tenant, api: Any) -> None:
    api.post("reward-packages", BODY, **KEY)
    with tenant_tx(tenant.pk):
        IdempotencyRecord.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert "Idempotency-Replayed" not in api.post("reward-packages", {**BODY, "name": "明天"}, **KEY)
    assert packages(tenant) == 2


def test_a_key_that_is_too_long(api: Any) -> None:
    answer = api.post("reward-packages", BODY, **{"Idempotency-Key": "k" * 256})
    assert answer.status_code == 400


def test_only_post_listens(api: Any) -> None:
    assert "Idempotency-Replayed" not in api.get("settings", **KEY)
    assert "Idempotency-Replayed" not in api.get("settings", **KEY)


def test_a_bad_key_learns_nothing_of_stored_answers(api: Any) -> None:
    api.post("reward-packages", BODY, **KEY)
    assert Api(None).post("reward-packages", BODY, **KEY).status_code == 401
