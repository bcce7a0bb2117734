"""One customer's story, newest first: their events and words, and what the rooms above have of them (messages, grants, canvases).

Every room gives the newest of its own within a window; pages follow one another by (moment, kind, number), so that nothing is
shown twice or left out, however much happened in the same second.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Q, QuerySet

from customers.aliases import with_aliases
from customers.event_masks import EventMasks
from customers.models import Consent, Customer, Event, Merge
from kernel.errors import Code, ProblemError
from kernel.events import ask
from kernel.sets import people

KINDS: Final = ("event", "message", "grant", "canvas", "consent", "merge")
_ANY: Final = 2**63 - 1
Entry = dict[str, Any]  # {"at", "kind", "number", "name", "detail"}


@dataclass(frozen=True)
class Window:
    """The newest `limit` since `since` and before (`before`, `below`): of those at that very moment, numbers below `below`."""

    limit: int
    since: datetime | None = None
    before: datetime | None = None
    below: int = _ANY

    def of(self, rows: QuerySet, at: str, number: str = "pk") -> QuerySet:
        """Rows of the window, newest first."""
        if self.since is not None:
            rows = rows.filter(**{f"{at}__gte": self.since})
        if self.before is not None:
            earlier = Q(**{f"{at}__lt": self.before})
            rows = rows.filter(earlier | Q(**{at: self.before, f"{number}__lt": self.below}) if self.below else earlier)
        return rows.order_by(f"-{at}", f"-{number}")[: self.limit]

    def holds(self, at: datetime, number: int) -> bool:
        """For those who have few and read them all."""
        if self.since is not None and at < self.since:
            return False
        return self.before is None or (at, number) < (self.before, self.below)


def timeline(
    customer: Customer, limit: int, *, plain: bool, kinds: Sequence[str] = KINDS, since: datetime | None = None,
    until: datetime | None = None, after: str | None = None,
) -> tuple[list[Entry], str | None]:  # fmt: skip
    """The newest `limit` entries of these kinds in [since, until), and the position after which the next page begins.

    plain: personal data in events is not masked.     Raises BAD_CURSOR for a position that is none.
    """
    windows = _windows(limit + 1, since, until, after)
    entries = [entry for kind in _OWN if kind in kinds for entry in _OWN[kind](customer, windows[kind])]
    if "event" in kinds:
        entries += _events(customer, windows["event"], EventMasks(plain=plain))
    for kind in kinds:
        if kind not in _OWN and kind != "event":
            for one in with_aliases(people([customer.pk])):  # canvases know who was merged by their old id
                entries += [
                    e for said in ask(f"customers.timeline.{kind}", customer_id=one, window=windows[kind]) for e in said
                ]
    entries.sort(key=lambda e: (e["at"], -KINDS.index(e["kind"]), e["number"]), reverse=True)
    if len(entries) <= limit:
        return entries, None
    last = entries[limit - 1]
    return entries[:limit], f"{last['at'].isoformat()}|{last['kind']}|{last['number']}"


def _windows(limit: int, since: datetime | None, until: datetime | None, after: str | None) -> dict[str, Window]:
    if after is None:
        return dict.fromkeys(KINDS, Window(limit, since, until, 0))
    try:
        at, kind, number = after.split("|")
        moment, place, below = datetime.fromisoformat(at), KINDS.index(kind), int(number)
    except ValueError as error:
        raise ProblemError.at("/cursor", Code.BAD_CURSOR) from error
    if moment.tzinfo is None or not 0 <= below < _ANY:
        raise ProblemError.at("/cursor", Code.BAD_CURSOR)
    bounds = [0] * place + [below] + [_ANY] * (len(KINDS) - place - 1)
    return {k: Window(limit, since, moment, bound) for k, bound in zip(KINDS, bounds, strict=True)}


def _events(customer: Customer, window: Window, masks: EventMasks) -> list[Entry]:
    return [
        {"at": e.occurred_at, "kind": "event", "number": e.pk, "name": e.name, "detail": masks.of(e.name, e.properties)}
        for e in window.of(Event.objects.filter(customer_id=customer.pk), "occurred_at", "id")
    ]


def _consents(customer: Customer, window: Window) -> list[Entry]:
    rows = enumerate(Consent.objects.filter(customer=customer).order_by("channel"), 1)
    return [
        {"at": c.at, "kind": "consent", "number": n, "name": c.channel, "detail": {"granted": c.granted, "source": c.source}}
        for n, c in rows if window.holds(c.at, n)
    ]  # fmt: skip


def _merges(customer: Customer, window: Window) -> list[Entry]:
    return [
        {"at": m.at, "kind": "merge", "number": m.pk, "name": "merge", "detail": {
            "merge": str(m.pk), "merged": str(m.merged_id), "actor": m.actor, "reason": m.reason, "undone": m.undone_at is not None,
        }}
        for m in window.of(Merge.objects.filter(survivor=customer), "at")
    ]  # fmt: skip


_OWN: dict[str, Callable[[Customer, Window], list[Entry]]] = {"consent": _consents, "merge": _merges}
