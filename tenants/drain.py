"""The loop of every worker: find tenants with due work, do one unit for each in turn, until nothing is due or time is up."""

import logging
import time
from collections.abc import Callable

from kernel.wake import awake, linger, wake_now
from tenants.ready import ReadyTenant, beat, due_tenants, settle
from tenants.scope import tenant_tx

log = logging.getLogger(__name__)

Unit = Callable[[int], bool]  # does one unit of a tenant's work in its own transactions; False when there was none
HasDue = Callable[[], bool]  # inside a scope: is anything due at all, locked by others or not?


def drain(kind: str, unit: Unit, has_due: HasDue, budget_seconds: float = 5.0, *, stays: bool = False) -> int:
    """Units done. Ends after `budget_seconds` and wakes a successor, so that no queue is held for long.

    stays: lingers for a moment when nothing is due, and goes on when more comes.
    """
    awake(kind)
    ends, units = time.monotonic() + budget_seconds, 0
    while True:
        beat(kind)
        worked = 0
        for ready in due_tenants(kind):
            worked += _one(ready, unit, has_due)
            if time.monotonic() > ends:
                wake_now(kind)
                return units + worked
        units += worked
        if not worked and not (stays and time.monotonic() < ends and linger(kind, lambda: bool(due_tenants(kind)))):
            return units


def _one(ready: ReadyTenant, unit: Unit, has_due: HasDue) -> int:
    """One unit for one tenant. A tenant whose work fails must not keep the others from theirs."""
    worked = False
    try:
        worked = unit(ready.tenant_id)
        with tenant_tx(ready.tenant_id):  # at once: mostly that was all, and another round would find nothing
            if not has_due():
                settle(ready)
    except Exception:
        log.exception("tenant %s: unit failed", ready.tenant_id)
    return int(worked)
