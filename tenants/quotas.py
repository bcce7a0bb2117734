"""Limits that the installation sets its tenants; a tenant cannot change its own. No limit: nothing is asked, nothing is counted.

Limits are kept in memory for a few seconds, so that a limit that is not set costs no statement. Counting is in
tenants.metering; the rooms refuse by codes of their own, or hold back.
"""

import time
from collections.abc import Callable
from typing import Any, Final

from django.db import connection
from pydantic import Field

from kernel.language import Text
from kernel.schema import Body
from tenants.errors import QuotaCode
from tenants.models import Tenant, Usage
from tenants.scope import current_tenant_id, tenant_tx

CUSTOMERS, EVENTS, LIVE, RUNS, PEOPLE = "customers", "events_per_day", "live_canvases", "runs_at_once", "people_per_run"
MESSAGES_DAY, MESSAGES_MONTH = "messages_per_day", "messages_per_month"
SENDERS, RATE = "sender_share", "api_per_second"

WORDS: Final[dict[str, Text]] = {
    CUSTOMERS: Text("客户数", "Customers"),
    EVENTS: Text("每天事件数", "Events a day"),
    MESSAGES_DAY: Text("每天消息数", "Messages a day"),
    MESSAGES_MONTH: Text("每月消息数", "Messages a month"),
    LIVE: Text("进行中的画布数", "Live canvases"),
    PEOPLE: Text("每次执行人数", "People a run"),
    RUNS: Text("同时执行数", "Runs at once"),
    SENDERS: Text("发送份额(%)", "Share of the senders (%)"),
    RATE: Text("每秒 API 请求数", "API requests a second"),
}
KEPT_SECONDS: Final = 5.0  # so long a changed limit may take to reach every process


class Quotas(Body):
    """None: unlimited."""

    customers: int | None = Field(None, ge=0)
    events_per_day: int | None = Field(None, ge=0)
    messages_per_day: int | None = Field(None, ge=0)
    messages_per_month: int | None = Field(None, ge=0)
    live_canvases: int | None = Field(None, ge=0)
    people_per_run: int | None = Field(None, ge=0)
    runs_at_once: int | None = Field(None, ge=0)
    sender_share: int | None = Field(None, ge=1, le=100)
    api_per_second: int | None = Field(None, ge=1)


_kept: dict[int, tuple[float, dict[str, int]]] = {}
_counts: dict[str, Callable[[], int]] = {}


def quotas_of(tenant_id: int) -> dict[str, int]:
    """The limits that are set, at most some seconds old. Needs no scope."""
    found = _kept.get(tenant_id)
    if found is None or found[0] < time.monotonic():
        limits = Tenant.objects.filter(pk=tenant_id).values_list("quotas", flat=True).first() or {}
        found = _kept[tenant_id] = (time.monotonic() + KEPT_SECONDS, limits)
    return found[1]


def limit_of(key: str) -> int | None:
    """Of the open tenant; None: unlimited."""
    return quotas_of(current_tenant_id()).get(key)


def quotas_set(tenant: Tenant, quotas: Quotas) -> None:
    """What was not limited before is counted from now on."""
    limits = quotas.model_dump(exclude_none=True)
    fresh = [key for key in limits if key not in tenant.quotas]
    tenant.quotas = limits
    tenant.save(update_fields=["quotas"])
    with tenant_tx(tenant.pk):
        Usage.objects.filter(meter__in=fresh).delete()
    _kept.pop(tenant.pk, None)


def register_count(key: str, count: Callable[[], int]) -> None:
    """For quotas of what there is now: `count()` says how many, in the tenant's scope."""
    _counts[key] = count


def count_of(key: str) -> int | None:
    """None: not something that is counted by looking."""
    return _counts[key]() if key in _counts else None


def alone_with(key: str) -> None:
    """Until this transaction ends nobody else of the tenant decides about this quota."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"quota:{current_tenant_id()}:{key}"])


def full(key: str) -> int | None:
    """The limit, when as many as it allows are there; the caller may make one more otherwise."""
    limit = limit_of(key)
    if limit is None:
        return None
    alone_with(key)
    return limit if (count_of(key) or 0) >= limit else None


def refused(key: str, limit: int, **params: Any) -> dict[str, str]:
    """Why, in both languages, for what nobody stands by to read at once."""
    text: Text = QuotaCode[f"QUOTA_{key.upper()}"].value[1]
    return {"zh": text.zh.format(limit=limit, **params), "en": text.en.format(limit=limit, **params)}
