"""What nodes are given: the real context, whose effects land in the step's transaction, and one without effects."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import reduce
from typing import Any
from zoneinfo import ZoneInfo

from audiences import facade as audiences
from canvas_app.nodes.base import ALREADY_SERVED, Assigned, ByEvent, Given, Outcomes, Touched, Whose
from canvas_app.runtime.entries import entry_properties
from canvas_app.runtime.parts import Parts
from canvas_app.runtime.tasks import assign_tasks, tell_staff
from channels import facade as channels
from channels.facade import Flight
from customers import assigning, happenings, staff_tasks
from customers import dates as customer_dates
from customers import tags as customer_tags
from customers.moments import Clock
from customers.staff_tasks import To, Told
from customers.where import Filter
from customers.zones import zones_of
from kernel.sets import People, union
from kernel.step import Step
from rewards import facade as rewards

_LATELY_DAYS = 30
_SHOP_RETRY = {"times": 8, "seconds": 2.0, "backoff": "exponential"}  # over eight minutes, always with the same key
_MOST_FLIGHTS = 16  # of one transaction; what is more is the senders' work, who take many together


def salt_of(canvas_id: int, node: str) -> str:
    """The salt belongs to the experiment: the node of the canvas, whatever the run or version."""
    return f"{canvas_id}:{node}"


@dataclass(kw_only=True)
class Asking:
    """The questions, which are the same for both contexts."""

    now: datetime
    zone: ZoneInfo
    node_id: str
    salt: str
    quiet_hours: dict[str, Any] | None
    lap: int = 0

    def people_of_rule(self, rule: dict[str, Any], within: People | None = None) -> People:
        return audiences.people_of_rule(rule, within=within)

    def people_who_did(self, event: str, where: list[dict[str, Any]]) -> People:
        condition = {
            "condition": "event", "event": event, "measure": "count", "op": "gte", "value": 1,
            "window": {"last": {"days": _LATELY_DAYS}}, "where": where,
        }  # fmt: skip
        return audiences.people_of_rule(condition)

    def who_did(self, event: str, where: list[Filter], people: People, since: datetime, until: datetime) -> People:
        return happenings.who_did(event, where, people, since, until, Clock(self.now, self.zone))

    def zones(self, people: People) -> list[tuple[ZoneInfo, People]]:
        return zones_of(people, self.zone)

    def messaged(self, people: People, times: int, since: datetime, channel: str | None) -> People:
        return channels.messaged(people, times, since, channel)

    def dates(self, people: People, attribute: str) -> list[tuple[Any, People]]:
        return customer_dates.dates_of(people, attribute)


def _named(to: Whose, wave: int, group: People) -> To:
    """The members whom the events of these people name."""
    return Told(entry_properties(wave, group, to.property), to.manager) if isinstance(to, ByEvent) else to


@dataclass(kw_only=True)
class LiveContext(Asking):
    """Effects happen, in the open transaction. steps: where in the run people of each wave are, for the ledgers.
    before: wave → (run, wave) of the older versions from which its people came over."""

    parts: Parts
    steps: dict[int, Step]
    flights: list[Flight] | None = None  # where given, a few messages take the shortest road: the caller flies them
    before: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    touching: dict[str, list[str]] = field(default_factory=dict)  # Plan.touching

    def entries(self, people: People) -> list[tuple[str, People]]:
        return [(str(wave), group) for wave, group in self.parts.share(people)]

    def outcomes(self, node: str, results: Sequence[str], people: People) -> Outcomes:
        """Of this run; of those who came over from an older version and got it there, of that one's."""
        found = [self._outcomes_at(n, results, people) for n in self.touching.get(node, [node])]
        return reduce(Outcomes.with_another, found)

    def _outcomes_at(self, node: str, results: Sequence[str], people: People) -> Outcomes:
        room = rewards.outcomes if set(results) <= set(rewards.OUTCOMES) else channels.outcomes
        run_id = next((s.run_id for s in self.steps.values()), 0)
        found = Outcomes(*room(run_id, node, dict(self.parts.share(people)), self.now))
        for wave, group in self.parts.share(people - found.had) if self.before else ():
            for older, old_wave in self.before.get(wave, ()):
                found = found.joined(Outcomes(*room(older, node, {old_wave: group}, self.now)))
        return found

    def set_attribute(self, people: People, key: str, value: Any) -> None:
        assigning.attribute_set(people, key, value)

    def add_to_attribute(self, people: People, key: str, amount: Any) -> None:
        assigning.attribute_add(people, key, amount)

    def set_level(self, people: People, level: str) -> None:
        rewards.set_level(people, level)

    def people_of_audience(self, audience_id: str) -> People:
        return audiences.people_of_audience(int(audience_id), fresh=True)

    def touch(
        self, template: str, people: People, *, waits: bool = False, retry: dict[str, Any] | None = None
    ) -> Touched:
        again = self._served(channels.served_people, people)
        for wave, group in self.parts.share(again):
            channels.hold_back(self.steps[wave], int(template), group, ALREADY_SERVED)
        plan = channels.touch_plan(int(template), people - again, self.now, self.quiet_hours, waits=waits)
        return Touched(plan.held, plan.later, self._hand_over(int(template), plan, retry), again)

    def _concerned(self, plan: channels.Plan) -> dict[int, People]:
        """wave → those of whom something is written now."""
        return dict(self.parts.share(plan.send | union(plan.held.values())))

    @property
    def _place(self) -> Step:
        """Where in the run everybody is, but for the wave."""
        return next(iter(self.steps.values()))

    def _served(self, ledger: Callable[[Step, People], People], people: People) -> People:
        """Those to whom an older version of the canvas did this step already, before they came over."""
        found = People()
        for wave, group in self.parts.share(people) if self.before else ():
            for run_id, old in self.before.get(wave, ()):
                found |= ledger(replace(self.steps[wave], run_id=run_id, wave_id=old), group)
        return found

    def _hand_over(self, template: int, plan: channels.Plan, retry: dict[str, Any] | None) -> list[tuple[int, People]]:
        """A few waves take the shortest road; of many, people of different waves share jobs."""
        waves = self._concerned(plan)
        if self.flights is None or len(self.flights) + len(waves) > _MOST_FLIGHTS:
            return channels.touch_waves(self._place, template, plan, waves, retry)
        made: list[tuple[int, People]] = []
        for wave, group in waves.items():
            jobs, flight = channels.touch_now(self.steps[wave], template, plan.restricted(group), self.now, retry)
            self.flights += [flight] if flight else []
            made += jobs
        return made

    def push(self, account: str, body: Any, people: People, *, retry: dict[str, Any] | None = None) -> Touched:
        again = self._served(channels.served_people, people)
        plan = channels.push_plan(people - again, self.now)
        jobs = channels.push(self._place, int(account), body, plan, self._concerned(plan), retry)
        return Touched(plan.held, plan.later, jobs, again)

    def assign(
        self, to: Whose, title: str, text: str, people: People, *, due_at: datetime | None, account: str | None
    ) -> Assigned:
        total = Assigned(People(), People(), People())
        for wave, group in self.parts.share(people):
            made = assign_tasks(self.steps[wave], _named(to, wave, group), title, text, group, due_at)
            if account and made.out:
                tell_staff(self.steps[wave], int(account), title)
            total = Assigned(total.out | made.out, total.no_staff | made.no_staff, total.failed | made.failed)
        return total

    def grant(self, package: str, people: People) -> Given:
        again = self._served(rewards.served_people, people)
        total, pending = Given(People(), People(), again, People()), dict[int, People]()
        for wave, group in self.parts.share(people - again):
            given = rewards.grant(self.steps[wave], int(package), group, self.now)
            total = Given(
                total.out | given.out, total.out_of_stock | given.out_of_stock,
                total.skipped | given.skipped, total.failed | given.failed,
            )  # fmt: skip
            pending.update({wave: given.pending} if given.pending else {})
        return replace(total, jobs=self._ask_shop(int(package), pending)) if pending else total

    def _ask_shop(self, package: int, pending: dict[int, People]) -> list[tuple[int, People]]:
        """The merchant's shop issues it: asked by the road of messages, intent first, one key for each person and step."""
        account, plan = rewards.connector_of(package), channels.Plan(union(pending.values()))
        return channels.push(self._place, account or 0, rewards.offer(package, self.now), plan, pending, _SHOP_RETRY)

    def tag(self, people: People, names: list[str], *, add: bool) -> None:
        customer_tags.tag_people(people, names, add=add)

    def save_audience(self, people: People, *, audience: str | None, name: str) -> None:
        audiences.add_people(name or self.node_id, people, int(audience) if audience else None)


@dataclass(kw_only=True)
class DryContext(Asking):
    """The same answers, no effects: estimates and dry runs."""

    def entries(self, people: People) -> list[tuple[str, People]]:
        return [("", people)]

    def outcomes(self, node: str, results: Sequence[str], people: People) -> Outcomes:
        """Everybody got it, and nothing has come of it yet."""
        return Outcomes(people, {})

    def set_attribute(self, people: People, key: str, value: Any) -> None:
        """No effect."""

    def add_to_attribute(self, people: People, key: str, amount: Any) -> None:
        """No effect."""

    def set_level(self, people: People, level: str) -> None:
        """No effect."""

    def people_of_audience(self, audience_id: str) -> People:
        return audiences.people_of_audience(int(audience_id), fresh=False)

    def touch(
        self, template: str, people: People, *, waits: bool = False, retry: dict[str, Any] | None = None
    ) -> Touched:
        plan = channels.touch_plan(int(template), people, self.now, self.quiet_hours, waits=waits)
        later = union(p for _, p in plan.later)
        return Touched(plan.held, [], [(0, plan.send | later)])

    def push(self, account: str, body: Any, people: People, *, retry: dict[str, Any] | None = None) -> Touched:
        return Touched({}, [], [(0, people)])

    def assign(
        self, to: Whose, title: str, text: str, people: People, *, due_at: datetime | None, account: str | None
    ) -> Assigned:
        nobody = (
            People() if isinstance(to, ByEvent) else staff_tasks.without_staff(to, people)
        )  # nothing has happened yet
        return Assigned(people - nobody, nobody, People())

    def grant(self, package: str, people: People) -> Given:
        given = rewards.preview(int(package), people, self.now)
        return Given(given.out, given.out_of_stock, given.skipped, given.failed)

    def tag(self, people: People, names: list[str], *, add: bool) -> None:
        """No effect."""

    def save_audience(self, people: People, *, audience: str | None, name: str) -> None:
        """No effect."""
