"""Test runs (CAN-8): the way, the messages and the hold-backs of chosen people in virtual time, and no effect at all."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from tenants.models import Tenant
from tenants.scope import tenant_tx
from tests.conftest import Api
from tests.journeys.shop import Shop, node

pytestmark = pytest.mark.django_db(transaction=True)
MORNING = "2026-11-23T10:00:00+08:00"  # a Monday


def simulate(shop: Shop, canvas: str, *customers: str, **more: Any) -> dict[str, Any]:
    body = {"customers": list(customers), "at": MORNING, **more}
    found: dict[str, Any] = shop.ok(shop.api.post(f"canvases/{canvas}/simulate", body))
    return found


def way(found: dict[str, Any], who: str) -> list[tuple[str, str | None]]:
    return [(s["node"], s["port"]) for s in one(found, who)["path"]]


def one(found: dict[str, Any], who: str) -> dict[str, Any]:
    return next(c for c in found["customers"] if c["external_id"] == who)


def after(found: dict[str, Any], raw: str) -> timedelta:
    return datetime.fromisoformat(raw) - datetime.fromisoformat(found["started_at"])


def counts(tenant: Tenant) -> dict[str, int]:
    """Rows of every table of ours."""
    with tenant_tx(tenant.pk), connection.cursor() as cursor:
        found = {}
        for table in sorted({m._meta.db_table for m in apps.get_models()}):
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            found[table] = cursor.fetchone()[0]
    return found


def campaign(shop: Shop, **more: Any) -> str:
    """Everybody but the first; few get a coupon; all a message; a day later another."""
    few = {"condition": "attribute", "key": "n", "op": "lt", "value": 3}
    text = "{{ customer.attributes.n }} 号,券码 {{ reward.code | default: '无' }}"
    nodes = [
        node("all", "audience.source", audience=shop.everyone()),
        node("first", "audience.source", rule={"condition": "attribute", "key": "n", "op": "eq", "value": 0}),
        node("minus", "set.subtract"), node("b", "flow.branch", branches=[{"key": "few", "rule": few}]),
        node("gift", "reward.grant", package=shop.package(stock=100)), node("tag", "customer.tag", tags=["x"]),
        node("sms", "message.send", template=shop.template(text)), node("wait", "flow.wait", **{"for": {"days": 1}}),
        node("again", "message.send", template=shop.template("第二条")), node("save", "audience.save", name="存下"),
    ]  # fmt: skip
    edges = ["all>minus", "first>minus.minus", "minus>b", "b.few>gift", "b.else>tag", "gift>sms", "tag>sms", "sms>wait", "wait>again", "again>save"]  # fmt: skip
    return shop.canvas(nodes, edges, **more)


def test_way_messages_grants_and_virtual_time(shop: Shop) -> None:
    shop.customers(6)
    found = simulate(shop, campaign(shop), "c0", "c1", "c5")
    assert way(found, "c0") == [("all", "out"), ("first", "out"), ("minus", "not_in_result")]
    assert one(found, "c0")["ends"] == [{"node": "minus", "at": found["started_at"], "reason": "not_in_result"}]
    assert way(found, "c1") == [("all", "out"), ("minus", "out"), ("b", "few"), ("gift", "out"), ("sms", "out"), ("wait", "out"), ("again", "out"), ("save", "out")]  # fmt: skip
    wait = one(found, "c1")["path"][5]
    assert (after(found, wait["in"]), after(found, wait["out"])) == (timedelta(0), timedelta(days=1))
    texts = [(m["node"], m["sms"]["text"]) for m in one(found, "c1")["messages"]]
    assert texts[0][1].startswith("【山间茶铺】1 号,券码 TEST0000")
    assert texts[1][0] == "again"
    assert one(found, "c1")["messages"][0]["to"] == "199****0001"
    assert one(found, "c1")["grants"] == [{"node": "gift", "at": found["started_at"], "package": one(found, "c1")["grants"][0]["package"], "name": "礼包", "outcome": "out"}]  # fmt: skip
    assert "5 号,券码 无" in one(found, "c5")["messages"][0]["sms"]["text"]
    assert one(found, "c5")["grants"] == []
    assert one(found, "c5")["ends"][0]["reason"] == "last_step"
    assert one(found, "c5")["path"][2]["edges"] == ["e2"]


def test_no_effect_at_all(shop: Shop, tenant: Tenant) -> None:
    shop.customers(6)
    canvas = campaign(shop)
    before = counts(tenant)
    found = simulate(shop, canvas, *(f"c{i}" for i in range(6)))
    assert sum(len(c["messages"]) for c in found["customers"]) == 10
    assert counts(tenant) == before
    assert sum(before.values()) > 30


def test_quiet_hours_put_off_in_virtual_time(shop: Shop) -> None:
    shop.customers(1)
    nodes = [
        node("all", "audience.source", audience=shop.everyone()),
        node("sms", "message.send", template=shop.template()),
    ]
    canvas = shop.canvas(nodes, ["all>sms"], quiet_hours={"from": "19:00", "to": "10:00"})
    found = simulate(shop, canvas, "c0", at="2026-11-23T20:00:00+08:00")
    step = one(found, "c0")["path"][1]
    assert after(found, step["out"]) == timedelta(hours=14)
    assert one(found, "c0")["messages"][0]["at"] == step["out"]


def test_caps_count_what_the_test_run_has_said(shop: Shop) -> None:
    shop.customers(1)
    template = shop.template()
    nodes = [node("all", "audience.source", audience=shop.everyone()), *(node(f"m{i}", "message.send", template=template) for i in range(3)), node("wait", "flow.wait", **{"for": {"days": 1}}), node("m9", "message.send", template=template)]  # fmt: skip
    canvas = shop.canvas(nodes, ["all>m0", "m0>m1", "m1>m2", "m2>wait", "wait>m9"])
    found = simulate(shop, canvas, "c0")
    assert [m["node"] for m in one(found, "c0")["messages"]] == ["m0", "m1", "m9"]
    assert one(found, "c0")["held"] == [{"node": "m2", "at": found["started_at"], "reason": "capped"}]


def test_who_may_not_be_touched_and_why(shop: Shop) -> None:
    shop.customers(1)
    shop.customers(1, prefix="d", consents={"sms": False})
    nodes = [
        node("all", "audience.source", audience=shop.everyone()),
        node("sms", "message.send", template=shop.template()),
    ]
    found = simulate(shop, shop.canvas(nodes, ["all>sms"]), "c0", "d0")
    assert [h["reason"] for h in one(found, "d0")["held"]] == ["unsubscribed"]
    assert (one(found, "d0")["messages"], way(found, "d0")[-1]) == ([], ("sms", "suppressed"))


def test_outcomes_that_only_the_world_decides_are_assumed_and_said(shop: Shop) -> None:
    shop.customers(1)
    nodes = [
        node("all", "audience.source", audience=shop.everyone()), node("sms", "message.send", template=shop.template()),
        node("paid", "flow.wait_event", event="order.paid", within={"days": 3}),
        node("thanks", "flow.end"), node("remind", "flow.end"), node("sorry", "flow.end"),
    ]  # fmt: skip
    canvas = shop.canvas(
        nodes, ["all>sms", "sms.sent>paid", "sms.failed>sorry", "paid.happened>thanks", "paid.timeout>remind"]
    )
    default = simulate(shop, canvas, "c0")
    assert way(default, "c0")[2:] == [("paid", "timeout"), ("remind", "end")]
    assert after(default, one(default, "c0")["path"][2]["out"]) == timedelta(days=3)
    assert default["assumed"] == [{"node": "sms", "port": "sent"}, {"node": "paid", "port": "timeout"}]
    happened = simulate(shop, canvas, "c0", assume={"paid": "happened"})
    assert way(happened, "c0")[-1] == ("thanks", "end")
    failed = simulate(shop, canvas, "c0", assume={"sms": "failed"})
    assert way(failed, "c0") == [("all", "out"), ("sms", "failed"), ("sorry", "end")]
    answer = shop.api.post(f"canvases/{canvas}/simulate", {"customers": ["c0"], "assume": {"paid": "maybe"}})
    assert answer.json()["errors"][0]["pointer"] == "/assume/paid"


def test_triggered_by_an_event(shop: Shop) -> None:
    shop.customers(2)
    rule = {"condition": "attribute", "key": "n", "op": "eq", "value": 1}
    nodes = [
        node("t", "trigger.event", event="cart.added", where=[{"property": "sku", "op": "eq", "value": "4JT"}], rule=rule),
        node("sms", "message.send", template=shop.template("加购 {{ event.properties.sku }}")),
    ]  # fmt: skip
    canvas = shop.canvas(nodes, ["t>sms"], kind="triggered")
    right = simulate(shop, canvas, "c0", "c1", event={"name": "cart.added", "properties": {"sku": "4JT"}})
    assert one(right, "c0")["ends"] == [{"node": None, "at": None, "reason": "not_admitted"}]
    assert "加购 4JT" in one(right, "c1")["messages"][0]["sms"]["text"]
    wrong = simulate(shop, canvas, "c1", event={"name": "cart.added", "properties": {"sku": "x"}})
    assert one(wrong, "c1")["ends"][0]["reason"] == "not_admitted"
    forced = simulate(shop, canvas, "c0", event={"name": "cart.added", "properties": {"sku": "x"}}, everyone=True)
    assert way(forced, "c0") == [("t", "out"), ("sms", "out")] or way(forced, "c0") == [("t", "out"), ("sms", "sent")]


def test_a_draft_that_is_not_finished(shop: Shop) -> None:
    shop.customers(1)
    nodes = [
        node("all", "audience.source", audience=shop.everyone()),
        node("sms", "message.send"),
        node("end", "flow.end"),
    ]
    found = simulate(shop, shop.canvas(nodes, ["all>sms", "sms>end"]), "c0")
    assert one(found, "c0")["ends"] == [{"node": "sms", "at": found["started_at"], "reason": "unfinished"}]


def test_messages_to_test_addresses_and_nobody_else(
    shop: Shop, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    from channels.kinds.every.providers import console

    shop.customers(2)
    handed: list[tuple[str, Any]] = []
    provider = console.Console

    async def send(self: Any, account: Any, batch: Any) -> Any:
        from channels.contract import ACCEPTED

        handed.extend((m.to, m.content) for m in batch)
        return [ACCEPTED for _ in batch]

    monkeypatch.setattr(provider, "send", send)
    canvas = campaign(shop)
    simulate(shop, canvas, "c1")
    simulate(shop, canvas, "c1", send_to={"email": "test@example.com"})
    assert handed == []
    before = counts(tenant)
    found = simulate(shop, canvas, "c1", send_to={"sms": "13800000000"})
    assert [to for to, _ in handed] == ["13800000000"] * 2
    assert "1 号" in handed[0][1]["text"]
    assert [(d["node"], d["ok"]) for d in found["delivered"]] == [("sms", True), ("again", True)]
    grown = {t for t, n in counts(tenant).items() if n != before[t]}
    assert grown == {"tenants_auditentry"}


def test_unknown_customers_and_strangers(shop: Shop, stranger: Api) -> None:
    shop.customers(1)
    canvas = campaign(shop)
    answer = shop.api.post(f"canvases/{canvas}/simulate", {"customers": ["c0", "nobody"]})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/customers/1")
    assert shop.api.post(f"canvases/{canvas}/simulate", {"customers": []}).status_code == 400
    assert shop.api.post(f"canvases/{canvas}/simulate", {"customers": ["c0"] * 51}).status_code == 400
    assert stranger.post(f"canvases/{canvas}/simulate", {"customers": ["c0"]}).status_code == 404
    by_id = shop.all("customers?external_id=c0")[0]["id"]
    assert one(simulate(shop, canvas, by_id), "c0")["path"]
