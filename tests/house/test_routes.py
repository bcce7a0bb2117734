"""Every route of the API, tried by a stranger with another tenant's ids, and by nobody at all (TEN-1)."""

from hashlib import sha256
from typing import Any

import pytest

from tenants.models import Tenant
from tenants.scope import tenant_tx
from tests.house import canary
from tests.house.catalogue import rows, scoped_tables
from tests.house.routes import BODIES, FILTERS, OPEN, Route, api_routes

pytestmark = pytest.mark.django_db(transaction=True)
REFUSALS = (401, 403, 404)


def test_every_writing_route_has_a_body_to_be_tried_with() -> None:
    """A new address fails here until somebody says what a stranger would send to it."""
    writing = {(r.method, r.pattern) for r in api_routes() if r.method not in ("get", "delete")}
    assert (writing - set(BODIES), set(BODIES) - writing) == (set(), set())


def _call(api: Any, route: Route, path: str) -> Any:
    if route.method == "get":
        return api.get(path)
    return api.call(route.method.upper(), path, route.body, **{"If-Match": '"1"'})


def _everything(tenant: Tenant) -> dict[str, str]:
    """A digest of all rows of a tenant, by table."""
    with tenant_tx(tenant.pk):
        return {table: _digest(table) for table in scoped_tables()}


def _digest(table: str) -> str:
    texts = sorted(text for (text,) in rows(f'SELECT t::text FROM "{table}" t'))
    return sha256("\n".join(texts).encode()).hexdigest()


def test_a_stranger_with_our_ids_finds_nothing_and_changes_nothing(tenant: Tenant, stranger: Any) -> None:
    canary.seed(tenant.pk)
    before, faults = _everything(tenant), []
    for route in api_routes():
        for path in route.paths():
            answer = _call(stranger, route, path)
            if route.takes_ids and answer.status_code not in REFUSALS:
                faults.append(f"{route.method} {path}: {answer.status_code} {answer.content[:200]!r}")
            if answer.status_code >= 500:
                faults.append(f"{route.method} {path}: {answer.status_code}")
            if _tells(answer, route):
                faults.append(f"{route.method} {path} tells: {answer.content[:300]!r}")
    assert faults == []
    assert _everything(tenant) == before


def _tells(answer: Any, route: Route) -> bool:
    """Does it say the canary's word? What the stranger sent themselves may come back to them."""
    sent = {canary.WORD} if canary.WORD in repr(route.body) else set()
    return canary.WORD.encode() in answer.content and canary.WORD not in sent


def test_lists_filtered_by_our_ids_are_empty(tenant: Tenant, stranger: Any) -> None:
    canary.seed(tenant.pk)
    for route in api_routes():
        if route.method == "get" and not route.takes_ids and route.pattern not in OPEN:
            answer = stranger.get(f"{route.pattern}?{FILTERS}")
            assert answer.status_code < 500, route
            assert canary.WORD.encode() not in answer.content.replace(f"external_id={canary.WORD}".encode(), b""), route


def test_nobody_gets_in_without_a_key(tenant: Tenant, anonymous: Any) -> None:
    canary.seed(tenant.pk)
    before = _everything(tenant)
    for route in api_routes():
        for path in route.paths():
            answer = _call(anonymous, route, path)
            if route.pattern not in OPEN:
                assert answer.status_code == 401, (route, answer.content)
                assert answer["WWW-Authenticate"].startswith("Bearer")
            assert canary.WORD.encode() not in answer.content, route
            assert answer.status_code < 500, route
    assert _everything(tenant) == before


def test_a_key_without_scopes_gets_nowhere(tenant: Tenant) -> None:
    from tests.conftest import Api, make_key

    api = Api(make_key(tenant, scopes=["nothing:read"]))
    for route in api_routes():
        if route.pattern not in OPEN:
            answer = _call(api, route, route.paths()[0])
            assert (answer.status_code, answer.json()["code"]) == (403, "forbidden"), route


def test_a_reading_key_can_not_write(tenant: Tenant) -> None:
    from tenants.keys import SCOPES
    from tests.conftest import Api, make_key

    api = Api(make_key(tenant, scopes=[s for s in SCOPES if s.endswith(":read")]))
    with_effect = [r for r in api_routes() if r.method != "get" and r.pattern not in OPEN and not _only_asks(r)]
    before = _everything(tenant)
    for route in with_effect:
        answer = _call(api, route, route.paths()[0])
        assert answer.status_code == 403, (route, answer.status_code)
    after = _everything(tenant)
    assert {t for t in after if after[t] != before[t]} <= {"tenants_apikey"}  # its last use is noted


def _only_asks(route: Route) -> bool:
    """POST because the question is long; nothing is changed."""
    return route.pattern.rsplit("/", 1)[-1] in ("preview", "validate", "overlap", "check", "estimate", "simulate")
