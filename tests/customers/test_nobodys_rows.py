"""No row speaks of a customer or a tag that does not exist (decision 032): no foreign key says so on the busiest tables."""

import random
import threading
import time

import pytest
from django.db import connection, connections

from customers.models import Customer, CustomerTag, Event, Tag
from customers.tags import tag_people
from kernel.sets import people
from tenants.jobs import run_next_job
from tenants.scope import tenant_tx
from tests.customers.test_imports import upload

_OF = "SELECT count(*) FROM {table} x WHERE NOT EXISTS (SELECT FROM {of} c WHERE c.tenant_id = x.tenant_id AND c.id = x.{column})"
_CHECKED = [
    ("customers_identity", "customer_id", "customers_customer"),
    ("customers_consent", "customer_id", "customers_customer"),
    ("customers_customertag", "customer_id", "customers_customer"),
    ("customers_event", "customer_id", "customers_customer"),
    ("customers_customertag", "tag_id", "customers_tag"),
]


def nobodys():
    found = {}
    with connection.cursor() as cursor:
        for table, column, of in _CHECKED:
            cursor.execute(_OF.format(table=table, column=column, of=of))
            found[table, column] = cursor.fetchone()[0]
    return {place: count for place, count in found.items() if count}


def _row(dice, number):
    row = {"external_id": f"c{number}"} if dice.random() < 0.8 else {}
    return row | {
        "identities": {"phone": f"138{dice.randrange(40):08d}", "openid": f"o{number}"},
        "tags": dice.sample("abcd", dice.randrange(3)), "consents": {"sms": dice.random() < 0.5},
    }  # fmt: skip


class Shop:
    """What may happen to customers, each by the API."""

    def __init__(self, api, tenant, dice):
        self.api, self.tenant, self.dice, self.imports = api, tenant, dice, []

    def _someone(self):
        found = self.api.get("customers?page_size=100").json()["results"]
        return self.dice.choice(found)["id"] if found else "0"

    def bulk(self):
        self.api.post("customers/bulk", {"customers": [_row(self.dice, self.dice.randrange(60)) for _ in range(20)]})

    def events(self):
        rows = [
            {
                "event_id": f"e{self.dice.random()}",
                "customer": {"phone": f"138{self.dice.randrange(60):08d}"},
                "name": "x",
            }
            for _ in range(10)
        ]
        self.api.post("events/bulk", {"events": rows})

    def merge(self):
        self.api.post(f"customers/{self._someone()}/merge", {"into": self._someone()})

    def erase(self):
        self.api.delete(f"customers/{self._someone()}")

    def take_file(self):
        lines = "".join(f"f{self.dice.randrange(30)},137{n:08d},a;e\n" for n in range(8))
        answer = upload(self.api, "会员号,手机号,标签\n" + lines, mapping="auto")
        self.imports.append(answer.json()["import_id"])
        self._work()

    def undo_file(self):
        if self.imports:
            self.api.post(f"imports/{self.imports.pop()}/undo")
            self._work()

    def forget_tag(self):
        tags = self.api.get("tags").json()["results"]
        if tags:
            tag = self.dice.choice(tags)
            self.api.delete(f"tags/{tag['id']}?confirm={tag['customers']}")

    def _work(self):
        while run_next_job(self.tenant.pk):
            pass


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(3))
def test_whatever_happens_every_row_is_somebodys(api, tenant, seed):
    dice = random.Random(seed)
    shop = Shop(api, tenant, dice)
    steps = ["bulk", "events", "merge", "erase", "take_file", "undo_file", "forget_tag"] * 4
    dice.shuffle(steps)
    for step in ["bulk", *steps]:
        getattr(shop, step)()
    with tenant_tx(tenant.pk):
        assert Customer.objects.count() > 20
        assert Event.objects.count() > 20
        assert nobodys() == {}


def _waits_for_a_lock(tenant_work, seconds=60.0):
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND pid <> pg_backend_pid() AND locktype IN ('transactionid', 'tuple')"
            )
            if cursor.fetchone()[0] or not tenant_work.is_alive():
                return
        time.sleep(0.02)


@pytest.mark.django_db(transaction=True)
def test_a_tag_that_is_being_put_on_people_is_deleted_with_all_of_them(api, tenant):
    assert (
        api.post("customers/bulk", {"customers": [{"external_id": "c", "tags": ["t"]}, {"external_id": "d"}]}).json()[
            "created"
        ]
        == 2
    )
    with tenant_tx(tenant.pk):
        tag, late = Tag.objects.get(name="t"), Customer.objects.get(external_id="d").pk
    answers = []

    def delete():
        try:
            answers.append(api.delete(f"tags/{tag.pk}").status_code)
        finally:
            connections.close_all()

    thread = threading.Thread(target=delete)
    with tenant_tx(tenant.pk):
        assert len(tag_people(people([late]), ["t"], add=True)) == 1
        thread.start()
        _waits_for_a_lock(thread)
        assert not answers  # it waits for us
    thread.join(60)
    assert answers == [204]
    with tenant_tx(tenant.pk):
        assert not CustomerTag.objects.exists()
        assert Event.objects.filter(name="tag.removed").count() == 2
        assert nobodys() == {}
