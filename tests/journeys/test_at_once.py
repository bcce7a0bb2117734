"""Two workers at once: whoever holds a claim keeps nobody from other work, and of two last ones the second knows it."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection

from canvas_app.models import Cohort, Passage, Run, Wave
from canvas_app.runtime import step
from canvas_app.runtime.claim import claim
from canvas_app.runtime.movement import Movement
from channels import jobs, sending
from channels.models import SendJob
from rewards import pool
from tenants.models import Tenant
from tenants.scope import tenant_tx
from tests.channels.conftest import SECRET
from tests.channels.conftest import Shop as ChannelShop
from tests.elsewhere import elsewhere
from tests.journeys.shop import Shop, node
from tests.sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def held(tenant: Tenant, work: Callable[[], Any]) -> Iterator[Any]:
    """The transaction of a worker that has claimed and is still busy."""
    with tenant_tx(tenant.pk):
        yield work()


def _two_runs(shop: Shop) -> list[str]:
    shop.customers(4)
    nodes = [node("all", "audience.source", audience=shop.everyone()), node("tag", "customer.tag", tags=["x"])]
    made = []
    for _ in range(2):
        canvas = shop.canvas(nodes, ["all>tag"])
        shop.publish(canvas)
        made.append(shop.ok(shop.api.post(f"canvases/{canvas}/run-now"), 201)["id"])
    return made


def test_a_claim_of_cohorts_keeps_nobody_waiting(shop: Shop, tenant: Tenant) -> None:
    runs = _two_runs(shop)
    with held(tenant, lambda: claim(standing=False)) as claimed:
        while elsewhere(lambda: step.unit(tenant.pk, standing=False)):
            pass
        other = next(r for r in runs if r != str(claimed.run_id))
        assert shop.ok(elsewhere(lambda: shop.api.get(f"runs/{other}")))["status"] == "finished"
        assert shop.ok(elsewhere(lambda: shop.api.get(f"runs/{claimed.run_id}")))["status"] == "running"
    shop.work()
    assert shop.ok(shop.api.get(f"runs/{claimed.run_id}"))["status"] == "finished"


def test_a_claim_of_send_jobs_keeps_nobody_waiting(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "_CANDIDATES", 1)  # one job a claim, so that another is left
    shop = ChannelShop(tenant)
    with Sink(SECRET) as sink:
        template = shop.template(shop.gateway(sink))
        for run in (1, 2):
            shop.touch(template, shop.people(3), run=run)
        with held(tenant, lambda: jobs.claim(1000)) as claimed:
            assert len(claimed) == 1
            assert elsewhere(lambda: sending.unit(tenant.pk))
            assert len(sink.messages) == 3


def test_codes_of_a_pool_keep_nobody_waiting(tenant: Tenant) -> None:
    from rewards.models import Package

    with tenant_tx(tenant.pk):
        package = Package.objects.create(name="礼包", items=[{"kind": "code", "name": "卡"}])
        pool.add(package, [f"C{i}" for i in range(4)])

    def take() -> list[str]:
        with tenant_tx(tenant.pk):
            return pool.take(package.pk, 2, wary=False)

    with held(tenant, lambda: pool.take(package.pk, 2, wary=False)) as mine:
        theirs = elsewhere(take)
    assert len({*mine, *theirs}) == 4


def test_of_two_that_finish_the_last_two_ways_the_second_lets_the_set_operation_go(
    shop: Shop, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.customers(6)
    run = _waits_before_a_union(shop)
    both, write = threading.Barrier(2), Movement.write

    def writes_and_waits(movement: Movement) -> None:
        write(movement)
        try:
            both.wait(2)  # they meet here unless they take turns
        except threading.BrokenBarrierError:
            pass

    monkeypatch.setattr(Movement, "write", writes_and_waits)
    with ThreadPoolExecutor(2) as threads:
        work = [threads.submit(elsewhere, lambda: step.unit(tenant.pk, standing=False)) for _ in range(2)]
        assert [w.result(60) for w in work] == [True, True]
    monkeypatch.undo()
    shop.work()
    shown = shop.ok(shop.api.get(f"runs/{run}"))
    assert (shown["status"], shown["nodes"]["any"]["left"]) == ("finished", {"out": 6})


def _waits_before_a_union(shop: Shop) -> str:
    """A run whose people stand at two waits that are over, one claim each, before a union that nobody has reached."""
    rule = {"condition": "attribute", "key": "n", "op": "lt", "value": 3}
    nodes = [
        node("all", "audience.source", audience=shop.everyone()), node("by", "flow.branch", branches=[{"key": "a", "rule": rule}]),
        node("one", "flow.wait", **{"for": {"hours": 1}}), node("two", "flow.wait", **{"for": {"hours": 1}}),
        node("any", "set.union"), node("tag", "customer.tag", tags=["x"]),
    ]  # fmt: skip
    run = shop.run(shop.canvas(nodes, ["all>by", "by.a>one", "by.else>two", "one>any", "two>any", "any>tag"]))
    with tenant_tx(int(str(shop.api.key).split("_")[1])):
        started = Run.objects.get(pk=run["id"]).started_at
        assert Cohort.objects.filter(run_id=run["id"], parked=True).update(due_at=started) == 2
    return str(run["id"])


def _somebody_waits_for_us() -> bool:
    """Another transaction, for a lock of this one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid)))"
        )
        return bool(cursor.fetchone()[0])


def test_a_stop_and_a_sender_do_not_wait_for_one_another(shop: Shop, tenant: Tenant) -> None:
    """The stop holds the run and wants the jobs; the sender holds a job and writes rows that refer to the run."""
    shop.customers(4)
    everyone, template = shop.everyone(), shop.template()
    nodes = [node("all", "audience.source", audience=everyone), node("m", "message.send", template=template)]
    canvas = shop.canvas(nodes, ["all>m"])
    shop.publish(canvas)
    run = shop.ok(shop.api.post(f"canvases/{canvas}/run-now"), 201)["id"]
    while step.unit(tenant.pk, standing=False):
        pass
    with ThreadPoolExecutor(1) as other:
        with tenant_tx(tenant.pk):
            assert len(list(SendJob.objects.filter(run_id=run).select_for_update())) == 1
            stopping = other.submit(lambda: elsewhere(lambda: shop.api.post(f"runs/{run}/stop")))
            ends = time.monotonic() + 60
            while not _somebody_waits_for_us():
                assert time.monotonic() < ends
                time.sleep(0.05)
            wave = Wave.objects.get(run_id=run)
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '500ms'")  # sooner than a deadlock is looked for
            Passage.objects.create(
                run_id=run, wave_id=wave.pk, node="m", kind="held", port="x", edge="", people=b"", size=0, at=wave.at
            )
        assert shop.ok(stopping.result(60))["status"] == "stopped"


def test_a_pause_holds_what_a_step_under_way_decides(shop: Shop, tenant: Tenant) -> None:
    shop.customers(4)
    nodes = [
        node("all", "audience.source", audience=shop.everyone()),
        node("m", "message.send", template=shop.template()),
    ]
    canvas = shop.canvas(nodes, ["all>m"])
    shop.publish(canvas)
    shop.ok(shop.api.post(f"canvases/{canvas}/run-now"), 201)
    with ThreadPoolExecutor(1) as other:
        with tenant_tx(tenant.pk):
            assert step.unit(tenant.pk, standing=False)  # its send jobs are not committed yet
            pausing = other.submit(lambda: elsewhere(lambda: shop.api.post(f"canvases/{canvas}/pause")))
            with pytest.raises(TimeoutError):
                pausing.result(0.5)
        shop.ok(pausing.result(30))
    with tenant_tx(tenant.pk):
        assert list(SendJob.objects.values_list("held", flat=True)) == [True]
