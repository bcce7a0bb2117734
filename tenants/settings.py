"""A tenant's settings: caps, quiet hours, approval, time zone, language. Read in the tenant's scope, written by services."""

import zoneinfo
from datetime import time
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from kernel.errors import Code, ProblemError
from kernel.schema import Body
from tenants.models import Tenant
from tenants.scope import current_tenant_id, once, read_again


def _known_zone(name: str) -> str:
    if name not in zoneinfo.available_timezones():
        raise ProblemError.at("", Code.BAD_VALUE, reason=f"{name}: IANA time zone, e.g. Asia/Shanghai")
    return name


def _clock(value: str) -> str:
    """HH:MM or HH:MM:SS."""
    try:
        time.fromisoformat(value)
    except ValueError as error:
        raise ProblemError.at("", Code.BAD_VALUE, reason="HH:MM") from error
    return value


ZoneName = Annotated[str, AfterValidator(_known_zone)]
ClockTime = Annotated[str, AfterValidator(_clock)]


class QuietHours(Body):
    """From `from` until `to` nothing of purpose marketing is sent; may cross midnight."""

    from_: ClockTime = Field(alias="from")
    to: ClockTime


class Per(Body):
    days: int = Field(ge=1, le=365)


class Cap(Body):
    """At most `limit` marketing messages a customer in `per`; channel None counts all channels together."""

    channel: str | None = None
    limit: int = Field(ge=0, le=1000)
    per: Per = Per(days=1)


class SettingsIn(Body):
    name: str | None = Field(None, min_length=1, max_length=200)
    timezone: ZoneName | None = None
    locale: str | None = Field(None, pattern="^(zh-CN|en)$")
    caps: list[Cap] | None = Field(None, max_length=20)
    quiet_hours: QuietHours | None = None
    approval: bool | None = None


def tenant_now() -> Tenant:
    """The open scope's tenant, read once a transaction."""
    return once("tenant", lambda: Tenant.objects.get(pk=current_tenant_id()))


def settings_show(tenant: Tenant) -> dict[str, Any]:
    return {"name": tenant.name, "timezone": tenant.timezone, "locale": tenant.locale, **tenant.settings}


def settings_update(change: SettingsIn) -> Tenant:
    """Apply what was sent (null quiet_hours clears them)."""
    tenant = Tenant.objects.select_for_update().get(pk=current_tenant_id())
    sent = change.model_dump(exclude_unset=True, by_alias=True)
    for column in ("name", "timezone", "locale"):
        if sent.get(column) is not None:
            setattr(tenant, column, sent[column])
    kept = {
        k: v
        for k, v in sent.items()
        if k in ("caps", "quiet_hours", "approval") and (v is not None or k == "quiet_hours")
    }
    tenant.settings = {**tenant.settings, **kept}
    tenant.save()
    read_again("tenant")
    return tenant
