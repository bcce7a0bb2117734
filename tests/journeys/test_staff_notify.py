"""Tasks for staff (CHN-6, CAN-2): for the right member, once, with the customer's own words, and one message each."""

from collections import Counter
from typing import Any

import pytest
from django.db import connection

from tenants.scope import tenant_tx
from tests.journeys.shop import Shop, node
from tests.journeys.test_outgoing import SECRET, webhook
from tests.journeys.test_triggered import event, post
from tests.sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)


def member(shop: Shop, name: str, customers: list[str], day: int = 1) -> str:
    """A staff member who has had these customers since that day of November."""
    made = shop.ok(shop.api.post("staff", {"external_id": name, "name": name}), 201)["id"]
    shop.ok(shop.api.post(f"staff/{made}/customers", {"customers": customers}))
    with tenant_tx(int(str(shop.api.key).split("_")[1])), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE customers_staffrelation SET since = make_timestamptz(2026, 11, %s, 0, 0, 0, 'UTC') WHERE staff_id = %s",
            [day, int(made)],
        )
    return str(made)


def notify(shop: Shop, ends: bool = False, **config: Any) -> str:
    nodes = [
        node("all", "audience.source", audience=shop.everyone()),
        node("task", "staff.notify", **{"title": "回访", **config}),
        node("none", "customer.tag", tags=["没人管"]),
    ]
    return shop.canvas(nodes, ["all>task", "task.no_staff>none"])


def whose(shop: Shop, run: str) -> set[tuple[str, str]]:
    return {(t["staff"]["name"], t["customer"]["name"]) for t in shop.all(f"staff-tasks?run={run}")}


@pytest.mark.parametrize(
    ("to", "wanted"),
    [
        ("owner", {("new", "c0"), ("old", "c1")}),
        ("first_added", {("old", "c0"), ("old", "c1")}),
        ("all", {("old", "c0"), ("new", "c0"), ("old", "c1")}),
    ],
)
def test_whose_task_it_is(shop: Shop, to: str, wanted: set[tuple[str, str]]) -> None:
    shop.customers(3)
    member(shop, "old", ["c0", "c1"], day=1)
    member(shop, "new", ["c0"], day=2)
    run = shop.run(notify(shop, to=to))
    assert whose(shop, run["id"]) == wanted
    assert run["nodes"]["task"]["left"] == {"out": 2, "no_staff": 1}
    assert run["nodes"]["none"]["left"] == {"out": 1}
    assert run["check"]["balanced"]


def test_the_manager_of_their_adviser(shop: Shop) -> None:
    shop.customers(3)
    boss = member(shop, "boss", [])
    member(shop, "wang", ["c0"], day=1)
    alone = member(shop, "alone", ["c1"], day=1)
    wang = next(s for s in shop.all("staff") if s["name"] == "wang")
    told = shop.ok(shop.api.patch(f"staff/{wang['id']}", {"manager": "boss"}))
    assert told["manager"]["id"] == boss
    run = shop.run(notify(shop, to="manager"))
    assert whose(shop, run["id"]) == {("boss", "c0")}
    assert run["nodes"]["task"]["left"] == {"out": 1, "no_staff": 2}
    assert shop.api.patch(f"staff/{alone}", {"manager": "alone"}).json()["errors"][0]["code"] == "own_manager"
    assert shop.api.patch(f"staff/{alone}", {"manager": "nobody"}).json()["errors"][0]["pointer"] == "/manager"


def test_somebody_of_the_same_region(shop: Shop) -> None:
    for region, people in (("华东", ["c0", "c1"]), ("华北", ["c2"]), ("华南", ["c3"])):
        rows = [{"external_id": c, "attributes": {"region": region, "n": 1}} for c in people]
        shop.ok(shop.api.post("customers/bulk", {"customers": rows}))
    for name, region in (("east", "华东"), ("north1", "华北"), ("north2", "华北")):
        shop.ok(shop.api.post("staff", {"external_id": name, "name": name, "attributes": {"region": region}}), 201)
    run = shop.run(notify(shop, to={"same": "region"}))
    found = whose(shop, run["id"])
    assert {(who, c) for who, c in found if who == "east"} == {("east", "c0"), ("east", "c1")}
    assert [c for who, c in found if who.startswith("north")] == ["c2"]  # one of the two
    assert run["nodes"]["task"]["left"] == {"out": 3, "no_staff": 1}


def test_one_member_for_all(shop: Shop) -> None:
    shop.customers(3)
    staff = member(shop, "wang", [])
    run = shop.run(notify(shop, to={"staff": staff}))
    assert whose(shop, run["id"]) == {("wang", f"c{i}") for i in range(3)}
    assert run["nodes"]["task"]["left"] == {"out": 3}


def test_the_member_tied_to_the_event_or_their_manager(shop: Shop) -> None:
    shop.customers(4)
    member(shop, "boss", [])
    wang = member(shop, "wang", [])
    shop.ok(shop.api.patch(f"staff/{wang}", {"manager": "boss"}))
    nodes = [
        node("t", "trigger.event", event="wecom.added"),
        node("task", "staff.notify", title="欢迎", to={"event": "userid"}),
        node("up", "staff.notify", title="知会", to={"event": "userid", "manager": True}),
    ]
    canvas = shop.canvas(nodes, ["t>task", "t>up"], kind="triggered")
    shop.publish(canvas)
    said = {"c0": {"userid": "wang"}, "c1": {"userid": "boss"}, "c2": {"userid": "gone"}, "c3": {}}
    post(shop, *[event(i, c, "wecom.added", properties=p) for i, (c, p) in enumerate(said.items())])
    shop.work()
    run = shop.all(f"runs?canvas={canvas}")[0]["id"]
    tasks = {(t["title"], t["staff"]["name"], t["customer"]["name"]) for t in shop.all(f"staff-tasks?run={run}")}
    assert tasks == {("欢迎", "wang", "c0"), ("欢迎", "boss", "c1"), ("知会", "boss", "c0")}
    found = shop.ok(shop.api.get(f"runs/{run}"))
    assert found["nodes"]["task"]["left"] == {"out": 2, "no_staff": 2}
    assert found["nodes"]["up"]["left"] == {"out": 1, "no_staff": 3}


def test_words_of_the_customer_and_the_time_it_is_due(shop: Shop) -> None:
    shop.customers(2)
    member(shop, "wang", ["c0", "c1"])
    run = shop.run(
        notify(
            shop, title="{{ customer.external_id }} 要回访", text="n = {{ customer.attributes.n }}", due_in={"days": 2}
        )
    )
    found = shop.all(f"staff-tasks?run={run['id']}&status=open")
    assert {(t["title"], t["text"], t["customer"]["name"]) for t in found} == {
        ("c0 要回访", "n = 0", "c0"), ("c1 要回访", "n = 1", "c1"),
    }  # fmt: skip
    assert {t["due_at"][:10] > t["created_at"][:10] for t in found} == {True}


def test_one_message_to_each_member_counts_their_tasks(shop: Shop) -> None:
    shop.customers(6)
    member(shop, "li", ["c0", "c1", "c2", "c3"])
    member(shop, "wang", ["c4"])
    with Sink(SECRET, mode="results") as sink:
        account = webhook(shop, sink, channel="wecom_app")
        run = shop.run(notify(shop, account=account))
        assert run["status"] == "finished"  # nobody waits for the staff to be told
        assert {(m["staff"]["external_id"], m["to"], m["content"]["text"]["content"]) for m in sink.messages} == {
            ("li", "li", "你有 4 个新任务: 回访"), ("wang", "wang", "你有 1 个新任务: 回访"),
        }  # fmt: skip
        assert len(sink.messages) == 2
    messages = shop.all(f"messages?run={run['id']}")
    assert {(m["purpose"], m["customer"], m["template"]) for m in messages} == {("staff", None, None)}
    proof = shop.ok(shop.api.get(f"runs/{run['id']}/check"))
    assert proof["balanced"], proof


def test_how_staff_get_on_with_their_tasks(shop: Shop) -> None:
    shop.customers(5)
    li = member(shop, "li", ["c0", "c1", "c2"])
    member(shop, "wang", ["c3"])
    run = shop.run(notify(shop, due_in={"days": 1}))["id"]
    tasks = {t["customer"]["name"]: t["id"] for t in shop.all(f"staff-tasks?run={run}")}
    shop.ok(shop.api.post(f"staff-tasks/{tasks['c0']}/done"))
    shop.ok(shop.api.post(f"staff-tasks/{tasks['c1']}/dismiss"))
    with tenant_tx(int(str(shop.api.key).split("_")[1])), connection.cursor() as cursor:
        cursor.execute("UPDATE customers_stafftask SET due_at = now() - interval '1 hour' WHERE id = %s", [tasks["c2"]])
    found = shop.ok(shop.api.get(f"staff-tasks/rates?run={run}"))
    assert found["total"] == {"tasks": 4, "done": 1, "dismissed": 1, "open": 2, "late": 1, "rate": 0.25}
    assert found["staff"] == [
        {
            "staff": {"id": li, "name": "li"},
            "tasks": 3,
            "done": 1,
            "dismissed": 1,
            "open": 1,
            "late": 1,
            "rate": 0.3333,
        },
        {"staff": found["staff"][1]["staff"], "tasks": 1, "done": 0, "dismissed": 0, "open": 1, "late": 0, "rate": 0.0},
    ]
    none = shop.ok(shop.api.get(f"staff-tasks/rates?run={run}&status=done&staff={li}1"))
    assert none == {"total": {"tasks": 0, "done": 0, "dismissed": 0, "open": 0, "late": 0, "rate": None}, "staff": []}


def test_done_dismissed_and_open_again(shop: Shop) -> None:
    shop.customers(2)
    member(shop, "wang", ["c0", "c1"])
    run = shop.run(notify(shop))["id"]
    first, second = (t["id"] for t in shop.all(f"staff-tasks?run={run}"))
    done = shop.ok(shop.api.post(f"staff-tasks/{first}/done", {"result": "约了周五"}))
    assert (done["status"], done["result"], bool(done["done_at"]), bool(done["done_by"])) == (
        "done",
        "约了周五",
        True,
        True,
    )
    assert shop.ok(shop.api.post(f"staff-tasks/{first}/done"))["result"] == "约了周五"  # twice changes nothing
    assert shop.api.post(f"staff-tasks/{first}/dismiss").json()["code"] == "task_closed"
    shop.ok(shop.api.post(f"staff-tasks/{second}/dismiss"))
    assert Counter(t["status"] for t in shop.all(f"staff-tasks?run={run}")) == {"done": 1, "dismissed": 1}
    again = shop.ok(shop.api.post(f"staff-tasks/{first}/reopen"))
    assert (again["status"], again["result"], again["done_at"]) == ("open", None, None)
    assert [t["id"] for t in shop.all(f"staff-tasks?run={run}&status=open")] == [first]
    assert shop.api.get("staff-tasks?status=lost").json()["code"] == "invalid"


def test_filters(shop: Shop) -> None:
    shop.customers(2)
    li, wang = member(shop, "li", ["c0"]), member(shop, "wang", ["c1"])
    canvas = notify(shop)
    shop.run(canvas)
    assert [t["customer"]["name"] for t in shop.all(f"staff-tasks?staff={li}")] == ["c0"]
    assert [t["customer"]["name"] for t in shop.all(f"staff-tasks?staff={wang}&canvas={canvas}")] == ["c1"]
    assert shop.all("staff-tasks?canvas=999999") == []
    assert {t["canvas"]["name"] for t in shop.all("staff-tasks")} == {"画布"}


def test_a_crash_after_the_tasks_were_written_makes_none_twice(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """The step dies twice between writing tasks and its commit; then it goes through once."""
    from canvas_app.runtime import movement
    from customers.models import StaffTask
    from tests.journeys.test_scheduled import _until_due

    shop.customers(5)
    member(shop, "wang", [f"c{i}" for i in range(5)])
    real, deaths = movement.Movement.write, list[int]()

    def dies(self: Any) -> None:
        real(self)
        if len(deaths) < 2 and (written := StaffTask.objects.filter(run_id=self.run.pk).count()):
            deaths.append(written)
            raise RuntimeError("killed before the commit")

    monkeypatch.setattr(movement.Movement, "write", dies)
    with Sink(SECRET) as sink:
        run = shop.run(notify(shop, account=webhook(shop, sink, channel="wecom_app")))["id"]
        for _ in range(5):
            _until_due(run)
            shop.work()
    assert deaths == [5, 5]
    assert shop.ok(shop.api.get(f"runs/{run}"))["status"] == "finished"
    assert Counter(t["customer"]["name"] for t in shop.all(f"staff-tasks?run={run}")) == {f"c{i}": 1 for i in range(5)}
    assert [m["content"]["text"]["content"] for m in sink.messages] == ["你有 5 个新任务: 回访"]
