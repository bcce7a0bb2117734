"""A step that can't be done: only its people wait, the run says where and why, and they go on from there (CAN-11)."""

from typing import Any

import pytest

from canvas_app.nodes.kinds.customer_tag import CustomerTag
from canvas_app.runtime.conclude import MAX_ATTEMPTS
from tenants.models import AuditEntry
from tenants.scope import tenant_tx
from tests.journeys.shop import Shop, node
from tests.journeys.test_scheduled import _until_due

pytestmark = pytest.mark.django_db(transaction=True)
_DONE = CustomerTag.process


def break_tags(monkeypatch: pytest.MonkeyPatch, only: str = "坏") -> None:
    """Steps that put the tag `only` on people can't be done."""

    def process(self: CustomerTag, ctx: Any, config: Any, arrived: Any) -> Any:
        if only in config.tags:
            raise RuntimeError("the tag machine is broken")
        return _DONE(self, ctx, config, arrived)

    monkeypatch.setattr(CustomerTag, "process", process)


def until_given_up(shop: Shop, run: str) -> dict[str, Any]:
    for _ in range(MAX_ATTEMPTS):
        _until_due(run)
        shop.work()
    return shop.ok(shop.api.get(f"runs/{run}"))


def two_branches(shop: Shop) -> str:
    return shop.canvas(
        [
            node("all", "audience.source", audience=shop.everyone()),
            node("ab", "abtest.split", variants=[{"key": "a", "share": 50}, {"key": "b", "share": 50}]),
            node("bad", "customer.tag", tags=["坏"]),
            node("good", "customer.tag", tags=["好"]),
            node("wait", "flow.wait", **{"for": {"hours": 1}}),
            node("meet", "set.union"),
        ],
        ["all>ab", "ab.a>bad", "ab.b>wait", "wait>good", "bad>meet", "good>meet"],
    )


def test_other_branches_go_on_and_the_run_says_where_and_why(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.customers(40)
    break_tags(monkeypatch)
    canvas = two_branches(shop)
    run = shop.run(canvas)
    assert run["status"] == "running"
    found = until_given_up(shop, run["id"])
    a, b = found["nodes"]["ab"]["left"]["a"], found["nodes"]["ab"]["left"]["b"]
    assert found["status"] == "failed"  # nothing else can move: the union waits for those at the failed step
    assert found["nodes"]["good"]["left"] == {"out": b}
    assert [(f["node"], f["people"]) for f in found["failures"]] == [("bad", a)]
    assert "the tag machine is broken" in found["failures"][0]["reason"]
    assert found["check"] == {"entered": 40, "inside": 40, "left": 0, "balanced": True, "wrong": []}


def test_the_owner_is_told_once(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.customers(40)
    break_tags(monkeypatch)
    canvas = two_branches(shop)
    run = shop.run(canvas)
    until_given_up(shop, run["id"])
    tasks = shop.all(f"staff-tasks?canvas={canvas}")
    assert [(t["kind"], t["status"], t["customer"], t["staff"], t["node"]) for t in tasks] == [
        ("stuck", "open", None, None, "bad")
    ]
    assert tasks[0]["owner"]
    shop.ok(shop.api.post(f"runs/{run['id']}/retry"))
    assert [t["status"] for t in shop.all(f"staff-tasks?canvas={canvas}")] == ["done"]
    until_given_up(shop, run["id"])
    assert [t["status"] for t in shop.all(f"staff-tasks?canvas={canvas}")] == ["open"]


def test_retry_goes_on_from_where_they_stand(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.customers(40)
    break_tags(monkeypatch)
    run = shop.run(two_branches(shop))["id"]
    assert until_given_up(shop, run)["status"] == "failed"
    monkeypatch.setattr(CustomerTag, "process", _DONE)
    again = shop.ok(shop.api.post(f"runs/{run}/retry"))
    assert (again["status"], again["failures"], again["error"]) == ("running", [], None)
    shop.work()
    found = shop.ok(shop.api.get(f"runs/{run}"))
    assert found["status"] == "finished"
    assert found["nodes"]["meet"]["left"] == {"out": 40}
    assert found["check"] == {"entered": 40, "inside": 0, "left": 40, "balanced": True, "wrong": []}
    with tenant_tx(int(str(shop.api.key).split("_")[1])):
        assert AuditEntry.objects.filter(action="run.retry", target=f"run:{run}").count() == 1
    assert shop.api.post(f"runs/{run}/retry").json()["code"] == "nothing_to_retry"


def test_stopping_a_failed_run_lets_everybody_out(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.customers(40)
    break_tags(monkeypatch)
    run = shop.run(two_branches(shop))["id"]
    until_given_up(shop, run)
    stopped = shop.ok(shop.api.post(f"runs/{run}/stop"))
    assert (stopped["status"], stopped["failures"]) == ("stopped", [])
    assert stopped["check"] == {"entered": 40, "inside": 0, "left": 40, "balanced": True, "wrong": []}


def test_a_wave_that_fails_spoils_no_other(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Triggered: those of one event fail at a step; events before and after it go through, and the run stays up."""
    from tests.journeys.test_triggered import event

    shop.customers(3)
    with tenant_tx(int(str(shop.api.key).split("_")[1])):
        from customers.models import Customer

        bad = Customer.objects.get(external_id="c1").pk

    def process(self: CustomerTag, ctx: Any, config: Any, arrived: Any) -> Any:
        if bad in arrived.everybody:
            raise RuntimeError("this one")
        return _DONE(self, ctx, config, arrived)

    monkeypatch.setattr(CustomerTag, "process", process)
    nodes = [node("t", "trigger.event", event="cart.added"), node("wait", "flow.wait", **{"for": {"hours": 1}}),
             node("tag", "customer.tag", tags=["好"])]  # fmt: skip
    canvas = shop.canvas(nodes, ["t>wait", "wait>tag"], kind="triggered")
    shop.publish(canvas)
    for number in range(3):
        shop.ok(shop.api.post("events/bulk", {"events": [event(number, f"c{number}")]}), 202)
        shop.work()
    run = shop.ok(shop.api.get(f"canvases/{canvas}"))["run"]
    _until_due(run)
    shop.work()  # all three waves are claimed together, and fail together
    found = until_given_up(shop, run)
    assert found["status"] == "running"
    assert found["nodes"]["tag"]["left"] == {"out": 2}
    assert [(f["node"], f["people"]) for f in found["failures"]] == [("tag", 1)]
    assert found["check"]["balanced"]
