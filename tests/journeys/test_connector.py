"""REW-4: the merchant's shop issues the reward. Each person once, whatever is lost on the way; unknown is told honestly."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from canvas_app.runtime import context
from channels.models import SendJob
from config.tasks import run_kind
from customers.models import Event
from kernel.clock import db_now
from kernel.wake import BULK
from rewards.models import Grant, Package
from tenants.scope import tenant_tx
from tests.journeys.shop import Shop, node
from tests.journeys.shop_issuer import ShopIssuer

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
COUPON = {"kind": "coupon", "name": "满100减10", "threshold": "100.00", "discount": "10.00", "cost": "10.00"}


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(context, "_SHOP_RETRY", {"times": 2, "seconds": 0.0, "backoff": "fixed"})


def package(shop: Shop, issuer: ShopIssuer, **more: Any) -> str:
    settings = {"url": issuer.url, "secret": SECRET}
    account = shop.account(channel="webhook", provider="reward_connector", name="商城", settings=settings)
    sent = {"name": "商城券", "items": [COUPON], "connector": {"account": account, "ref": "CP-7"}, **more}
    return str(shop.ok(shop.api.post("reward-packages", sent), 201)["id"])


def canvas(shop: Shop, package: str) -> str:
    nodes = [
        node("all", "audience.source", audience=shop.everyone()), node("gift", "reward.grant", package=package),
        node("got", "customer.tag", tags=["领到"]), node("not", "customer.tag", tags=["没领到"]),
    ]  # fmt: skip
    return shop.canvas(nodes, ["all>gift", "gift>got", "gift.failed>not"])


def in_scope(shop: Shop) -> Any:
    return tenant_tx(int(str(shop.api.key).split("_")[1]))


def test_everybody_gets_theirs_from_the_shop_once(shop: Shop) -> None:
    shop.customers(12)
    with ShopIssuer(SECRET) as issuer:
        run = shop.run(canvas(shop, package(shop, issuer, stock=50, validity={"days": 30})))
    assert run["nodes"]["gift"]["left"] == {"out": 12}
    assert run["check"]["balanced"]
    assert sorted(who for who, _ in issuer.issued.values()) == sorted(f"c{i}" for i in range(12))
    assert issuer.forged == 0
    one = issuer.bodies[0]
    assert (one["type"], one["reward"]["ref"], one["reward"]["amount"]) == ("reward.issue", "CP-7", "10.00")
    assert one["reward"]["valid"]["to"] > one["reward"]["valid"]["from"]
    with in_scope(shop):
        grants = list(Grant.objects.order_by("id"))
        assert {g.status for g in grants} == {"issued"}
        assert {g.code for g in grants} == {code for _, code in issuer.issued.values()}
        assert {g.external_id for g in grants} == {f"xc{i}" for i in range(12)}
        assert Event.objects.filter(name="reward.issued").count() == 12
    used = shop.ok(shop.api.post("rewards/redeem", {"code": grants[0].code, "order_id": "O1"}))
    assert used["status"] == "used"
    assert shop.ok(shop.api.get(f"runs/{run['id']}/check"))["balanced"]


def test_what_the_shop_refuses_leaves_by_failed_and_is_given_back(shop: Shop) -> None:
    shop.customers(10)
    with ShopIssuer(SECRET, "reject") as issuer:
        made = package(shop, issuer, stock=10, budget="100.00")
        run = shop.run(canvas(shop, made))
    assert run["nodes"]["gift"]["left"] == {"out": 9, "failed": 1}
    assert run["check"]["balanced"]
    with in_scope(shop):
        found = Package.objects.get(pk=int(made))
        assert (found.issued, str(found.spent)) == (9, "90.00")
        assert Grant.objects.filter(status="rejected").count() == 1
    assert shop.ok(shop.api.get(f"runs/{run['id']}/check"))["balanced"]


def test_a_lost_answer_is_asked_again_with_the_same_key(shop: Shop) -> None:
    """The shop has issued and says 500 for ever: unknown, never a second coupon, and nobody is told that they have one."""
    shop.customers(5)
    with ShopIssuer(SECRET, "lose") as issuer:
        made = package(shop, issuer)
        run = shop.run(canvas(shop, made))
    assert len(issuer.issued) == 5
    assert set(issuer.asked.values()) == {3}
    assert run["nodes"]["gift"]["left"] == {"failed": 5}
    with in_scope(shop):
        assert set(Grant.objects.values_list("status", flat=True)) == {"unknown"}
        assert Package.objects.get(pk=int(made)).issued == 5
        assert not Event.objects.filter(name="reward.issued").exists()
        grant = Grant.objects.order_by("id").first()
    used = shop.api.post("rewards/redeem", {"grant": str(grant.pk), "order_id": "O1"})
    assert used.json()["status"] == "used"


def test_stock_holds_for_what_the_shop_issues(shop: Shop) -> None:
    shop.customers(8)
    with ShopIssuer(SECRET) as issuer:
        made = package(shop, issuer, stock=3)
        run = shop.run(canvas(shop, made))
    assert run["nodes"]["gift"]["left"] == {"out": 3, "out_of_stock": 5}
    assert len(issuer.issued) == 3


def test_a_package_of_the_shop_has_one_item(shop: Shop) -> None:
    sent = {"name": "x", "items": [COUPON, {"kind": "points", "points": 1}], "connector": {"account": "1"}}
    answer = shop.api.post("reward-packages", sent)
    assert [e["code"] for e in answer.json()["errors"]] == ["connector_one_item"]


def test_a_canvas_with_an_account_that_is_gone_is_told_before_it_goes_live(shop: Shop) -> None:
    sent = {"name": "x", "items": [COUPON], "connector": {"account": "999999"}}
    made = shop.ok(shop.api.post("reward-packages", sent), 201)["id"]
    drawn = canvas(shop, str(made))
    found = shop.ok(shop.api.post(f"canvases/{drawn}/check"))["problems"]
    assert [p["code"] for p in found if p["node"] == "gift"] == ["unusable_reference"]


_SENDER = """
import sys, time
import django
django.setup()
from channels.facade import unit
while True:
    if not unit(int(sys.argv[1])):
        time.sleep(0.02)
"""


def sender(tenant: int) -> "subprocess.Popen[bytes]":
    database = os.environ["DATABASE_URL"].rsplit("/", 1)[0] + "/" + connection.settings_dict["NAME"]
    environment = {**os.environ, "DATABASE_URL": database, "CANVAS_ALLOW_PRIVATE_EGRESS": "loopback"}
    return subprocess.Popen([sys.executable, "-c", _SENDER, str(tenant)], env=environment, stderr=subprocess.DEVNULL)


def until(condition: Callable[[], bool]) -> None:
    ends = time.monotonic() + 60
    while not condition() and time.monotonic() < ends:
        time.sleep(0.01)
    assert condition()


@pytest.mark.slow
def test_killed_in_the_middle_nobody_has_two_and_nobody_is_lost(shop: Shop) -> None:
    """kill -9 of a real sender, three times, while answers are on their way."""
    shop.customers(150)
    tenant = int(str(shop.api.key).split("_")[1])
    with ShopIssuer(SECRET, delay=0.2) as issuer:
        made = package(shop, issuer, stock=150)
        drawn = canvas(shop, made)
        shop.publish(drawn)
        run = shop.ok(shop.api.post(f"canvases/{drawn}/run-now"), 201)["id"]
        while run_kind(BULK):
            pass
        for goal in (5, 40, 80):
            process = sender(tenant)
            until(lambda goal=goal: len(issuer.issued) >= goal)  # type: ignore[misc]
            process.kill()
            process.wait()
            with in_scope(shop):
                SendJob.objects.update(lease_until=db_now())
        issuer.delay = 0.0
        shop.work()
    with in_scope(shop):
        assert Grant.objects.filter(status="issued").count() == Grant.objects.count() == 150
        assert Grant.objects.values("code").distinct().count() == 150
    assert sorted(who for who, _ in issuer.issued.values()) == sorted(f"c{i}" for i in range(150))
    shown = shop.ok(shop.api.get(f"runs/{run}"))
    assert shown["nodes"]["gift"]["left"] == {"out": 150}
    assert shop.ok(shop.api.get(f"runs/{run}/check"))["balanced"]
