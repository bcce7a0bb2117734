"""Where one customer stands in running canvases; and two who are merged by themselves while a canvas runs (AUD-1, AUD-9)."""

import pytest

from tenants.models import Tenant
from tests.journeys.shop import Shop, node
from tests.journeys.test_merging import hours_go_by, ids, in_canvas, merge, proved, sent, wait
from tests.journeys.test_triggered import event, post

pytestmark = pytest.mark.django_db(transaction=True)


def places(shop: Shop, customer: str) -> list[dict]:
    found: list[dict] = shop.ok(shop.api.get(f"customers/{customer}/standing"))["results"]
    return found


def test_where_they_stand_until_when_and_what_comes_next(shop: Shop, tenant: Tenant) -> None:
    shop.customers(3)
    canvas, who = in_canvas(shop, shop.everyone()), ids(shop)
    run = shop.run(canvas)["id"]
    (place,) = places(shop, who["c1"])
    assert (place["canvas"], place["run"], place["node"]["id"]) == ({"id": canvas, "name": "画布"}, run, "w")
    assert place["since"] < place["until"]
    assert [(n["id"], n["type"]) for n in place["next"]] == [("sms", "message.send")]
    merge(shop, who["c0"], who["c1"])
    assert len(places(shop, who["c1"])) == 1  # one set, in which both names are
    hours_go_by(tenant)
    shop.work()
    assert places(shop, who["c1"]) == []


def test_alone_in_a_triggered_canvas(shop: Shop) -> None:
    shop.customers(2)
    canvas = shop.canvas([node("t", "trigger.event", event="cart.added"), wait()], ["t>w"], kind="triggered")
    shop.publish(canvas)
    post(shop, event(1, "c0"))
    who = ids(shop)
    assert [p["node"]["id"] for p in places(shop, who["c0"])] == ["w"]
    assert places(shop, who["c1"]) == []
    merge(shop, who["c0"], who["c1"])
    assert [p["node"]["id"] for p in places(shop, who["c1"])] == ["w"]
    kinds = [e["name"] for e in shop.all(f"customers/{who['c1']}/timeline?kind=canvas")]
    assert kinds == ["canvas.entered"]


def test_merged_by_themselves_they_count_once_and_get_one_message(shop: Shop, tenant: Tenant) -> None:
    shop.ok(shop.api.patch("settings", {"merging": {"others": "automatic"}}))
    shop.customers(3)
    rows = [{"identities": {"openid": "o-12345"}, "attributes": {"n": 9}, "consents": {"sms": True}}]
    shop.ok(shop.api.post("customers/bulk", {"customers": rows}))
    everyone = shop.everyone()
    canvas = in_canvas(shop, everyone)
    run = shop.run(canvas)["id"]
    both = {"identities": {"phone": "19900000000", "openid": "o-12345"}}  # c0 and the nameless one
    assert shop.ok(shop.api.post("customers/bulk", {"customers": [both]}))["rejected"] == []
    shop.work()
    rule = {"condition": "attribute", "key": "n", "op": "gte", "value": 0}
    assert shop.ok(shop.api.post("audiences/preview", {"rule": rule}))["count"] == 3
    proved(shop, run)
    hours_go_by(tenant)
    shop.work()
    shown = proved(shop, run)
    assert sent(shop, canvas) == sorted(ids(shop).values())
    assert shown["nodes"]["w"]["dropped"] == {"merged": 1}
