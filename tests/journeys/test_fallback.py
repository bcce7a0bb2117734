"""message.fallback: one touch after the other until one gets through (CHN-4)."""

from datetime import timedelta
from typing import Any

import pytest

from tests.journeys.shop import Shop, node
from tests.journeys.test_awaiting import arrived, show, tagged, until_due
from tests.journeys.test_results import receipts
from tests.journeys.test_staff_notify import member
from tests.journeys.test_versions import publish, redraw

TWO_HOURS = {"hours": 2}
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def one_account(shop: Shop) -> None:
    shop.made["account"] = shop.account()


def drawing(shop: Shop, touches: list[dict[str, Any]]) -> tuple[list[Any], list[str]]:
    nodes = [
        node("all", "audience.source", audience=shop.everyone()),
        node("f", "message.fallback", touches=touches),
        node("yes", "customer.tag", tags=["reached"]), node("no", "customer.tag", tags=["not"]),
    ]  # fmt: skip
    return nodes, ["all>f", "f.reached>yes", "f.not_reached>no"]


def started(shop: Shop, touches: list[dict[str, Any]]) -> str:
    return str(shop.run(shop.canvas(*drawing(shop, touches)))["id"])


def balanced(shop: Shop, run: str) -> dict[str, Any]:
    found = show(shop, run)
    assert found["check"]["balanced"], found["check"]
    proof = shop.ok(shop.api.get(f"runs/{run}/check"))
    assert proof["balanced"], [e for e in proof["equations"] if not e["ok"]]
    return found


def test_who_is_not_reached_in_time_gets_the_next_touch(shop: Shop) -> None:
    shop.customers(5)
    first, second = (
        shop.template(account=shop.made["account"], purpose="service"),
        shop.template(account=shop.made["account"], purpose="service"),
    )
    run = started(
        shop, [{"template": first, "until": "opened", "within": TWO_HOURS}, {"template": second, "until": "sent"}]
    )
    assert balanced(shop, run)["nodes"]["f"]["waiting"] == 5
    receipts(shop, run, (0, "opened"), (1, "clicked"), (2, "failed"), (3, "delivered"), of="f/1")
    found = balanced(shop, run)["nodes"]["f"]
    assert (found["entered"], found["waiting"], found["left"]) == (5, 2, {"reached": 3})  # 0, 1 opened; 2 by the second
    arrived(run, timedelta(hours=3))
    until_due(run)
    found = balanced(shop, run)
    assert found["nodes"]["f"]["left"] == {"reached": 5}
    assert found["status"] == "finished"
    assert found["edges"]["e1"] == 5
    assert [s["entered"] for s in found["nodes"]["f"]["stages"]] == [5, 3]
    assert tagged(shop, "reached") == {f"c{i}" for i in range(5)}
    sent = shop.all(f"messages?run={run}&node=f&page_size=100")
    assert sorted((m["node"], m["template"]) for m in sent) == [("f/1", first)] * 5 + [("f/2", second)] * 3


def test_who_may_not_be_sent_to_goes_on_at_once(shop: Shop) -> None:
    """Marketing by the first template: nobody consented. The second is a service message."""
    shop.customers(3, consents={})
    run = started(
        shop,
        [
            {
                "template": shop.template(account=shop.made["account"], purpose="marketing"),
                "until": "delivered",
                "within": TWO_HOURS,
            },
            {"template": shop.template(account=shop.made["account"], purpose="service"), "until": "sent"},
        ],
    )
    found = balanced(shop, run)["nodes"]["f"]
    assert found["left"] == {"reached": 3}
    assert found["suppressed"] == {"no_consent": 3}
    people = shop.ok(shop.api.get(f"runs/{run}/nodes/f/customers?port=reached"))["results"]
    assert {p["external_id"] for p in people} == {"c0", "c1", "c2"}
    held = shop.ok(shop.api.get(f"runs/{run}/nodes/f/customers?port=no_consent"))["results"]
    assert len(held) == 3


def test_nobody_is_reached_by_the_last(shop: Shop) -> None:
    shop.customers(2)
    run = started(
        shop,
        [
            {
                "template": shop.template(account=shop.made["account"], purpose="service"),
                "until": "replied",
                "within": TWO_HOURS,
            }
        ],
    )
    arrived(run, timedelta(hours=3))
    until_due(run)
    assert balanced(shop, run)["nodes"]["f"]["left"] == {"not_reached": 2}
    assert tagged(shop, "not") == {"c0", "c1"}


def test_a_vip_goes_to_their_own_adviser(shop: Shop) -> None:
    """n ≥ 2 are VIPs; one of them has an adviser, the other has none and gets the message like everybody."""
    shop.customers(4)
    member(shop, "小王", ["c3"])
    vip = {"condition": "attribute", "key": "n", "op": "gte", "value": 2}
    run = started(
        shop,
        [
            {"by": "staff", "title": "请联系 {{ customer.external_id }}", "only": vip},
            {"template": shop.template(account=shop.made["account"], purpose="service"), "until": "sent"},
        ],
    )
    assert balanced(shop, run)["nodes"]["f"]["left"] == {"reached": 4}
    assert {m["customer"] for m in shop.all(f"messages?run={run}&page_size=100")} == {
        c["id"] for c in shop.all("customers?page_size=100") if c["external_id"] != "c3"
    }
    tasks = shop.all(f"staff-tasks?run={run}")
    assert [t["title"] for t in tasks] == ["请联系 c3"]


def test_results_of_it_are_those_of_all_its_touches(shop: Shop) -> None:
    shop.customers(3)
    first, second = (shop.template(account=shop.made["account"], purpose=p) for p in ("marketing", "service"))
    nodes, edges = drawing(shop, [{"template": first, "until": "sent"}, {"template": second, "until": "sent"}])
    shop.ok(shop.api.post("customers/bulk", {"customers": [{"external_id": "c1", "consents": {"sms": None}}]}))
    nodes.append(node("r", "flow.result", results=["clicked"], within=TWO_HOURS))
    run = str(shop.run(shop.canvas(nodes, [*edges, "f.reached>r"]))["id"])
    receipts(shop, run, (0, "clicked"), of="f/1")
    receipts(shop, run, (1, "clicked"), of="f/2")
    assert balanced(shop, run)["nodes"]["r"]["left"] == {"clicked": 2}


def test_the_estimate_and_a_test_run_show_it_as_one_step(shop: Shop) -> None:
    shop.customers(3)
    touches = [
        {
            "template": shop.template(account=shop.made["account"], purpose="service"),
            "until": "opened",
            "within": TWO_HOURS,
        },
        {
            "template": shop.template(account=shop.made["account"], purpose="service"),
            "until": "opened",
            "within": TWO_HOURS,
        },
    ]
    canvas = shop.canvas(*drawing(shop, touches))
    estimate = shop.ok(shop.api.post(f"canvases/{canvas}/estimate", {}))
    assert estimate["nodes"]["f"] == {"in": 3, "out": {"reached": 3, "not_reached": 0}}
    assert set(estimate["nodes"]) == {"all", "f", "yes", "no"}
    assert estimate["edges"] == {"e0": 3, "e1": 3, "e2": 0}
    sent = {"customers": ["c0"], "assume": {"f": "not_reached"}}
    found = shop.ok(shop.api.post(f"canvases/{canvas}/simulate", sent))
    way = found["customers"][0]
    assert [s["node"] for s in way["path"]] == ["all", "f", "f", "f", "f", "no"]
    assert [m["node"] for m in way["messages"]] == ["f", "f"]
    assert found["assumed"] == [{"node": "f", "port": "not_reached"}]
    plain = shop.ok(shop.api.post(f"canvases/{canvas}/simulate", {"customers": ["c0"]}))["customers"][0]
    assert [s["node"] for s in plain["path"]] == ["all", "f", "f", "yes"]


def test_what_is_not_complete_is_said_where_it_is(shop: Shop) -> None:
    shop.customers(1)
    canvas = shop.canvas(*drawing(shop, [{"until": "sent"}]))
    problems = shop.ok(shop.api.post(f"canvases/{canvas}/check", {}))["problems"]
    wrong = [p["pointer"] for p in problems if p["severity"] == "error" and p["node"] == "f"]
    assert wrong == ["/graph/nodes/1/config/touches/0/template"]
    template = shop.template(account=shop.made["account"], purpose="service")
    canvas = shop.canvas(*drawing(shop, [{"template": template, "until": "sent"}]))
    used = shop.ok(shop.api.get(f"templates/{template}"))["used_by"]
    assert [u["id"] for u in used] == [canvas]


def test_people_go_over_to_a_new_version_where_they_stand(shop: Shop) -> None:
    """Those who wait for the first touch's outcome get the new second touch; when the first is gone they leave by redirect."""
    shop.customers(3)
    account = shop.made["account"]
    first, old, new = (shop.template(account=account, purpose="service") for _ in range(3))
    waiting = {"template": first, "until": "opened", "within": TWO_HOURS}
    canvas = shop.canvas(*drawing(shop, [waiting, {"template": old, "until": "sent"}]))
    run = str(shop.run(canvas)["id"])
    assert show(shop, run)["nodes"]["f"]["waiting"] == 3
    inside = shop.ok(shop.api.get(f"canvases/{canvas}/inside"))
    assert [(n["node"], n["people"]) for n in inside["nodes"]] == [("f", 3)]
    receipts(shop, run, (0, "opened"), of="f/1")
    assert balanced(shop, run)["nodes"]["f"]["waiting"] == 2
    redraw(shop, canvas, *drawing(shop, [waiting, {"template": new, "until": "opened", "within": TWO_HOURS}]))
    assert publish(shop, canvas, in_flight="move")["in_flight"]["moved"] == 2
    second = newest(shop, canvas)
    arrived(second, timedelta(hours=3))
    until_due(second)
    assert balanced(shop, second)["nodes"]["f"]["waiting"] == 2  # for what comes of the new second touch
    assert {m["template"] for m in shop.all(f"messages?run={second}&node=f")} == {new}
    redraw(shop, canvas, *drawing(shop, [{"template": first, "until": "sent"}]))
    moved = publish(shop, canvas, in_flight="move", redirects={"f": "no"})["in_flight"]
    shop.work()
    assert moved["moved"] == 2
    assert balanced(shop, newest(shop, canvas))["nodes"]["no"]["entered"] == 2
    assert tagged(shop, "not") == {"c1", "c2"}


def newest(shop: Shop, canvas: str) -> str:
    shop.work()
    return str(max(int(r["id"]) for r in shop.all(f"runs?canvas={canvas}")))
