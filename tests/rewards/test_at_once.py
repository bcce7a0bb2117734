"""REW-2, REW-3 under concurrency: the last codes, one coupon used from many tills, expiry against use; events told once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from customers.models import Customer, Event
from kernel.clock import db_now
from kernel.sets import people
from rewards import facade, pool
from rewards.models import Grant, Package
from tenants.models import Tenant
from tenants.scope import tenant_tx
from tests.rewards.conftest import CODE, GENERATED, POINTS, step

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(works: list[Callable[[], Any]], threads: int) -> list[Any]:
    """Each in a thread with a connection of its own."""

    def one(work: Callable[[], Any]) -> Any:
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as executor:
        return list(executor.map(one, works))


def one_grant(tenant: Tenant, *items: dict[str, Any], days_ago: int = 0, **fields: Any) -> Grant:
    with tenant_tx(tenant.pk):
        customer = Customer.objects.create()
        package = Package.objects.create(name="x", items=list(items) or [GENERATED], **fields)
        facade.grant(step(), package.pk, people([customer.pk]), db_now() - timedelta(days=days_ago))
        return Grant.objects.get(customer_id=customer.pk, item_no=0)


def names(tenant: Tenant) -> list[str]:
    with tenant_tx(tenant.pk):
        return list(Event.objects.filter(name__startswith="reward.").order_by("id").values_list("name", flat=True))


def test_a_hundred_workers_and_the_last_ten_codes(tenant: Tenant) -> None:
    with tenant_tx(tenant.pk):
        package = Package.objects.create(name="x", items=[CODE])
        pool.add(package, [f"last-{i}" for i in range(10)])

    def ask(worker: int) -> Any:
        with tenant_tx(tenant.pk):
            return facade.grant(step(wave=worker), package.pk, people([worker]), db_now())

    given = at_once([lambda i=i: ask(i) for i in range(1, 101)], 20)
    assert sum(len(g.out) for g in given) == 10
    assert sum(len(g.out_of_stock) for g in given) == 90
    with tenant_tx(tenant.pk):
        package.refresh_from_db()
        assert (package.issued, pool.free_count(package.pk)) == (10, 0)
        assert sorted(Grant.objects.values_list("code", flat=True)) == sorted(f"last-{i}" for i in range(10))


def test_one_coupon_at_twenty_tills(api: Any, tenant: Tenant) -> None:
    grant = one_grant(tenant)
    works = [lambda i=i: api.post("rewards/redeem", {"code": grant.code, "order_id": f"O{i}"}) for i in range(20)]
    answers = at_once(works, 20)
    assert sorted(a.status_code for a in answers) == [200] + [409] * 19
    assert names(tenant) == ["reward.used"]


def test_the_same_order_twenty_times_is_one_use_and_one_refund(api: Any, tenant: Tenant) -> None:
    grant = one_grant(tenant)
    body = {"code": grant.code, "order_id": "O1"}
    for path in ("rewards/redeem", "rewards/refund"):
        answers = at_once([lambda path=path: api.post(path, body)] * 20, 10)
        assert {a.status_code for a in answers} == {200}
    assert names(tenant) == ["reward.used", "reward.refunded"]


def test_either_used_or_expired(tenant: Tenant, api: Any) -> None:
    """Expiry runs in two workers while the tills try: of each grant one thing is true, and told once."""
    grants = [one_grant(tenant, validity={"days": 1}, days_ago=2) for _ in range(6)]

    def expire() -> int:
        with tenant_tx(tenant.pk):
            return facade.expire_due(db_now())

    tills = [lambda g=g: api.post("rewards/redeem", {"code": g.code, "order_id": "O"}).status_code for g in grants]
    results = at_once([expire, *tills, expire], 8)
    assert results[1:-1] == [409] * 6
    expire()
    assert names(tenant) == ["reward.expired"] * 6


def test_a_refund_gives_the_share_back_only_when_asked(api: Any, tenant: Tenant) -> None:
    fields = {"stock": 1, "budget": Decimal("5.00")}
    kept, back = [one_grant(tenant, {**GENERATED, "cost": "5.00"}, POINTS, **fields) for _ in range(2)]
    for grant, restock in ((kept, False), (back, True)):
        api.post("rewards/redeem", {"code": grant.code, "order_id": "O"})
        for _ in range(2):
            sent = {"code": grant.code, "order_id": "O", "reason": "顾客退货", "restock": restock}
            assert api.post("rewards/refund", sent).json()["status"] == "refunded"
    with tenant_tx(tenant.pk):
        later, shares = step(wave=2), {}
        for grant in (kept, back):
            shares[grant.pk] = len(facade.grant(later, grant.package_id, people([1, 2]), db_now()).out)
        assert shares == {kept.pk: 0, back.pk: 1}
        assert Event.objects.filter(name="reward.refunded").first().properties["reason"] == "顾客退货"


def tell_all(tenant: Tenant) -> int:
    turns = 0
    while facade.tell_issued(tenant.pk):
        turns += 1
    return turns


def test_each_grant_is_told_of_once(tenant: Tenant) -> None:
    grant = one_grant(tenant, {**GENERATED, "cost": "1.50"}, POINTS, validity={"days": 3})
    with tenant_tx(tenant.pk):
        assert facade.has_notices()
    at_once([lambda: tell_all(tenant)] * 4, 4)
    with tenant_tx(tenant.pk):
        assert not facade.has_notices()
        coupon, points = Event.objects.filter(name="reward.issued").order_by("properties__kind")
    assert coupon.occurred_at == grant.issued_at
    assert coupon.customer_id == points.customer_id == grant.customer_id
    told = coupon.properties
    assert (told["grant"], told["package"], told["code"]) == (str(grant.pk), str(grant.package_id), grant.code)
    assert (told["cost"], told["node"], told["canvas"]) == (1.5, "r1", "9")


def test_steps_at_once_are_told_of_apart(tenant: Tenant) -> None:
    """Their ids lie between one another; nobody's grant is told of twice or left out."""
    with tenant_tx(tenant.pk):
        ids = [Customer.objects.create().pk for _ in range(40)]
        packages = [Package.objects.create(name="x", items=[GENERATED, POINTS]) for _ in range(4)]

    def grant(number: int) -> None:
        for start in range(0, 40, 10):
            with tenant_tx(tenant.pk):
                facade.grant(step(wave=number), packages[number].pk, people(ids[start : start + 10]), db_now())

    at_once([*[lambda i=i: grant(i) for i in range(4)], lambda: tell_all(tenant)], 5)
    tell_all(tenant)
    with tenant_tx(tenant.pk):
        told = Event.objects.filter(name="reward.issued").values_list("properties__grant", flat=True)
        assert sorted(map(int, told)) == sorted(Grant.objects.values_list("pk", flat=True))
