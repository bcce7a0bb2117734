"""Requests at the same time: no customer or event doubled, no unique violation, no deadlock (AUD-1, AUD-2)."""

import random
import threading

import pytest
from django.db import connections

from customers.models import Customer, Event, Identity
from tenants.scope import tenant_tx

pytestmark = pytest.mark.django_db(transaction=True)

N, THREADS = 600, 4


def at_once(work):
    """Run work(number) in THREADS threads that start together; their answers."""
    answers, start = [None] * THREADS, threading.Barrier(THREADS)

    def run(number):
        try:
            start.wait()
            answers[number] = work(number)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def shuffled(rows, seed):
    return random.Random(seed).sample(rows, len(rows))


def test_the_same_new_customers_from_many_requests(api, tenant):
    rows = [{"external_id": f"c{i}", "identities": {"phone": f"138{i:08d}"}, "attributes": {"n": i}, "tags": ["t"], "consents": {"sms": True}}
            for i in range(N)]  # fmt: skip
    # what is declared only once must not be what keeps the requests apart
    assert (
        api.post(
            "customers/bulk", {"customers": [{**rows[0], "external_id": "seed", "identities": {"openid": "o"}}]}
        ).status_code
        == 200
    )
    answers = at_once(lambda number: api.post("customers/bulk", {"customers": shuffled(rows, number)}))
    assert [a.status_code for a in answers] == [200] * THREADS
    assert sum(a.json()["created"] for a in answers) == N
    assert sum(a.json()["updated"] for a in answers) == N * (THREADS - 1)
    with tenant_tx(tenant.pk):
        assert Customer.objects.count() == Identity.objects.count() == N + 1
        assert Event.objects.filter(name="tag.added").count() == N + 1


def test_updates_of_the_same_customers_in_any_order(api, tenant):
    rows = [{"external_id": f"c{i}", "identities": {"phone": f"138{i:08d}"}} for i in range(N)]
    assert api.post("customers/bulk", {"customers": rows}).json()["created"] == N

    def change(number):
        mine = [{"external_id": f"c{i}", "attributes": {f"k{number}": i}, "tags": [f"t{number % 2}"], "consents": {"sms": number % 2 == 0}}
                for i in range(N)]  # fmt: skip
        return api.post("customers/bulk", {"customers": shuffled(mine, number)})

    assert [a.status_code for a in at_once(change)] == [200] * THREADS
    with tenant_tx(tenant.pk):
        for customer in Customer.objects.all():
            assert customer.attributes == {f"k{number}": int(customer.external_id[1:]) for number in range(THREADS)}


def events_at_once(api, tenant, rows):
    answers = at_once(lambda number: api.post("events/bulk", {"events": shuffled(rows, number)}))
    assert [a.status_code for a in answers] == [202] * THREADS
    assert sum(a.json()["accepted"] for a in answers) == N
    assert sum(a.json()["duplicates"] for a in answers) == N * (THREADS - 1)
    with tenant_tx(tenant.pk):
        assert Event.objects.filter(event_id__startswith="e").count() == N
        assert Customer.objects.count() == 50


def event(number):
    return {"event_id": f"e{number}", "customer": {"phone": f"138{number % 50:08d}"}, "name": f"n{number % 3}"}


def test_the_same_events_of_new_customers_count_once(api, tenant):
    events_at_once(api, tenant, [event(number) for number in range(N)])


def test_the_same_events_of_known_customers_count_once(api, tenant):
    known = [
        {**event(number), "event_id": f"known{number}"} for number in range(50)
    ]  # so that no lock keeps them apart
    assert api.post("events/bulk", {"events": known}).json()["accepted"] == 50
    events_at_once(api, tenant, [event(number) for number in range(N)])


def test_one_attribute_declared_two_ways_at_once(api, tenant):
    values = [1, "one", True, ["one"]]
    answers = at_once(
        lambda number: api.post(
            "customers/bulk", {"customers": [{"external_id": f"c{number}", "attributes": {"k": values[number]}}]}
        )
    )
    assert [a.status_code for a in answers] == [200] * THREADS
    assert sum(a.json()["created"] for a in answers) == 1
    assert sum(len(a.json()["rejected"]) for a in answers) == THREADS - 1
