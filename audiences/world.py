"""What a rule is read against: the tenant's clock, declared attributes and saved audiences. Reads once, lazily."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from audiences.models import Audience
from customers.models import AttributeDefinition
from customers.moments import Clock
from customers.retention import kept_from
from tenants.scope import current_tenant_id


@dataclass(frozen=True)
class Saved:
    """A saved audience as far as rules need it."""

    kind: str
    name: str
    rule: dict[str, Any] | None


@dataclass
class World:
    """`editing`: the id of the audience whose rule is being written, which must not come to contain itself."""

    tenant_id: int
    clock: Clock
    editing: int | None = None
    _audiences: dict[int, Saved | None] = field(default_factory=dict)

    @cached_property
    def types(self) -> dict[str, str]:
        """Declared attributes: key → type."""
        return {key: kind for key, kind, _, _ in self._declared}

    @cached_property
    def _declared(self) -> list[tuple[str, str, bool, int | None]]:
        return list(AttributeDefinition.objects.values_list("key", "type", "sensitive", "move_job"))

    @cached_property
    def sensitive(self) -> dict[str, bool]:
        """Attributes whose values are sealed: key → some may lie in the open still, since a job is moving them."""
        rows = [(key, job) for key, _, sensitive, job in self._declared if sensitive]
        return {key: job is not None for key, job in rows}

    @cached_property
    def events_from(self) -> datetime | None:
        """Events of before are deleted; None: none are."""
        return kept_from()

    def audience(self, audience_id: int) -> Saved | None:
        if audience_id not in self._audiences:
            row = Audience.objects.filter(pk=audience_id, archived_at=None).values_list("kind", "name", "rule").first()
            self._audiences[audience_id] = Saved(*row) if row else None
        return self._audiences[audience_id]


def open_world(*, editing: int | None = None, now: datetime | None = None) -> World:
    """The world of the open tenant scope, at the database's now or at `now`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp(), timezone FROM tenants_tenant WHERE id = %s", [current_tenant_id()])
        read, zone = cursor.fetchone()
    return World(current_tenant_id(), Clock(now or read, ZoneInfo(zone)), editing)
