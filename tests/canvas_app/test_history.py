"""History in fewer rows: every read says the same before and after; nobody who came twice is lost."""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from canvas_app.history import passages, waves
from canvas_app.history.own_events import tell_events
from canvas_app.models import Passage, Run, Wave, WaveEntry
from canvas_app.proof.whole import proof
from canvas_app.status import people_at, run_show
from customers.models import Event
from kernel.proof import faults
from tenants.models import Tenant
from tenants.scope import tenant_tx
from tests.conftest import Api
from tests.journeys.shop import Shop, node
from tests.journeys.test_triggered import event, post

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 20


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passages of a moment ago may be merged, in small batches, and so may runs of few waves."""
    monkeypatch.setattr(passages, "_SETTLED_AFTER", timedelta(0))
    monkeypatch.setattr(passages, "WAVES_BY_SET", 1)
    monkeypatch.setattr(passages, "BATCH", 7)
    monkeypatch.setattr(waves, "BATCH", 5)


def canvas(shop: Shop) -> str:
    """People may come again and again; some wait inside, some go two ways and meet again."""
    few = {"condition": "attribute", "key": "n", "op": "lt", "value": 5}
    nodes = [
        node("t", "trigger.event", event="cart.added"), node("b", "flow.branch", branches=[{"key": "few", "rule": few}]),
        node("wait", "flow.wait", **{"for": {"days": 1}}), node("tag", "customer.tag", tags=["x"]),
        node("sms", "message.send", template=shop.template()), node("both", "set.union"), node("end", "flow.end"),
    ]  # fmt: skip
    edges = ["t>b", "b.few>wait", "b.else>tag", "b.else>sms", "tag>both", "sms>both", "both>end", "wait>end"]
    made = shop.canvas(nodes, edges, kind="triggered", entry={"rule": "every_time"})
    shop.publish(made)
    return str(shop.ok(shop.api.get(f"canvases/{made}"))["run"])


def reads(run_id: str) -> dict[str, Any]:
    """Everything that the run says of itself, but for times and names of waves."""
    run = Run.objects.select_related("version").get(pk=run_id)
    shown = run_show(run)
    doors = [(n, port) for n, found in shown["nodes"].items() for port in (*found["left"], *found["dropped"], *found["suppressed"])]  # fmt: skip
    people = {(n, port): set(people_at(run, n, port=port)) for n, port in doors}
    people |= {(n, "in"): set(people_at(run, n)) for n in shown["nodes"]}
    people |= {(n, "waiting"): set(people_at(run, n, waiting=True)) for n in shown["nodes"]}
    sums = {key: shown["check"][key] for key in ("entered", "inside", "balanced")}
    return {
        "nodes": shown["nodes"],
        "edges": shown["edges"],
        "people": people,
        "check": sums,
        "wrong": faults(proof(run)),
    }


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(seed=st.integers(0, 10_000))
def test_compaction_changes_no_answer(shop: Shop, tenant: Tenant, seed: int) -> None:
    if not shop.made:
        shop.customers(PEOPLE)
        shop.made["customers"] = "made"
    rng, run = random.Random(seed), canvas(shop)
    for turn in range(6):
        chosen = [rng.randrange(PEOPLE) for _ in range(rng.randint(1, 12))]
        post(shop, *(event(seed * 1000 + int(run) * 100_000 + turn * 50 + i, f"c{c}") for i, c in enumerate(chosen)))
        if rng.random() < 0.6:
            with tenant_tx(tenant.pk):
                before = reads(run)
            tell_events(tenant.pk)
            passages.compact_passages(tenant.pk)
            if rng.random() < 0.5:
                with connection.cursor() as cursor, tenant_tx(tenant.pk):
                    cursor.execute("UPDATE canvas_app_wave SET at = at - interval '90 days' WHERE run_id = %s", [run])
                waves.compact_waves(tenant.pk)
            with tenant_tx(tenant.pk):
                assert reads(run) == before
            assert before["wrong"] == []


def test_who_came_twice_stays_twice_and_rows_become_few(shop: Shop, tenant: Tenant) -> None:
    shop.customers(PEOPLE)
    run = canvas(shop)
    for turn in range(8):
        post(shop, *(event(turn * 100 + i, f"c{i % 10 + 5}") for i in range(20)))
    with tenant_tx(tenant.pk):
        before = Passage.objects.filter(run_id=run).count()
    assert passages.compact_passages(tenant.pk) > 50
    with tenant_tx(tenant.pk):
        after = Passage.objects.filter(run_id=run)
        # one for each way and hour; the test may run into the next hour
        assert after.count() <= 2 * len({(p.node, p.kind, p.port, p.edge) for p in after}) < before
        entered = after.filter(node="t", kind="in")
        assert sum(p.size for p in entered) == 160
        assert len(people_at(Run.objects.get(pk=run), "t")) == 10
    assert passages.compact_passages(tenant.pk) == 0


def test_waves_that_people_stand_in_are_left_alone(shop: Shop, tenant: Tenant) -> None:
    shop.customers(PEOPLE)
    run = canvas(shop)
    for i in range(4):
        post(shop, event(i, f"c{i}"))  # all four wait for a day
    assert passages.compact_passages(tenant.pk) == 0
    tell_events(tenant.pk)
    with tenant_tx(tenant.pk):
        Wave.objects.filter(run_id=run).update(at=datetime.now(UTC) - timedelta(days=99))
        Run.objects.filter(pk=run).update(compacted_at=datetime.now(UTC))
    assert waves.compact_waves(tenant.pk) == 0


def test_entries_are_kept_for_the_timeline_and_then_go(shop: Shop, tenant: Tenant, api: Api) -> None:
    shop.customers(PEOPLE)
    run = canvas(shop)
    for i in range(6):
        post(shop, event(i, "c9"), event(100 + i, "c10"))
    tell_events(tenant.pk)
    passages.compact_passages(tenant.pk)
    assert waves.compact_waves(tenant.pk) == 0
    with tenant_tx(tenant.pk):
        entries = WaveEntry.objects.filter(wave__run_id=run)
        assert entries.count() == 12
        Wave.objects.filter(run_id=run).update(at=datetime.now(UTC) - timedelta(days=31))
    assert waves.compact_waves(tenant.pk) >= 4
    with tenant_tx(tenant.pk):
        assert entries.count() == 0
        assert sum(Wave.objects.filter(run_id=run).values_list("size", flat=True)) == 12
        assert not faults(proof(Run.objects.get(pk=run)))


def _own(tenant: Tenant) -> Counter[tuple[str, str]]:
    with tenant_tx(tenant.pk):
        found = Event.objects.filter(name__startswith="canvas.")
        return Counter((e.name, e.properties["canvas"]) for e in found)


def test_taking_part_is_in_the_event_log_once(shop: Shop, tenant: Tenant) -> None:
    shop.customers(PEOPLE)
    run = canvas(shop)
    of = str(shop.ok(shop.api.get(f"runs/{run}"))["canvas"])
    for number, customer in enumerate(("c1", "c9", "c9")):
        post(shop, event(number, customer))
    for _ in range(2):
        tell_events(tenant.pk)
        assert _own(tenant) == {("canvas.entered", of): 3, ("canvas.finished", of): 2}  # c1 waits
    took_part = {"condition": "event", "event": "canvas.entered", "measure": "count", "op": "gte", "value": 2, "where": [{"property": "canvas", "op": "eq", "value": of}]}  # fmt: skip
    assert shop.ok(shop.api.post("audiences/preview", {"rule": took_part}))["count"] == 1


def test_scheduled_canvases_tell_only_when_the_tenant_wants_it(shop: Shop, tenant: Tenant, api: Api) -> None:
    shop.customers(3)
    made = shop.canvas([node("all", "audience.source", audience=shop.everyone())], [])
    shop.run(made)
    tell_events(tenant.pk)
    assert _own(tenant) == {}
    assert api.get("settings").json()["canvas_events"] == "triggered"
    shop.ok(api.patch("settings", {"canvas_events": "all"}))
    shop.run(made)
    tell_events(tenant.pk)
    assert _own(tenant) == {("canvas.entered", made): 3, ("canvas.finished", made): 3}
    assert api.patch("settings", {"canvas_events": "some"}).status_code == 400
