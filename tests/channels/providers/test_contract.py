"""Every provider against its stand-in, case by case, through the real sender. docs/providers.md is the table of it."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from channels import facade, sending
from channels.models import CallbackIn, Receipt
from channels.registry import providers
from customers.models import Consent, StaffTask
from fakes.desk import Push
from tenants.scope import tenant_tx
from tests.channels.conftest import Shop
from tests.channels.providers.cases import CASES, ENTRIES, WITHOUT, Entry
from tests.channels.providers.conftest import ORDINARY, Store, magic
from tests.conftest import Api

pytestmark = pytest.mark.django_db
TABLE = Path(__file__).parents[3] / "docs" / "providers.md"


@pytest.fixture(params=ENTRIES, ids=lambda e: f"{e.provider}-{e.channel}")
def entry(request: pytest.FixtureRequest) -> Entry:
    found: Entry = request.param
    return found


@pytest.mark.parametrize("case", CASES)
def test_case(store: Store, entry: Entry, case: str, request: pytest.FixtureRequest) -> None:
    if case == "hang":
        request.getfixturevalue("impatient")
    if case in entry.impossible:
        assert all(entry.impossible[case])  # declared, with the reason in both languages
    else:
        CHECKS[case](store)


def success(store: Store) -> None:
    group = store.people(*ORDINARY)
    store.send(group)
    assert store.shop.statuses() == {"sent": 3}
    assert len(store.arrived) == 3
    assert all(m.provider_id for m in store.messages())
    if not store.entry.tells:
        assert store.tell(store.arrived) == []
        return
    answers = store.tell(store.arrived)
    assert answers
    assert {answer.status_code for answer in answers} == {200}
    assert store.shop.statuses() == {"delivered": 3}
    assert store.shop.sql("SELECT count(*) FROM customers_event WHERE name = 'message.delivered'") == [(3,)]
    with tenant_tx(store.shop.tenant.pk):
        assert not CallbackIn.objects.exclude(due_at=None).exists()
        assert not CallbackIn.objects.exclude(items=None).exists()


def partial(store: Store) -> None:
    store.send(store.people(ORDINARY[0], magic(store.entry, "partial"), ORDINARY[1]))
    assert store.shop.statuses() == {"sent": 2, "failed": 1}
    assert {a.to[-11:] for a in store.arrived} == set(ORDINARY[:2])


def retry(store: Store) -> None:
    store.send(store.people(magic(store.entry, "retry")))
    assert store.shop.statuses() == {"queued": 1}
    store.again()
    store.again()
    assert store.shop.statuses() == {"failed": 1}
    assert store.messages()[0].reason.startswith("retry:")
    assert store.messages()[0].attempts == 3


def front(store: Store) -> None:
    store.send(store.people(magic(store.entry, "front")))
    assert store.shop.statuses() == {"queued": 1}
    assert store.messages()[0].attempts == 1


def rate(store: Store) -> None:
    """However often, it uses up no try; and meanwhile the account is left alone."""
    store.shop.touch(store.template, store.people(magic(store.entry, "rate")))
    for attempt in range(1, 5):
        sending.unit(store.shop.tenant.pk)
        assert store.messages()[0].attempts == attempt
        assert sending.blocked_for(store.shop.tenant.pk, 0.0) == [store.account.pk]
        sending._blocked.clear()
        store.shop.due_now()
    assert store.shop.statuses() == {"queued": 1}


def limit(store: Store) -> None:
    """Only this recipient waits."""
    store.send(store.people(magic(store.entry, "limit"), ORDINARY[0]))
    assert store.shop.statuses() == {"queued": 1, "sent": 1}
    store.send(store.people(ORDINARY[1]), node="next")
    assert store.shop.statuses() == {"queued": 1, "sent": 2}


def recipient(store: Store) -> None:
    _fails(store, "recipient")


def content(store: Store) -> None:
    _fails(store, "content")


def _fails(store: Store, case: str) -> None:
    store.send(store.people(magic(store.entry, case)))
    assert store.shop.statuses() == {"failed": 1}
    assert store.messages()[0].reason.startswith(f"{case}:")
    assert not store.arrived


def opt_out(store: Store) -> None:
    _fails(store, "opt_out")
    with tenant_tx(store.shop.tenant.pk):
        assert not Consent.objects.get().granted


def window(store: Store) -> None:
    store.send(store.people(magic(store.entry, "window"), ORDINARY[0]))
    assert store.shop.statuses() == {"queued": 1, "sent": 1}


def quota(store: Store) -> None:
    store.send(store.people(magic(store.entry, "quota")))
    store.send(store.people(ORDINARY[0]), node="next")
    assert store.shop.statuses() == {"queued": 2}
    account = store.fresh()
    assert account.status == "active"
    assert account.waits_until
    assert account.status_reason.startswith("quota:")
    store.shop.sql("UPDATE channels_account SET waits_until = clock_timestamp()")
    store.shop.drain()
    assert store.shop.statuses(node="next") == {"sent": 1}


def config(store: Store) -> None:
    store.send(store.people(magic(store.entry, "config")))
    store.send(store.people(ORDINARY[0]), node="next")
    assert store.shop.statuses() == {"queued": 2}
    account = store.fresh()
    assert account.status == "paused"
    assert account.paused_at
    assert account.status_reason.startswith("config:")
    with tenant_tx(store.shop.tenant.pk):
        assert StaffTask.objects.get(status="open").kind == "account"


def hang(store: Store) -> None:
    _is_open(store, "hang")


def drop(store: Store) -> None:
    _is_open(store, "drop")


def _is_open(store: Store, case: str) -> None:
    """Nobody knows whether it went out: never repeated, and settled by its receipt. Unless the provider knows a repeat."""
    store.send(store.people(magic(store.entry, case)))
    assert store.shop.statuses() == {"sent" if store.entry.repeats else "unknown": 1}
    store.again()
    assert len(store.arrived) == 1
    if not store.entry.tells:
        assert store.shop.statuses() == {"unknown": 1}
        return
    for _ in range(4):
        store.tell(store.arrived)
        store.callbacks_due()
    assert store.shop.statuses() == {"delivered": 1}


def token(store: Store) -> None:
    store.send(store.people(ORDINARY[0]))
    store.fakes.desk.expire(store.entry.desk)
    store.send(store.people(ORDINARY[1], ORDINARY[2]), node="next")
    assert store.shop.statuses() == {"sent": 3}
    assert store.fresh().status == "active"


def duplicate(store: Store) -> None:
    store.send(store.people(ORDINARY[0]))
    for _ in range(2):
        answers = store.tell(store.arrived)
        assert {answer.status_code for answer in answers} == {200}
    with tenant_tx(store.shop.tenant.pk):
        assert Receipt.objects.count() == 1
    assert store.shop.sql("SELECT count(*) FROM customers_event WHERE name = 'message.delivered'") == [(1,)]


def forged(store: Store) -> None:
    store.send(store.people(ORDINARY[0]))
    push = store.fakes.receipts(store.arrived, "delivered")[0]
    assert store.push(push, push.url[:-1] + "~").status_code in (401, 404)
    assert store.push(push, push.url.replace(store.callback_url, store.callback_url + "x")).status_code == 404
    if signed := [name for name in push.headers if "signature" in name.lower() or name == "Authorization"]:
        for bad in ("", push.headers[signed[0]][::-1]):
            assert store.push(replace(push, headers={**push.headers, signed[0]: bad})).status_code == 401
        if not push.headers[signed[0]].startswith("Basic "):  # which is a password, not a signature
            assert store.push(_altered(push)).status_code == 401
    store.work_off()
    assert store.shop.statuses() == {"sent": 1}


def _altered(push: Push) -> Push:
    return replace(push, body=push.body.replace(b"delivered", b"failed"))


def reply(store: Store) -> None:
    """At the door, before any worker has looked; and a replay of it says nothing after a new consent."""
    group = store.people(ORDINARY[0])
    store.send(group)
    push = store.fakes.word(store.arrived[0], " \uff34 D. ")  # full width, as phones write it
    assert push is not None
    store.shop.touch(store.template, group, node="next")  # queued, not handed over yet
    assert store.push(push).status_code == 200
    store.shop.drain()
    assert store.shop.statuses(node="next") == {"suppressed": 1}
    assert store.shop.reasons(node="next") == {"unsubscribed": 1}
    assert store.shop.sql("SELECT properties->>'node' FROM customers_event WHERE name = 'message.replied'") == [("m",)]
    store.shop.sql("UPDATE customers_consent SET granted = true")
    assert store.push(push).status_code == 200
    assert store.shop.sql("SELECT DISTINCT granted FROM customers_consent") == [(True,)]
    assert store.shop.sql("SELECT count(*) FROM customers_event WHERE name = 'message.replied'") == [(1,)]


CHECKS: dict[str, Callable[[Store], None]] = {
    "success": success, "partial": partial, "retry": retry, "rate": rate, "limit": limit, "recipient": recipient, "opt_out": opt_out, "window": window, "quota": quota,
    "content": content, "config": config, "front": front, "hang": hang, "drop": drop, "token": token, "duplicate": duplicate, "forged": forged, "reply": reply,
}  # fmt: skip


def test_receipts_through_another_tenants_account_change_nothing(store: Store, other_tenant: object) -> None:
    stranger = Shop(other_tenant)  # type: ignore[arg-type]
    theirs = store.open(stranger)
    store.send(store.people(ORDINARY[0]))
    for push in store.fakes.receipts(store.arrived, "failed"):
        store.push(push, store.address_of(theirs, stranger))
    facade.receipts_unit(stranger.tenant.pk)
    assert store.shop.statuses() == {"sent": 1}


def test_wrong_credentials_pause_and_the_right_ones_go_on(store: Store, api: Api) -> None:
    path = f"channel-accounts/{store.account.pk}"
    secret, bad = (
        store.entry.settings(store.fakes.url)[store.entry.secret_name],
        store.entry.bad_secret(store.fakes.url),
    )
    api.patch(path, {"settings": {store.entry.secret_name: bad}})
    told = api.post(f"{path}/test", {}).json()
    assert told["ok"] is False
    assert "config:" in told["detail"]
    store.send(store.people(ORDINARY[0]))
    shown = api.get(path).json()
    assert (shown["status"], bool(shown["paused_at"])) == ("paused", True)
    assert "config:" in shown["status_reason"]
    assert store.shop.statuses() == {"queued": 1}
    api.patch(path, {"settings": {store.entry.secret_name: secret}})
    assert api.post(f"{path}/test", {}).json()["ok"] is True
    assert api.post(f"{path}/resume").json()["status"] == "active"
    store.again()
    assert store.shop.statuses() == {"sent": 1}
    with tenant_tx(store.shop.tenant.pk):
        assert not StaffTask.objects.filter(status="open").exists()


def test_every_provider_has_an_entry() -> None:
    assert set(providers) == {e.provider for e in ENTRIES} | WITHOUT
    assert set(CHECKS) == set(CASES)
    for one in ENTRIES:
        assert set(one.impossible) <= set(CASES)
        assert providers[one.provider].docs


def test_the_table_is_true() -> None:
    """`CANVAS_WRITE_DOCS=1` writes it anew."""
    table = _table()
    if os.environ.get("CANVAS_WRITE_DOCS"):
        TABLE.write_text(table)
    assert TABLE.read_text() == table


def _table() -> str:
    names = [f"{e.provider} ({e.channel})" for e in ENTRIES]
    reasons: list[str] = []
    lines = [
        "# Providers and what was tried with each",
        "",
        "Written by `tests/channels/providers/test_contract.py`, which runs every ✓ through the real sender against the stand-in (`./canvas fakes`).",
        "",
        f"| | {' | '.join(names)} |",
        f"| --- |{' --- |' * len(names)}",
    ]
    for case, (zh, en) in CASES.items():
        cells = []
        for one in ENTRIES:
            if case not in one.impossible:
                cells.append("✓")
                continue
            text = " · ".join(one.impossible[case])
            if text not in reasons:
                reasons.append(text)
            cells.append(f"— ({reasons.index(text) + 1})")
        lines.append(f"| {zh} · {en} | {' | '.join(cells)} |")
    lines += ["", *(f"{n}. {text}" for n, text in enumerate(reasons, 1)), ""]
    return "\n".join(lines)
