"""What we send to WeChat against what wechatpy 2.0.0a26 sent to a loopback server (tests/channels/recorded)."""

import asyncio
import json
from typing import Any

import pytest

from channels.contract import AccountNow, Outbound
from channels.kinds.wechat import api
from channels.registry import providers
from tests.channels.providers.test_recorded import recorded

TEMPLATE = {
    "template_id": "ngqIpbwh8bUfcSsECmogfXcV14J0tQlEpBO27izEYtY", "url": "http://weixin.qq.com/download",
    "miniprogram": {"appid": "xiaochengxuappid12345", "pagepath": "index?foo=bar"}, "data": {"first": "haahah"},
}  # fmt: skip

SUBSCRIPTION = {
    "template_id": "TEMPLATE_ID", "page": "index?foo=bar", "data": {"thing1": "值"}, "miniprogram_state": "formal",
}  # fmt: skip


def text(words: str) -> dict[str, Any]:
    return {"msgtype": "text", "text": {"content": words}}


@pytest.mark.parametrize(
    ("name", "provider", "channel", "people", "content", "ours"),
    [
        ("mp_template", "wechat", "wechat_template", ["OPENID"], TEMPLATE, {"client_msg_id"}),
        ("mp_custom", "wechat", "wechat_service", ["OPENID"], text("Hello World"), set()),
        ("mp_mass", "wechat", "wechat_mass", ["OPENID1", "OPENID2"], text("群发"), {"clientmsgid"}),
        ("ma_subscribe", "miniprogram", "miniprogram", ["OPENID"], SUBSCRIPTION, {"miniprogram_state"}),
    ],
)
def test_the_same_request(
    name: str, provider: str, channel: str, people: list[str], content: dict[str, Any], ours: set[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Besides what we add so that a repeat is recognised."""
    seen = recorded(name)
    calls: list[tuple[str, dict[str, Any]]] = []

    async def post(account: AccountNow, access: str, path: str, sent: dict[str, Any]) -> dict[str, Any]:
        calls.append((f"{path}?access_token={access}", json.loads(json.dumps(sent))))
        return {"errcode": 0}

    monkeypatch.setattr(api, "post", post)
    sender: Any = providers[provider]
    account = AccountNow(1, 1, channel, sender, None, None, "")
    batch = [
        Outbound(f"1-{i}", channel, "service", to, 1, None, content, "", "", "", "") for i, to in enumerate(people)
    ]
    asyncio.run(sender._send(account, "ACCESS_TOKEN", batch))
    target, body = calls[0]
    assert (target, {k: v for k, v in body.items() if k not in ours}) == (seen["target"], json.loads(seen["body"]))
    assert ours <= set(body)
