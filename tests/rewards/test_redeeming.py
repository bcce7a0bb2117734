"""REW-3: use, refund and expiry, over HTTP; each is an event of the customer once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from config import housekeeping
from customers.models import Customer, Event
from kernel.sets import people
from rewards import facade, redeeming
from rewards.models import Grant, Package
from tenants.models import Tenant
from tenants.scope import tenant_tx
from tests.rewards.conftest import GENERATED, POINTS, step

pytestmark = pytest.mark.django_db(transaction=True)
Given = Callable[..., Grant]


@pytest.fixture
def given(tenant: Tenant) -> Given:
    """A grant of one customer, issued some days ago."""

    def _given(*items: dict[str, Any], days_ago: int = 0, item_no: int = 0, **fields: Any) -> Grant:
        with tenant_tx(tenant.pk):
            customer = Customer.objects.create()
            package = Package.objects.create(name="x", items=list(items) or [GENERATED], **fields)
            facade.grant(step(), package.pk, people([customer.pk]), timezone.now() - timedelta(days=days_ago))
            return Grant.objects.get(customer_id=customer.pk, item_no=item_no)

    return _given


def events(tenant: Tenant) -> list[Any]:
    with tenant_tx(tenant.pk):
        return list(Event.objects.filter(name__startswith="reward.").order_by("id"))


def test_a_used_code_is_used_once(api: Any, tenant: Tenant, given: Given) -> None:
    grant = given()
    used = api.post("rewards/redeem", {"code": grant.code, "order_id": "O1", "amount": "199.90"})
    assert used.status_code == 200, used.json()
    assert (used.json()["status"], used.json()["order_id"], used.json()["amount"]) == ("used", "O1", "199.90")
    assert api.post("rewards/redeem", {"code": f" {grant.code} ", "order_id": "O1"}).json() == used.json()
    other = api.post("rewards/redeem", {"grant": str(grant.pk), "order_id": "O2"})
    assert (other.status_code, other.json()["code"]) == (409, "already_used")
    (event,) = events(tenant)
    assert (event.name, event.customer_id) == ("reward.used", grant.customer_id)
    assert event.properties["order_id"] == "O1"
    assert event.properties["amount"] == 199.9
    assert event.properties["package"] == str(grant.package_id)


def test_refund(api: Any, tenant: Tenant, given: Given) -> None:
    grant = given()
    early = api.post("rewards/refund", {"code": grant.code, "order_id": "O1"})
    assert (early.status_code, early.json()["code"]) == (409, "not_used")
    api.post("rewards/redeem", {"code": grant.code, "order_id": "O1"})
    assert api.post("rewards/refund", {"code": grant.code, "order_id": "O2"}).json()["code"] == "not_used"
    first = api.post("rewards/refund", {"code": grant.code, "order_id": "O1"}).json()
    assert first["status"] == "refunded"
    assert api.post("rewards/refund", {"code": grant.code, "order_id": "O1"}).json() == first
    assert api.post("rewards/redeem", {"code": grant.code, "order_id": "O3"}).json()["code"] == "refunded"
    assert [e.name for e in events(tenant)] == ["reward.used", "reward.refunded"]


def test_expired(api: Any, tenant: Tenant, given: Given) -> None:
    grant = given(validity={"days": 3}, days_ago=4)
    answer = api.post("rewards/redeem", {"code": grant.code, "order_id": "O1"})
    assert (answer.status_code, answer.json()["code"]) == (409, "expired")
    assert [g["id"] for g in api.get("grants?status=expired").json()["results"]] == [str(grant.pk)]
    assert api.get("grants?status=issued").json()["results"] == []


def test_expiry_is_written_down_once(api: Any, tenant: Tenant, given: Given) -> None:
    grant, fresh = given(validity={"days": 3}, days_ago=4), given(validity={"days": 30})
    with tenant_tx(tenant.pk):
        assert facade.expire_due(timezone.now()) == 1
        assert facade.expire_due(timezone.now()) == 0
    (event,) = events(tenant)
    assert (event.name, event.customer_id, event.occurred_at) == (
        "reward.expired",
        grant.customer_id,
        grant.expires_at,
    )
    assert api.post("rewards/redeem", {"code": fresh.code, "order_id": "O1"}).status_code == 200


def test_not_yet_valid(api: Any, given: Given) -> None:
    start = (timezone.now() + timedelta(days=2)).isoformat()
    grant = given(validity={"from": start})
    answer = api.post("rewards/redeem", {"code": grant.code, "order_id": "O1"})
    assert (answer.status_code, answer.json()["code"]) == (409, "not_yet_valid")


def test_points_need_no_redeeming(api: Any, given: Given) -> None:
    grant = given(POINTS)
    answer = api.post("rewards/redeem", {"grant": str(grant.pk), "order_id": "O1"})
    assert (answer.status_code, answer.json()["code"]) == (409, "not_redeemable")


@pytest.mark.parametrize("which", [{"code": "NOPE"}, {"grant": "1"}, {"grant": "x"}, {"grant": "9" * 30}])
def test_unknown_is_404(api: Any, which: dict[str, str]) -> None:
    answer = api.post("rewards/redeem", {**which, "order_id": "O1"})
    assert (answer.status_code, answer.json()["code"]) == (404, "no_reward")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"order_id": "O"}, "/code"),
        ({"code": "a", "grant": "1", "order_id": "O"}, "/code"),
        ({"code": "a"}, "/order_id"),
        ({"code": "a", "order_id": "O", "amount": 5.5}, "/amount"),
        ({"code": "a", "order_id": "O", "amount": "5.555"}, "/amount"),
    ],
)
def test_bad_bodies(api: Any, body: dict[str, Any], pointer: str) -> None:
    answer = api.post("rewards/redeem", body)
    assert answer.status_code == 400
    assert [e["pointer"] for e in answer.json()["errors"]] == [pointer]


def test_a_stranger_can_neither_use_nor_see_it(api: Any, stranger: Any, given: Given) -> None:
    grant = given()
    assert stranger.post("rewards/redeem", {"code": grant.code, "order_id": "O1"}).status_code == 404
    assert stranger.post("rewards/redeem", {"grant": str(grant.pk), "order_id": "O1"}).status_code == 404
    assert stranger.get("grants").json()["results"] == []
    assert api.get("grants").json()["results"][0]["status"] == "issued"


def test_the_ledger_can_be_filtered(api: Any, given: Given) -> None:
    one, two = given(), given(GENERATED, POINTS)

    def ids(query: str) -> list[str]:
        return [g["id"] for g in api.get(f"grants?{query}").json()["results"]]

    assert ids(f"customer={one.customer_id}") == [str(one.pk)]
    assert len(ids(f"package={two.package_id}")) == 2
    assert len(ids("run=1&node=r1&canvas=9")) == 3
    assert ids("node=other") == ids("run=77") == ids("customer=x") == []
    assert api.get("grants?status=lost").status_code == 400


def test_what_was_granted_is_on_the_customers_timeline(api: Any, given: Given) -> None:
    grant = given()
    entries = api.get(f"customers/{grant.customer_id}/timeline").json()["results"]
    (entry,) = [e for e in entries if e["kind"] == "grant"]
    assert (entry["name"], entry["detail"]["code"]) == ("满200减20", grant.code)


def test_a_granted_package_is_archived_not_deleted(api: Any, given: Given) -> None:
    grant = given()
    answer = api.delete(f"reward-packages/{grant.package_id}")
    assert (answer.status_code, answer.json()["code"]) == (409, "in_use")
    less = api.patch(f"reward-packages/{grant.package_id}", {"stock": 0})
    assert less.json()["errors"][0]["code"] == "stock_below_issued"


def test_housekeeping_writes_expiry_down(tenant: Tenant, given: Given, monkeypatch: pytest.MonkeyPatch) -> None:
    """Batch by batch until none is left; another tenant's are left alone."""
    for _ in range(3):
        given(validity={"days": 1}, days_ago=2)
    monkeypatch.setattr(facade, "EXPIRY_BATCH", 1)
    monkeypatch.setattr(facade, "expire_due", lambda now: redeeming.expire_due(now, limit=1))
    housekeeping.expire_rewards(tenant.pk)
    assert [e.name for e in events(tenant)] == ["reward.expired"] * 3
