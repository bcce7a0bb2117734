"""Channel accounts: settings checked by their provider, secrets sealed by the tenant's key and never shown again."""

from dataclasses import replace
from functools import lru_cache
from typing import Any, Literal

import orjson
from django.conf import settings
from pydantic import Field

from channels.contract import AccountNow, Provider
from channels.errors import ChannelCode
from channels.fields import secret_names
from channels.models import Account
from channels.pausing import ACTIVE, resume
from channels.registry import kinds, providers, providers_of
from channels.wording import read_reason, words_of
from kernel import crypto
from kernel.clock import db_now
from kernel.errors import ProblemError
from kernel.schema import Body, parse
from tenants.scope import current_tenant_id
from tenants.settings import tenant_now


class Limits(Body):
    per_second: int | None = Field(None, ge=1, le=100_000)


class AccountIn(Body):
    channel: str
    provider: str
    name: str = Field(min_length=1, max_length=200)
    settings: dict[str, Any] = Field(default_factory=dict)
    limits: Limits = Field(default_factory=lambda: Limits(per_second=None))
    status: Literal["active", "paused"] = "active"


class AccountChange(Body):
    """Absent secrets stay as they are; null removes a setting."""

    channel: str | None = None
    provider: str | None = None
    name: str | None = Field(None, min_length=1, max_length=200)
    settings: dict[str, Any] | None = None
    limits: Limits | None = None
    status: Literal["active", "paused"] | None = None


def provider_for(channel: str, key: str) -> Provider:
    """Raises ProblemError at /channel or /provider."""
    if channel not in kinds:
        raise ProblemError.at("/channel", ChannelCode.UNKNOWN_CHANNEL, channel=channel, known=", ".join(kinds))
    provider = providers.get(key)
    if provider is None or not provider.serves(channel):
        known = ", ".join(p.key for p in providers_of(channel))
        raise ProblemError.at("/provider", ChannelCode.UNKNOWN_PROVIDER, channel=channel, provider=key, known=known)
    return provider


def account_create(sent: AccountIn, actor: str = "") -> Account:
    provider = provider_for(sent.channel, sent.provider)
    _checked(provider, sent.settings)
    account = Account(
        channel=sent.channel,
        provider=sent.provider,
        name=sent.name,
        limits=sent.limits.model_dump(),
        status=sent.status,
        created_by=actor,
    )
    _keep(account, provider, sent.settings)
    account.save()
    return account


def account_update(account: Account, sent: AccountChange, actor: str = "") -> Account:
    """Apply what was sent. Channel and provider can't change: templates and messages refer to them."""
    for field in ("channel", "provider"):
        if getattr(sent, field) not in (None, getattr(account, field)):
            raise ProblemError.at(f"/{field}", ChannelCode.FIXED, field=field)
    if sent.settings is not None:
        _change_settings(account, sent.settings)
    if sent.limits is not None:
        account.limits = sent.limits.model_dump()
    account.name = sent.name or account.name
    if sent.status not in (None, account.status):
        account.status, account.status_reason = str(sent.status), ""
        account.paused_at = None if account.status == ACTIVE else db_now()
        if account.status == ACTIVE:
            resume(account, actor)  # what waited for it may go on
    account.save()
    return account


def _change_settings(account: Account, sent: dict[str, Any]) -> None:
    provider = providers[account.provider]
    unchanged = {
        k
        for k, v in sent.items()
        if isinstance(v, dict) and v.get("set") is True and k in secret_names(provider.settings)
    }
    merged = {**account.settings, **_secrets(account), **{k: v for k, v in sent.items() if k not in unchanged}}
    merged = {k: v for k, v in merged.items() if v is not None}
    _checked(provider, merged)
    _keep(account, provider, merged)


def _checked(provider: Provider, raw: dict[str, Any]) -> None:
    faults = provider.check(parse(provider.settings, raw, "/settings"))
    if faults:
        raise ProblemError.invalid(faults)


def _keep(account: Account, provider: Provider, raw: dict[str, Any]) -> None:
    secret = secret_names(provider.settings)
    account.settings = {k: v for k, v in raw.items() if k not in secret}
    hidden = orjson.dumps({k: v for k, v in raw.items() if k in secret})
    account.sealed = crypto.seal(_key(), hidden, _place(account))


def _secrets(account: Account) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(crypto.unseal(_key(), bytes(account.sealed), _place(account)))
    return found


def _key() -> bytes:
    return crypto.open_key(bytes(tenant_now().sealed_key))


def _place(account: Account) -> bytes:
    # the id is not known before the first save, the callback secret is as unique
    return f"channel-account|{current_tenant_id()}|{account.callback_secret}".encode()


def account_now(account: Account) -> AccountNow:
    """The account ready to send or to read callbacks with."""
    provider = providers[account.provider]
    known = _settings(provider.key, orjson.dumps(account.settings), bytes(account.sealed), _place(account), _key())
    return AccountNow(
        account.pk, current_tenant_id(), account.channel, provider, known,
        account.limits.get("per_second"), account.callback_secret,
        getattr(known, "callback_url", "") or callback_url(account), bytes(account.sealed),
    )  # fmt: skip


def at_the_door(account: Account) -> AccountNow:
    """The account whose address was called, with those that share it: the provider knows one address for an app."""
    now = account_now(account)
    same = now.provider.one_door
    if not same:
        return now
    mine = Account.objects.filter(provider=account.provider, **{f"settings__{same}": account.settings.get(same)})
    return replace(now, neighbours=tuple(mine.exclude(pk=account.pk).values_list("pk", flat=True)))


@lru_cache(maxsize=64)
def _settings(provider: str, plain: bytes, sealed: bytes, place: bytes, key: bytes) -> Any:
    """Checked and with the secrets. Kept, since every event asks; whatever is changed is another question."""
    secret = orjson.loads(crypto.unseal(key, sealed, place))
    return providers[provider].settings.model_validate({**orjson.loads(plain), **secret})


def account_show(account: Account) -> dict[str, Any]:
    hidden = {name: {"set": True} for name in _secrets(account)}
    return {
        "id": str(account.pk), "channel": account.channel, "provider": account.provider, "name": account.name,
        "settings": {**account.settings, **hidden}, "limits": account.limits, "status": account.status,
        "status_reason": _reason(account), "paused_at": account.paused_at, "waits_until": account.waits_until,
        "callback_url": callback_url(account), "created_at": account.created_at,
    }  # fmt: skip


def callback_url(account: Account) -> str:
    """The address for the provider: it names the account and holds its secret."""
    return f"{settings.BASE_URL}/api/v1/callbacks/{current_tenant_id()}-{account.pk}-{account.callback_secret}"


def _reason(account: Account) -> str:
    """Why it is paused or waits, in the reader's language."""
    known = read_reason(account.status_reason)
    return words_of(providers[account.provider], known).say() if known else account.status_reason
