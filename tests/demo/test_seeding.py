"""Seeding: a shop that is alive, made once; a second call changes nothing, and a call that was cut short goes on."""

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.management import call_command

from canvas_app.checks import check
from canvas_app.models import Canvas, Run
from channels.models import Message
from config.management.commands import seed_demo
from customers.models import Customer
from demo import seeding, shop
from rewards.models import Grant
from tenants.models import Tenant
from tenants.scope import tenant_tx

SMALL = 600


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any) -> None:
    """A small shop under a name of its own: what other tests committed stays in the database."""
    monkeypatch.setattr(seeding, "NAME", f"山间茶铺 {uuid.uuid4().hex[:8]}")
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(seeding, "make_shop", lambda end: shop.make_shop(end, SMALL))


def _facts(tenant: Tenant) -> dict[str, Any]:
    with tenant_tx(tenant.pk):
        return {
            "customers": Customer.objects.count(),
            "canvases": sorted(Canvas.objects.values_list("name", "status")),
            "runs": Run.objects.count(),
            "messages": Message.objects.count(),
            "grants": Grant.objects.count(),
        }


@pytest.mark.django_db(transaction=True)
def test_a_second_call_changes_nothing(small: None, tmp_path: Any) -> None:
    call_command("seed_demo")
    tenant = Tenant.objects.get(name=seeding.NAME)
    facts, login = _facts(tenant), (tmp_path / "secrets" / "demo-login").read_text()
    assert facts["customers"] == SMALL
    assert len(facts["canvases"]) == 5
    assert sum(status == "live" for _, status in facts["canvases"]) == 2
    with tenant_tx(tenant.pk):
        assert Run.objects.get(kind="manual").status == "finished"
        assert Message.objects.filter(status="sent").exists()
        for canvas in Canvas.objects.all():  # everything is filled in
            assert [p for p in check(canvas.draft, canvas.kind) if p.severity == "error"] == [], canvas.name
    call_command("seed_demo")
    assert _facts(tenant) == facts
    assert (tmp_path / "secrets" / "demo-login").read_text() == login
    assert Tenant.objects.filter(name=seeding.NAME).count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_log_in_that_was_written_down_opens_the_shop(small: None, tmp_path: Any, client: Any) -> None:
    call_command("seed_demo")
    file = tmp_path / "secrets" / "demo-login"
    assert file.stat().st_mode & 0o777 == 0o600
    name, password = file.read_text().strip().split(" / ")
    answer = client.post("/api/v1/session", {"username": name, "password": password}, content_type="application/json")
    assert answer.status_code == 200
    assert {"name": seeding.NAME, "role": "owner"}.items() <= answer.json()["tenants"][-1].items()


@pytest.mark.django_db(transaction=True)
def test_a_call_that_was_cut_short_goes_on(small: None, monkeypatch: pytest.MonkeyPatch) -> None:
    real: Callable[..., Any] = seeding.events_take

    def broken(rows: list[Any]) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(seeding, "events_take", broken)
    with pytest.raises(KeyboardInterrupt):
        call_command("seed_demo")
    monkeypatch.setattr(seeding, "events_take", real)
    call_command("seed_demo")
    tenant = Tenant.objects.get(name=seeding.NAME)
    assert _facts(tenant)["customers"] == SMALL
    assert seed_demo.login_file().exists()


@pytest.mark.django_db(transaction=True)
def test_every_template_of_the_gallery_is_used_as_it_is_drawn(tenant: Tenant, api: Any) -> None:
    gallery = api.get("canvas-templates").json()["results"]
    assert len(gallery) >= 10
    for item in gallery:
        made = api.post("canvases", {"template": item["key"], "name": item["labels"]["zh"]})
        assert made.status_code == 201, made.json()
        problems = api.post(f"canvases/{made.json()['id']}/check").json()["problems"]
        errors = {p["code"] for p in problems if p["severity"] == "error"}
        assert errors <= {"missing_setting"}, (item["key"], problems)
        assert len(item["labels"]) == len(item["description"]) == 2


def test_last_day_is_the_day_in_the_shops_zone() -> None:
    assert shop.make_shop(date(2026, 11, 22), 50).events[-1]["occurred_at"] < "2026-11-21T16:00:00+00:00"
