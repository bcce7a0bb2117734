"""The admin shows one tenant at a time, and only one that this person may enter (TEN-1, TEN-2, TEN-3)."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from customers.models import Customer
from rewards.models import Package
from tenants.admin_base import ScopedAdmin
from tenants.models import ApiKey, AuditEntry, Member, Role, Tenant
from tenants.scope import tenant_tx
from tests.conftest import Api
from tests.house import canary

pytestmark = pytest.mark.django_db(transaction=True)
SCOPED = [m for m, a in admin.site._registry.items() if isinstance(a, ScopedAdmin)]
GLOBAL = [m for m, a in admin.site._registry.items() if not isinstance(a, ScopedAdmin)]


def log_in(*, superuser: bool = True, role: str | None = None, tenant: Tenant | None = None) -> Client:
    user = User.objects.create_user(uuid4().hex, is_staff=True, is_superuser=superuser)
    user.user_permissions.set(Permission.objects.all() if not superuser else [])
    if role and tenant:
        Member.objects.create(tenant=tenant, user=user, role=role)
    client = Client()
    client.force_login(user)
    return client


def enter(client: Client, tenant: Tenant, target: str = "/admin/") -> Any:
    return client.post(reverse("admin:tenants_tenant_choose"), {"tenant": tenant.pk, "next": target})


def changelist(model: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def change(model: Any, pk: int) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[pk])


def told(answer: Any, word: str) -> bool:
    """Is the word on the page, but for the search that was sent?"""
    page = re.sub(rf'value="{word}"|q(=|%3D){word}', "", answer.content.decode())
    return word in page


@pytest.mark.parametrize("model", SCOPED, ids=lambda m: m._meta.label)
def test_without_a_tenant_the_admin_asks_for_one(tenant: Tenant, model: Any) -> None:
    answer = log_in().get(changelist(model))
    assert answer.status_code == 200
    assert "先选择一个租户" in answer.content.decode()


@pytest.mark.parametrize("model", SCOPED, ids=lambda m: m._meta.label)
def test_only_the_chosen_tenants_rows_are_there(tenant: Tenant, other_tenant: Tenant, model: Any) -> None:
    canary.seed(other_tenant.pk)
    client = log_in()
    enter(client, tenant)
    for path in (changelist(model), changelist(model) + f"?q={canary.WORD}", changelist(model) + f"?q={canary.ID}"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert not told(answer, canary.WORD)
    assert client.get(change(model, canary.ID)).status_code == 302  # "doesn't exist. Perhaps it was deleted?"
    enter(client, other_tenant)
    assert f"{canary.ID}" in client.get(changelist(model)).content.decode()


@pytest.mark.parametrize("model", GLOBAL, ids=lambda m: m._meta.label)
def test_global_models_open_with_and_without_a_tenant(tenant: Tenant, model: Any) -> None:
    client = log_in()
    assert client.get(changelist(model)).status_code == 200
    enter(client, tenant)
    assert client.get(changelist(model)).status_code == 200


@pytest.mark.parametrize("model", SCOPED, ids=lambda m: m._meta.label)
def test_nothing_scoped_is_deleted_here(tenant: Tenant, model: Any) -> None:
    canary.seed(tenant.pk)
    client = log_in()
    enter(client, tenant)
    path = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_delete", args=[canary.ID])
    assert client.post(path, {"post": "yes"}).status_code == 403
    client.post(changelist(model), {"action": "delete_selected", "_selected_action": canary.ID, "post": "yes"})
    with tenant_tx(tenant.pk):
        assert model.objects.filter(pk=canary.ID).exists()


def test_the_choice_is_a_post_with_a_token(tenant: Tenant) -> None:
    client = log_in()
    assert client.get(reverse("admin:tenants_tenant_choose")).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(User.objects.filter(is_superuser=True).latest("id"))
    assert enter(strict, tenant).status_code == 403


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_the_choice_leads_nowhere_else(tenant: Tenant, target: str) -> None:
    assert enter(log_in(), tenant, target)["Location"] == "/admin/"


@pytest.mark.parametrize(
    ("role", "allowed"),
    [(Role.OWNER, True), (Role.MANAGER, True), (Role.MARKETER, False), (Role.ANALYST, False), (None, False)],
)
def test_staff_enter_only_what_they_run(tenant: Tenant, other_tenant: Tenant, role: str | None, allowed: bool) -> None:
    canary.seed(tenant.pk)
    client = log_in(superuser=False, role=role, tenant=tenant)
    enter(client, tenant)
    assert (str(canary.ID) in client.get(changelist(Customer)).content.decode()) is allowed
    enter(client, other_tenant)
    assert "先选择一个租户" in client.get(changelist(Customer)).content.decode()


def test_staff_see_only_the_tenants_they_run(tenant: Tenant, other_tenant: Tenant) -> None:
    client = log_in(superuser=False, role=Role.OWNER, tenant=tenant)
    assert [t.pk for t in client.get(changelist(Tenant)).context["cl"].result_list] == [tenant.pk]
    assert client.get(change(Tenant, tenant.pk)).status_code == 200
    assert client.get(change(Tenant, other_tenant.pk)).status_code == 302


def test_a_manager_who_is_let_go_is_out_at_once(tenant: Tenant) -> None:
    canary.seed(tenant.pk)
    client = log_in(superuser=False, role=Role.MANAGER, tenant=tenant)
    enter(client, tenant)
    Member.objects.filter(tenant=tenant).delete()
    assert str(canary.ID) not in client.get(changelist(Customer)).content.decode()


def test_members_of_no_staff_do_not_get_in(tenant: Tenant) -> None:
    user = User.objects.create_user(uuid4().hex)
    Member.objects.create(tenant=tenant, user=user, role="owner")
    client = Client()
    client.force_login(user)
    assert client.get("/admin/")["Location"].startswith("/admin/login/")


def test_the_dashboard_counts_each_tenant(tenant: Tenant, other_tenant: Tenant) -> None:
    client = log_in(superuser=False, role=Role.OWNER, tenant=tenant)
    enter(client, tenant)
    context = client.get("/admin/").context
    assert [(f["tenant"], f["members"], f["live"], f["running"]) for f in context["figures"]] == [(tenant, 1, 0, 0)]


def test_a_key_is_shown_once_and_works_and_is_revoked(tenant: Tenant) -> None:
    client = log_in()
    enter(client, tenant)
    made = client.post("/admin/tenants/apikey/add/", {"name": "ERP", "scopes": ["*"]}, follow=True).content.decode()
    key = re.search(r"mk_\d+_[0-9a-f]+_[\w-]{30,}", made)
    assert key is not None
    assert key[0] not in client.get("/admin/tenants/apikey/").content.decode()
    assert Api(key[0]).get("settings").json()["name"] == tenant.name
    with tenant_tx(tenant.pk):
        row = ApiKey.objects.get()
    client.post("/admin/tenants/apikey/", {"action": "revoke", "_selected_action": row.pk})
    assert Api(key[0]).get("settings").status_code == 401
    with tenant_tx(tenant.pk):
        assert [e.action for e in AuditEntry.objects.order_by("id")] == ["key.create", "key.revoke"]


def test_personal_data_is_masked(tenant: Tenant, api: Any) -> None:
    sent = {"external_id": "c1", "identities": {"phone": "13812348000", "email": "linxiao@example.com"}}
    api.post("attributes", {"key": "id_card", "type": "string", "sensitive": True})
    api.post("customers/bulk", {"customers": [{**sent, "attributes": {"id_card": "310101", "city": "上海"}}]})
    client = log_in()
    enter(client, tenant)
    listed = client.get("/admin/customers/customer/?q=13812348000")
    assert "c1" in listed.content.decode()
    with tenant_tx(tenant.pk):
        customer = Customer.objects.get()
    shown = client.get(change(Customer, customer.pk))
    for secret in ("13812348000", "linxiao@example.com", "310101"):
        assert not told(shown, secret)
        assert not told(listed, secret)
    assert "上海" in shown.content.decode()


def test_stock_is_changed_with_care(tenant: Tenant) -> None:
    with tenant_tx(tenant.pk):
        package = Package.objects.create(name="x", items=[{"kind": "points", "points": 1}], stock=10, issued=5)
    client = log_in()
    enter(client, tenant)
    form = {"name": "x", "status": "active", "stock": 4, "per_customer": ""}
    assert "已发" in client.post(change(Package, package.pk), form).content.decode()
    assert client.post(change(Package, package.pk), {**form, "stock": 6}).status_code == 302
    with tenant_tx(tenant.pk):
        package.refresh_from_db()
        assert (package.stock, package.issued) == (6, 5)


@pytest.mark.parametrize("sent", ['{"caps": [{"limit": -1}]}', '{"colour": 1}', "[]"])
def test_tenant_settings_are_checked(tenant: Tenant, sent: str) -> None:
    form = {"name": "x", "is_active": "on", "timezone": "Asia/Shanghai", "locale": "en", "settings": sent}
    inline = {"members-TOTAL_FORMS": 0, "members-INITIAL_FORMS": 0}
    answer = log_in().post(change(Tenant, tenant.pk), {**form, **inline})
    assert answer.status_code == 200
    tenant.refresh_from_db()
    assert tenant.name == "甲店"


@pytest.mark.parametrize(("language", "word"), [("zh-CN", "权益礼包"), ("en", "Reward packages")])
def test_both_languages(tenant: Tenant, language: str, word: str) -> None:
    assert word in log_in().get("/admin/", headers={"Accept-Language": language}).content.decode()


@pytest.mark.parametrize("model", SCOPED, ids=lambda m: m._meta.label)
def test_every_label_is_in_the_readers_language(tenant: Tenant, model: Any) -> None:
    canary.seed(tenant.pk)
    client = log_in()
    enter(client, tenant)
    page = client.get(change(model, canary.ID), headers={"Accept-Language": "zh-CN"}).content.decode()
    labels = [
        re.sub(r"<[^>]+>", " ", label).strip(" *\n")
        for label in re.findall(r"<label[^>]*>(.*?)</label>", page, re.DOTALL)
    ]
    assert labels
    assert [label for label in labels if label and not re.search("[一-鿿]", label)] == []
