"""The engine's units of work for the worker loops, by queue."""

from canvas_app.runtime import claim, fire, step, trigger
from customers import inbox


def trigger_unit(tenant_id: int) -> bool:
    """A batch of new events, then a step of those inside: neither overtakes the other for ever."""
    entered, waits = trigger.match_inbox(tenant_id)
    return (waits and step.unit(tenant_id, standing=True)) or entered


def trigger_due() -> bool:
    return inbox.has_due() or claim.has_due(standing=True)


def bulk_unit(tenant_id: int) -> bool:
    return fire.fire_due(tenant_id) or step.unit(tenant_id, standing=False)


def bulk_due() -> bool:
    return fire.has_due() or claim.has_due(standing=False)
