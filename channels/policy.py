"""Who may be sent a message now, as set algebra. Order: consent > blacklist > unreachable > bad address > quiet hours > cap > priority.

Nothing is written here; what is held back keeps its reason, and quiet hours put off but never drop.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from channels import bad_addresses
from channels.caps import caps_for, spent
from channels.looking import Asked, Glanced, Look
from channels.parcel import HANDOVER, STAFF
from channels.quiet import no_hour_left, quiet_of, quiet_until
from channels.registry import kinds
from customers import people as customers
from customers.glance import Glance
from customers.zones import zones_of
from kernel.sets import People, from_array, stable_hash, to_array
from tenants.models import Tenant
from tenants.settings import tenant_now

MARKETING: Final = "marketing"
NO_CONSENT, UNSUBSCRIBED, BLACKLISTED = "no_consent", "unsubscribed", "blacklisted"
UNREACHABLE, CAPPED, LEFT, STOPPED = "unreachable", "capped", "left", "stopped"
BAD_ADDRESS = "bad_address"
OUTRANKED = "priority"  # the last place under a cap is kept for a message of higher priority
QUOTA = "quota"  # the tenant may send no more today, or this month
EXPIRED = "expired"  # it would have had to wait for the end of quiet hours longer than it may

_MORNING = time(9)  # nobody wants a message at midnight because the day's cap begins anew then
_JITTER_STEP_SECONDS, _MAX_JITTER_STEPS, _CALM = 5, 12, 500


@dataclass
class Plan:
    """send now; held back by reason; put off until a moment. The three are disjoint and together everybody."""

    send: People
    held: dict[str, People] = field(default_factory=dict)
    later: list[tuple[datetime, People]] = field(default_factory=list)
    quiet_hours: dict[str, str] | None = None
    waits: bool = False  # whom a cap keeps back waits for it to open
    zones: list[tuple[ZoneInfo, People]] | None = None  # where they live, when it was looked up
    glance: Glance | None = None  # what was seen of them, where they are few

    def restricted(self, group: People) -> "Plan":
        """The same decision about these people only."""
        held = {reason: part & group for reason, part in self.held.items() if part.intersect(group)}
        later = [(until, part & group) for until, part in self.later if part.intersect(group)]
        return replace(self, send=self.send & group, held=held, later=later)

    def hold(self, reason: str, group: People) -> None:
        """Move those of `group` who are still in `send`."""
        out = self.send & group
        if out:
            self.send -= out
            self.held[reason] = self.held.get(reason, People()) | out

    def put_off(self, until: datetime, group: People) -> None:
        for moment, part in _spread(until, self.send & group):
            self.send -= part
            self.later.append((moment, part))


@dataclass(frozen=True)
class Rules:
    """What the policy depends on besides the people: channel, purpose, the canvas's quiet hours, the tenant."""

    channel: str
    purpose: str
    quiet_hours: dict[str, str] | None
    tenant: Tenant
    waits: bool = False
    above: dict[int, list[Any]] = field(
        default_factory=dict, compare=False
    )  # what channels.precedence has read already

    @property
    def marketing(self) -> bool:
        return self.purpose == MARKETING

    @property
    def caps(self) -> list[Any]:
        return caps_for(self.tenant.settings["caps"], self.channel) if self.marketing else []

    def zones(self, group: People) -> list[tuple[ZoneInfo, People]]:
        """Where they live; whoever's zone is not known lives in the tenant's."""
        return zones_of(group, ZoneInfo(self.tenant.timezone))

    def days(
        self, group: People, now: datetime, zones: Sequence[tuple[ZoneInfo, People]] | None = None
    ) -> list[tuple[date, People]]:
        """People by the calendar day, where they live, on which a message of `now` counts."""
        found: dict[date, People] = {}
        for zone, people in self.zones(group) if zones is None else zones:
            if part := people & group:
                day = now.astimezone(zone).date()
                found[day] = found.get(day, People()) | part
        return sorted(found.items())


def plan(rules: Rules, group: People, now: datetime, seen: Glance | None = None) -> Plan:
    """The whole policy, caps as they stand at this moment (they are raised only at the intent).

    seen: a glance at all of them on the rules' channel, where they are few.
    """
    decided = admissible(rules, group, now, seen)
    if rules.caps and not rules.waits:
        decided.hold(CAPPED, spent(rules.caps, rules.days(decided.send, now, decided.zones)))
    return decided


def rules_of(channel: str, purpose: str, quiet_hours: dict[str, str] | None, *, waits: bool = False) -> Rules:
    """waits: whom a cap keeps back waits until it opens again."""
    return Rules(channel, purpose, quiet_hours, tenant_now(), waits)


def admissible(rules: Rules, group: People, now: datetime, seen: Glance | None = None) -> Plan:
    """The policy without caps."""
    decided = Plan(group.copy(), quiet_hours=rules.quiet_hours, waits=rules.waits, glance=seen)
    look: Look = Asked() if seen is None else Glanced(seen)
    if rules.purpose == STAFF:
        return decided
    if rules.purpose == HANDOVER:  # no message to a person: only those who are gone are left out
        decided.hold(UNREACHABLE, decided.send - customers.active(decided.send))
        return decided
    _consent(rules, decided, look)
    decided.hold(BLACKLISTED, look.blocked(decided.send))
    decided.hold(UNREACHABLE, decided.send - look.reachable(kinds[rules.channel].identity, decided.send))
    if kinds[rules.channel].bounces:
        decided.hold(BAD_ADDRESS, bad_addresses.of(kinds[rules.channel].identity, decided.send))
    if rules.marketing and decided.send:
        decided.zones = look.zones(decided.send, ZoneInfo(rules.tenant.timezone))
        _quiet(rules, decided, now)
    return decided


def open_again(rules: Rules, group: People, now: datetime) -> Iterator[tuple[datetime, People]]:
    """When a cap that is spent is looked at again: the next morning where they live, quiet hours obeyed."""
    quiet = quiet_of(rules.tenant.settings["quiet_hours"], rules.quiet_hours)
    for zone, part in rules.zones(group):
        tomorrow = now.astimezone(zone).date() + timedelta(days=1)
        morning = datetime.combine(tomorrow, _MORNING, zone).astimezone(UTC)
        yield quiet_until(morning, quiet.windows, zone) or morning, part


def _consent(rules: Rules, decided: Plan, look: Look) -> None:
    if not rules.marketing:
        decided.hold(UNSUBSCRIBED, look.refused_service(rules.channel, decided.send))
        return
    silent = decided.send - look.granted(rules.channel, decided.send)
    if silent:
        decided.hold(UNSUBSCRIBED, look.refused(rules.channel, silent))
        decided.hold(NO_CONSENT, silent)


def _quiet(rules: Rules, decided: Plan, now: datetime) -> None:
    quiet = quiet_of(rules.tenant.settings["quiet_hours"], rules.quiet_hours)
    if not quiet.windows:
        return
    if no_hour_left(quiet.windows):  # tenant and canvas together; waiting would never end
        decided.hold(EXPIRED, decided.send)
        return
    for zone, group in decided.zones or ():
        until = quiet_until(now, quiet.windows, zone)
        if until and quiet.too_long(now, until):
            decided.hold(EXPIRED, group)
        elif until:
            decided.put_off(until, group)


def _spread(until: datetime, group: People) -> list[tuple[datetime, People]]:
    """Crowds are let go over up to a minute, each person always at the same second."""
    ids = to_array(group)
    if len(ids) <= _CALM:
        return [(until.astimezone(UTC), group)] if len(ids) else []
    steps = min(_MAX_JITTER_STEPS, len(ids) // _CALM + 1)
    place = stable_hash("quiet hours", ids) % steps
    parts = ((step, from_array(ids[place == step])) for step in range(steps))
    return [
        (until.astimezone(UTC) + timedelta(seconds=step * _JITTER_STEP_SECONDS), part) for step, part in parts if part
    ]
