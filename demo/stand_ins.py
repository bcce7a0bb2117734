"""Accounts of the demo that are at the stand-ins (`./canvas up --fakes`), and the stand-ins' consoles told where to call back."""

import urllib.request
from typing import Any, Final

import orjson

from channels.models import Account
from channels.services.accounts import AccountChange, AccountIn, account_create, account_update, callback_url
from kernel.language import Text
from tenants.scope import tenant_tx

# provider → channel, the account's key at the stand-in, its settings; the stand-ins know these accounts from the start
ACCOUNTS: Final[dict[str, tuple[str, str, dict[str, str]]]] = {
    "aliyun": ("sms", "testId", {"access_key_id": "testId", "access_key_secret": "testSecret", "sign_name": "山间茶铺"}),
    "tencent": ("sms", "AKIDEXAMPLE", {"secret_id": "AKIDEXAMPLE", "secret_key": "secret", "sdk_app_id": "1400006666", "sign_name": "山间茶铺"}),
    "twilio": ("sms", "AC" + "a" * 32, {"account_sid": "AC" + "a" * 32, "auth_token": "token", "from": "+14155550000"}),
}  # fmt: skip
_NAME = Text("替身:{provider}", "Stand-in: {provider}")


def open_accounts(tenant_id: int, url: str) -> int:
    """Made, or pointed at `url`; how many. The stand-ins must be running."""
    for provider, (channel, key, settings) in ACCOUNTS.items():
        with tenant_tx(tenant_id):
            address = callback_url(_account(provider, channel, {**settings, "base_url": url}))
        _tell(url, {"vendor": provider, "key": key, "callback_url": address})
    return len(ACCOUNTS)


def _account(provider: str, channel: str, settings: dict[str, str]) -> Account:
    name = _NAME.zh.format(provider=provider)
    found = Account.objects.filter(provider=provider, name=name).first()
    if found is None:
        return account_create(AccountIn(channel=channel, provider=provider, name=name, settings=dict(settings)))
    return account_update(found, AccountChange(name=None, settings=dict(settings)))


def _tell(url: str, said: dict[str, Any]) -> None:
    request = urllib.request.Request(f"{url}/_accounts", orjson.dumps(said), {"Content-Type": "application/json"})
    urllib.request.urlopen(request, timeout=10).read()
