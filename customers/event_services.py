"""Taking in events in bulk: each counts once, whoever it speaks of is found or made."""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from customers.catalogue import Tallies, tallies
from customers.errors import CustomerCode, Rejected
from customers.event_log import store, stored_already
from customers.intake.disputes import settle
from customers.intake.event_rows import EventReader, EventRow, Who, change_of
from customers.intake.resolve import Resolver, find_external
from customers.intake.write import write
from customers.locks import hold_people
from customers.models import EventType
from customers.services import check_size
from customers.standard_events import STANDARD
from customers.vault import vault
from kernel.clock import db_now, kept_now
from kernel.errors import Code, ProblemError
from tenants import metering, quotas

LATE = timedelta(days=1)  # an event that comes so long after it happened


@dataclass
class Taken:
    """What became of the events. `accepted` and `duplicates` count those that were not rejected."""

    accepted: int = 0
    duplicates: int = 0
    rejected: list[dict[str, object]] = field(default_factory=list)


def events_take(rows: list[Any]) -> Taken:
    """Store events (api.md "events/bulk"); they are durable when the transaction commits."""
    check_size(rows)
    taken, reader, counted = Taken(), EventReader(db_now()), tallies()
    good: list[EventRow] = []
    for index, raw in enumerate(rows):
        try:
            good.append(reader.read(index, raw))
        except Rejected as refused:
            taken.rejected.append(refused.as_json(index))
            if refused.code is CustomerCode.IN_THE_FUTURE:
                counted[raw["name"]].ahead += 1
    events_store(good, taken, counted=counted)
    taken.rejected.sort(key=lambda refused: int(str(refused["index"])))
    return taken


def events_store(good: list[EventRow], taken: Taken, *, quiet: bool = False, counted: Tallies | None = None) -> None:
    """Those that are within the tenant's quotas. quiet: see customers.events.store, also of counted."""
    good = _within_quota(good, taken)
    good = _of_somebody(good, _customers({row.who for row in good}), taken)
    late_before = (datetime.fromtimestamp(kept_now(), UTC) - LATE).isoformat()
    taken.accepted = len(store(good, quiet=quiet, late_before="" if quiet else late_before, counted=counted))
    metering.use(quotas.EVENTS, taken.accepted)
    taken.duplicates = len(good) - taken.accepted


def _within_quota(good: list[EventRow], taken: Taken) -> list[EventRow]:
    """Events that are known already need no room, and the first of those that are new get what there is."""
    room = metering.room(quotas.EVENTS, len(good))
    if room >= len(good):
        return good
    known, kept = stored_already(e.event_id for e in good), list[EventRow]()
    for event in good:
        if event.event_id in known:
            kept.append(event)
        elif room > 0:
            kept.append(event)
            known.add(event.event_id)
            room -= 1
        else:
            _refuse(event, CustomerCode.QUOTA_EVENTS, quotas.EVENTS, taken)
    return kept


def _of_somebody(good: list[EventRow], customers: dict[Who, int], taken: Taken) -> list[EventRow]:
    """Each with its customer; without those whose customer would be one more than the quota allows."""
    kept = []
    for event in good:
        customer = customers.get(event.who)
        if customer is None:
            _refuse(event, CustomerCode.QUOTA_CUSTOMERS, quotas.CUSTOMERS, taken)
        else:
            event.customer_id = customer
            kept.append(event)
    return kept


def _refuse(event: EventRow, code: CustomerCode, quota: str, taken: Taken) -> None:
    taken.rejected.append(Rejected(code, limit=quotas.limit_of(quota)).as_json(event.index))


def _customers(spoken_of: set[Who]) -> dict[Who, int]:
    """Customer of each; those whom nobody knows are made, as long as the quota has room."""
    hold_people()
    plain = {who: who[0][1] for who in spoken_of if len(who) == 1 and who[0][0] == "external_id"}
    known = find_external(plain.values()) if plain else {}
    found: dict[Who, int] = {who: known[external_id] for who, external_id in plain.items() if external_id in known}
    rest = spoken_of - found.keys()
    return {**found, **_find_or_make(rest)} if rest else found


def _find_or_make(spoken_of: set[Who]) -> dict[Who, int]:
    keys = vault()
    changes = [(who, change_of(who, keys)) for who in sorted(spoken_of)]
    resolver = Resolver([change for _, change in changes])
    found: dict[Who, int] = {}
    for who, change in changes:
        with suppress(Rejected):  # beyond the quota: told at each of their events
            found[who] = resolver.find(change)
    if not resolver.targets and not resolver.disputes:
        return found
    numbers = write(resolver.targets, "event") if resolver.targets else {}
    settle(resolver.disputes, resolver.targets, numbers, "event")
    return {who: numbers.get(customer, customer) for who, customer in found.items()}


def event_describe(name: str, change: dict[str, Any]) -> None:
    """Say what an event is: label, description, hidden, properties; a standard one may be described before it arrives."""
    row = EventType.objects.select_for_update().filter(name=name).first()
    if row is None and name not in STANDARD:
        raise ProblemError(Code.NOT_FOUND)
    row = row or EventType(name=name, label=STANDARD[name][0].labels(), properties=STANDARD[name][1])
    row.label = {**row.label, **change.get("label", {})}
    row.description = change.get("description", row.description)
    row.hidden = change.get("hidden", row.hidden)
    for key, said in change.get("properties", {}).items():
        kept = {**row.about.get(key, {}), **said}
        row.about[key] = {part: value for part, value in kept.items() if value is not None}
    row.save()
