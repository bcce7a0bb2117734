"""flow.result and flow.fatigue: by what became of messages and rewards (CAN-2)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from channels.preparing import message_key
from tenants.models import Tenant
from tenants.scope import tenant_tx
from tests.journeys.shop import Shop, node
from tests.journeys.test_awaiting import arrived, show, tagged, until_due

pytestmark = pytest.mark.django_db(transaction=True)
DAY = {"days": 1}


def receipts(shop: Shop, run: str, *told: tuple[int, str], of: str = "sms") -> None:
    """("n", event) of customers by attribute n, as the account's provider would tell."""
    from channels.contract import AccountNow, ReceiptIn
    from channels.models import Account, Message
    from channels.receipts import take_receipts

    tenant = Tenant.objects.order_by("-pk").values_list("pk", flat=True)[0]
    numbers = {int(c["attributes"]["n"]): int(c["id"]) for c in shop.all("customers?page_size=100")}
    with tenant_tx(tenant):
        messages = dict(Message.objects.filter(run_id=run, node=of).order_by("round").values_list("customer_id", "pk"))
        row = Account.objects.get()
        account = AccountNow(**_account(row))
        said = [
            ReceiptIn(message=message_key(tenant, messages[numbers[n]]), event=event, at=datetime.now(UTC), detail={})
            for n, event in told
        ]
        assert take_receipts(account, said)["rejected"] == []


def _account(row: Any) -> dict[str, Any]:
    from dataclasses import fields

    from channels.contract import AccountNow

    known = {"neighbours": (), "id": row.pk, "channel": row.channel, "provider": row.provider, "settings": row.settings}
    return {f.name: known.get(f.name) for f in fields(AccountNow)}


def by_result(shop: Shop, results: list[str], within: dict[str, int] = DAY, **more: Any) -> str:
    nodes = [
        node("all", "audience.source", audience=shop.everyone()),
        node("sms", "message.send", template=shop.template(purpose="service")),
        node("r", "flow.result", results=results, within=within, **more),
        *[node(f"t_{r}", "customer.tag", tags=[r]) for r in (*results, "else")],
    ]  # fmt: skip
    edges = ["all>sms", "sms.out>r", *[f"r.{r}>t_{r}" for r in (*results, "else")]]
    return str(shop.run(shop.canvas(nodes, edges))["id"])


def test_the_best_result_goes_at_once_the_others_when_the_time_is_over(shop: Shop) -> None:
    shop.customers(8)
    run = by_result(shop, ["clicked", "opened", "failed"])
    assert show(shop, run)["nodes"]["r"]["waiting"] == 8
    receipts(shop, run, (0, "clicked"), (1, "opened"), (2, "delivered"), (3, "opened"))
    assert show(shop, run)["nodes"]["r"]["left"] == {"clicked": 1}
    receipts(shop, run, (3, "clicked"), (4, "failed"))
    assert show(shop, run)["nodes"]["r"]["left"] == {"clicked": 2}
    arrived(run, timedelta(days=2))
    until_due(run)
    found = show(shop, run)
    assert found["nodes"]["r"]["left"] == {"clicked": 2, "opened": 1, "failed": 1, "else": 4}
    assert tagged(shop, "clicked") == {"c0", "c3"}
    assert tagged(shop, "opened") == {"c1"}
    assert tagged(shop, "failed") == {"c4"}
    assert found["status"] == "finished"


def test_a_click_says_that_it_was_delivered(shop: Shop) -> None:
    shop.customers(3)
    run = by_result(shop, ["delivered"])
    receipts(shop, run, (0, "clicked"), (1, "delivered"))
    assert show(shop, run)["nodes"]["r"]["left"] == {"delivered": 2}


def test_who_never_got_it_does_not_wait(shop: Shop) -> None:
    shop.customers(3)
    shop.ok(shop.api.post("customers/bulk", {"customers": [{"external_id": "c1", "blocked": True}]}))
    run = by_result(shop, ["clicked"])
    assert show(shop, run)["nodes"]["r"]["left"] == {"else": 1}
    assert tagged(shop, "else") == {"c1"}


def test_without_waiting_it_is_decided_at_once(shop: Shop) -> None:
    shop.customers(2)
    assert show(shop, by_result(shop, ["clicked"], {"days": 0}))["nodes"]["r"]["left"] == {"else": 2}


def test_only_the_step_that_was_meant_counts(shop: Shop) -> None:
    shop.customers(4)
    template = shop.template(purpose="service")
    nodes = [
        node("all", "audience.source", audience=shop.everyone()), node("first", "message.send", template=template),
        node("second", "message.send", template=template), node("r", "flow.result", results=["clicked"], of="first"),
        node("near", "flow.result", results=["clicked"]),
    ]  # fmt: skip
    run = str(shop.run(shop.canvas(nodes, ["all>first", "first.out>second", "second.out>r", "second.out>near"]))["id"])
    receipts(shop, run, (0, "clicked"), of="first")
    receipts(shop, run, (1, "clicked"), (2, "clicked"), of="second")
    found = show(shop, run)["nodes"]
    assert (found["r"]["left"], found["near"]["left"]) == ({"clicked": 1}, {"clicked": 2})


def test_in_a_loop_the_round_counts(shop: Shop) -> None:
    shop.customers(2)
    nodes = [
        node("all", "audience.source", audience=shop.everyone()),
        node("sms", "message.send", template=shop.template(purpose="service")),
        node("r", "flow.result", results=["clicked"], within=DAY), node("back", "flow.jump", rounds=3),
    ]  # fmt: skip
    run = str(shop.run(shop.canvas(nodes, ["all>sms", "sms.out>r", "r.else>back", "back.again>sms"]))["id"])
    arrived(run, timedelta(days=2))
    until_due(run)
    assert show(shop, run)["nodes"]["sms"]["left"] == {"out": 4}
    receipts(shop, run, (0, "clicked"))
    found = show(shop, run)["nodes"]
    assert found["r"]["left"] == {"else": 2, "clicked": 1}


def test_rewards_used_and_expired(shop: Shop) -> None:
    shop.customers(3)
    nodes = [
        node("all", "audience.source", audience=shop.everyone()), node("gift", "reward.grant", package=shop.package()),
        node("r", "flow.result", results=["used", "expired"], within=DAY),
    ]  # fmt: skip
    run = str(shop.run(shop.canvas(nodes, ["all>gift", "gift>r"]))["id"])
    codes = [g["code"] for g in shop.all(f"grants?run={run}")]
    assert len(codes) == 3
    shop.ok(shop.api.post("rewards/redeem", {"code": codes[0], "order_id": "o1", "amount": "300.00"}))
    assert show(shop, run)["nodes"]["r"]["left"] == {"used": 1}
    from rewards.models import Grant

    with tenant_tx(Tenant.objects.order_by("-pk").values_list("pk", flat=True)[0]):
        Grant.objects.filter(code=codes[1]).update(expires_at=datetime.now(UTC) - timedelta(hours=1))
    arrived(run, timedelta(days=2))
    until_due(run)
    assert show(shop, run)["nodes"]["r"]["left"] == {"used": 1, "expired": 1, "else": 1}


def test_what_the_check_says(shop: Shop) -> None:
    shop.customers(1)
    everyone = shop.everyone()

    def codes(result: dict[str, Any]) -> set[tuple[str, str]]:
        nodes = [
            node("all", "audience.source", audience=everyone), node("r", "flow.result", **result),
            node("later", "message.send", template="1"),
        ]  # fmt: skip
        made = shop.canvas(nodes, ["all>r", *(["r.clicked>later"] if "clicked" in result["results"] else [])])
        return {(p["code"], p["pointer"]) for p in shop.ok(shop.api.post(f"canvases/{made}/check"))["problems"]}

    assert ("no_step_before", "/graph/nodes/1/config/results") in codes({"results": ["clicked"]})
    assert ("no_step_before", "/graph/nodes/1/config/of") in codes({"results": ["clicked"], "of": "later"})
    mixed = [node("r", "flow.result", results=["clicked", "used"])]
    answer = shop.api.post("canvases", {"name": "x", "kind": "scheduled", "graph": {"nodes": mixed, "edges": []}})
    assert answer.status_code == 400


def test_fatigue_counts_what_was_sent_lately(shop: Shop) -> None:
    shop.customers(4)
    template = shop.template(purpose="service")
    some = shop.audience({"condition": "attribute", "key": "n", "op": "lt", "value": 2})
    for _ in range(2):
        shop.run(
            shop.canvas(
                [node("s", "audience.source", audience=some), node("m", "message.send", template=template)], ["s>m"]
            )
        )
    one = shop.audience({"condition": "attribute", "key": "n", "op": "eq", "value": 2})
    shop.run(
        shop.canvas([node("s", "audience.source", audience=one), node("m", "message.send", template=template)], ["s>m"])
    )

    def tired(**config: Any) -> int:
        nodes = [node("all", "audience.source", audience=shop.everyone()), node("f", "flow.fatigue", **config)]
        left = shop.run(shop.canvas(nodes, ["all>f"]))["nodes"]["f"]["left"]
        assert sum(left.values()) == 4
        return int(left.get("tired", 0))

    assert tired(messages=2, days=7) == 2
    assert tired(messages=1, days=7) == 3
    assert tired(messages=3, days=7) == 0
    assert tired(messages=1, days=7, channel="email") == 0
    from channels.models import Message

    with tenant_tx(Tenant.objects.order_by("-pk").values_list("pk", flat=True)[0]):
        Message.objects.update(sent_at=datetime.now(UTC) - timedelta(days=8))
    assert tired(messages=1, days=7) == 0
