"""Which events of a batch make somebody enter at a trigger, and why the others do not: range, lateness, times, rule."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from audiences import facade as audiences
from canvas_app.document import Within
from canvas_app.nodes.kinds.trigger_event import Config
from canvas_app.runtime.plan import Plan
from canvas_app.schedule import Active
from customers import where as event_where
from customers.inbox import InboxEvent
from customers.moments import Clock
from customers.recurrence import often_enough
from kernel.sets import people

LATE, OUTSIDE_RANGE, TIMES, CUSTOMER_RULE = "late", "outside_range", "times", "customer_rule"
ENTRY_RULE, PAUSED = "entry_rule", "paused"
LATE_AFTER: Final = timedelta(days=3)


def occurring(config: Config, events: Sequence[InboxEvent], clock: Clock) -> list[InboxEvent]:
    """Events that the trigger is about: name and properties."""
    wanted: dict[str, list[Any]] = {}
    for pattern in config.patterns():
        wanted.setdefault(pattern.event, []).append(pattern.where)
    return [
        e
        for e in events
        if e.name in wanted and any(event_where.matches(where, e.properties, clock) for where in wanted[e.name])
    ]


def triggering(
    plan: Plan, node: str, events: Sequence[InboxEvent], clock: Clock
) -> tuple[list[InboxEvent], Counter[str]]:
    """(events by which their customers may enter at `node`, how many did not and why). The entry rule comes after this.

    An event dated in the future counts when it arrives: it is not kept back until its date.
    """
    config, ignored = plan.configs[node], Counter[str]()
    left = occurring(config, events, clock)
    for reason, stays in (
        (OUTSIDE_RANGE, lambda found: _in_range(plan, found)),
        (LATE, lambda found: _in_time(plan, found, clock.now)),
        (TIMES, lambda found: _n_th(config, found, clock)),
        (CUSTOMER_RULE, lambda found: _of_customers(config, found)),
    ):
        before, left = len(left), stays(left) if left else left
        ignored[reason] += before - len(left)
    return left, +ignored


def _in_range(plan: Plan, events: list[InboxEvent]) -> list[InboxEvent]:
    if not plan.definition.get("active"):
        return events
    active = Active.model_validate(plan.definition["active"])
    return [
        e
        for e in events
        if (active.from_ is None or e.occurred_at >= active.from_) and (active.to is None or e.occurred_at <= active.to)
    ]


def _in_time(plan: Plan, events: list[InboxEvent], now: datetime) -> list[InboxEvent]:
    oldest = now - tolerance(plan)
    return [e for e in events if e.occurred_at >= oldest]


def tolerance(plan: Plan) -> timedelta:
    """How old an event may be when it is matched."""
    kept = plan.definition.get("late_events")
    return Within.model_validate(kept).delta if kept else LATE_AFTER


def _n_th(config: Config, events: list[InboxEvent], clock: Clock) -> list[InboxEvent]:
    if config.times == 1:
        return events
    patterns = [(p.event, p.where) for p in config.patterns()]
    within = config.within.delta if config.within else None
    chosen = often_enough(events, patterns, times=config.times, within=within or None, clock=clock)
    return [e for e in events if e.id in chosen]


def _of_customers(config: Config, events: list[InboxEvent]) -> list[InboxEvent]:
    if config.rule is None:
        return events
    wanted = audiences.people_of_rule(config.rule, within=people(e.customer_id for e in events))
    return [e for e in events if e.customer_id in wanted]
