"""The audit log: one row for each act that changes what customers will get or who may do so."""

from typing import Any

from tenants.models import AuditEntry


def audit(actor: str, action: str, target: str, **detail: Any) -> None:
    """Write it in the open transaction: no act without its row, no row without its act."""
    AuditEntry.objects.create(actor=actor, action=action, target=target, detail=detail)
