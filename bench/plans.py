"""`EXPLAIN (ANALYZE, BUFFERS)` of what every condition asks the database, of everybody and of a thousand people, as a table."""

import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from audiences.evaluate import Evaluation
from audiences.rule import Leaf, parse_rule
from audiences.world import World, open_world
from bench.crowd import Crowd
from bench.questions import QUESTIONS
from customers.fragments import Sql
from kernel.sets import People, sample

FEW = 1000
HEAD = (
    "| condition | of all | people | partitions | pages | plan | furthest estimate | of 1,000 | partitions | pages | plan |\n"
    "| --- | --: | --: | --: | --: | --- | --- | --: | --: | --: | --- |"
)
_JOINS, _SCANS = ("Nested Loop", "Hash Join", "Merge Join"), ("Scan",)
_NOTABLE = ("Sort", "Incremental Sort", "WindowAgg")
_WRONG = 20  # times that an estimate is off from which it is worth a word, of rows that matter
_MATTER = 5000


@dataclass
class Seen:
    """What the plans of one question did."""

    seconds: float = 0.0
    people: int = 0
    pages: int = 0
    partitions: set[str] = field(default_factory=set)
    steps: dict[str, None] = field(default_factory=dict)  # in order
    wrong: tuple[float, str] = (1.0, "")

    def row(self) -> tuple[str, ...]:
        return (
            f"{self.seconds * 1000:,.0f} ms",
            str(len(self.partitions) or ""),
            f"{self.pages:,}",
            ", ".join(self.steps) or "sets only",
        )

    def estimate(self) -> str:
        return f"{self.wrong[1]} × {self.wrong[0]:,.0f}" if self.wrong[0] >= _WRONG else ""


class Explaining(Evaluation):
    """Notes the plan of every statement that is sent, and answers it."""

    def select(self, statement: Sql) -> People:
        self.plans = [*getattr(self, "plans", []), *explained(statement)]
        return super().select(statement)


def explained(statement: Sql, *, run: bool = True) -> list[dict[str, Any]]:
    """The plan as PostgreSQL tells it; not run: what it would do."""
    how = "ANALYZE, BUFFERS, " if run else ""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN ({how}FORMAT JSON) {statement.text}", statement.params)
        told = cursor.fetchone()[0]
    return [found["Plan"] for found in (told if isinstance(told, list) else json.loads(told))]


def walk(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from walk(below)


def partitions(plans: Iterable[dict[str, Any]]) -> set[str]:
    """The parts of the event log that are read; those that turned out at the start not to be needed are not."""
    steps = (step for plan in plans for step in walk(plan))
    return {
        step["Relation Name"]
        for step in steps
        if step.get("Relation Name", "").startswith("customers_event_") and step.get("Actual Loops", 1)
    }


def look(seen: Seen, plan: dict[str, Any]) -> None:
    seen.pages += plan.get("Shared Hit Blocks", 0) + plan.get("Shared Read Blocks", 0)
    seen.partitions |= partitions([plan])
    for step in walk(plan):
        name, table = step["Node Type"], step.get("Relation Name", "")
        if name.endswith(_SCANS) and table:
            seen.steps[f"{name} of {'events' if table.startswith('customers_event_') else table.split('_', 1)[1]}"] = (
                None
            )
        elif name in _JOINS or name in _NOTABLE:
            seen.steps[name] = None
        if step.get("Temp Written Blocks"):
            seen.steps["on disk"] = None
        _estimate(seen, step)


def _estimate(seen: Seen, step: dict[str, Any]) -> None:
    guessed, real = step["Plan Rows"], step.get("Actual Rows", 0)
    if max(guessed, real) >= _MATTER and step.get("Actual Loops"):
        times = max(guessed, real, 1) / max(min(guessed, real), 1)
        if times > seen.wrong[0]:
            seen.wrong = (times, f"{step['Node Type']} {guessed:,.0f} for {real:,.0f}:")


def asked(question: dict[str, Any], world: World, within: People | None) -> Seen:
    """What the database did for the condition; the time is that of the answer without the looking."""
    leaf = parse_rule(question, "/rule", world)
    assert isinstance(leaf, Leaf)
    evaluation, seen = Explaining(world, within), Seen()
    evaluation.people(leaf)
    for plan in getattr(evaluation, "plans", []):
        look(seen, plan)
    began = time.perf_counter()
    seen.people = len(Evaluation(world, within).people(leaf))
    seen.seconds = time.perf_counter() - began
    return seen


def table(made: Crowd) -> Iterator[tuple[str, Seen, Seen]]:
    """(condition, asked of everybody, asked of FEW)."""
    with made.installation.scope():
        world = open_world()
        everybody = Evaluation(world).everyone()
        few = sample(everybody, "plans", FEW)
        for question in QUESTIONS:
            yield question["condition"], asked(question, world, None), asked(question, world, few)


def line(condition: str, every: Seen, few: Seen) -> str:
    time_, parts, pages, plan = every.row()
    cells = [f"`{condition}`", time_, f"{every.people:,}", parts, pages, plan, every.estimate(), *few.row()]
    return f"| {' | '.join(cells)} |"
