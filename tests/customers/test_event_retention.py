"""Events older than the tenant keeps are deleted in bounded batches, nobody else's are, and their ids still count (AUD-2)."""

from datetime import UTC, datetime

import pytest
from django.db import connection

from config.housekeeping import _MONTHS_AHEAD, forget_events, partitions_ahead
from customers import partitions, retention
from customers.models import Event
from customers.moments import add_months
from tenants.scope import tenant_tx

pytestmark = pytest.mark.django_db
BOUGHT = {"condition": "event", "event": "order.paid", "measure": "count", "op": "gte", "value": 1}


def months_ago(months):
    """In the middle of that month."""
    day = add_months(datetime.now(UTC).date().replace(day=1), -months)
    return f"{day.isoformat()[:8]}15T12:00:00Z"


def send(api, *ages):
    rows = [{"event_id": f"e{age}", "customer": {"external_id": "c"}, "name": "order.paid", "occurred_at": months_ago(age)}
            for age in ages]  # fmt: skip
    answer = api.post("events/bulk", {"events": rows})
    assert answer.json()["rejected"] == []
    return answer.json()


def kept(tenant):
    with tenant_tx(tenant.pk):
        return set(Event.objects.values_list("event_id", flat=True))


def keep(api, months):
    answer = api.patch("settings", {"events_months": months})
    assert (answer.status_code, answer.json()["events_months"]) == (200, months)


def test_only_the_old_ones_of_this_tenant_go(api, stranger, tenant, other_tenant):
    send(api, 1, 3, 4, 30)
    send(stranger, 30)
    forget_events(tenant.pk)
    assert len(kept(tenant)) == 4  # for ever, as long as nobody says otherwise
    keep(api, 3)
    forget_events(tenant.pk)
    forget_events(other_tenant.pk)
    assert kept(tenant) == {"e1", "e3"}
    assert kept(other_tenant) == {"e30"}
    stats = api.get("events/stats").json()
    assert (stats["events_months"], stats["kept_from"][:10]) == (3, f"{months_ago(3)[:8]}01")


def test_an_id_of_a_deleted_event_counts_once_for_ever(api, tenant):
    send(api, 30)
    keep(api, 12)
    forget_events(tenant.pk)
    assert kept(tenant) == set()
    assert send(api, 30)["duplicates"] == 1
    assert kept(tenant) == set()


def test_no_batch_is_larger_than_asked(api, tenant):
    send(api, 25, 26, 27)
    keep(api, 12)
    with tenant_tx(tenant.pk):
        assert [retention.forget_old_events(2) for _ in range(3)] == [2, 1, 0]


def test_for_ever_again(api, tenant):
    keep(api, 12)
    keep(api, None)
    send(api, 30)
    forget_events(tenant.pk)
    assert kept(tenant) == {"e30"}
    for wrong in (0, 241, 1.5, "12", True):
        assert api.patch("settings", {"events_months": wrong}).status_code == 400


def test_rules_that_look_further_back_say_so(api, tenant):
    def warned(rule):
        answer = api.post("audiences/validate", {"rule": rule}).json()
        assert answer["problems"] == []
        return [(w["pointer"], w["code"]) for w in answer["warnings"]]

    long, short = {"window": {"last": {"months": 24}}}, {"window": {"last": {"days": 20}}}
    assert warned(BOUGHT) == []
    keep(api, 12)
    assert warned(BOUGHT) == [("/rule", "old_events_gone")]
    assert warned({"all": [{**BOUGHT, **short}, {"not": {**BOUGHT, **long}}]}) == [
        ("/rule/all/1/not/window", "old_events_gone")
    ]
    assert warned({"condition": "tag", "value": ["x"]}) == []


@pytest.mark.django_db(transaction=True)
def test_months_ahead_are_made_and_a_month_that_cannot_be_keeps_nobody_from_the_rest(monkeypatch):
    today = datetime.now(UTC).date()
    ahead = [add_months(today.replace(day=1), n) for n in range(_MONTHS_AHEAD + 1)]
    tried = []

    def make(cursor, month):
        tried.append(month)
        partitions._failed[month] = float("inf")  # as when the default partition has rows of it

    with monkeypatch.context() as patched:
        patched.setattr(partitions, "_known", set())
        patched.setattr(partitions, "_failed", {})
        patched.setattr(partitions, "_make", make)
        partitions_ahead(today)
        assert tried == ahead
    partitions_ahead(today)
    with connection.cursor() as cursor:
        cursor.execute("SELECT bool_and(to_regclass(n) IS NOT NULL) FROM unnest(%s) AS n",
                       [[f"customers_event_{month:%Y_%m}" for month in ahead]])  # fmt: skip
        assert cursor.fetchone() == (True,)
