"""CHN-3, property: random sends, opt-outs, blacklistings, moves, caps and quiet hours over weeks, against a per-person oracle.

The clock is ours: the worker's look at the database's clock (`Job.seen_at`) is replaced, minutes and days pass in between.
"""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import F

from channels import facade, intent, outcomes
from channels.contract import ErrorClass, Outbound, Outcome
from channels.jobs import _COLUMNS, Job, read_job
from channels.kinds.every.providers.console import Console
from channels.ledger import queued
from channels.models import Message, SendJob, Template
from channels.policy import rules_of
from channels.preparing import Prepared
from channels.services.accounts import account_now
from customers import consents
from customers.models import Customer
from kernel.sets import People, people
from kernel.step import HIGH, LOW, NORMAL, Step
from tenants.scope import tenant_tx
from tests.channels import policy_oracle as oracle
from tests.channels.conftest import Shop

ZONES = [
    None,
    "Asia/Shanghai",
    "America/New_York",
    "Europe/Berlin",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
    "Asia/Kathmandu",
]
WINDOWS = [
    None, None, {"from": "22:00", "to": "08:00"}, {"from": "12:00", "to": "14:30"}, {"from": "07:00", "to": "21:00"},
    {"from": "20:30", "to": "09:30", "expire_after": {"hours": 6}}, {"from": "00:00", "to": "03:00"},
]  # fmt: skip
CAPS = [
    [{"channel": None, "limit": 2, "per": {"days": 1}}],
    [{"channel": None, "limit": 1, "per": {"days": 1}}, {"channel": "sms", "limit": 2, "per": {"weeks": 1}}],
    [{"channel": None, "limit": 3, "per": {"days": 3}}, {"channel": "email", "limit": 1, "per": {"days": 1}}],
    [{"channel": None, "limit": 4, "per": {"weeks": 1}}, {"channel": "sms", "limit": 3, "per": {"days": 9}}],
    [{"channel": "sms", "limit": 0, "per": {"days": 1}}],
    [],
]
REFUSED, UNKNOWN = Outcome(ErrorClass.RCPT, "no_such_number"), Outcome(ErrorClass.AMBIGUOUS, "timeout")
ACCEPTED = Outcome(None, "", provider_id="p")


class World:
    """The real thing and the oracle, side by side."""

    def __init__(self, shop: Shop, seed: int) -> None:
        self.shop, self.dice, self.canvases = shop, random.Random(seed), 0
        self.now = datetime(2026, 3, 1, 12, 0, tzinfo=UTC) + timedelta(minutes=self.dice.randrange(60 * 24 * 300))
        self.parked: list[tuple[datetime, int, int, People]] = []  # until, canvas, rank, people
        self.rules = oracle.Shop(CAPS[0])
        self.settings: dict[int, dict[str, Any]] = {}
        group = shop.people(4, channel="sms", consent=None)
        self.people = {pk: oracle.Person("Asia/Shanghai") for pk in group}
        self.templates = self._templates(group)
        for pk in group:
            self.consent(pk, "sms", True)
            self.consent(pk, "email", True)

    def _templates(self, group: People) -> dict[tuple[str, bool], Template]:
        found = {}
        with tenant_tx(self.shop.tenant.pk):
            self.shop._identify(list(Customer.objects.filter(pk__in=list(group))), "email")
        for channel, content in (("sms", {"text": "x"}), ("email", {"subject": "x", "text": "x"})):
            account = self.shop.account("console", channel)
            for purpose in ("marketing", "service"):
                found[channel, purpose == "marketing"] = self.shop.template(account, purpose=purpose, **content)
        return found

    def outcome(self, canvas: int) -> str:
        return ("sent", "sent", "sent", "failed", "unknown")[canvas % 5]

    def one(self) -> int:
        return self.dice.choice(list(self.people))

    # what happens

    def consent(self, customer: int, channel: str, granted: bool) -> None:
        with tenant_tx(self.shop.tenant.pk):
            consents.consent_set(people([customer]), channel, granted, source="test")
        self.people[customer].consent[channel] = granted

    def block(self) -> None:
        who, blocked = self.one(), self.dice.random() < 0.3
        with tenant_tx(self.shop.tenant.pk):
            Customer.objects.filter(pk=who).update(blocked=blocked)
        self.people[who].blocked = blocked

    def move(self) -> None:
        who, zone = self.one(), self.dice.choice(ZONES)
        with tenant_tx(self.shop.tenant.pk):
            Customer.objects.filter(pk=who).update(timezone=zone)
        self.people[who].zone = zone

    def change_settings(self) -> None:
        self.rules.caps, self.rules.quiet = self.dice.choice(CAPS), self.dice.choice(WINDOWS)
        self.shop.settings(caps=self.rules.caps, quiet_hours=self.rules.quiet)

    def write(self) -> None:
        """A canvas sends something to all of them."""
        self.canvases += 1
        marketing = self.dice.random() < 0.9
        chosen = {
            "channel": self.dice.choice(["sms", "email"]), "marketing": marketing, "rank": self.dice.choice([HIGH, NORMAL, LOW]),
            "waits": self.dice.random() < 0.3, "quiet": self.dice.choice(WINDOWS) if self.dice.random() < 0.3 else None,
        }  # fmt: skip
        self.settings[self.canvases] = chosen
        for person in self.people.values():
            said = oracle.Said(self.canvases, **chosen)
            person.said.append(said)
            oracle.arrive(self.rules, person, said, self.now)
        self._arrive(self.canvases, people(self.people))

    def _arrive(self, canvas: int, group: People) -> None:
        chosen = self.settings[canvas]
        template = self.templates[chosen["channel"], chosen["marketing"]]
        with tenant_tx(self.shop.tenant.pk):
            plan = facade.touch_plan(template.pk, group, self.now, chosen["quiet"], waits=chosen["waits"])
            facade.touch(Step(9, canvas, "m", 1, priority=chosen["rank"]), template.pk, plan)
            Message.objects.filter(run_id=canvas, customer_id__in=list(group)).update(created_at=self.now)
            SendJob.objects.filter(
                run_id=canvas, origin=None, due_at__gt=datetime.now(UTC) - timedelta(hours=1)
            ).update(due_at=self.now)
        self.parked += [(until, canvas, chosen["rank"], part) for until, part in plan.later]

    def pass_time(self) -> None:
        self.now += timedelta(minutes=self.dice.choice([1, 7, 45, 60, 180, 600, 1440, 3000]))
        while due := [entry for entry in self.parked if entry[0] <= self.now]:
            entry = min(due, key=lambda e: (e[0], e[1]))
            self.parked.remove(entry)
            for pk in entry[3]:
                person = self.people[pk]
                said = next(s for s in person.said if s.canvas == entry[1])
                assert (said.state, said.due) == ("parked", entry[0])
                oracle.arrive(self.rules, person, said, self.now)
            self._arrive(entry[1], entry[3])

    def delay(self) -> None:
        """What is queued of one canvas goes later, as after an account asked for patience."""
        queued = {s.canvas for p in self.people.values() for s in p.said if s.state == "queued"}
        if queued:
            canvas, minutes = self.dice.choice(sorted(queued)), self.dice.choice([60, 200, 500])
            with tenant_tx(self.shop.tenant.pk):
                SendJob.objects.filter(run_id=canvas).update(due_at=F("due_at") + timedelta(minutes=minutes))
            for said in (s for p in self.people.values() for s in p.said if s.canvas == canvas and s.state == "queued"):
                assert said.due
                said.due += timedelta(minutes=minutes)

    def send(self) -> None:
        for person in self.people.values():
            oracle.send_due(self.rules, person, self.now, self.outcome)
        while self._send_one():
            pass

    def _send_one(self) -> bool:
        with tenant_tx(self.shop.tenant.pk), connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {_COLUMNS} FROM channels_sendjob WHERE due_at <= %s ORDER BY priority, due_at, id LIMIT 1",
                [self.now],
            )
            row = cursor.fetchone()
            if row is None:
                return False
            self._hand_over(read_job(row))
            return True

    def _hand_over(self, job: Job) -> None:
        template = Template.objects.select_related("account").get(pk=job.template_id)
        account, outbound = (
            account_now(template.account),
            Outbound("k", template.channel, "", "", 0, None, {}, "", "", "", ""),
        )
        slice_ = [
            Prepared(job, message, customer, counted, outbound) for customer, (message, counted) in queued(job).items()
        ]
        rules = rules_of(template.channel, job.purpose, job.quiet_hours, waits=job.capped_waits)
        flying = intent.commit_intents(rules, slice_)
        outcome = {"sent": ACCEPTED, "failed": REFUSED, "unknown": UNKNOWN}[self.outcome(job.step.run_id)]
        outcomes.write_outcomes(account, [(p, outcome) for p in flying])
        outcomes.let_go([job])

    # what must be the same

    def compare(self) -> None:
        with tenant_tx(self.shop.tenant.pk):
            rows = Message.objects.values_list("run_id", "customer_id", "status", "reason")
            real = {(run, who): (status, reason.split(":")[0]) for run, who, status, reason in rows}
        for _, canvas, _, group in self.parked:
            real |= {(canvas, int(who)): ("parked", "") for who in group}
        reasons = {"failed": "recipient", "unknown": "ambiguous"}
        assert real == {
            (said.canvas, who): (said.state, reasons.get(said.state, said.reason))
            for who, person in self.people.items() for said in person.said
        }  # fmt: skip


@pytest.fixture
def the_clock(monkeypatch: pytest.MonkeyPatch) -> dict[str, World]:
    held: dict[str, World] = {}

    def lock_ours(jobs: Any) -> dict[int, Job]:
        found = real(jobs)
        for job in found.values():
            job.seen_at = held["world"].now
        return found

    real = intent.lock_ours
    monkeypatch.setattr(intent, "lock_ours", lock_ours)
    monkeypatch.setattr(Console, "idempotent", lambda self, settings: False)  # what is unknown stays unknown
    return held


@pytest.mark.django_db
@pytest.mark.usefixtures("answer", "settled")
@pytest.mark.parametrize("seed", range(10))
def test_the_policy_and_its_oracle_agree(shop: Shop, the_clock: dict[str, World], seed: int) -> None:
    world = the_clock["world"] = World(shop, seed)
    seen: set[str] = set()
    for _ in range(70):
        deed = world.dice.choices(
            ["write", "send", "time", "settings", "consent", "block", "move", "delay"], [30, 26, 20, 6, 4, 2, 4, 16]
        )[0]
        if deed == "consent":
            world.consent(world.one(), world.dice.choice(["sms", "email"]), world.dice.random() < 0.6)
        else:
            {"write": world.write, "send": world.send, "time": world.pass_time, "settings": world.change_settings,
             "block": world.block, "move": world.move, "delay": world.delay}[deed]()  # fmt: skip
        world.compare()
    seen = {said.reason or said.state for person in world.people.values() for said in person.said}
    assert "sent" in seen
