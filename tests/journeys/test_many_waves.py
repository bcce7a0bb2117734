"""People who came in by an event each, wait until the same moment, and get their messages from shared send jobs."""

import pytest

from canvas_app.models import Cohort, Wave
from channels.models import SendJob
from config.tasks import run_kind
from kernel.clock import db_now
from kernel.wake import TRIGGER
from tenants.ready import announce
from tenants.scope import tenant_tx
from tests.journeys.shop import Shop, node
from tests.journeys.test_triggered import event, post

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE, TIMES = 18, 2  # more at once than leave by the shortest road
ENTRIES = PEOPLE * TIMES


def test_waves_of_one_share_jobs_in_which_each_person_is_once_and_has_their_own_event(shop: Shop) -> None:
    shop.customers(PEOPLE)
    template = shop.template("{{ event.properties.sku }}", purpose="service")
    nodes = [
        node("t", "trigger.event", event="cart.added"),
        node("w", "flow.wait", **{"for": {"days": 2}}),
        node("sms", "message.send", template=template),
        node("end", "flow.end"),
    ]
    canvas = shop.canvas(nodes, ["t>w", "w>sms", "sms.sent>end"], kind="triggered", entry={"rule": "every_time"})
    shop.publish(canvas)
    for n in range(ENTRIES):
        post(shop, event(n, f"c{n % PEOPLE}", properties={"sku": f"s{n}"}))
    tenant = int(str(shop.api.key).split("_")[1])
    with tenant_tx(tenant):
        assert (Wave.objects.count(), Cohort.objects.count()) == (ENTRIES, ENTRIES)
        Cohort.objects.update(due_at=db_now())
        announce(TRIGGER)
    while run_kind(TRIGGER):
        pass
    with tenant_tx(tenant):
        assert [(job.size, job.waves is None) for job in SendJob.objects.all()] == [(PEOPLE, False)] * TIMES
        assert Cohort.objects.filter(waits_for__startswith="sending:").count() == ENTRIES
    shop.work()
    messages = shop.all(f"messages?canvas={canvas}")
    assert sorted(m["content"]["text"].removeprefix("【山间茶铺】") for m in messages) == sorted(
        f"s{n}" for n in range(ENTRIES)
    )
    shown = shop.ok(shop.api.get(f"runs/{shop.ok(shop.api.get(f'canvases/{canvas}'))['run']}"))
    assert shown["check"] == {"entered": ENTRIES, "inside": 0, "left": ENTRIES, "balanced": True, "wrong": []}
    assert shown["nodes"]["end"]["entered"] == ENTRIES
