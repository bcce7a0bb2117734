"""TEN-2: API keys. A bad one is 401 and says no more than that."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tenants.keys import key_create
from tenants.models import ApiKey, AuditEntry, Tenant
from tenants.scope import tenant_tx
from tests.conftest import Api, make_key

pytestmark = pytest.mark.django_db(transaction=True)


def assert_bad_key(answer: Any) -> None:
    assert (answer.status_code, answer.json()["code"]) == (401, "bad_key")
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_good_key_opens_its_tenant(tenant: Tenant, api: Any) -> None:
    assert api.get("settings").json()["name"] == tenant.name


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Bearer x", "Bearer mk_", "Bearer mk_1_2", "Bearer mk_x_y_z",
                                    "Bearer mk_-1_a_b", "Bearer mk_99999999999999999999_a_b", "Bearer mk_²_a_b",
                                    "Bearer mk_404404_abcd_secret", "Basic YTpi", "mk_1_2_3"])  # fmt: skip
def test_malformed_and_unknown_keys(tenant: Tenant, header: str) -> None:
    assert_bad_key(Api(None).get("settings", Authorization=header))


def test_the_secret_must_be_right(tenant: Tenant) -> None:
    good = make_key(tenant)
    assert_bad_key(Api(good[:-1] + ("a" if good[-1] != "a" else "b")).get("settings"))
    assert_bad_key(Api(good + "a").get("settings"))


def test_a_key_does_not_open_another_tenant(tenant: Tenant, other_tenant: Tenant) -> None:
    _mk, _digits, prefix, secret = make_key(tenant).split("_", 3)
    assert_bad_key(Api(f"mk_{other_tenant.pk}_{prefix}_{secret}").get("settings"))


def test_revoked_and_expired_keys(tenant: Tenant, api: Any) -> None:
    made = api.post("api-keys", {"name": "ERP", "scopes": ["customers:read"]}).json()
    erp = Api(made["key"])
    assert erp.get("customers").status_code == 200
    assert api.delete(f"api-keys/{made['id']}").status_code == 204
    assert_bad_key(erp.get("customers"))
    with tenant_tx(tenant.pk):
        _row, old = key_create(name="old", scopes=["*"], expires_at=timezone.now() - timedelta(seconds=1))
        _row, new = key_create(name="new", scopes=["*"], expires_at=timezone.now() + timedelta(days=1))
    assert_bad_key(Api(old).get("settings"))
    assert Api(new).get("settings").status_code == 200


def test_a_tenant_that_is_switched_off_is_shut(tenant: Tenant, api: Any) -> None:
    Tenant.objects.filter(pk=tenant.pk).update(is_active=False)
    assert_bad_key(api.get("settings"))


def test_the_secret_is_told_once_and_kept_nowhere(tenant: Tenant, api: Any) -> None:
    made = api.post("api-keys", {"name": "ERP"}).json()
    secret = made["key"].split("_", 3)[3]
    assert secret not in api.get("api-keys").content.decode()
    with tenant_tx(tenant.pk):
        key = ApiKey.objects.get(pk=made["id"])
        assert secret.encode() not in bytes(key.digest)
        assert not [e for e in AuditEntry.objects.all() if secret in str(e.detail)]


def test_use_is_noted(tenant: Tenant, api: Any) -> None:
    api.get("settings")
    (key,) = api.get("api-keys").json()["results"]
    assert key["last_used_at"] is not None


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"name": "x", "scopes": ["everything"]}, "/scopes/0"),
        ({"name": "x", "scopes": ["*", "customers:fly"]}, "/scopes/1"),
        ({"name": ""}, "/name"),
        ({}, "/name"),
        ({"name": "x", "expires_at": "tomorrow"}, "/expires_at"),
        ({"name": "x", "expires_at": "2027-01-01T00:00:00"}, "/expires_at"),
    ],
)
def test_what_a_key_can_not_be(api: Any, body: dict[str, Any], pointer: str) -> None:
    answer = api.post("api-keys", body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, pointer)


def test_nobody_hands_out_more_than_they_have(tenant: Tenant) -> None:
    limited = Api(make_key(tenant, scopes=["keys:write", "customers:read"]))
    assert limited.post("api-keys", {"name": "x", "scopes": ["customers:read"]}).status_code == 201
    assert limited.post("api-keys", {"name": "x", "scopes": ["customers:write"]}).json()["code"] == "forbidden"
    assert limited.post("api-keys", {"name": "x", "scopes": ["*"]}).json()["code"] == "forbidden"


@pytest.mark.parametrize("key_id", ["0", "x", "²", "٣", "9" * 40])
def test_no_such_key(api: Any, key_id: str) -> None:
    assert api.delete(f"api-keys/{key_id}").status_code == 404
