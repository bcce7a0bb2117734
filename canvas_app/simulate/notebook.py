"""What a test run sees on its way and would have done: messages, grants, hold-backs. And the context that writes it down."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from canvas_app.graph.unfold import drawn
from canvas_app.nodes.base import Given, Touched
from canvas_app.runtime.context import DryContext
from channels import facade as channels
from kernel.errors import ProblemError
from kernel.sets import People
from rewards import facade as rewards

_NO_JOB = 0


@dataclass
class Notebook:
    """By customer, in order of time. event: what let them in, for `{{ event.… }}`."""

    event: dict[str, Any]
    messages: dict[int, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    grants: dict[int, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    said: list[channels.Said] = field(default_factory=list)
    rewards: dict[int, dict[str, Any]] = field(default_factory=dict)

    def message(self, node: str, at: datetime, template: str, customer: int) -> None:
        more = {"event": self.event, "reward": self.rewards.get(customer, {})}
        try:
            shown = channels.rendered(int(template), customer, more)
        except ProblemError as problem:
            shown = {"channel": channels.channel_of(template), "content": None, "to": None, "problems": [p.as_json() for p in problem.errors]}  # fmt: skip
        self.messages[customer].append({"node": drawn(node), "at": at, **shown, "template_id": template})

    def grant(self, node: str, at: datetime, package: str, outcome: str, group: People) -> None:
        name = rewards.package_name(int(package))
        sample = rewards.sample_reward(int(package), at) if outcome == "out" else {}
        for customer in map(int, group):
            self.grants[customer].append({"node": node, "at": at, "package": package, "name": name, "outcome": outcome})
            if sample:
                self.rewards[customer] = sample


@dataclass
class Rehearsing(DryContext):
    """Answers as the dry context does, but puts off what policy puts off, and writes down what would go out."""

    notes: Notebook = field(default_factory=lambda: Notebook({}))

    def touch(self, template: str, people: People, **_: Any) -> Touched:
        plan = channels.rehearse(int(template), people, self.now, self.quiet_hours, self.notes.said)
        for customer in map(int, plan.send):
            self.notes.message(self.node_id, self.now, template, customer)
        return Touched(plan.held, plan.later, [(_NO_JOB, plan.send)] if plan.send else [])

    def grant(self, package: str, people: People) -> Given:
        given = super().grant(package, people)
        for outcome in ("out", "out_of_stock", "skipped", "failed"):
            self.notes.grant(self.node_id, self.now, package, outcome, getattr(given, outcome))
        return given
