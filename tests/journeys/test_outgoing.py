"""Webhook push, retries and fallback (CAN-2, CAN-11): each person once, tried again as told, nobody stuck without a trace."""

import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from channels.results import messaged
from kernel.sets import people
from tenants.scope import tenant_tx
from tests.journeys.shop import Shop, node
from tests.sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def webhook(shop: Shop, sink: Sink, channel: str = "webhook", **more: Any) -> str:
    settings = {"url": sink.url, "secret": SECRET, "batch": 10, **more}
    return shop.account(channel=channel, provider="webhook", name="自有系统", settings=settings)


def push(shop: Shop, account: str, **config: Any) -> list[dict[str, Any]]:
    return [
        node("all", "audience.source", audience=shop.everyone()),
        node("push", "webhook.push", account=account, **config),
    ]


def test_everybody_is_pushed_once_with_the_body(shop: Shop) -> None:
    shop.customers(25)
    body = {
        "who": "{{ customer.external_id }}",
        "n": "{{ customer.attributes.n }}",
        "at": ["{{ canvas }}", "{{ run }}", "{{ node }}"],
        "fixed": 7,
    }
    with Sink(SECRET) as sink:
        canvas = shop.canvas([*push(shop, webhook(shop, sink), body=body), node("tag", "customer.tag", tags=["推过"])],
                             ["all>push", "push.sent>tag"])  # fmt: skip
        run = shop.run(canvas)
    assert run["nodes"]["push"]["left"] == {"sent": 25}
    assert run["nodes"]["tag"]["left"] == {"out": 25}
    assert run["check"]["balanced"]
    assert len(sink.messages) == 25
    assert {m["content"]["body"]["who"] for m in sink.messages} == {f"c{i}" for i in range(25)}
    one = next(m for m in sink.messages if m["content"]["body"]["who"] == "c7")
    assert one["content"]["body"] == {"who": "c7", "n": "7", "at": [canvas, run["id"], "push"], "fixed": 7}
    assert (one["channel"], one["customer"]["external_id"]) == ("webhook", "c7")


def test_a_push_is_no_message_to_a_person(shop: Shop) -> None:
    """Blocked, without consent, in quiet hours and over the cap: their data is handed over all the same; the timeline
    of the customer shows no message."""
    shop.customers(3, consents={})
    person = shop.all("customers")[0]["id"]
    shop.ok(shop.api.patch(f"customers/{person}", {"blocked": True}))
    with Sink(SECRET) as sink:
        nodes = push(shop, webhook(shop, sink))
        canvas = shop.canvas(nodes, ["all>push"], quiet_hours={"from": "00:00", "to": "23:59"})
        for _ in range(3):
            assert shop.run(canvas)["nodes"]["push"]["left"] == {"sent": 3}
    assert len(sink.messages) == 9
    with tenant_tx(int(str(shop.api.key).split("_")[1])):  # nor do pushes tire anybody
        assert not messaged(people([int(person)]), 1, datetime.now(UTC) - timedelta(days=1), None)
    assert [e for e in shop.ok(shop.api.get(f"customers/{person}/timeline"))["results"] if e["kind"] == "message"] == []


def test_the_event_is_in_the_body_of_a_triggered_push(shop: Shop) -> None:
    from tests.journeys.test_triggered import event, post

    shop.customers(1)
    with Sink(SECRET) as sink:
        nodes = [node("t", "trigger.event", event="cart.added"),
                 node("push", "webhook.push", account=webhook(shop, sink), body="sku {{ event.properties.sku }}")]  # fmt: skip
        shop.publish(shop.canvas(nodes, ["t>push"], kind="triggered"))
        post(shop, event(1, "c0"))
    assert [m["content"]["body"] for m in sink.messages] == ["sku 4JT"]


def test_tried_again_as_told_then_the_fallback_path(shop: Shop) -> None:
    """A gateway that nobody listens at: each message is tried 1 + 2 times, a second apart, then people take `failed`."""
    shop.customers(4)
    with Sink(SECRET) as sink:
        account = webhook(shop, sink)
    retry = {"times": 2, "wait": {"seconds": 1}, "backoff": "fixed"}
    canvas = shop.canvas([*push(shop, account, retry=retry), node("plan_b", "customer.tag", tags=["打电话"])],
                         ["all>push", "push.failed>plan_b"])  # fmt: skip
    begun = time.monotonic()
    run = shop.run(canvas)
    assert time.monotonic() - begun > 2
    assert run["nodes"]["push"]["left"] == {"failed": 4}
    assert run["nodes"]["plan_b"]["left"] == {"out": 4}
    messages = shop.all(f"messages?run={run['id']}")
    assert Counter((m["status"], m["attempts"]) for m in messages) == {("failed", 3): 4}
    assert shop.all("staff-tasks") == []


def test_what_may_have_arrived_is_not_tried_again_where_repeats_are_not_recognised(shop: Shop) -> None:
    shop.customers(4)
    with Sink(SECRET, mode="error") as sink:
        retry = {"times": 5, "wait": {"seconds": 1}}
        run = shop.run(shop.canvas(push(shop, webhook(shop, sink), retry=retry), ["all>push"]))
        assert {(m["status"], m["attempts"]) for m in shop.all(f"messages?run={run['id']}")} == {("unknown", 1)}
        assert len(sink.messages) == 4
        sink.messages.clear()
        run = shop.run(
            shop.canvas(
                push(shop, webhook(shop, sink, idempotent=True), retry={"times": 1, "wait": {"seconds": 1}}),
                ["all>push"],
            )
        )
        assert {(m["status"], m["attempts"]) for m in shop.all(f"messages?run={run['id']}")} == {("unknown", 2)}
    assert run["check"]["balanced"]


def test_a_refusal_for_good_is_not_tried_again(shop: Shop) -> None:
    shop.customers(2)
    with Sink(SECRET, mode="reject:recipient") as sink:
        retry = {"times": 5, "wait": {"seconds": 1}}
        run = shop.run(shop.canvas(push(shop, webhook(shop, sink), retry=retry), ["all>push"]))
    assert run["nodes"]["push"]["left"] == {"failed": 2}
    assert {(m["status"], m["attempts"]) for m in shop.all(f"messages?run={run['id']}")} == {("failed", 1)}


@pytest.mark.parametrize(("wired", "tasks"), [(False, 3), (True, 0)])
def test_failures_become_tasks_where_no_fallback_is_drawn(shop: Shop, wired: bool, tasks: int) -> None:
    shop.customers(3)
    staff = shop.ok(shop.api.post("staff", {"external_id": "s1", "name": "小王"}), 201)["id"]
    shop.ok(shop.api.post(f"staff/{staff}/customers", {"customers": ["c0"]}))
    with Sink(SECRET, mode="reject:recipient") as sink:
        template = shop.template(account=webhook(shop, sink, channel="sms"), purpose="service")
        nodes = [node("all", "audience.source", audience=shop.everyone()),
                 node("sms", "message.send", template=template, on_failure="task"), node("end", "flow.end")]  # fmt: skip
        run = shop.run(shop.canvas(nodes, ["all>sms", "sms.failed>end" if wired else "sms.sent>end"]))
    assert run["nodes"]["sms"]["left"] == {"failed": 3}
    found = shop.all(f"staff-tasks?run={run['id']}")
    assert len(found) == len({t["customer"]["id"] for t in found}) == tasks
    assert Counter((t["kind"], t["staff"]["name"] if t["staff"] else bool(t["owner"])) for t in found) == (
        {} if wired else {("undelivered", "小王"): 1, ("undelivered", True): 2}
    )


@pytest.mark.parametrize(
    ("config", "code"),
    [
        ({"account": "999999"}, "missing_reference"),
        ({"account": "sms"}, "unusable_reference"),
        ({"account": "hook", "body": {"a": "{{ person.name }}"}}, "bad_text"),
        ({"account": "hook", "body": "{% if %}"}, "bad_text"),
    ],
)
def test_checked_before_it_goes_live(shop: Shop, config: dict[str, Any], code: str) -> None:
    accounts = {"sms": shop.account(), "hook": shop.account(channel="webhook")}
    config = {**config, "account": accounts.get(config["account"], config["account"])}
    nodes = [node("all", "audience.source", audience=shop.everyone()), node("push", "webhook.push", **config)]
    canvas = shop.canvas(nodes, ["all>push"])
    problems = shop.ok(shop.api.post(f"canvases/{canvas}/check"))["problems"]
    assert (code, "push") in {(p["code"], p["node"]) for p in problems if p["severity"] == "error"}
