"""A triggered canvas in any order of events: people come, wait, opt out, are merged and erased while it is paused, edited and stopped.

After every step the run's equations balance, and each entry has had exactly what a small model of one person at a time
says: one message, or none. Two who are merged are one person from then on, with the entries of both.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from canvas_app.models import Cohort
from channels import direct
from config.tasks import run_kind
from kernel.wake import SEND, TRIGGER
from tenants.scope import tenant_tx
from tests.conftest import Api, make_key, make_tenant
from tests.journeys.shop import Shop, node

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 4
INBOX, WAITING, READY, QUEUED, SENT, NOT_SENT = "inbox", "waiting", "ready", "queued", "sent", "not sent"
WITHDRAWN = "withdrawn"  # queued for somebody who was merged: the sender lets it go, and it is decided anew
_MOST = direct.MOST
people = st.integers(0, PEOPLE - 1)


@dataclass
class Entry:
    """One event of one person, and how far it has come."""

    number: int
    person: int
    place: str = INBOX
    run: str = ""


class Canvas(RuleBasedStateMachine):
    """Wait an hour, then one message that says the number of the event."""

    begun = False

    @initialize(directly=st.booleans())
    def begin(self, directly: bool) -> None:
        direct.MOST = _MOST if directly else 0  # type: ignore[misc]  # else everything goes by the senders' loop
        self.directly, self.tenant = directly, make_tenant("状态机")
        self.tenant.settings = {**self.tenant.settings, "caps": [], "quiet_hours": None}
        self.tenant.save()
        self.shop = Shop(Api(make_key(self.tenant)))
        self.shop.customers(PEOPLE)
        self.ids = {c["external_id"]: c["id"] for c in self.shop.all("customers")}
        self.entries: list[Entry] = []
        self.refused: set[int] = set()
        self.erased: set[int] = set()
        self.same: dict[int, int] = {}  # merged → survivor
        self.paused, self.revision = False, 1
        text = "#{{ event.properties.number }}#"
        graph = [
            node("t", "trigger.event", event="cart.added"), node("w", "flow.wait", **{"for": {"hours": 1}}),
            node("sms", "message.send", template=self.shop.template(text)),
        ]  # fmt: skip
        self.canvas = self.shop.canvas(graph, ["t>w", "w>sms"], kind="triggered", entry={"rule": "every_time"})
        self.shop.publish(self.canvas)
        self.published, self.begun = 1, True
        self.stopped: set[str] = set()

    def standing_run(self) -> str:
        return str(self.shop.ok(self.shop.api.get(f"canvases/{self.canvas}"))["run"])

    def runs(self, status: str = "") -> list[str]:
        found = self.shop.all(f"runs?canvas={self.canvas}&page_size=1000")
        return sorted(r["id"] for r in found if r["status"].startswith(status))

    def post(self, path: str, body: Any = None) -> None:
        answer = self.shop.api.post(path, body)
        assert answer.status_code < 300, (path, answer.content)

    def events(self, *entries: Entry) -> None:
        rows = [
            {
                "event_id": f"e{e.number}", "customer": {"external_id": f"c{e.person}"}, "name": "cart.added",
                "occurred_at": datetime.now(UTC).isoformat(), "properties": {"number": e.number},
            }
            for e in entries
        ]  # fmt: skip
        self.post("events/bulk", {"events": rows})

    def now(self, person: int) -> int:
        """Who that is after the merges."""
        return self.same.get(person, person)

    def those(self, *places: str) -> list[Entry]:
        return [e for e in self.entries if e.place in places]

    # what people do

    @rule(person=people, times=st.integers(1, 2), copies=st.integers(1, 2))
    def happens(self, person: int, times: int, copies: int) -> None:
        if self.now(person) in self.erased:
            return
        fresh = [Entry(len(self.entries) + i, self.now(person)) for i in range(times)]
        self.entries += fresh
        self.events(*fresh * copies)

    @precondition(lambda self: self.entries)
    @rule(which=st.integers(0, 1000))
    def the_same_event_comes_again(self, which: int) -> None:
        entry = self.entries[which % len(self.entries)]
        if entry.person not in self.erased:
            self.events(entry)

    @rule(person=people, granted=st.booleans())
    def opts(self, person: int, granted: bool) -> None:
        if self.now(person) in self.erased:
            return
        self.post("customers/bulk", {"customers": [{"external_id": f"c{person}", "consents": {"sms": granted}}]})
        (self.refused.discard if granted else self.refused.add)(self.now(person))

    @precondition(lambda self: len(self.same) < 2 and len(self.entries) > 1)
    @rule(merged=people, survivor=people)
    def are_one_person(self, merged: int, survivor: int) -> None:
        merged, survivor = self.now(merged), self.now(survivor)
        if merged == survivor or {merged, survivor} & self.erased:
            return
        self.post(f"customers/{self.ids[f'c{merged}']}/merge", {"into": self.ids[f"c{survivor}"]})
        self.same = {**{old: survivor if new == merged else new for old, new in self.same.items()}, merged: survivor}
        if merged in self.refused:  # a no of either is a no
            self.refused.add(survivor)
        for entry in self.entries:
            if entry.person == merged:
                entry.person = survivor
                entry.place = WITHDRAWN if entry.place == QUEUED else entry.place

    @precondition(lambda self: len(self.erased) < 2 and len(self.entries) > 3)
    @rule(person=people)
    def is_erased(self, person: int) -> None:
        person = self.now(person)
        if person in self.erased:
            return
        assert self.shop.api.delete(f"customers/{self.ids[f'c{person}']}").status_code == 204
        self.erased.add(person)
        for entry in self.those(INBOX, WAITING, READY, QUEUED, WITHDRAWN):
            if entry.person == person:
                entry.place = NOT_SENT

    # what the merchant does

    @precondition(lambda self: not self.paused)
    @rule()
    def pauses(self) -> None:
        self.post(f"canvases/{self.canvas}/pause")
        self.paused = True

    @precondition(lambda self: self.paused)
    @rule()
    def resumes(self) -> None:
        self.post(f"canvases/{self.canvas}/resume", {"overdue": "run"})
        self.paused = False

    @precondition(lambda self: self.published < 4)
    @rule()
    def publishes_an_edit(self) -> None:
        change = {"goal": None, "quiet_hours": None, "exit": {"events": [f"left.{self.published}"]}}
        answer = self.shop.api.patch(f"canvases/{self.canvas}", change, **{"If-Match": f'"{self.revision}"'})
        self.revision = self.shop.ok(answer)["revision"]
        self.shop.publish(self.canvas)  # a paused one stays paused
        self.published += 1

    @precondition(lambda self: len(self.entries) > 4 and not self.stopped)
    @rule(which=st.integers(0, 3))
    def stops(self, which: int) -> None:
        running = self.runs("running")
        if not running:
            return
        run = running[which % len(running)]
        self.post(f"runs/{run}/stop")
        self.stopped.add(run)
        for entry in self.those(WAITING, READY, QUEUED, WITHDRAWN):
            if entry.run == run:
                entry.place = NOT_SENT

    # what the machines do

    @rule()
    def an_hour_goes_by(self) -> None:
        with tenant_tx(self.tenant.pk), connection.cursor() as cursor:
            Cohort.objects.filter(due_at__isnull=False).update(due_at="2020-01-01T00:00:00Z")
            cursor.execute("UPDATE tenants_ready SET due_at = '2020-01-01' WHERE tenant_id = %s", [self.tenant.pk])
        for entry in self.those(WAITING):
            entry.place = READY

    @rule(times=st.integers(1, 3))
    def a_trigger_worker_is_woken(self, times: int) -> None:
        run = self.standing_run()
        for _ in range(times):
            run_kind(TRIGGER)
        if self.directly:  # the shortest road or, for those who waited, a sender at hand
            run_kind(SEND)
        if not self.paused:
            for entry in self.those(READY):
                goes = entry.person not in self.refused
                entry.place = (SENT if self.directly else QUEUED) if goes else NOT_SENT
        entering = not self.paused and run not in self.stopped
        for entry in self.those(INBOX):
            entry.place, entry.run = (WAITING, run) if entering else (NOT_SENT, "")

    @rule(times=st.integers(1, 3))
    def a_sender_is_woken(self, times: int) -> None:
        for _ in range(times):
            run_kind(SEND)
        if not self.paused:
            for entry in self.those(QUEUED):
                entry.place = NOT_SENT if entry.person in self.refused else SENT
            for entry in self.those(WITHDRAWN):
                entry.place = READY

    # what holds

    @invariant()
    def every_run_balances(self) -> None:
        if not self.begun:
            return
        inside = Counter(e.run for e in self.those(WAITING, READY, QUEUED, WITHDRAWN))
        for run in self.runs():
            check = self.shop.ok(self.shop.api.get(f"runs/{run}"))["check"]
            assert check["balanced"], check
            assert check["inside"] >= inside[run]  # more: erased people, who leave when they next move

    @invariant()
    def each_entry_has_its_message_and_no_other(self) -> None:
        if not self.begun:
            return
        found = self.shop.all(f"messages?canvas={self.canvas}")
        sent = [m for m in found if m["status"] == "sent"]
        wanted = self.those(SENT)
        numbers = {self.ids[f"c{person}"]: self.now(person) for person in range(PEOPLE)}
        assert Counter(numbers[m["customer"]] for m in sent) == Counter(e.person for e in wanted)
        read = [m for m in sent if numbers[m["customer"]] not in self.erased]  # the texts of the others are erased, too
        texts = Counter(m["content"]["text"].split("#")[1] for m in read)
        assert texts == Counter(str(e.number) for e in wanted if e.person not in self.erased)

    def teardown(self) -> None:
        """Everybody comes to an end."""
        if not self.begun:
            return
        if self.paused:
            self.resumes()
        for _ in range(2):
            self.a_trigger_worker_is_woken(1)
            self.an_hour_goes_by()
        for _ in range(2):  # what is withdrawn is sent by the second turn
            self.a_trigger_worker_is_woken(1)
            self.a_sender_is_woken(1)
        self.a_trigger_worker_is_woken(1)
        self.each_entry_has_its_message_and_no_other()
        for run in self.runs():
            check = self.shop.ok(self.shop.api.get(f"runs/{run}"))["check"]
            assert (check["inside"], check["balanced"]) == (0, True), check


@pytest.mark.timeout(300)
def test_any_order_of_events(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(direct, "MOST", _MOST)
    run_state_machine_as_test(
        lambda: (
            Canvas()
        ),  # not the class: to know it, hypothesis would parse this file, which CPython 3.11 does not always survive
        settings=settings(
            max_examples=4,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
