"""Fixtures of every test: two tenants (ours and a stranger's), an HTTP client for each, a scope."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import hypothesis  # here, for its plugin imports it at the very end else, when finalizers that parse too break the parsing
import pytest
from django.test import Client, TransactionTestCase

from kernel import events
from kernel.json import dumps
from tenants.keys import ALL, key_create
from tenants.models import Tenant
from tenants.scope import tenant_tx

# a machine that is busy with other things is no fault of what is tested
hypothesis.settings.register_profile(
    "busy machine", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("busy machine")

# Tests that commit leave their rows behind: each has tenants of its own, which is what isolation is for, and emptying
# forty tables after each took longer than the tests.
TransactionTestCase._fixture_teardown = lambda self: None  # type: ignore[method-assign]


@dataclass
class Api:
    """HTTP client below /api/v1/ with an API key (None: nobody). Answers have .status_code and .json()."""

    key: str | None
    language: str = "zh-CN"

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        sent = {"Accept-Language": self.language, **headers}
        if self.key:
            sent["Authorization"] = f"Bearer {self.key}"
        data = body if isinstance(body, bytes) else b"" if body is None else dumps(body)
        return Client().generic(
            method, f"/api/v1/{path}", data, headers.pop("content_type", "application/json"), headers=sent
        )

    def get(self, path: str, **headers: str) -> Any:
        return self.call("GET", path, None, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.call("POST", path, {} if body is None else body, **headers)

    def patch(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.call("PATCH", path, body, **headers)

    def put(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.call("PUT", path, body, **headers)

    def delete(self, path: str, **headers: str) -> Any:
        return self.call("DELETE", path, None, **headers)


def make_tenant(name: str) -> Tenant:
    return Tenant.objects.create(name=name)


def make_key(tenant: Tenant, scopes: list[str] | None = None) -> str:
    with tenant_tx(tenant.pk):
        return key_create(name="test", scopes=scopes or [ALL])[1]


@pytest.fixture(autouse=True)
def _subscribers_as_they_were() -> Iterator[None]:
    """Tests that listen in, or speak for the floors above, leave no trace: set up first, so taken down last."""
    before = {topic: list(handlers) for topic, handlers in events._handlers.items()}
    yield
    events._handlers.clear()
    events._handlers.update(before)


@pytest.fixture(autouse=True)
def _quick_throttle(settings: Any) -> None:
    settings.RATE_LIMIT_PER_SECOND = 100_000


@pytest.fixture
def tenant(db: None) -> Tenant:
    return make_tenant("甲店")


@pytest.fixture
def other_tenant(db: None) -> Tenant:
    return make_tenant("乙店")


@pytest.fixture
def scope(tenant: Tenant) -> Iterator[Tenant]:
    with tenant_tx(tenant.pk):
        yield tenant


@pytest.fixture
def api(tenant: Tenant) -> Api:
    return Api(make_key(tenant))


@pytest.fixture
def stranger(other_tenant: Tenant) -> Api:
    return Api(make_key(other_tenant))


@pytest.fixture
def anonymous() -> Api:
    return Api(None)
