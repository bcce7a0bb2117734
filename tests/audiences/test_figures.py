"""Kept figures per customer: worked out by hand, agreeing with the conditions, following what happens (AUD-7)."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audiences.facade import people_of_rule
from audiences.figures.compute import Basis, rank
from audiences.figures.compute import write as write_figures
from audiences.figures.definitions import STAGES, definitions
from audiences.following import catch_up, daily, rebuild_figures
from audiences.models import Figure, FigureState
from audiences.world import open_world
from customers.models import Customer, Touched
from kernel.clock import db_now
from tenants.models import Job, Tenant
from tenants.scope import tenant_tx
from tests.audiences.shop import NOW, Happening, Person, ago, write
from tests.conftest import Api


def bought(name: str, *days: float, amount: Any = 10) -> Person:
    return Person(name, {}, [Happening("order.paid", ago(days=d), {"amount": amount}) for d in days])


def work_out() -> None:
    write_figures(Basis(open_world(now=NOW).clock, definitions(), None))
    rank()


def figure(person: Person) -> Figure:
    return Figure.objects.get(customer_id=person.id)


def test_figures_by_hand(scope: Tenant) -> None:
    loyal = bought("loyal", 5, 5, 95, 400, amount="12.50")
    silent, looker = Person("silent"), Person("looker", {}, [Happening("product.viewed", ago(days=30))])
    write(scope.pk, [loyal, silent, looker])
    work_out()
    row = figure(loyal)
    assert (row.stage, row.orders, row.order_days, row.spent) == ("retained", 4, 3, Decimal("50"))
    assert (row.orders_year, row.spent_year, row.first_at, row.last_at) == (
        3,
        Decimal("37.5"),
        ago(days=400),
        ago(days=5),
    )
    assert row.interval_days == pytest.approx(395 / 3)
    assert not Figure.objects.filter(customer_id=silent.id).exists()
    # one view, a half-life ago: half a point of 20 and a half
    assert (figure(looker).stage, figure(looker).activity) == ("potential", round(100 * 0.5 / 20.5))
    assert (figure(looker).recency, figure(looker).spread) == (None, 0)


def test_spread_counts_what_a_customer_brings(scope: Tenant) -> None:
    friend = Person(
        "f", {}, [Happening("friend.joined", NOW), Happening("friend.joined", NOW), Happening("share.sent", NOW)]
    )
    write(scope.pk, [friend])
    work_out()
    assert figure(friend).spread == round(100 * 22 / 42)
    assert figure(friend).activity == round(100 * 4 / 24)


def test_the_tenant_weighs_events_itself(scope: Tenant) -> None:
    scope.settings = {
        "scores": {"activity": {"half_life_days": 10, "weights": {"store.visited": 20, "page.viewed": 0}}}
    }
    scope.save()
    visitor = Person("v", {}, [Happening("store.visited", ago(days=10)), Happening("page.viewed", NOW)])
    write(scope.pk, [visitor])
    work_out()
    assert figure(visitor).activity == round(100 * 10 / 30)


def test_table_and_conditions_agree(scope: Tenant) -> None:
    shop = [bought(f"b{n}", *[(n * 37 + k * 53) % 500 for k in range(n % 6)], amount=n) for n in range(60)]
    shop += [Person("gone", {}, bought("x", 1).events, gone="erased")]
    write(scope.pk, shop)
    work_out()
    everyone = {p.id for p in shop if not p.gone}
    for stage in STAGES:
        kept = set(Figure.objects.filter(stage=stage).values_list("customer_id", flat=True))
        if stage == "potential":
            kept = everyone - set(Figure.objects.exclude(stage=stage).values_list("customer_id", flat=True))
        assert kept == set(people_of_rule({"condition": "lifecycle", "value": [stage]}, now=NOW)), stage
    for score in ("recency", "frequency", "monetary"):
        for n in range(1, 6):
            kept = set(Figure.objects.filter(**{score: n}).values_list("customer_id", flat=True))
            rule = {"condition": "rfm", "score": score, "op": "eq", "value": n}
            assert kept == set(people_of_rule(rule, now=NOW)), (score, n)


def test_thresholds_are_the_tenants(scope: Tenant) -> None:
    scope.settings = {"lifecycle": {"churned_after_days": 30, "retained_after_days": 10}}
    scope.save()
    people = {
        "churned": bought("a", 31),
        "first_purchase": bought("b", 30),
        "retained": bought("c", 11, 1),
        "repeat": bought("d", 9, 1),
    }
    write(scope.pk, list(people.values()))
    work_out()
    for stage, person in people.items():
        assert figure(person).stage == stage
        assert set(people_of_rule({"condition": "lifecycle", "value": [stage]}, now=NOW)) == {person.id}


def order(event: str, who: str, days: float, amount: int = 5) -> dict[str, Any]:
    at = (datetime.now(UTC) - timedelta(days=days)).isoformat()
    return {
        "event_id": event,
        "customer": {"external_id": who},
        "name": "order.paid",
        "occurred_at": at,
        "properties": {"amount": amount},
    }


def kept(tenant: Tenant) -> dict[str, Figure]:
    with tenant_tx(tenant.pk):
        names = dict(Customer.objects.values_list("pk", "external_id"))
        return {names[f.customer_id]: f for f in Figure.objects.filter(tenant_id=tenant.pk)}


@pytest.mark.django_db(transaction=True)
def test_touched_people_follow_soon_and_others_are_left_alone(tenant: Tenant, api: Api) -> None:
    api.post("events/bulk", {"events": [order("1", "a", 20), order("2", "b", 20)]})
    assert catch_up(tenant.pk)
    before = kept(tenant)
    assert {name: f.stage for name, f in before.items()} == {"a": "first_purchase", "b": "first_purchase"}
    api.post("events/bulk", {"events": [order("3", "a", 10), order("1", "a", 20)]})
    assert catch_up(tenant.pk)
    after = kept(tenant)
    assert (after["a"].stage, after["a"].orders) == ("repeat", 2)
    assert after["b"].computed_at == before["b"].computed_at
    assert not catch_up(tenant.pk)


@pytest.mark.django_db(transaction=True)
def test_an_intake_leaves_one_row_however_many_events(tenant: Tenant, api: Api) -> None:
    api.post("events/bulk", {"events": [order(f"e{n}", f"c{n % 7}", n) for n in range(50)]})
    with tenant_tx(tenant.pk):
        rows = [row.names for row in Touched.objects.all()]
    assert sorted(rows) == [["customer.changed"], ["order.paid"]]  # seven new people, fifty events


@pytest.mark.django_db(transaction=True)
def test_a_day_later_everything_is_worked_out_anew_by_one_job(tenant: Tenant, api: Api) -> None:
    api.post("events/bulk", {"events": [order("1", "a", 20)]})
    daily(tenant.pk)
    daily(tenant.pk)
    with tenant_tx(tenant.pk):
        assert Job.objects.filter(kind="figures.rebuild").count() == 1
        Job.objects.all().delete()
    assert rebuild_figures(tenant.pk) == 1
    with tenant_tx(tenant.pk):
        assert not Touched.objects.exists()
    daily(tenant.pk)
    with tenant_tx(tenant.pk):
        assert not Job.objects.exists()
        FigureState.objects.update(full_at=db_now() - timedelta(days=1, hours=1))
    daily(tenant.pk)
    with tenant_tx(tenant.pk):
        assert Job.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_customer_and_the_overview_over_http(tenant: Tenant, api: Api) -> None:
    api.post("events/bulk", {"events": [order("1", "a", 20), order("2", "a", 10), order("3", "b", 300)]})
    api.post("customers/bulk", {"customers": [{"external_id": "c"}]})
    with tenant_tx(tenant.pk):
        ids = dict(Customer.objects.values_list("external_id", "pk"))
    shown = api.get(f"customers/{ids['a']}/figures").json()  # nobody has worked anything out yet
    assert (shown["stage"], shown["orders"], shown["interval_days"]) == ("repeat", 2, pytest.approx(10))
    assert api.get(f"customers/{ids['c']}/figures").json()["stage"] == "potential"
    rebuild_figures(tenant.pk)
    whole = api.get("figures").json()
    assert {s["stage"]: s["customers"] for s in whole["stages"]} == {
        "potential": 1, "first_purchase": 0, "repeat": 1, "retained": 0, "churned": 1,
    }  # fmt: skip
    assert sum(cell["customers"] for cell in whole["rfm"]) == 2
    assert (whole["customers"], whole["waiting"]) == (3, 0)


@pytest.mark.django_db(transaction=True)
def test_thresholds_can_be_tried_before_they_are_saved(tenant: Tenant, api: Api) -> None:
    api.post("events/bulk", {"events": [order("1", "a", 20), order("2", "a", 10), order("3", "b", 300)]})
    api.post("customers/bulk", {"customers": [{"external_id": "c"}]})
    rebuild_figures(tenant.pk)

    def tried(**lifecycle: int) -> dict[str, int]:
        answer = api.post("figures/preview", {"lifecycle": lifecycle} if lifecycle else {})
        assert answer.status_code == 200, answer.content
        return {s["stage"]: s["customers"] for s in answer.json()["stages"] if s["customers"]}

    assert tried() == {"potential": 1, "repeat": 1, "churned": 1}
    assert tried(churned_after_days=365) == {"potential": 1, "repeat": 1, "first_purchase": 1}
    assert tried(churned_after_days=365, retained_after_days=15) == {"potential": 1, "retained": 1, "first_purchase": 1}
    assert tried(churned_after_days=5) == {"potential": 1, "churned": 2}
    refused = api.post("figures/preview", {"lifecycle": {"churned_after_days": 0}})
    assert refused.json()["errors"][0]["pointer"] == "/lifecycle/churned_after_days"
    whole = api.get("figures").json()["stages"]  # nothing was written
    assert {s["stage"]: s["customers"] for s in whole if s["customers"]} == tried()
    own = {"activity": {"half_life_days": 10, "weights": {"order.paid": 50, "page.viewed": 0}}}
    assert api.patch("settings", {"scores": own}).status_code == 200
    activity = api.post("figures/preview", {}).json()["scores"]["activity"]
    assert (activity["half_life_days"], activity["weights"]["order.paid"]) == (10, 50)
    assert "page.viewed" not in activity["weights"]


@pytest.mark.django_db(transaction=True)
def test_an_erased_customer_has_no_figures(tenant: Tenant, api: Api) -> None:
    api.post("events/bulk", {"events": [order("1", "a", 20)]})
    catch_up(tenant.pk)
    with tenant_tx(tenant.pk):
        customer = Customer.objects.get()
    assert api.delete(f"customers/{customer.pk}").status_code == 204
    assert kept(tenant) == {}


def test_settings_show_and_take_thresholds(api: Api) -> None:
    assert api.get("settings").json()["lifecycle"] == {"churned_after_days": 180, "retained_after_days": 180}
    changed = api.patch("settings", {"lifecycle": {"churned_after_days": 90}}).json()
    assert changed["lifecycle"] == {"churned_after_days": 90, "retained_after_days": 180}
    assert api.patch("settings", {"lifecycle": {"churned_after_days": 0}}).status_code == 400


def test_scores_by_rank_are_never_joined_one_by_one(scope: Tenant) -> None:
    """In the transaction that wrote a tenant's first figures the planner knows nothing of them and expects one row."""
    write(scope.pk, [bought(f"b{n}", n) for n in range(1, 40)])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE audiences_figure")  # as it was before: nobody of this tenant
    work_out()
    with CaptureQueriesContext(connection) as did:
        rank()
    with connection.cursor() as cursor:
        for statement in [query["sql"] for query in did.captured_queries]:
            if not statement.startswith("UPDATE"):
                cursor.execute(statement)
                continue
            cursor.execute(f"EXPLAIN {statement}")
            plan = "\n".join(line for (line,) in cursor.fetchall())
            assert "Join" in plan
            assert "Nested Loop" not in plan
