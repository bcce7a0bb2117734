"""TEN-4: limits that the installation sets. Exact however many ask at once, in words, and nothing where none is set."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from channels import sending
from customers.models import Customer
from kernel.wake import redis_client
from tenants import metering, quotas
from tenants.metering import room, use
from tenants.models import Member, Role, Tenant, Usage
from tenants.quotas import Quotas, quotas_of, quotas_set
from tenants.scope import tenant_tx
from tests.channels.conftest import SECRET
from tests.channels.conftest import Shop as ChannelShop
from tests.conftest import Api
from tests.journeys.shop import Shop, node
from tests.sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)
NOON = datetime(2026, 11, 21, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _one_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test runs over midnight."""
    monkeypatch.setattr(metering, "db_now", lambda: NOON)


@pytest.fixture
def shop(api: Api) -> Shop:
    return Shop(api)


def limit(tenant: Tenant, **limits: int) -> None:
    tenant.refresh_from_db()
    quotas_set(tenant, Quotas.model_validate(limits))


def at_once(work: Callable[[int], Any], times: int = 32) -> list[Any]:
    def one(i: int) -> Any:
        try:
            return work(i)
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        return list(pool.map(one, range(times)))


def rows(*names: str) -> dict[str, Any]:
    return {"customers": [{"external_id": name} for name in names]}


def event(id_: str, who: str = "c") -> dict[str, Any]:
    return {"event_id": id_, "customer": {"external_id": who}, "name": "x"}


def refusals(answer: Any) -> list[tuple[int, str]]:
    return [(row["index"], row["code"]) for row in answer.json()["rejected"]]


def test_customers_beyond_the_quota_are_refused_one_by_one(api: Api, tenant: Tenant) -> None:
    api.post("customers/bulk", rows("a"))
    limit(tenant, customers=3)
    answer = api.post("customers/bulk", rows("b", "a", "c", "d", "e"))
    assert (answer.json()["created"], answer.json()["updated"]) == (2, 1)
    assert refusals(answer) == [(3, "quota_customers"), (4, "quota_customers")]
    assert "3" in answer.json()["rejected"][0]["detail"]
    assert refusals(api.post("customers/bulk", rows("b"))) == []  # those who are there can be changed


def test_an_erased_customer_makes_room(api: Api, tenant: Tenant) -> None:
    limit(tenant, customers=1)
    api.post("customers/bulk", rows("a"))
    there = api.get("customers").json()["results"][0]["id"]
    assert refusals(api.post("customers/bulk", rows("b"))) == [(0, "quota_customers")]
    assert api.delete(f"customers/{there}").status_code == 204
    assert refusals(api.post("customers/bulk", rows("b"))) == []


def test_sixteen_at_once_make_exactly_as_many_customers_as_are_allowed(api: Api, tenant: Tenant) -> None:
    limit(tenant, customers=40)
    made = at_once(lambda i: api.post("customers/bulk", rows(*(f"{i}-{k}" for k in range(3)))).json()["created"])
    assert sum(made) == 40
    with tenant_tx(tenant.pk):
        assert Customer.objects.count() == 40


def test_events_beyond_the_quota_are_refused_and_repeats_need_no_room(api: Api, tenant: Tenant) -> None:
    limit(tenant, events_per_day=3)
    assert refusals(api.post("events/bulk", {"events": [event("1"), event("2")]})) == []
    answer = api.post("events/bulk", {"events": [event("3"), event("4"), event("1"), event("5"), event("3")]})
    assert (answer.json()["accepted"], answer.json()["duplicates"]) == (1, 2)
    assert refusals(answer) == [(1, "quota_events"), (3, "quota_events")]


def test_the_next_day_has_room_again(api: Api, tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    limit(tenant, events_per_day=1)
    assert refusals(api.post("events/bulk", {"events": [event("1"), event("2")]})) == [(1, "quota_events")]
    monkeypatch.setattr(metering, "db_now", lambda: NOON + timedelta(days=1))
    assert refusals(api.post("events/bulk", {"events": [event("2")]})) == []


def test_sixteen_at_once_take_exactly_as_many_events(api: Api, tenant: Tenant) -> None:
    limit(tenant, events_per_day=50)
    sent = at_once(
        lambda i: api.post("events/bulk", {"events": [event(f"{i}-{k}") for k in range(3)]}).json()["accepted"]
    )
    assert sum(sent) == 50


def test_an_event_of_a_customer_too_many_is_refused(api: Api, tenant: Tenant) -> None:
    limit(tenant, customers=1)
    assert refusals(api.post("events/bulk", {"events": [event("0", "a")]})) == []
    answer = api.post("events/bulk", {"events": [event("1", "a"), event("2", "b"), event("3", "a")]})
    assert (answer.json()["accepted"], refusals(answer)) == (2, [(1, "quota_customers")])
    with tenant_tx(tenant.pk):
        assert Customer.objects.count() == 1


@pytest.mark.parametrize("meter", ["messages_per_day", "messages_per_month"])
def test_sixteen_senders_hand_over_exactly_as_many_messages(tenant: Tenant, settings: Any, meter: str) -> None:
    settings.ALLOW_PRIVATE_EGRESS = "loopback"
    shop = ChannelShop(tenant)
    limit(tenant, **{meter: 25})
    with Sink(SECRET) as sink:
        template = shop.template(shop.gateway(sink))
        for run in range(1, 9):
            shop.touch(template, shop.people(5), run=run)
        at_once(lambda _: sending.unit(tenant.pk), 48)
        shop.drain()
        assert len(sink.messages) == 25
    assert shop.statuses() == {"sent": 25, "suppressed": 15}
    assert shop.reasons(status="suppressed") == {"quota": 15}
    with tenant_tx(tenant.pk):
        assert metering.used(meter) == 25


def test_what_the_quota_holds_back_does_not_count_under_the_caps(tenant: Tenant, settings: Any) -> None:
    settings.ALLOW_PRIVATE_EGRESS = "loopback"
    shop = ChannelShop(tenant)
    limit(tenant, messages_per_day=1)
    with Sink(SECRET) as sink:
        shop.touch(shop.template(shop.gateway(sink)), shop.people(3))
        shop.drain()
    assert shop.sql("SELECT sum(n) FROM channels_capcount WHERE tenant_id = %s AND scope = '*'", [tenant.pk]) == [(1,)]


def test_a_message_that_is_tried_again_counts_once(tenant: Tenant, settings: Any) -> None:
    settings.ALLOW_PRIVATE_EGRESS = "loopback"
    shop = ChannelShop(tenant)
    limit(tenant, messages_per_day=2)
    with Sink(SECRET) as sink:
        sink.mode = "error"
        shop.touch(shop.template(shop.gateway(sink, idempotent=True)), shop.people(2))
        shop.drain()
        sink.mode = "ok"
        shop.due_now()
        shop.drain()
    assert shop.statuses() == {"sent": 2}


def test_a_step_that_waits_for_the_cap_waits_for_the_quota(shop: Shop, tenant: Tenant) -> None:
    shop.customers(4)
    limit(tenant, messages_per_day=1)
    nodes = [
        node("all", "audience.source", audience=shop.everyone()),
        node("sms", "message.send", template=shop.template(purpose="marketing"), when_capped="wait"),
    ]
    run = shop.run(shop.canvas(nodes, ["all>sms"]))
    assert (run["nodes"]["sms"]["waiting"], run["nodes"]["sms"]["suppressed"]) == (3, {})
    assert run["check"]["balanced"]


def test_the_run_and_the_customer_say_why(shop: Shop, tenant: Tenant) -> None:
    shop.customers(4)
    limit(tenant, messages_per_month=1)
    nodes = [
        node("all", "audience.source", audience=shop.everyone()),
        node("sms", "message.send", template=shop.template()),
    ]
    run = shop.run(shop.canvas(nodes, ["all>sms"]))
    assert run["nodes"]["sms"]["suppressed"] == {"quota": 3}
    held = shop.ok(shop.api.get(f"runs/{run['id']}/nodes/sms/customers?port=quota"))["results"][0]
    timeline = shop.ok(shop.api.get(f"customers/{held['id']}/timeline"))["results"]
    assert any(entry["detail"].get("reason") == "quota" for entry in timeline)


def _everybody(shop: Shop) -> str:
    nodes = [node("all", "audience.source", audience=shop.everyone()), node("tag", "customer.tag", tags=["x"])]
    return shop.canvas(nodes, ["all>tag"])


def test_a_run_of_too_many_people_is_not_started_and_says_so(shop: Shop, tenant: Tenant) -> None:
    shop.customers(4)
    limit(tenant, people_per_run=3)
    run = shop.run(_everybody(shop))
    assert (run["status"], run["nodes"]["tag"]["entered"]) == ("failed", 0)
    assert "4" in run["error"]
    assert "3" in run["error"]
    english = Api(shop.api.key, "en").get(f"runs/{run['id']}").json()
    assert english["error"].startswith("Not started")


def test_the_rest_of_a_sample_is_not_let_go_beyond_the_quota(shop: Shop, tenant: Tenant) -> None:
    shop.customers(4)
    limit(tenant, people_per_run=3)
    run = shop.run(_everybody(shop), {"sample": {"count": 2}})
    assert (run["status"], run["nodes"]["tag"]["entered"]) == ("finished", 2)
    shop.ok(shop.api.post(f"runs/{run['id']}/release"))
    shop.work()
    refused = shop.ok(shop.api.get(f"runs/{run['id']}"))
    assert (refused["nodes"]["tag"]["entered"], "4" in refused["error"]) == (2, True)
    limit(tenant)
    shop.ok(shop.api.post(f"runs/{run['id']}/release"))
    shop.work()
    released = shop.ok(shop.api.get(f"runs/{run['id']}"))
    assert (released["status"], released["error"], released["nodes"]["tag"]["entered"]) == ("finished", None, 4)


def test_runs_at_once(shop: Shop, tenant: Tenant) -> None:
    shop.customers(1)
    canvas = _everybody(shop)
    shop.publish(canvas)
    limit(tenant, runs_at_once=2)
    answers = at_once(lambda _: shop.api.post(f"canvases/{canvas}/run-now").status_code, 16)
    assert sorted(answers) == [201, 201, *[429] * 14]
    shop.work()
    assert shop.api.post(f"canvases/{canvas}/run-now").status_code == 201


def test_live_canvases(shop: Shop, tenant: Tenant) -> None:
    shop.customers(1)
    canvases = [_everybody(shop) for _ in range(4)]
    limit(tenant, live_canvases=2)
    answers = at_once(lambda i: shop.api.post(f"canvases/{canvases[i]}/publish"), 4)
    assert sorted(a.status_code for a in answers) == [200, 200, 409, 409]
    refused = next(a for a in answers if a.status_code == 409)
    assert (refused.json()["code"], "2" in refused.json()["detail"]) == ("quota_live_canvases", True)
    live = next(c for c, a in zip(canvases, answers, strict=True) if a.status_code == 200)
    shop.ok(shop.api.post(f"canvases/{live}/publish"))  # one that is live already can be published again
    shop.ok(shop.api.post(f"canvases/{live}/end"))
    shop.ok(shop.api.post(f"canvases/{next(c for c in canvases if c != live)}/publish"))


def test_requests_a_second(api: Api, tenant: Tenant) -> None:
    limit(tenant, api_per_second=1)
    redis_client().delete(f"canvas:rate:{tenant.pk}")
    answers = [api.get("settings").status_code for _ in range(30)]
    assert 429 in answers


def test_a_share_of_the_senders_shortens_the_turn(tenant: Tenant) -> None:
    assert sending.share(tenant.pk) == 1
    limit(tenant, sender_share=25)
    assert sending.share(tenant.pk) == 0.25


def test_no_quota_costs_nothing(tenant: Tenant) -> None:
    quotas_of(tenant.pk)
    with tenant_tx(tenant.pk), CaptureQueriesContext(connection) as asked:
        for meter in quotas.WORDS:
            assert room(meter, 7) == 7
            use(meter, 7)
    assert len(asked) == 0
    with tenant_tx(tenant.pk):
        assert not Usage.objects.exists()


def test_usage_is_shown_and_the_tenant_cannot_change_it(api: Api, tenant: Tenant) -> None:
    api.post("customers/bulk", rows("a", "b"))
    limit(tenant, customers=5, events_per_day=10)
    api.post("events/bulk", {"events": [event("1", "a")]})
    shown = {row["key"]: (row["limit"], row["used"]) for row in api.get("quotas").json()["results"]}
    assert (shown["customers"], shown["events_per_day"]) == ((5, 2), (10, 1))
    assert (shown["messages_per_day"], shown["live_canvases"]) == ((None, None), (None, 0))
    assert api.patch("settings", {"quotas": {"customers": None}}).status_code == 400
    assert api.patch("quotas", {}).status_code == 405


def _admin(*, superuser: bool, tenant: Tenant) -> Client:
    user = User.objects.create_user(f"u{tenant.pk}-{superuser}", is_staff=True, is_superuser=superuser)
    if not superuser:
        from django.contrib.auth.models import Permission

        user.user_permissions.set(Permission.objects.all())
        Member.objects.create(tenant=tenant, user=user, role=Role.OWNER)
    client = Client()
    client.force_login(user)
    client.post(reverse("admin:tenants_tenant_choose"), {"tenant": tenant.pk, "next": "/admin/"})
    return client


def _sent(tenant: Tenant, **more: Any) -> dict[str, Any]:
    return {
        "name": tenant.name, "is_active": "on", "timezone": tenant.timezone, "locale": tenant.locale,
        "settings": '{"approval": false, "canvas_events": "all"}',
        "members-TOTAL_FORMS": "0", "members-INITIAL_FORMS": "0", **more,
    }  # fmt: skip


def test_who_runs_the_installation_sets_limits_in_the_admin(tenant: Tenant) -> None:
    client, page = _admin(superuser=True, tenant=tenant), reverse("admin:tenants_tenant_change", args=[tenant.pk])
    assert client.post(page, _sent(tenant, quota_customers="7", quota_sender_share="50")).status_code == 302
    tenant.refresh_from_db()
    assert tenant.quotas == {"customers": 7, "sender_share": 50}
    shown = client.get(page).content.decode()
    assert "客户数: 0 / 7" in shown
    assert client.post(page, _sent(tenant, quota_sender_share="101")).status_code == 200
    assert client.post(page, _sent(tenant)).status_code == 302
    tenant.refresh_from_db()
    assert tenant.quotas == {}


def test_who_runs_a_tenant_reads_its_limits(tenant: Tenant) -> None:
    limit(tenant, customers=7)
    client, page = _admin(superuser=False, tenant=tenant), reverse("admin:tenants_tenant_change", args=[tenant.pk])
    shown = client.get(page).content.decode()
    assert "客户数: 0 / 7" in shown
    assert "quota_customers" not in shown
    assert client.post(page, _sent(tenant, quota_customers="99")).status_code == 302
    tenant.refresh_from_db()
    assert tenant.quotas == {"customers": 7}
