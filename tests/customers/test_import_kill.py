"""Import workers that are killed with -9 in the middle of what they write: each row counts once, and every wrong row is told once."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from customers.models import Customer, CustomerTag, Event, FileImport, ImportBatch
from kernel.clock import db_now
from tenants.models import Job, Tenant
from tenants.scope import tenant_tx
from tests.customers.test_imports import errors, upload, work

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

# A worker as it is, but for small batches that rest before they commit and after: whenever it is killed it is in the middle.
_WORKER = """
import sys, time
import django
django.setup()
from customers.imports import run, undo
from tenants.jobs import run_next_job
run.BATCH = 20
def resting(write):
    def rests(*args):
        answer = write(*args)
        time.sleep(0.3)
        return answer
    return rests
run._note, undo._batch = resting(run._note), resting(undo._batch)
while True:
    if not run_next_job(int(sys.argv[1])):
        time.sleep(0.05)
"""
ROWS, KNOWN = 1200, 300  # the known ones are the last, which an undo takes first
_PATIENCE = 120.0


@contextmanager
def worker(tenant: Tenant) -> Iterator[None]:
    """One in a process of its own, which ends by SIGKILL."""
    database = os.environ["DATABASE_URL"].rsplit("/", 1)[0] + "/" + connection.settings_dict["NAME"]
    process = subprocess.Popen(
        [sys.executable, "-c", _WORKER, str(tenant.pk)], env={**os.environ, "DATABASE_URL": database}
    )
    try:
        yield
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def lease_over(tenant: Tenant) -> None:
    with tenant_tx(tenant.pk):
        Job.objects.filter(status="running").update(lease_until=db_now() - timedelta(seconds=1))


def torment(tenant: Tenant, done: Callable[[], int], most: int, kills: int) -> list[int]:
    """Kill a worker each time it has got further; how far it was each time."""
    places = []
    for _ in range(kills):
        before, ends = _told(tenant, done), time.monotonic() + _PATIENCE
        with worker(tenant):
            while (now := _told(tenant, done)) <= before and time.monotonic() < ends:
                time.sleep(0.02)
        assert before < now < most, "it must have been at work, and not have finished"
        places.append(now)
        lease_over(tenant)
    return places


def _told(tenant: Tenant, done: Callable[[], int]) -> int:
    with tenant_tx(tenant.pk):
        return done()


def finish(tenant: Tenant) -> None:
    """The killed worker's transaction may live until its server has noticed."""
    ends = time.monotonic() + _PATIENCE
    while time.monotonic() < ends:
        lease_over(tenant)
        work(tenant)
        if not _told(tenant, lambda: Job.objects.filter(status__in=("queued", "running")).count()):
            return
        time.sleep(0.1)


def lines() -> str:
    """Every fiftieth row is wrong; the first KNOWN are there already."""
    body = (f"M{n},{'' if n % 50 else 'x'}138{n:08d},新客,{n}\n" for n in range(ROWS))
    return "会员号,手机号,标签,积分\n" + "".join(body)


WRONG = {n + 2 for n in range(0, ROWS, 50)}  # row numbers: the header is 1


def known(api: Any) -> None:
    rows = [{"external_id": f"M{n}", "attributes": {"积分": -1}} for n in range(ROWS - KNOWN, ROWS)]
    assert api.post("customers/bulk", {"customers": rows}).json()["created"] == KNOWN


def points() -> dict[str, int]:
    return {
        c.external_id: c.attributes["积分"] for c in Customer.objects.filter(erased_at__isnull=True) if c.external_id
    }


def test_an_import_that_is_killed_goes_on_and_does_nothing_twice(api: Any, tenant: Tenant) -> None:
    known(api)
    made = upload(api, lines(), mapping="auto").json()
    places = torment(tenant, lambda: FileImport.objects.get().position, ROWS, 3)
    assert places == sorted(set(places))
    finish(tenant)
    shown = api.get(f"imports/{made['import_id']}").json()
    assert (shown["status"], shown["done"]) == ("succeeded", ROWS)
    bad_known = KNOWN // 50
    assert (shown["created"], shown["updated"], shown["rejected"]) == (
        ROWS - KNOWN - len(WRONG) + bad_known, KNOWN - bad_known, len(WRONG),
    )  # fmt: skip
    told = Counter(int(line["行"]) for line in errors(api, shown))
    assert told == Counter(WRONG)
    with tenant_tx(tenant.pk):
        good = ROWS - len(WRONG)
        assert points() == {f"M{n}": -1 if n % 50 == 0 else n for n in range(ROWS) if n % 50 or n >= ROWS - KNOWN}
        assert CustomerTag.objects.count() == Event.objects.filter(name="tag.added").count() == good


def test_an_undo_that_is_killed_goes_on_and_does_nothing_twice(
    api: Any, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("customers.imports.run.BATCH", 60)
    known(api)
    made = upload(api, lines(), mapping="auto").json()["import_id"]
    work(tenant)
    assert api.post(f"imports/{made}/undo").status_code == 202
    batches = _told(tenant, lambda: ImportBatch.objects.count())
    torment(tenant, lambda: ImportBatch.objects.filter(undone__gte=1).count(), batches, 1)  # while it removes the new
    torment(tenant, lambda: ImportBatch.objects.filter(undone=2).count(), batches, 2)  # while it restores the others
    finish(tenant)
    shown = api.get(f"imports/{made}").json()
    bad_known = KNOWN // 50
    assert shown["status"] == "undone"
    assert shown["undone"] == {
        "removed": ROWS - KNOWN - len(WRONG) + bad_known, "kept": 0, "restored": KNOWN - bad_known, "left": 0,
    }  # fmt: skip
    with tenant_tx(tenant.pk):
        assert points() == {f"M{n}": -1 for n in range(ROWS - KNOWN, ROWS)}
        assert not CustomerTag.objects.exists()
        assert Event.objects.filter(name="tag.removed").count() == KNOWN - bad_known
