"""Goals (CAN-5): an event that fulfils the goal of a run is written down for whoever entered it within the goal's window.

The event's own time decides, so late events count as if they had come in time. An event counts for the customer's newest
entry before it, and of several events for one entry the earliest stays, in whatever order they arrive.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Q

from canvas_app.document import Goal
from canvas_app.models import Run, Wave
from canvas_app.runtime.exits import note_exits
from canvas_app.runtime.plan import plan_of
from customers import inbox
from customers import where as event_where
from customers.inbox import InboxEvent
from customers.moments import Clock
from kernel.clock import db_now
from kernel.sets import load
from tenants.scope import current_tenant_id
from tenants.settings import tenant_now

DOOR = "goal"
WINDOW = timedelta(days=30)  # of a goal that names none
_LOOK_BACK, _BATCH = timedelta(minutes=30), 5_000
_MOST = Decimal(10) ** 16  # what fits the column

# the newest entry of each event's customer in the run, at or before the event; the event that began it is none of its own goals
_ENTRY = """
    SELECT v.i, x.wave_id, x.began, x.wave_at FROM unnest(%s::bigint[], %s::timestamptz[], %s::text[]) WITH ORDINALITY AS v(customer, at, event_id, i)
    CROSS JOIN LATERAL (
        SELECT e.wave_id, e.occurred_at AS began, w.at AS wave_at, e.event_id FROM canvas_app_waveentry e
        JOIN canvas_app_wave w ON w.tenant_id = e.tenant_id AND w.id = e.wave_id AND w.run_id = %s
        WHERE e.tenant_id = %s AND e.customer_id = v.customer AND e.occurred_at <= v.at AND e.event_id <> v.event_id
        ORDER BY e.wave_id DESC LIMIT 1
    ) AS x
"""
_RECORD = """
    INSERT INTO canvas_app_rungoal AS g (tenant_id, run_id, wave_id, customer_id, at, event_id, value)
    SELECT %s, %s, * FROM unnest(%s::bigint[], %s::bigint[], %s::timestamptz[], %s::text[], %s::numeric[])
    ON CONFLICT (tenant_id, run_id, wave_id, customer_id) DO UPDATE
    SET at = excluded.at, event_id = excluded.event_id, value = excluded.value
    WHERE (excluded.at, excluded.event_id) < (g.at, g.event_id)
"""


@dataclass(frozen=True)
class Reached:
    """`began`: when the customer entered; `wave_at`: when the engine knew of it."""

    event: InboxEvent
    wave_id: int
    began: datetime
    wave_at: datetime


def window_of(goal: Goal) -> timedelta:
    if goal.within is None:
        return WINDOW
    return timedelta(days=goal.within.days, hours=goal.within.hours, minutes=goal.within.minutes) or WINDOW


def note_goals(events: Sequence[InboxEvent]) -> None:
    """Write down which goals these events reach; who is to leave by that leaves when they next move."""
    names = {e.name for e in events}
    if not _anybody_hopes(names):
        return
    ended = Q(finished_at__isnull=True) | Q(finished_at__gte=min(e.occurred_at for e in events) - timedelta(days=366))
    for run in Run.objects.filter(ended, goal_event__in=names).order_by("pk"):
        definition = plan_of(run.version_id).definition
        reached = list(_reached(run, Goal.model_validate(definition["goal"]), events))
        if reached:
            _record(run, reached)
            if (definition.get("exit") or {}).get("goal"):
                note_exits(run.pk, DOOR, ((r.event.customer_id, max(r.event.occurred_at, r.wave_at)) for r in reached))


def _anybody_hopes(names: Iterable[str]) -> bool:
    """Is any of these events the goal of a run? Asked for every batch of events, so by hand."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM canvas_app_run WHERE tenant_id = %s AND goal_event <> '' AND goal_event = ANY(%s))",
            [current_tenant_id(), list(names)],
        )
        return bool(cursor.fetchone()[0])


def note_goals_again() -> None:
    """Housekeeping: the stored events of the last half hour once more. Finds what was matched before its customer's entry
    was committed, and what no live canvas watches any more while a goal's window is still open."""
    names = Run.objects.exclude(goal_event="").values_list("goal_event", flat=True).distinct()
    since = db_now() - _LOOK_BACK
    for name in names:
        found = inbox.stored(name, since)
        for start in range(0, len(found), _BATCH):
            note_goals(found[start : start + _BATCH])


def _reached(run: Run, goal: Goal, events: Iterable[InboxEvent]) -> Iterator[Reached]:
    clock, window = Clock(db_now(), ZoneInfo(tenant_now().timezone)), window_of(goal)
    fitting = [e for e in events if e.name == goal.event and event_where.matches(goal.where, e.properties, clock)]
    if not fitting:
        return
    for one in _by_entry(run, fitting) if run.kind == "standing" else _by_wave(run, fitting):
        if one.event.occurred_at < one.began + window:
            yield one


def _by_entry(run: Run, events: list[InboxEvent]) -> Iterator[Reached]:
    with connection.cursor() as cursor:
        cursor.execute(
            _ENTRY,
            [
                [e.customer_id for e in events], [e.occurred_at for e in events], [e.event_id for e in events],
                run.pk, current_tenant_id(),
            ],
        )  # fmt: skip
        for place, wave_id, began, wave_at in cursor.fetchall():
            yield Reached(events[place - 1], wave_id, began, wave_at)


def _by_wave(run: Run, events: list[InboxEvent]) -> Iterator[Reached]:
    """Scheduled runs have a wave or two, whose sets know who entered."""
    waves = [
        (pk, at, load(raw))
        for pk, at, raw in Wave.objects.filter(run=run).order_by("-pk").values_list("pk", "at", "people")
    ]
    for event in events:
        for pk, at, inside in waves:
            if at <= event.occurred_at and event.customer_id in inside:
                yield Reached(event, pk, at, at)
                break


def _record(run: Run, reached: list[Reached]) -> None:
    """One row an entry: of several events in one batch the earliest."""
    earliest: dict[tuple[int, int], InboxEvent] = {}
    for one in sorted(reached, key=lambda r: (r.event.occurred_at, r.event.event_id), reverse=True):
        earliest[one.wave_id, one.event.customer_id] = one.event
    columns: dict[str, list[Any]] = defaultdict(list)
    for (wave_id, customer), event in sorted(earliest.items()):
        row = {
            "wave": wave_id,
            "customer": customer,
            "at": event.occurred_at,
            "event": event.event_id,
            "value": value_of(event),
        }
        for name, value in row.items():
            columns[name].append(value)
    with connection.cursor() as cursor:
        cursor.execute(_RECORD, [current_tenant_id(), run.pk, *columns.values()])


def value_of(event: InboxEvent) -> Decimal | None:
    """`amount` of the event, when it is a sum of money."""
    raw = event.properties.get("amount")
    if raw is None or isinstance(raw, bool):
        return None
    try:
        value = Decimal(str(raw))
    except InvalidOperation:
        return None
    return round(value, 2) if value.is_finite() and abs(value) < _MOST else None


def goal_show(run: Run) -> dict[str, Any] | None:
    """{"event", "reached" (entries), "people", "value"}; None for a run without a goal."""
    if not run.goal_event:
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(DISTINCT customer_id), sum(value) FROM canvas_app_rungoal WHERE tenant_id = %s AND run_id = %s",
            [current_tenant_id(), run.pk],
        )
        reached, people, value = cursor.fetchone()
    return {
        "event": run.goal_event,
        "reached": reached,
        "people": people,
        "value": None if value is None else str(value),
    }
