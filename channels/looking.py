"""What the policy asks about people: of a crowd by a query each, of a few from one glance (customers.glance)."""

from dataclasses import dataclass
from typing import Protocol
from zoneinfo import ZoneInfo

from customers import consents, identities
from customers import people as customers
from customers.glance import Glance
from customers.zones import by_zone, zones_of
from kernel.sets import People
from tenants.scope import current_tenant_id

_LOOK_UP = 20_000  # so many people are looked up one by one; for more the identities are read whole


class Look(Protocol):
    """Each answer is a part of `group`."""

    def granted(self, channel: str, group: People) -> People: ...

    def refused(self, channel: str, group: People) -> People:
        """Those who said no, other than those who never said anything."""

    def refused_service(self, channel: str, group: People) -> People: ...

    def blocked(self, group: People) -> People: ...

    def reachable(self, kind: str | None, group: People) -> People:
        """Those with an identity of the kind; None: those who are still there."""

    def zones(self, group: People, home: ZoneInfo) -> list[tuple[ZoneInfo, People]]: ...


class Asked:
    """Of any number of people."""

    def granted(self, channel: str, group: People) -> People:
        return consents.granted(channel, group)

    def refused(self, channel: str, group: People) -> People:
        sql = "SELECT customer_id FROM customers_consent WHERE tenant_id = %s AND channel = %s AND NOT granted"
        return customers.fetch_within(sql, [current_tenant_id(), channel], "customer_id", group)

    def refused_service(self, channel: str, group: People) -> People:
        return consents.refused_service(channel, group)

    def blocked(self, group: People) -> People:
        return customers.blocked(group)

    def reachable(self, kind: str | None, group: People) -> People:
        if kind is None:
            return customers.active(group)
        return identities.with_identity(kind, group if len(group) <= _LOOK_UP else None) & group

    def zones(self, group: People, home: ZoneInfo) -> list[tuple[ZoneInfo, People]]:
        return zones_of(group, home)


@dataclass(frozen=True)
class Glanced:
    """Of the few who were looked at, on the channel for which they were."""

    glance: Glance

    def granted(self, channel: str, group: People) -> People:
        return self.glance.those(lambda one: one.granted is True, group)

    def refused(self, channel: str, group: People) -> People:
        return self.glance.those(lambda one: one.granted is False, group)

    def refused_service(self, channel: str, group: People) -> People:
        return self.glance.those(lambda one: one.granted is False and one.covers_service, group)

    def blocked(self, group: People) -> People:
        return self.glance.those(lambda one: one.blocked, group)

    def reachable(self, kind: str | None, group: People) -> People:
        return self.glance.those(lambda one: kind is None or one.address is not None, group)

    def zones(self, group: People, home: ZoneInfo) -> list[tuple[ZoneInfo, People]]:
        known: dict[str, People] = {}
        for customer in group:
            if (one := self.glance.seen.get(customer)) and one.timezone:
                known.setdefault(one.timezone, People()).add(customer)
        return by_zone(group, known.items(), home) if group else []
