"""The body that the benchmark of CSV imports sends is read as the same people as the bulk one."""

from typing import Any

from django.test import Client

from bench import rows
from bench.bulk_import import _csv, form
from tenants.jobs import run_next_job
from tenants.models import Tenant


def test_the_file_holds_the_same_people(api: Any, tenant: Tenant) -> None:
    people = rows.customers(3)
    raw, kind = form(_csv(people))
    headers = {"Authorization": f"Bearer {api.key}"}
    answer = Client().generic("POST", "/api/v1/imports", raw, kind, headers=headers)
    assert answer.status_code == 202, answer.content
    assert run_next_job(tenant.pk)
    done = api.get(f"jobs/{answer.json()['id']}").json()
    assert (done["status"], done["result"]["created"], done["result"]["rejected"]) == ("succeeded", 3, 0)
    first = api.get("customers?external_id=b0").json()["results"][0]
    assert (first["attributes"], first["tags"], first["consents"]) == (
        people[0]["attributes"],
        people[0]["tags"],
        people[0]["consents"],
    )
