"""The engine's units of work for the worker loops, by queue."""

from canvas_app.runtime import claim, fire, step, trigger
from customers import inbox


def trigger_unit(tenant_id: int) -> bool:
    """People of triggered canvases first go on, then new events are matched: those inside are not overtaken for ever."""
    return step.unit(tenant_id, standing=True) or trigger.match_inbox(tenant_id)


def trigger_due() -> bool:
    return inbox.has_due() or claim.has_due(standing=True)


def bulk_unit(tenant_id: int) -> bool:
    return fire.fire_due(tenant_id) or step.unit(tenant_id, standing=False)


def bulk_due() -> bool:
    return fire.has_due() or claim.has_due(standing=False)
