"""The policy of CHN-3 once more, person by person and minute by minute: slow, plain, and sharing no code with channels/."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)


@dataclass
class Said:
    """One message of one canvas to one person."""

    canvas: int
    channel: str
    marketing: bool
    rank: int
    waits: bool
    quiet: dict[str, Any] | None
    state: str = ""  # parked, queued, sent, failed, unknown, suppressed
    reason: str = ""
    due: datetime | None = None
    made: datetime | None = None
    order: int = 0


@dataclass
class Person:
    home: str
    zone: str | None = None
    blocked: bool = False
    mailbox_gone: bool = False
    consent: dict[str, bool] = field(default_factory=dict)
    counted: list[tuple[date, str]] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    made: int = 0

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(ZoneInfo(self.zone or self.home))


@dataclass
class Shop:
    caps: list[dict[str, Any]]
    quiet: dict[str, Any] | None = None


def closed(person: Person, moment: datetime, windows: list[dict[str, Any]]) -> bool:
    now = person.local(moment).time()
    for window in windows:
        start, end = time.fromisoformat(window["from"]), time.fromisoformat(window["to"])
        if (start <= now < end) if start < end else (now >= start or now < end):
            return True
    return False


def opening(person: Person, moment: datetime, windows: list[dict[str, Any]]) -> datetime | None:
    """The first open minute; None: there is none in two days."""
    for _ in range(2 * 24 * 60):
        if not closed(person, moment, windows):
            return moment
        moment = moment.replace(second=0, microsecond=0) + MINUTE
    return None


def windows_of(shop: Shop, said: Said) -> list[dict[str, Any]]:
    return [window for window in (shop.quiet, said.quiet) if window]


def room(shop: Shop, person: Person, said: Said, now: datetime) -> int:
    """How many more messages the strictest cap lets through; never mind the priority."""
    return min((limit for _, limit in rooms(shop, person, said, now)), default=10**6)


def rooms(shop: Shop, person: Person, said: Said, now: datetime) -> list[tuple[str | None, int]]:
    today = person.local(now).date()
    found = []
    for cap in shop.caps:
        if cap["channel"] not in (None, said.channel):
            continue
        had = [day for day, channel in person.counted if cap["channel"] in (None, channel)]
        if "weeks" in cap["per"]:
            mine = [day for day in had if day.isocalendar()[:2] == today.isocalendar()[:2]]
        elif cap["per"]["days"] == 1:
            mine = [day for day in had if day == today]
        else:
            mine = [day for day in had if day > today - timedelta(days=cap["per"]["days"])]
        found.append((cap["channel"], cap["limit"] - len(mine)))
    return found


def refusal(shop: Shop, person: Person, said: Said, now: datetime) -> tuple[str, datetime | None]:
    """(reason, None), ("", moment until which it waits) or ("", None): nothing but a cap may speak against it."""
    if said.marketing and not person.consent.get(said.channel):
        return ("unsubscribed" if person.consent.get(said.channel) is False else "no_consent"), None
    if person.blocked:
        return "blacklisted", None
    if said.channel == "email" and person.mailbox_gone:
        return "bad_address", None
    if not said.marketing:
        return "", None
    until = opening(person, now, windows_of(shop, said))
    if until is None:
        return "expired", None
    patience = [w["expire_after"]["hours"] for w in windows_of(shop, said) if w.get("expire_after")]
    if until != now and patience and until - now > timedelta(hours=min(patience)):
        return "expired", None
    return "", None if until == now else until


def arrive(shop: Shop, person: Person, said: Said, now: datetime) -> None:
    """The person comes to the step of the canvas."""
    said.reason, until = refusal(shop, person, said, now)
    if not said.reason and not until and said.marketing and not said.waits and room(shop, person, said, now) <= 0:
        said.reason = "capped"
    said.due = until or now
    said.state = "suppressed" if said.reason else "parked" if until else "queued"
    if said.state == "queued":
        said.made = now
        line_up(person, said)


def line_up(person: Person, said: Said) -> None:
    person.made += 1
    said.order = person.made


def send_due(shop: Shop, person: Person, now: datetime, outcome: Any) -> None:
    """All that is due, the more important first."""
    due = [s for s in person.said if s.state == "queued" and s.due and s.due <= now]
    for said in sorted(due, key=lambda s: (s.rank, s.due, s.order)):
        send(shop, person, said, now, outcome)


def send(shop: Shop, person: Person, said: Said, now: datetime, outcome: Any) -> None:
    said.reason, until = refusal(shop, person, said, now)
    if said.reason or until:
        settle(person, said, until)
        return
    if said.marketing:
        held = over(shop, person, said, now)
        never = any(limit == 0 for limit in (c["limit"] for c in shop.caps if c["channel"] in (None, said.channel)))
        young = said.made is not None and said.made > now - timedelta(days=7)
        if held and said.waits and young and not never:
            settle(person, said, next_morning(shop, person, said, now))
            return
        if held:
            said.reason = held
            settle(person, said, None)
            return
    said.state = outcome(said.canvas)
    person.mailbox_gone |= said.channel == "email" and said.state == "failed"  # for the recipient's sake
    if said.marketing and said.state != "failed":
        person.counted.append((person.local(now).date(), said.channel))


def over(shop: Shop, person: Person, said: Said, now: datetime) -> str:
    if room(shop, person, said, now) <= 0:
        return "capped"
    for scope, left in rooms(shop, person, said, now):
        if left == 1 and any(needs(person, other, said, scope, now) for other in person.said):
            return "priority"
    return ""


def needs(person: Person, other: Said, said: Said, scope: str | None, now: datetime) -> bool:
    """Does a more important message need this place today?"""
    if other.state != "queued" or not other.marketing or other.rank >= said.rank or scope not in (None, other.channel):
        return False
    assert other.due is not None
    return person.local(other.due).date() <= person.local(now).date()


def next_morning(shop: Shop, person: Person, said: Said, now: datetime) -> datetime:
    zone = ZoneInfo(person.zone or person.home)
    tomorrow = person.local(now).date() + timedelta(days=1)
    morning = datetime.combine(tomorrow, time(9), zone).astimezone(UTC)
    found = opening(person, morning, windows_of(shop, said))
    assert found is not None
    return found


def settle(person: Person, said: Said, until: datetime | None) -> None:
    if until:
        said.due = until
        line_up(person, said)
    else:
        said.state = "suppressed"
