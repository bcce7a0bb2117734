"""Records at the same time that would make one customer of two in opposite directions: nobody waits in a circle, one is left (AUD-1)."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections

from customers.aliases import survivors
from customers.merging import deciding
from customers.models import Customer, Merge, MergeProposal
from tenants.models import Tenant
from tenants.scope import tenant_tx
from tests.conftest import Api

pytestmark = pytest.mark.django_db(transaction=True)

PAIRS, THREADS = 12, 4


def at_once(works: list[Callable[[], Any]]) -> list[Any]:
    """What the works answer, begun together; a failure is an answer, too."""
    answers: list[Any] = [None] * len(works)
    start = threading.Barrier(len(works))

    def run(number: int, work: Callable[[], Any]) -> None:
        try:
            start.wait()
            answers[number] = work()
        except Exception as error:
            answers[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def row(number: int, turned: bool) -> dict[str, Any]:
    """Names both; whose it is said to be depends on which comes first."""
    names = [("openid", f"open-{number}"), ("unionid", f"union-{number}")]
    return {"identities": dict(reversed(names) if turned else names), "attributes": {"turned": turned}}


def test_opposite_directions_in_several_requests_and_workers(api: Api, tenant: Tenant) -> None:
    api.patch("settings", {"merging": {"others": "automatic"}})
    single = [
        {"identities": {kind: value}} for n in range(PAIRS) for kind, value in row(n, False)["identities"].items()
    ]
    assert api.post("customers/bulk", {"customers": single}).json()["created"] == 2 * PAIRS

    def intake(turned: bool) -> Callable[[], Any]:
        rows = [row(n, turned) for n in (reversed(range(PAIRS)) if turned else range(PAIRS))]
        return lambda: api.post("customers/bulk", {"customers": rows}).status_code

    def worker() -> int:
        done = 0
        for _ in range(200):  # looks again and again while the requests arrive
            done += deciding.unit(tenant.pk)
        return done

    answers = at_once([intake(False), intake(True), worker, worker])
    assert answers[:2] == [200, 200]
    assert all(isinstance(a, int) for a in answers), answers
    while deciding.unit(tenant.pk):
        pass
    with tenant_tx(tenant.pk):
        assert Customer.objects.filter(merged_into=None).count() == PAIRS
        assert Merge.objects.count() == PAIRS
        assert not MergeProposal.objects.filter(status__in=("open", "queued")).exists()
        everyone = list(Customer.objects.values_list("pk", flat=True))
        assert len(survivors(everyone)) == PAIRS  # each of them names one who is there


def test_one_proposal_decided_by_several_at_once(api: Api, tenant: Tenant) -> None:
    phone = {"phone": "13711112222"}
    api.post("customers/bulk", {"customers": [{"external_id": x, "identities": phone} for x in ("A", "B")]})
    one = api.get("merge-proposals").json()["results"][0]["id"]
    accept = [lambda: api.post(f"merge-proposals/{one}/accept").status_code] * 2
    many = [lambda: api.post("merge-proposals/accept", {"proposals": [one], "confirm": 1}).status_code]
    answers = at_once([*accept, *many, lambda: api.post(f"merge-proposals/{one}/dismiss").status_code])
    assert set(answers) <= {200, 201, 202, 409}
    while deciding.unit(tenant.pk):
        pass
    with tenant_tx(tenant.pk):
        merged = Merge.objects.count()
        assert MergeProposal.objects.get().status == ("accepted" if merged else "dismissed")
        assert (merged, Customer.objects.filter(merged_into=None).count()) in [(1, 1), (0, 2)]
