"""Large requests of events: all new, all known, and some known among the new; each counts once and is told once (AUD-2)."""

import pytest

from customers import event_log
from customers.models import Event, EventInbox, EventTally
from customers.watch import watch

pytestmark = pytest.mark.django_db

MANY = event_log._MANY + 100


def rows(numbers):
    return [{"event_id": f"e{n:05d}", "customer": {"external_id": f"c{n % 7}"}, "name": "order.paid",
             "occurred_at": "2026-03-01T10:00:00+08:00", "properties": {"n": n}} for n in numbers]  # fmt: skip


def send(api, numbers):
    answer = api.post("events/bulk", {"events": rows(numbers)}).json()
    assert answer["rejected"] == []
    return answer["accepted"], answer["duplicates"]


def counted():
    return sorted(Event.objects.filter(name="order.paid").values_list("event_id", flat=True))


def test_a_large_request_of_new_events_is_stored_and_told_once(api, tenant, scope):
    watch("canvas:1", {"order.paid"})
    assert send(api, range(MANY)) == (MANY, 0)
    assert send(api, range(MANY)) == (0, MANY)
    assert counted() == [f"e{n:05d}" for n in range(MANY)]
    assert EventInbox.objects.count() == MANY
    tally = EventTally.objects.filter(name="order.paid")
    assert sum(t.stored for t in tally) == sum(t.duplicates for t in tally) == MANY


@pytest.mark.parametrize("known", [[0], [MANY - 1], [300, 301], list(range(40, MANY, 3))])
def test_some_known_among_the_new(api, tenant, scope, known):
    watch("canvas:1", {"order.paid"})
    assert send(api, known) == (len(known), 0)
    assert send(api, range(MANY)) == (MANY - len(known), len(known))
    assert counted() == [f"e{n:05d}" for n in range(MANY)]
    assert EventInbox.objects.count() == MANY


def test_the_first_of_equal_ids_counts_in_a_large_request(api, tenant, scope):
    twice = rows(range(MANY)) + [{**row, "properties": {"n": -1}} for row in rows(range(MANY))]
    answer = api.post("events/bulk", {"events": twice}).json()
    assert (answer["accepted"], answer["duplicates"]) == (MANY, MANY)
    assert sorted(e["n"] for e in Event.objects.filter(name="order.paid").values_list("properties", flat=True)) == list(
        range(MANY)
    )


def test_who_does_something_often_in_one_statement_has_events_of_their_own(api, tenant, scope):
    """The rooms' own events take no row in the key table, so their ids must differ by themselves."""
    people = [{"external_id": f"p{n}", "tags": ["a", "b", "a"]} for n in range(30)]
    assert api.post("customers/bulk", {"customers": people}).json()["created"] == 30
    assert (
        api.post("customers/bulk", {"customers": [{**p, "tags": ["b", "c"]} for p in people]}).json()["updated"] == 30
    )
    ids = list(Event.objects.filter(name="tag.added").values_list("event_id", flat=True))
    assert len(ids) == len(set(ids)) == 90
