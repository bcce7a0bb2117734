"""Events to waves: a small batch of the inbox is matched against every live trigger, and people enter at once."""

import logging
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from django.db import OperationalError, connection, transaction

from canvas_app.ignored import note_ignored
from canvas_app.models import Run
from canvas_app.runtime import awaiting
from canvas_app.runtime.claim import has_due
from canvas_app.runtime.conclude import commit_movement
from canvas_app.runtime.exits import note_exits
from canvas_app.runtime.goals import note_goals
from canvas_app.runtime.going import going_on
from canvas_app.runtime.matching import ENTRY_RULE, PAUSED, occurring, triggering
from canvas_app.runtime.movement import Movement
from canvas_app.runtime.plan import Plan, plan_of
from canvas_app.runtime.step import TRIGGER_SECONDS
from canvas_app.runtime.walk import Walk
from channels import facade as channels
from channels.facade import Flight
from customers import inbox
from customers.inbox import InboxEvent
from customers.moments import Clock
from kernel.clock import db_now
from kernel.copy import PAIRS, pairs
from kernel.sets import People, dump, people
from kernel.step import Step
from tenants.scope import current_tenant_id, once, recall, tenant_tx
from tenants.settings import tenant_now

log = logging.getLogger(__name__)

BATCH = 500


@dataclass(frozen=True)
class Standing:
    """A running run, of which only ids and kind are read. open: people may enter it by events, if it is not paused."""

    run: Run
    plan: Plan
    open: bool
    paused: bool


@dataclass
class Batch:
    """One batch of the inbox in one transaction. flights: messages to let fly after it; ends: of walking on (monotonic)."""

    events: list[InboxEvent]
    flights: list[Flight]
    ends: float


def match_inbox(tenant_id: int) -> tuple[bool, bool]:
    """Work off one batch. (was there anything in the inbox to claim?, is anybody in the standing runs due to go on?)

    People walk on in the same transaction, up to the messages that leave right after it. If anything fails there, the batch
    is matched again with every canvas on its own and nobody walking: a canvas at fault then holds up neither the others
    nor the inbox.
    """
    flights: list[Flight] = []
    try:
        with tenant_tx(tenant_id):
            found = _match(_enter_and_walk, flights), has_due(standing=True)
    except Exception:
        log.exception("tenant %s: matching a batch failed, again without walking on", tenant_id)
        with tenant_tx(tenant_id):
            return _match(_enter_alone, []), True
    channels.fly(flights)
    return found


def _match(enter: Callable[[Standing, Batch], None], flights: list[Flight]) -> bool:
    batch = Batch(inbox.claim(BATCH), flights, time.monotonic() + TRIGGER_SECONDS)
    if not batch.events:
        return False
    running = _running()
    _exits(running, batch.events)
    awaiting.wake([(s.run, s.plan) for s in running if not s.paused], batch.events)
    for standing in running:
        if standing.open:
            enter(standing, batch)
    note_goals(batch.events)  # after the entries: one batch may hold both the event that lets in and the one hoped for
    return True


def _running() -> list[Standing]:
    """Every run that people may stand in, by one statement: this is asked for each batch of events."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.id, r.canvas_id, r.version_id, r.kind, "
            "r.kind = 'standing' AND k.status IN ('live', 'paused') AND v.number = k.published, k.status = 'paused' "
            "FROM canvas_app_run r JOIN canvas_app_canvas k ON k.tenant_id = r.tenant_id AND k.id = r.canvas_id "
            "JOIN canvas_app_canvasversion v ON v.tenant_id = r.tenant_id AND v.id = r.version_id "
            "WHERE r.tenant_id = %s AND r.status = 'running' ORDER BY r.id",
            [current_tenant_id()],
        )
        rows = cursor.fetchall()
    return [
        Standing(_run(id_, canvas, version, kind), plan_of(version), open_, paused)
        for id_, canvas, version, kind, open_, paused in rows
    ]


def _run(id_: int, canvas: int, version: int, kind: str) -> Run:
    return Run(
        id=id_, tenant_id=current_tenant_id(), canvas_id=canvas, version_id=version, kind=kind, status="running"
    )  # fmt: skip


def _enter_and_walk(standing: Standing, batch: Batch) -> None:
    walk = _entered(standing, batch.events)
    if walk is not None:
        walk.flights = batch.flights
        if going_on(standing.run.canvas_id):
            walk.on(batch.ends)
        commit_movement(walk.movement, walk.taken, walk.waves)


def _enter_alone(standing: Standing, batch: Batch) -> None:
    try:
        with transaction.atomic():
            walk = _entered(standing, batch.events)
            if walk is not None:
                commit_movement(walk.movement, walk.taken, walk.waves)
    except OperationalError:  # a lock or the connection, nothing about the canvas: the batch is matched again
        raise
    except Exception as error:
        log.exception("run %s: the trigger could not be matched", standing.run.pk)
        Run.objects.filter(pk=standing.run.pk).update(status="failed", finished_at=db_now(), error=repr(error)[:1000])


def _entered(standing: Standing, events: list[InboxEvent]) -> Walk | None:
    """Waves of those who enter, ready to walk; None when nobody does."""
    clock, ignored = Clock(db_now(), ZoneInfo(tenant_now().timezone)), Counter[str]()
    walk: Walk | None = None
    for node in standing.plan.starts:
        for layer in _layers(_matching(standing, node, events, clock, ignored)):
            entries = _admitted(standing, layer)
            ignored[ENTRY_RULE] += len(layer) - len(entries)
            if entries:
                walk = walk or Walk(Movement(standing.run, standing.plan, clock.now))
                _wave(walk, node, entries)
    note_ignored(standing.run, +ignored, clock.now)
    return walk


def _matching(
    standing: Standing, node: str, events: list[InboxEvent], clock: Clock, ignored: Counter[str]
) -> list[InboxEvent]:
    """Nobody enters while the canvas is paused; `ignored` grows by those who might have."""
    if standing.paused:
        ignored[PAUSED] += len(occurring(standing.plan.configs[node], events, clock))
        return []
    matched, not_these = triggering(standing.plan, node, events, clock)
    ignored += not_these
    return matched


def _layers(events: Iterable[InboxEvent]) -> list[dict[int, InboxEvent]]:
    """Events so that each layer has a customer once: somebody's second event is a wave of its own."""
    layers: list[dict[int, InboxEvent]] = []
    times: dict[int, int] = defaultdict(int)
    for event in sorted(events, key=lambda e: (e.occurred_at, e.event_id)):
        place = times[event.customer_id]
        times[event.customer_id] += 1
        if place == len(layers):
            layers.append({})
        layers[place][event.customer_id] = event
    return layers


def _admitted(standing: Standing, layer: dict[int, InboxEvent]) -> dict[int, InboxEvent]:
    """The entry rule, by one upsert in order of customer: two workers cannot both admit somebody."""
    rule = (standing.plan.definition.get("entry") or {}).get("rule", "once")
    every, gap = rule == "every_time", f"{rule['once_per']['days']} days" if isinstance(rule, dict) else None
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO canvas_app_entry AS e (tenant_id, canvas_id, customer_id, last_at, times) "
            "SELECT %s, %s, c, clock_timestamp(), 1 FROM unnest(%s::bigint[]) c ORDER BY c "
            "ON CONFLICT (tenant_id, canvas_id, customer_id) DO UPDATE SET last_at = excluded.last_at, times = e.times + 1 "
            "WHERE %s OR e.last_at <= excluded.last_at - %s::interval RETURNING customer_id",
            [current_tenant_id(), standing.run.canvas_id, sorted(layer), every, gap],
        )
        admitted = {row[0] for row in cursor.fetchall()}
    return {c: e for c, e in layer.items() if c in admitted}


def _wave(walk: Walk, node: str, entries: dict[int, InboxEvent]) -> None:
    movement, group = walk.movement, people(entries)
    wave = _write_wave(movement, group, entries)
    once(_entries_of(wave), lambda: entries)  # a message on the way may want to read them
    walk.waves.add(wave)
    walk.fresh.add(wave)
    movement.passage(wave, node, "in", "start", group)
    movement.leave(wave, node, 0, "out", group)


def _entries_of(wave_id: int) -> str:
    return f"entries:{wave_id}"


def _write_wave(movement: Movement, group: People, entries: dict[int, InboxEvent]) -> int:
    """The wave and the events that began it, by one statement; its id."""
    rows = [
        [c, e.event_id, e.name, e.occurred_at.isoformat(), orjson.dumps(e.properties).decode()]
        for c, e in entries.items()
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH wave AS (INSERT INTO canvas_app_wave (tenant_id, run_id, at, people, size, told) "
            "VALUES (%s, %s, %s, %s, %s, 0) RETURNING tenant_id, id) "
            "INSERT INTO canvas_app_waveentry (tenant_id, wave_id, customer_id, event_id, name, occurred_at, properties) "
            "SELECT wave.tenant_id, wave.id, v.* FROM wave, "
            "unnest(%s::bigint[], %s::text[], %s::text[], %s::timestamptz[], %s::jsonb[]) v RETURNING wave_id",
            [
                current_tenant_id(), movement.run.pk, movement.now, dump(group), len(group), *map(list, zip(*rows, strict=True)),
            ],
        )  # fmt: skip
        return int(cursor.fetchone()[0])


def _exits(running: list[Standing], events: list[InboxEvent]) -> None:
    """Exit events of runs that people may stand in: noted here, obeyed when the cohort next moves."""
    names = {e.name for e in events}
    for standing in running:
        wanted = set((standing.plan.definition.get("exit") or {}).get("events") or []) & names
        if wanted:
            note_exits(
                standing.run.pk, "exit_event", ((e.customer_id, e.occurred_at) for e in events if e.name in wanted)
            )


def context_of(*, step: Step, waves: dict[int, People], wanted: frozenset[str]) -> dict[int, dict[str, Any]]:
    """Subscriber of channels.context: the event that brought each customer into the wave, for `{{ event.… }}`."""
    if not step.triggered or "event" not in wanted:
        return {}
    here = {wave: entries for wave in waves if (entries := recall(_entries_of(wave)))}  # began in this transaction
    found = {
        c: _as_context(e.name, e.occurred_at, e.properties)
        for wave, entries in here.items()
        for c, e in entries.items()
        if c in waves[wave]
    }
    if len(here) < len(waves):
        found |= _entries_read({wave: group for wave, group in waves.items() if wave not in here})
    return found


def _entries_read(waves: dict[int, People]) -> dict[int, dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT e.customer_id, e.name, e.occurred_at, e.properties::text FROM {PAIRS} CROSS JOIN LATERAL (SELECT * "
            "FROM canvas_app_waveentry x WHERE x.tenant_id = %s AND x.wave_id = v.wave AND x.customer_id = v.id OFFSET 0) AS e",
            [*pairs(waves), current_tenant_id()],
        )
        return {c: _as_context(name, at, orjson.loads(properties)) for c, name, at, properties in cursor.fetchall()}


def _as_context(name: str, at: datetime, properties: Any) -> dict[str, Any]:
    return {"event": {"name": name, "occurred_at": at.isoformat(), "properties": properties}}
