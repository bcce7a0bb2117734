"""Which messages were in flight when something was struck, by the ledger: only they may end as unknown."""

from dataclasses import dataclass, field

from django.db import DatabaseError, InterfaceError, connection, connections

from tenants.scope import tenant_tx


@dataclass
class InFlight:
    """`seen`: ids as the gateways know them. `owed`: the database was not there when we wanted to look."""

    tenant: int
    seen: set[str] = field(default_factory=set)
    owed: bool = False

    def look(self) -> None:
        """What a blow has cut off stays in flight for a whole lease, so that a look soon after it finds all of it."""
        try:
            with tenant_tx(self.tenant), connection.cursor() as cursor:
                cursor.execute("SELECT tenant_id || '-' || id FROM channels_message WHERE status = 'in_flight'")
                self.seen |= {row[0] for row in cursor.fetchall()}
            self.owed = False
        except (DatabaseError, InterfaceError):
            connections.close_all()
            self.owed = True
