"""TEN-2: what each role may do, in the browser, one table for all; and that a writing request needs its CSRF token."""

from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tenants.models import Member, Role, Tenant

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "correct horse battery"
NEW = "a name that no test has used"  # user names are of the whole installation

READING = [
    "customers", "events", "audiences", "channel-accounts", "templates", "messages", "reward-packages", "grants", "canvases",
    "runs", "settings",
]  # fmt: skip
# method, path, body, who may: everybody else gets 403
WRITING = [
    ("POST", "customers/bulk", {"customers": [{"external_id": "c1"}]}, ("owner", "manager", "marketer")),
    (
        "POST",
        "reward-packages",
        {"name": "x", "items": [{"kind": "points", "points": 1}]},
        ("owner", "manager", "marketer"),
    ),
    ("POST", "canvases", {"name": "x", "kind": "triggered"}, ("owner", "manager", "marketer")),
    ("PATCH", "settings", {"approval": True}, ("owner", "manager")),
    ("POST", "channel-accounts", {"channel": "sms", "provider": "console", "name": "x"}, ("owner", "manager")),
    ("POST", "members", {"username": NEW, "role": "analyst"}, ("owner", "manager")),
    ("POST", "api-keys", {"name": "x"}, ("owner", "manager")),
    ("GET", "members", None, ("owner", "manager")),
    ("GET", "api-keys", None, ("owner", "manager")),
]


def browser(tenant: Tenant, role: str) -> Client:
    """A browser in which a new member of the tenant, with this role, has logged in."""
    username = f"lin-{uuid4().hex}"
    user = User.objects.create_user(username, password=PASSWORD, first_name="林晓")
    Member.objects.create(tenant=tenant, user=user, role=role)
    client = Client(enforce_csrf_checks=True)
    client.get("/api/v1/session")
    answer = send(client, "POST", "session", {"username": username, "password": PASSWORD})
    assert answer.status_code == 200, answer.content
    return client


def send(client: Client, method: str, path: str, body: Any = None, *, token: bool = True) -> Any:
    headers = {"X-CSRFToken": client.cookies["csrftoken"].value} if token and "csrftoken" in client.cookies else {}
    content: dict[str, Any] = {} if body is None else {"data": body, "content_type": "application/json"}
    return getattr(client, method.lower())(f"/api/v1/{path}", headers=headers, **content)


@pytest.mark.parametrize("role", Role.values)
def test_the_matrix(tenant: Tenant, role: str) -> None:
    client = browser(tenant, role)
    for path in READING:
        assert send(client, "GET", path).status_code == 200, path
    for method, path, body, allowed in WRITING:
        answer = send(
            client,
            method,
            path,
            {**body, **({"username": uuid4().hex} if "username" in body else {})} if body else None,
        )
        if role in allowed:
            assert answer.status_code < 300, (path, answer.content)
        else:
            assert (answer.status_code, answer.json()["code"]) == (403, "forbidden"), path


@pytest.mark.parametrize("path", ["customers/bulk", "reward-packages"])
def test_writing_without_the_csrf_token(tenant: Tenant, path: str) -> None:
    client = browser(tenant, "owner")
    answer = send(client, "POST", path, {"name": "x"}, token=False)
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed")


def test_log_in_and_out(tenant: Tenant) -> None:
    client = browser(tenant, "marketer")
    session = client.get("/api/v1/session").json()
    assert session["authenticated"] is True
    assert (session["user"]["name"], session["role"], session["is_staff"]) == ("林晓", "marketer", False)
    assert session["tenant"] == {"id": str(tenant.pk), "name": "甲店", "timezone": "Asia/Shanghai", "locale": "zh-CN"}
    assert session["tenants"] == [{"id": str(tenant.pk), "name": "甲店", "role": "marketer"}]
    assert send(client, "DELETE", "session").status_code == 204
    assert client.get("/api/v1/session").json()["authenticated"] is False
    assert client.get("/api/v1/customers").status_code == 401


@pytest.mark.parametrize(("known", "password"), [(True, "wrong password"), (False, PASSWORD)])
def test_wrong_credentials(tenant: Tenant, known: bool, password: str) -> None:
    browser(tenant, "owner")
    username = Member.objects.get(tenant=tenant).user.username if known else "nobody"
    client = Client(enforce_csrf_checks=True)
    client.get("/api/v1/session")
    answer = send(client, "POST", "session", {"username": username, "password": password})
    assert (answer.status_code, answer.json()["code"]) == (401, "bad_credentials")
    assert client.get("/api/v1/customers").status_code == 401


def test_the_log_in_itself_needs_the_token(tenant: Tenant) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/api/v1/session", {"username": "a", "password": "b"}, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed")


def test_switching_between_ones_own_tenants(tenant: Tenant, other_tenant: Tenant) -> None:
    client = browser(tenant, "owner")
    assert send(client, "PUT", "session", {"tenant": str(other_tenant.pk)}).status_code == 404
    Member.objects.create(tenant=other_tenant, user=Member.objects.get(tenant=tenant).user, role="analyst")
    switched = send(client, "PUT", "session", {"tenant": str(other_tenant.pk)}).json()
    assert (switched["tenant"]["name"], switched["role"]) == ("乙店", "analyst")
    assert client.get("/api/v1/settings").json()["name"] == "乙店"
    assert send(client, "PATCH", "settings", {"name": "mine"}).status_code == 403
    for nonsense in ("x", "²", "9" * 40, "0"):
        assert send(client, "PUT", "session", {"tenant": nonsense}).status_code == 404


def test_a_tenant_that_is_switched_off_is_no_choice(tenant: Tenant) -> None:
    client = browser(tenant, "owner")
    Tenant.objects.filter(pk=tenant.pk).update(is_active=False)
    assert client.get("/api/v1/session").json()["authenticated"] is False
    assert client.get("/api/v1/customers").status_code == 401


def test_members(tenant: Tenant, api: Any, stranger: Any) -> None:
    name = f"lin-{uuid4().hex}"
    made = api.post("members", {"username": name, "password": PASSWORD, "name": "林晓", "role": "marketer"})
    assert made.status_code == 201
    member = made.json()
    assert member == {"id": member["id"], "username": name, "name": "林晓", "role": "marketer"}
    assert api.get("members").json()["results"] == [member]
    assert api.patch(f"members/{member['id']}", {"role": "analyst"}).json()["role"] == "analyst"
    assert stranger.patch(f"members/{member['id']}", {"role": "owner"}).status_code == 404
    assert stranger.delete(f"members/{member['id']}").status_code == 404
    assert stranger.get("members").json()["results"] == []
    assert api.post("members", {"username": name, "role": "owner"}).status_code == 409
    assert api.patch(f"members/{member['id']}", {"role": "king"}).json()["errors"][0]["pointer"] == "/role"
    assert api.post("members", {"username": "x", "role": "owner", "password": "short"}).status_code == 400
    assert api.delete(f"members/{member['id']}").status_code == 204
    assert api.get("members").json()["results"] == []
    for nonsense in ("x", "²", "9" * 40):
        assert api.delete(f"members/{nonsense}").status_code == 404
