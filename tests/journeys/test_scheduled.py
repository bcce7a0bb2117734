"""Scheduled canvases from the drawing to the ledgers (CAN-1, CAN-2, CHN-3, REW-2)."""

from collections import Counter
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.chaos.workers import until
from tests.journeys.shop import Shop, node

pytestmark = pytest.mark.django_db(transaction=True)


def test_source_subtract_split_reward_message(shop: Shop) -> None:
    shop.customers(100)
    everyone, few = shop.everyone(), shop.audience({"condition": "attribute", "key": "n", "op": "lt", "value": 20})
    canvas = shop.canvas(
        [
            node("all", "audience.source", audience=everyone), node("few", "audience.source", audience=few),
            node("minus", "set.subtract"), node("ab", "abtest.split", variants=[{"key": "a", "share": 50}, {"key": "b", "share": 50}]),
            node("gift", "reward.grant", package=shop.package()), node("sms", "message.send", template=shop.template("券码 {{ reward.code | default: '无' }}")),
        ],
        ["all>minus", "few>minus.minus", "minus>ab", "ab.a>gift", "gift>sms", "ab.b>sms"],
    )  # fmt: skip
    estimated = shop.ok(shop.api.post(f"canvases/{canvas}/estimate"))
    run = shop.run(canvas)
    assert run["status"] == "finished"
    assert run["check"] == {"entered": 100, "inside": 0, "left": 100, "balanced": True, "wrong": []}
    assert run["nodes"]["minus"]["left"] == {"out": 80}
    assert run["nodes"]["minus"]["dropped"] == {"not_in_result": 20}
    a, b = run["nodes"]["ab"]["left"]["a"], run["nodes"]["ab"]["left"]["b"]
    assert a + b == 80
    assert estimated["nodes"]["ab"]["out"] == {"a": a, "b": b}
    assert run["nodes"]["sms"]["left"] == {"sent": 80}
    messages = shop.all(f"messages?run={run['id']}&page_size=30")
    assert Counter(m["status"] for m in messages) == {"sent": 80}
    assert len({m["customer"] for m in messages}) == 80
    grants = shop.all(f"grants?run={run['id']}")
    assert len(grants) == a
    assert Counter("无" in m["content"]["text"] for m in messages) == {False: a, True: b}
    assert {g["code"] for g in grants} == {
        m["content"]["text"].split()[-1] for m in messages if "无" not in m["content"]["text"]
    }


def test_a_second_run_is_held_by_the_cap_and_says_so(shop: Shop) -> None:
    shop.customers(10)
    nodes = [
        node("all", "audience.source", audience=shop.everyone()),
        node("sms", "message.send", template=shop.template()),
    ]
    canvas = shop.canvas(nodes, ["all>sms"])
    for _ in range(2):
        assert shop.run(canvas)["nodes"]["sms"]["left"] == {"sent": 10}
    third = shop.run(canvas)
    assert third["nodes"]["sms"]["left"] == {"suppressed": 10}
    assert third["nodes"]["sms"]["suppressed"] == {"capped": 10}
    assert third["check"]["balanced"]


def test_consent_and_blocked_are_obeyed(shop: Shop) -> None:
    shop.customers(4)
    rows = [
        {"external_id": "c0", "consents": {"sms": False}},
        {"external_id": "c1", "consents": {"sms": None}},
        {"external_id": "c2", "blocked": True},
    ]
    shop.ok(shop.api.post("customers/bulk", {"customers": rows}))
    run = shop.run(
        shop.canvas(
            [
                node("all", "audience.source", audience=shop.everyone()),
                node("sms", "message.send", template=shop.template()),
            ],
            ["all>sms"],
        )
    )
    assert run["nodes"]["sms"]["left"] == {"sent": 1, "suppressed": 3}
    assert sum(run["nodes"]["sms"]["suppressed"].values()) == 3
    assert run["check"]["balanced"]


def test_short_stock_goes_out_by_its_own_port(shop: Shop) -> None:
    shop.customers(10)
    nodes = [
        node("all", "audience.source", audience=shop.everyone()), node("gift", "reward.grant", package=shop.package(stock=4)),
        node("got", "customer.tag", tags=["有券"]), node("none", "customer.tag", tags=["没券"]),
    ]  # fmt: skip
    run = shop.run(shop.canvas(nodes, ["all>gift", "gift.out>got", "gift.out_of_stock>none"]))
    assert run["nodes"]["gift"]["left"] == {"out": 4, "out_of_stock": 6}
    assert len(shop.all("customers?tag=有券")) == 4
    assert len(shop.all("customers?tag=没券")) == 6


def test_all_set_operations_agree_with_python(shop: Shop) -> None:
    shop.customers(60)
    low = shop.audience({"condition": "attribute", "key": "n", "op": "lt", "value": 40})
    high = shop.audience({"condition": "attribute", "key": "n", "op": "gte", "value": 25})
    nodes = [node("a", "audience.source", audience=low), node("b", "audience.source", audience=high)]
    edges = []
    for name in ("union", "intersect", "xor"):
        nodes += [node(name, f"set.{name}"), node(f"t{name}", "customer.tag", tags=[name])]
        edges += [f"a>{name}", f"b>{name}", f"{name}>t{name}"]
    nodes += [node("minus", "set.subtract"), node("tminus", "customer.tag", tags=["minus"])]
    edges += ["a>minus", "b>minus.minus", "minus>tminus"]
    nodes += [
        node("first", "set.priority", inputs=2),
        node("p1", "customer.tag", tags=["p1"]),
        node("p2", "customer.tag", tags=["p2"]),
    ]
    edges += ["a>first.in1", "b>first.in2", "first.out1>p1", "first.out2>p2"]
    run = shop.run(shop.canvas(nodes, edges))
    assert run["check"]["balanced"], run["check"]
    a, b = set(range(40)), set(range(25, 60))
    wanted = {"union": a | b, "intersect": a & b, "xor": a ^ b, "minus": a - b, "p1": a, "p2": b - a}
    for tag, people in wanted.items():
        assert {int(c["attributes"]["n"]) for c in shop.all(f"customers?tag={tag}&page_size=100")} == people, tag


def test_branch_random_save_and_end(shop: Shop) -> None:
    shop.customers(50)
    branches = [
        {"key": "small", "rule": {"condition": "attribute", "key": "n", "op": "lt", "value": 10}},
        {"key": "even", "rule": {"condition": "attribute", "key": "n", "op": "in", "value": list(range(0, 50, 2))}},
    ]
    nodes = [
        node("all", "audience.source", audience=shop.everyone()), node("by", "flow.branch", branches=branches),
        node("dice", "flow.random", branches=[{"key": "x", "share": 30}, {"key": "y", "share": 70}]),
        node("keep", "audience.save", name="存下的"), node("end", "flow.end"),
    ]  # fmt: skip
    run = shop.run(shop.canvas(nodes, ["all>by", "by.small>keep", "by.even>dice", "by.else>end", "dice.x>end"]))
    assert run["nodes"]["by"]["left"] == {"small": 10, "even": 20, "else": 20}
    assert sum(run["nodes"]["dice"]["left"].values()) == 20
    assert run["check"] == {"entered": 50, "inside": 0, "left": 50, "balanced": True, "wrong": []}
    saved = next(a for a in shop.all("audiences") if a["name"] == "存下的")
    assert saved["size"] == 10
    assert {int(c["attributes"]["n"]) for c in shop.all(f"audiences/{saved['id']}/members")} == set(range(10))


def test_sample_then_release_reaches_everybody_once(shop: Shop) -> None:
    shop.customers(30)
    canvas = shop.canvas(
        [
            node("all", "audience.source", audience=shop.everyone()),
            node("sms", "message.send", template=shop.template()),
        ],
        ["all>sms"],
    )
    run = shop.run(canvas, {"sample": {"count": 5}})
    assert run["check"]["entered"] == 5
    shop.ok(shop.api.post(f"runs/{run['id']}/release"))
    shop.work()
    run = shop.ok(shop.api.get(f"runs/{run['id']}"))
    assert (run["status"], run["check"]["entered"], run["check"]["balanced"]) == ("finished", 30, True)
    messages = shop.all(f"messages?run={run['id']}")
    assert len(messages) == len({m["customer"] for m in messages}) == 30
    assert shop.api.post(f"runs/{run['id']}/release").status_code == 409


def test_pause_holds_everybody_and_resume_goes_on(shop: Shop) -> None:
    shop.customers(10)
    nodes = [
        node("all", "audience.source", audience=shop.everyone()), node("wait", "flow.wait", **{"for": {"seconds": 1}}),
        node("sms", "message.send", template=shop.template()),
    ]  # fmt: skip
    canvas = shop.canvas(nodes, ["all>wait", "wait>sms"])
    run = shop.run(canvas)
    assert run["nodes"]["wait"]["waiting"] == 10
    shop.ok(shop.api.post(f"canvases/{canvas}/pause"))
    _until_due(run["id"])
    shop.work()
    held = shop.ok(shop.api.get(f"runs/{run['id']}"))
    assert held["check"] == {"entered": 10, "inside": 10, "left": 0, "balanced": True, "wrong": []}
    assert shop.api.post(f"canvases/{canvas}/run-now").status_code == 409
    shop.ok(shop.api.post(f"canvases/{canvas}/resume"))
    shop.work()
    assert shop.ok(shop.api.get(f"runs/{run['id']}"))["nodes"]["sms"]["left"] == {"sent": 10}


def _until_due(run_id: str) -> None:
    """Make what waits due now, instead of sleeping."""
    from django.db import connection

    from canvas_app.models import Cohort, Run
    from tenants.models import Tenant
    from tenants.scope import tenant_tx

    for tenant in Tenant.objects.values_list("pk", flat=True):
        with tenant_tx(tenant):
            if Run.objects.filter(pk=run_id).exists():
                Cohort.objects.filter(run_id=run_id, due_at__isnull=False).update(due_at="2020-01-01T00:00:00Z")
                with connection.cursor() as cursor:
                    cursor.execute("UPDATE tenants_ready SET due_at = '2020-01-01' WHERE tenant_id = %s", [tenant])


def test_stop_lets_everybody_out_by_a_named_door(shop: Shop) -> None:
    shop.customers(10)
    nodes = [
        node("all", "audience.source", audience=shop.everyone()),
        node("wait", "flow.wait", **{"for": {"hours": 1}}),
        node("sms", "message.send", template=shop.template()),
    ]
    run = shop.run(shop.canvas(nodes, ["all>wait", "wait>sms"]))
    assert run["status"] == "waiting"
    stopped = shop.ok(shop.api.post(f"runs/{run['id']}/stop"))
    assert stopped["status"] == "stopped"
    assert stopped["nodes"]["wait"]["dropped"] == {"stopped": 10}
    assert stopped["check"] == {"entered": 10, "inside": 0, "left": 10, "balanced": True, "wrong": []}


def test_two_sources_overlap_and_a_message_reaches_each_once(shop: Shop) -> None:
    shop.customers(20)
    low, high = (
        shop.audience({"condition": "attribute", "key": "n", "op": op, "value": v})
        for op, v in (("lt", 15), ("gte", 5))
    )
    nodes = [
        node("a", "audience.source", audience=low),
        node("b", "audience.source", audience=high),
        node("sms", "message.send", template=shop.template()),
    ]
    run = shop.run(shop.canvas(nodes, ["a>sms", "b>sms"]))
    messages = shop.all(f"messages?run={run['id']}")
    assert len(messages) == len({m["customer"] for m in messages}) == 20
    assert run["check"] == {"entered": 20, "inside": 0, "left": 20, "balanced": True, "wrong": []}


def test_quiet_hours_put_off_and_never_drop(shop: Shop) -> None:
    shop.customers(5)
    now = datetime.now(ZoneInfo("Asia/Shanghai"))
    quiet = {"from": f"{now - timedelta(hours=1):%H:%M}", "to": f"{now + timedelta(hours=2):%H:%M}"}
    nodes = [
        node("all", "audience.source", audience=shop.everyone()), node("offer", "message.send", template=shop.template()),
        node("order", "message.send", template=shop.template(purpose="service")),
    ]  # fmt: skip
    canvas = shop.canvas(nodes, ["all>offer", "all>order"], quiet_hours=quiet)
    run = shop.run(canvas)
    for _ in range(2):  # waking them too early changes nothing
        run = shop.ok(shop.api.get(f"runs/{run['id']}"))
        assert run["status"] == "waiting"
        assert run["nodes"]["offer"]["waiting"] == 5
        assert run["nodes"]["order"]["left"] == {"sent": 5}
        assert run["check"] == {"entered": 5, "inside": 5, "left": 0, "balanced": True, "wrong": []}
        _until_due(run["id"])
        shop.work()


def test_a_scheduled_canvas_fires_once_however_many_look(shop: Shop) -> None:
    shop.customers(3)
    nodes = [
        node("all", "audience.source", audience=shop.everyone()),
        node("sms", "message.send", template=shop.template()),
    ]
    soon = datetime.now(ZoneInfo("Asia/Shanghai")) + timedelta(seconds=5)
    schedule = {"at": [f"{soon:%H:%M:%S}"], "repeat": "daily"}
    canvas = shop.canvas(nodes, ["all>sms"], schedule=schedule)
    shop.publish(canvas)
    assert until(lambda: shop.work() or shop.all(f"runs?canvas={canvas}"), 60)
    for _ in range(3):
        shop.work()
    runs = shop.all(f"runs?canvas={canvas}")
    assert [(r["kind"], r["status"]) for r in runs] == [("occurrence", "finished")]
    fired = datetime.fromisoformat(runs[0]["fire_at"])
    assert fired == soon.replace(microsecond=0)
    assert len(shop.all(f"messages?canvas={canvas}")) == 3
    upcoming = datetime.fromisoformat(shop.ok(shop.api.get(f"canvases/{canvas}"))["next_fire_at"])
    assert upcoming == fired + timedelta(days=1)
