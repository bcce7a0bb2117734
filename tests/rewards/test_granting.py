"""REW-1, REW-2: who gets a package; never over-issued, never twice for a step, whatever runs at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customers.models import Customer
from customers.tags import tagged
from kernel.sets import People, people
from rewards import codes, facade, pool
from rewards.models import Grant, Package
from tenants.models import Tenant
from tenants.scope import tenant_tx
from tests.rewards.conftest import CODE, COUPON, GENERATED, NOW, POINTS, holders, step

pytestmark = pytest.mark.django_db
Make = Callable[..., Package]


def assert_partition(granted: facade.Granted, asked: People) -> None:
    parts = [granted.out, granted.out_of_stock, granted.skipped, granted.failed]
    assert sum(map(len, parts)) == len(asked)
    assert parts[0] | parts[1] | parts[2] | parts[3] == asked


def test_everybody_gets_one_row_for_each_item(make: Make) -> None:
    package = make(GENERATED, POINTS, {"kind": "balance", "amount": "10.00"})
    granted = facade.grant(step(), package.pk, people([3, 1, 2]), NOW)
    assert granted == facade.Granted(out=people([1, 2, 3]))
    rows = list(Grant.objects.order_by("customer_id", "item_no"))
    assert [(g.customer_id, g.item_no, g.item["kind"]) for g in rows[:3]] == [
        (1, 0, "coupon"),
        (1, 1, "points"),
        (1, 2, "balance"),
    ]
    assert len(rows) == 9
    assert {g.code is not None for g in rows if g.item_no == 0} == {True}
    assert {g.code for g in rows if g.item_no > 0} == {None}
    one = rows[0]
    assert (one.canvas_id, one.run_id, one.node, one.wave_id, one.round, one.variant) == (
        9,
        1,
        "r1",
        1,
        0,
        "a",
    )
    assert (one.status, one.issued_at, one.expires_at) == ("issued", NOW, None)
    package.refresh_from_db()
    assert package.issued == 3


def test_a_step_gives_once(make: Make) -> None:
    package = make(stock=10)
    facade.grant(step(), package.pk, people([1, 2]), NOW)
    again = facade.grant(step(), package.pk, people([1, 2, 3]), NOW)
    assert again == facade.Granted(out=people([1, 2, 3]))
    package.refresh_from_db()
    assert (package.issued, Grant.objects.count()) == (3, 3)


@pytest.mark.parametrize("other", [step(run=2), step(node="r2"), step(wave=2), step(round=1)])
def test_another_step_gives_again(make: Make, other: Any) -> None:
    package = make()
    facade.grant(step(), package.pk, people([1]), NOW)
    facade.grant(other, package.pk, people([1]), NOW)
    assert Grant.objects.count() == 2


def test_short_stock_goes_to_the_first(make: Make) -> None:
    package = make(stock=3)
    granted = facade.grant(step(), package.pk, people([5, 9, 7, 1, 3]), NOW)
    assert granted == facade.Granted(out=people([1, 3, 5]), out_of_stock=people([7, 9]))
    later = facade.grant(step(wave=2), package.pk, people([2]), NOW)
    assert later == facade.Granted(out_of_stock=people([2]))
    retried = facade.grant(step(), package.pk, people([1, 9]), NOW)
    assert retried == facade.Granted(out=people([1]), out_of_stock=people([9]))


def test_limit_counts_steps_not_items(make: Make) -> None:
    package = make(GENERATED, POINTS, per_customer=2)
    for wave in (1, 2):
        assert facade.grant(step(wave=wave), package.pk, people([1]), NOW).out == people([1])
    third = facade.grant(step(wave=3), package.pk, people([1, 2]), NOW)
    assert third == facade.Granted(out=people([2]), skipped=people([1]))
    assert facade.grant(step(wave=2), package.pk, people([1]), NOW).out == people([1])


def test_limit_of_one_package_does_not_count_another(make: Make) -> None:
    one, two = make(per_customer=1), make(per_customer=1)
    facade.grant(step(), one.pk, people([1]), NOW)
    assert facade.grant(step(node="r2"), two.pk, people([1]), NOW).out == people([1])


def test_people_at_their_limit_use_no_stock(make: Make) -> None:
    package = make(stock=2, per_customer=1)
    facade.grant(step(), package.pk, people([1]), NOW)
    granted = facade.grant(step(wave=2), package.pk, people([1, 2, 3]), NOW)
    assert granted == facade.Granted(out=people([2]), out_of_stock=people([3]), skipped=people([1]))


def test_codes_of_a_pool_go_out_once_and_in_order(make: Make) -> None:
    package = make(CODE, POINTS)
    pool.add(package, ["C", "A\\t", "B"])
    granted = facade.grant(step(), package.pk, people([1, 2]), NOW)
    assert granted.out == people([1, 2])
    assert list(Grant.objects.filter(item_no=0).order_by("customer_id").values_list("code", flat=True)) == [
        "A\\t",
        "B",
    ]
    last = facade.grant(step(wave=2), package.pk, people([3, 4]), NOW)
    assert last == facade.Granted(out=people([3]), out_of_stock=people([4]))
    package.refresh_from_db()
    assert (package.issued, pool.free_count(package.pk)) == (3, 0)


@pytest.mark.parametrize("fields", [{"status": "archived"}, {"validity": {"to": "2026-11-11T10:00:00+08:00"}}])
def test_what_can_not_be_given_fails_everybody(make: Make, fields: dict[str, Any]) -> None:
    package = make(**fields)
    assert facade.grant(step(), package.pk, people([1]), NOW) == facade.Granted(failed=people([1]))
    assert facade.preview(package.pk, people([1]), NOW) == facade.Granted(failed=people([1]))
    assert facade.package_problems(package.pk, NOW)


def test_a_package_that_is_gone_fails_everybody(scope: Any) -> None:
    assert facade.grant(step(), 404, people([1]), NOW) == facade.Granted(failed=people([1]))
    assert facade.preview(404, people([1]), NOW) == facade.Granted(failed=people([1]))
    assert facade.package_name(404) is None
    assert [p.code for p in facade.package_problems(404, NOW, "/config/package")] == ["no_package"]


def test_nobody_gets_nothing(make: Make) -> None:
    package = make()
    assert facade.grant(step(), package.pk, people(), NOW) == facade.Granted()
    assert facade.preview(package.pk, people(), NOW) == facade.Granted()


def test_validity(make: Make) -> None:
    days = make(GENERATED, POINTS, validity={"days": 30})
    dates = make(validity={"from": "2026-12-01T00:00:00+08:00", "to": "2027-01-01T00:00:00+08:00"})
    facade.grant(step(), days.pk, people([1]), NOW)
    facade.grant(step(node="r2"), dates.pk, people([1]), NOW)
    coupon, points, dated = Grant.objects.order_by("id")
    assert coupon.expires_at == NOW + timedelta(days=30)
    assert points.expires_at is None
    assert dated.expires_at.isoformat() == "2026-12-31T16:00:00+00:00"
    assert dated.item["valid_from"] == "2026-12-01T00:00:00+08:00"


def test_problems_before_going_live(make: Make) -> None:
    assert facade.package_problems(make().pk, NOW) == []
    assert [p.code for p in facade.package_problems(make(CODE).pk, NOW)] == ["no_codes"]
    assert [p.code for p in facade.package_problems(make(stock=0).pk, NOW)] == ["package_used_up"]


def test_levels_and_tags_reach_the_customer(make: Make) -> None:
    ids = [Customer.objects.create(external_id=f"c{i}").pk for i in range(3)]
    package = make({"kind": "level", "level": "金卡"}, {"kind": "tag", "tag": "双十一"}, stock=2)
    facade.grant(step(), package.pk, people(ids), NOW)
    assert [c.attributes.get("level") for c in Customer.objects.order_by("id")] == ["金卡", "金卡", None]
    assert tagged("双十一") == people(ids[:2])


def test_rewards_for_message_templates(make: Make) -> None:
    package = make(POINTS, GENERATED)
    facade.grant(step(), package.pk, people([1, 2]), NOW)
    facade.grant(step(node="r2", wave=2), package.pk, people([1]), NOW)
    got = facade.latest_grants(1, {1: people([1, 2, 3])})
    assert set(got) == {1, 2}
    assert got[1]["code"] == Grant.objects.get(customer_id=1, wave_id=1, item_no=1).code
    assert (got[1]["name"], got[1]["discount"]) == ("满200减20", "20.00")


def test_the_end_is_told_in_the_shops_time(make: Make) -> None:
    package = make(validity={"to": "2026-12-31T16:00:00Z"})
    facade.grant(step(), package.pk, people([1]), NOW)
    assert facade.latest_grants(1, {1: people([1])})[1]["expires_at"].isoformat() == "2027-01-01T00:00:00+08:00"


def test_the_newest_of_a_wave_counts(make: Make) -> None:
    first, second = make({**COUPON, "name": "旧", "code": {"prefix": "A", "length": 8}}), make(POINTS)
    facade.grant(step(node="r1"), first.pk, people([1]), NOW)
    facade.grant(step(node="r2"), second.pk, people([1]), NOW + timedelta(seconds=1))
    got = facade.latest_grants(1, {1: people([1])})[1]
    assert (got["name"], got["code"]) == ("积分 100", "")


def test_counts_by_node(make: Make) -> None:
    package = make(GENERATED, POINTS)
    facade.grant(step(), package.pk, people([1, 2]), NOW)
    facade.grant(step(node="r2"), package.pk, people([1]), NOW)
    facade.grant(step(run=2), package.pk, people([1]), NOW)
    assert facade.grant_counts(1) == {"r1": {"people": 2, "issued": 4}, "r2": {"people": 1, "issued": 2}}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    stock=st.none() | st.integers(0, 12),
    per_customer=st.none() | st.integers(1, 2),
    pooled=st.none() | st.integers(0, 12),
    steps=st.lists(st.tuples(st.integers(1, 3), st.sets(st.integers(1, 12))), max_size=6),
)
def test_any_history_keeps_the_promises(
    scope: Any,
    stock: int | None,
    per_customer: int | None,
    pooled: int | None,
    steps: list[tuple[int, set[int]]],
) -> None:
    """A partition each time, foreseen by preview; stock, limit, pool and once-for-a-step hold at the end."""
    items = [POINTS] if pooled is None else [CODE, POINTS]
    package = Package.objects.create(name="x", items=items, stock=stock, per_customer=per_customer)
    pool.add(package, [f"{package.pk}-{i}" for i in range(pooled or 0)])
    for wave, asked in steps:
        fresh = people(asked) - _holders_of(package, wave)
        foreseen = facade.preview(package.pk, fresh, NOW)
        granted = facade.grant(step(run=package.pk, wave=wave), package.pk, people(asked), NOW)
        assert_partition(granted, people(asked))
        assert_partition(foreseen, fresh)
        assert granted.out & fresh == foreseen.out
        assert (granted.out_of_stock, granted.skipped) == (foreseen.out_of_stock, foreseen.skipped)
    served = list(Grant.objects.filter(package_id=package.pk, item_no=0).values_list("customer_id", "wave_id"))
    package.refresh_from_db()
    assert package.issued == len(served) == len(set(served))
    assert stock is None or len(served) <= stock
    assert pooled is None or len(served) == pooled - pool.free_count(package.pk)
    assert per_customer is None or all(sum(c == who for c, _ in served) <= per_customer for who, _ in served)


def _holders_of(package: Package, wave: int) -> People:
    return People(Grant.objects.filter(package_id=package.pk, wave_id=wave).values_list("customer_id", flat=True))


def test_a_taken_code_is_drawn_again(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """The unique constraint finds the clash; nobody loses their coupon and no code exists twice."""
    package = make()
    facade.grant(step(), package.pk, people([1]), NOW)
    taken = Grant.objects.get().code
    draws = iter([[taken, "VIP2222222222"], [taken, "VIP3333333333"], ["VIP4444444444"]])
    monkeypatch.setattr(codes, "random_codes", lambda *_: next(draws))
    assert facade.grant(step(wave=2), package.pk, people([1, 2]), NOW).out == people([1, 2])
    assert sorted(Grant.objects.filter(wave_id=2).values_list("code", flat=True)) == [
        "VIP3333333333",
        "VIP4444444444",
    ]


def test_a_pool_code_issued_under_another_name_is_passed_over(make: Make) -> None:
    package, other = make(CODE), make()
    pool.add(package, ["A", "B"])
    facade.grant(step(), other.pk, people([1]), NOW)
    Grant.objects.update(code="A")
    assert facade.grant(step(node="r2"), package.pk, people([1, 2]), NOW) == facade.Granted(people([1]), people([2]))
    assert Grant.objects.get(package_id=package.pk).code == "B"


def _in_threads(tenant: Tenant, works: list[Callable[[], Any]]) -> list[Any]:
    def one(work: Callable[[], Any]) -> Any:
        try:
            with tenant_tx(tenant.pk):
                return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(one, works))


@pytest.mark.django_db(transaction=True)
def test_stock_holds_when_eight_steps_grant_at_once(tenant: Tenant) -> None:
    with tenant_tx(tenant.pk):
        package = Package.objects.create(name="x", items=[CODE], stock=100)
        pool.add(package, [f"c{i:04}" for i in range(90)])
    asked = [people(range(i * 20, i * 20 + 40)) for i in range(8)]
    works = [lambda i=i: facade.grant(step(wave=i), package.pk, asked[i], NOW) for i in range(8)]
    granted = _in_threads(tenant, works)
    for result, group in zip(granted, asked, strict=True):
        assert_partition(result, group)
    with tenant_tx(tenant.pk):
        package.refresh_from_db()
        assert sum(len(g.out) for g in granted) == package.issued == Grant.objects.count() == 90
        assert Grant.objects.values("code").distinct().count() == 90


@pytest.mark.django_db(transaction=True)
def test_the_same_step_twice_at_once_gives_once(tenant: Tenant) -> None:
    with tenant_tx(tenant.pk):
        package = Package.objects.create(name="x", items=[GENERATED, POINTS], per_customer=1)
    works = [lambda: facade.grant(step(), package.pk, people(range(500)), NOW)] * 4
    assert _in_threads(tenant, works) == [facade.Granted(out=people(range(500)))] * 4
    with tenant_tx(tenant.pk):
        package.refresh_from_db()
        assert (package.issued, Grant.objects.count()) == (500, 1000)


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_grant_leaves_nothing(tenant: Tenant) -> None:
    with tenant_tx(tenant.pk):
        package = Package.objects.create(name="x", items=[CODE], stock=1)
        pool.add(package, ["A"])

    def grant_and_crash() -> None:
        with tenant_tx(tenant.pk):
            facade.grant(step(), package.pk, people([1]), NOW)
            raise RuntimeError("crash")

    with pytest.raises(RuntimeError, match="crash"):
        grant_and_crash()
    with tenant_tx(tenant.pk):
        assert facade.grant(step(), package.pk, people([1]), NOW).out == people([1])
        assert holders(package) == people([1])


def test_another_tenants_package_can_not_be_given(make: Make, other_tenant: Tenant) -> None:
    package = make()
    other = other_tenant.pk
    assert facade.grant(step(), package.pk, people([1]), NOW).out == people([1])
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL app.tenant_id = '{other}'")
        cursor.execute("SELECT count(*) FROM rewards_grant")
        assert cursor.fetchone() == (0,)
