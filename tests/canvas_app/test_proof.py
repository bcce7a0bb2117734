"""The proof of a run: it holds for honest runs, and each kind of damage to a ledger breaks the equation that names it."""

from typing import Any

import pytest
from django.db import connection

from canvas_app.models import Cohort, Passage, Run
from canvas_app.proof.alarms import prove, prove_runs
from kernel.sets import dump, load, people
from tenants.models import Tenant
from tenants.scope import tenant_tx
from tests.conftest import Api
from tests.journeys.shop import Shop, node

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def done(shop: Shop) -> str:
    """A run of 60 people: half get a coupon, all a message, 10 of them wait."""
    shop.customers(60)
    early = {"condition": "attribute", "key": "n", "op": "lt", "value": 10}
    canvas = shop.canvas(
        [
            node("all", "audience.source", audience=shop.everyone()),
            node("ab", "abtest.split"), node("gift", "reward.grant", package=shop.package(stock=100)),
            node("sms", "message.send", template=shop.template()),
            node("few", "flow.branch", branches=[{"key": "few", "rule": early}]), node("wait", "flow.wait", **{"for": {"days": 1}}),
        ],
        ["all>ab", "ab.a>gift", "gift>sms", "ab.b>sms", "sms>few", "few.few>wait"],
    )  # fmt: skip
    return str(shop.run(canvas)["id"])


def wrong(api: Api, run: str) -> list[str]:
    answer = api.get(f"runs/{run}/check")
    assert answer.status_code == 200, answer.content
    found = answer.json()
    failed = [e["name"] for e in found["equations"] if not e["ok"]]
    assert found["balanced"] == (not failed)
    return failed


def test_an_honest_run_balances_in_all_its_ledgers(api: Api, done: str) -> None:
    assert wrong(api, done) == []
    equations = {e["name"]: e for e in api.get(f"runs/{done}/check").json()["equations"]}
    assert {"edge:e0", "node:sms", "places", "untold:sms", "unseen:sms", "granted:gift", "sending", "intent", "messages_once", "caps", "codes", "codes_once"} <= equations.keys()  # fmt: skip
    assert (equations["intent"]["left"], equations["intent"]["right"]) == (60, 60)
    assert equations["node:sms"]["left"] == 60
    assert set(equations["intent"]["detail"]) == {"zh", "en"}
    assert any(name.startswith("wave:") for name in equations)
    assert any(name.startswith("stock:") for name in equations)


DAMAGES: list[tuple[str, str, set[str]]] = [
    ("a person is lost on the way", "UPDATE canvas_app_cohort SET size = size - 1", {"node:wait"}),
    ("a passage is lost", "DELETE FROM canvas_app_passage WHERE node = 'gift' AND kind = 'out'", {"node:gift", "edge:e2", "granted:gift"}),
    ("somebody at a node that is not there", "UPDATE canvas_app_cohort SET node = 'gone'", {"places", "node:wait"}),
    ("a message is lost", "DELETE FROM channels_message WHERE id = (SELECT min(id) FROM channels_message)", {"untold:sms"}),
    ("a message nobody asked for", "UPDATE channels_message SET customer_id = -customer_id WHERE id = (SELECT min(id) FROM channels_message)", {"untold:sms", "unseen:sms"}),
    ("sent without an intent", "UPDATE channels_message SET content = NULL WHERE id = (SELECT min(id) FROM channels_message)", {"intent"}),
    ("over the cap", "UPDATE channels_capcount SET n = 3 WHERE scope = '*'", {"caps"}),
    ("a coupon without a code", "UPDATE rewards_grant SET code = NULL WHERE id = (SELECT min(id) FROM rewards_grant)", {"codes"}),
    ("stock spent twice", "UPDATE rewards_package SET issued = issued + 1", {"stock"}),
    ("a wait without its job", "UPDATE canvas_app_cohort SET waits_for = 'sending:77', due_at = NULL", {"sending"}),
]  # fmt: skip


@pytest.mark.parametrize(("damage", "named"), [d[1:] for d in DAMAGES], ids=[d[0] for d in DAMAGES])
def test_damage_is_named(api: Api, tenant: Tenant, done: str, damage: str, named: set[str]) -> None:
    with tenant_tx(tenant.pk), connection.cursor() as cursor:
        cursor.execute(damage.replace("-customer_id", "9000000000000 + customer_id"))
        assert cursor.rowcount
    assert named <= {name.split(":")[0] if name.startswith("stock") else name for name in wrong(api, done)}


@pytest.mark.parametrize("index", ["message_once", "grant_code"])
def test_without_its_unique_key_a_second_one_is_seen(api: Api, tenant: Tenant, done: str, index: str) -> None:
    """Inside a transaction that is taken back: the key itself is dropped."""
    from django.db import transaction

    from canvas_app.proof.whole import proof
    from kernel.proof import faults

    table, column = {"message_once": ("channels_message", "customer_id"), "grant_code": ("rewards_grant", "code")}[
        index
    ]
    with tenant_tx(tenant.pk):
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {index}")
            cursor.execute(
                f"UPDATE {table} SET {column} = (SELECT {column} FROM {table} ORDER BY id LIMIT 1) WHERE id = (SELECT max(id) FROM {table})"
            )
        names = {e.name for e in faults(proof(Run.objects.get(pk=done)))}
        transaction.set_rollback(True)
    assert {"message_once": "messages_once", "grant_code": "codes_once"}[index] in names


def test_a_person_exchanged_for_another_shows_in_the_sets(api: Api, tenant: Tenant, done: str) -> None:
    """Every number is right, and yet one person is gone."""
    with tenant_tx(tenant.pk):
        standing = Cohort.objects.get(run_id=done)
        group = load(standing.people)
        standing.people = dump(group - people([group.min()]) | people([10**12]))
        standing.save()
    assert [name.split(":")[0] for name in wrong(api, done)] == ["wave"]


def test_the_alarm_opens_and_clears(api: Api, tenant: Tenant, done: str, caplog: pytest.LogCaptureFixture) -> None:
    assert prove_runs(tenant.pk) == 0
    assert api.get(f"runs/{done}").json()["alarm"] is None
    with tenant_tx(tenant.pk):
        lost = Passage.objects.filter(run_id=done, node="gift", kind="out").get()
        lost.delete()
    assert prove_runs(tenant.pk) == 0, "a running run is proved every quarter of an hour"
    prove(tenant.pk, int(done))
    assert "does not add up" in caplog.text
    alarm = api.get(f"runs/{done}").json()["alarm"]
    assert {"node:gift", "edge:e2"} <= {e["name"] for e in alarm["equations"]}
    assert prove_runs(tenant.pk) == 1, "one with an alarm is proved each time"
    assert api.get(f"runs/{done}").json()["alarm"]["since"] == alarm["since"]
    with tenant_tx(tenant.pk):
        lost.pk = None
        lost.save(force_insert=True)
    assert prove_runs(tenant.pk) == 0
    assert api.get(f"runs/{done}").json()["alarm"] is None


def test_the_check_is_of_one_moment(tenant: Tenant, done: str) -> None:
    """What another connection commits meanwhile is not seen by half."""
    from concurrent.futures import ThreadPoolExecutor

    from canvas_app.proof.whole import proof

    def meddle() -> None:
        try:
            with tenant_tx(tenant.pk):
                Cohort.objects.filter(run_id=done).update(size=0)
                Passage.objects.filter(run_id=done, node="wait").delete()
        finally:
            connection.close()

    with tenant_tx(tenant.pk, snapshot=True):
        run: Any = Run.objects.select_related("version").get(pk=done)
        with ThreadPoolExecutor(1) as pool:
            pool.submit(meddle).result()
        assert [e.name for e in proof(run) if not e.ok] == []


def test_a_strangers_run_is_not_there(stranger: Api, done: str) -> None:
    assert stranger.get(f"runs/{done}/check").status_code == 404


def test_an_admin_sees_the_result_in_words(api: Api, tenant: Tenant, done: str) -> None:
    from tests.tenants.test_admin import changelist, enter, log_in

    client = log_in()
    enter(client, tenant)
    sent = {"action": "check_ledgers", "_selected_action": [done]}
    said = client.post(changelist(Run), sent, follow=True).content.decode()
    assert "个等式全部成立" in said
    with tenant_tx(tenant.pk):
        Passage.objects.filter(run_id=done, node="gift", kind="out").delete()
    said = client.post(changelist(Run), sent, follow=True).content.decode()
    assert "进入“gift”的人次 = 离开 + 停留 + 合并:" in said
    assert "对不上" in said
