"""WeChat official account (公众号): template, customer-service and mass messages.

Formats: developers.weixin.qq.com (Template_Message_Interface, Customer_Service_Messages, Batch_Sends).
"""

from collections import defaultdict
from datetime import datetime
from hashlib import sha256
from typing import Any, ClassVar

import orjson

from channels.contract import AccountNow, Callback, Outbound, Outcome, Told
from channels.fields import ui
from channels.kinds.wechat import api
from channels.kinds.wechat.platform import AppSettings, PlatformApp
from channels.kinds.wechat.told import read, told
from channels.registry import providers
from kernel.language import Text

_MASS = 10_000


class WeChatSettings(AppSettings):
    follow_consents: bool = ui(
        "关注即视为同意接收营销消息", "Following counts as consent to marketing", False, widget="switch"
    )


class WeChat(PlatformApp):
    key: ClassVar = "wechat"
    labels: ClassVar = Text("微信公众号", "WeChat official account")
    channels: ClassVar = ("wechat_template", "wechat_service", "wechat_mass")
    settings: ClassVar = WeChatSettings
    docs: ClassVar = Text(
        "在公众平台“设置与开发 → 基本配置”里:复制 AppID 和 AppSecret,把本服务器的 IP 加入白名单;在“服务器配置”里填写下面的回调地址、令牌和密钥并启用。"
        "同一个公众号的三种消息用三个账号,回调地址填其中任意一个。模板消息只能发服务通知;群发每次至少 2 人,一个人时走预览接口。",
        "In the platform's “Basic configuration”: copy AppID and AppSecret and put this server's IP on the white list; under “Server configuration” "
        "enter the callback address below, the token and the key, and enable it. The three kinds of message of one official account are three "
        "accounts here; the callback address of any of them will do. Template messages are for service notices only; a mass message needs two "
        "people, a single one goes out by the preview interface.",
    )
    one_door: ClassVar = "app_id"

    def batch_on(self, channel: str, settings: WeChatSettings) -> int:
        return _MASS if channel == "wechat_mass" else 1

    async def _send(self, account: AccountNow, access: str, batch: list[Outbound]) -> list[Outcome]:
        if account.channel == "wechat_mass":
            return await _mass(account, access, batch)
        one = _template if account.channel == "wechat_template" else _service
        return [await one(account, access, message) for message in batch]

    def parse_callback(self, account: AccountNow, callback: Callback, now: datetime) -> list[Told]:
        return told(read(account.settings.door, callback), follow_consents=account.settings.follow_consents)


async def _template(account: AccountNow, access: str, message: Outbound) -> Outcome:
    content = message.content
    sent: dict[str, Any] = {"touser": message.to, "template_id": content["template_id"]}
    sent |= {k: content[k] for k in ("url", "miniprogram") if content.get(k)}
    sent["client_msg_id"] = message.id
    sent["data"] = {name: {"value": value} for name, value in content.get("data", {}).items()}
    return _accepted(await api.post(account, access, "/cgi-bin/message/template/send", sent))


async def _service(account: AccountNow, access: str, message: Outbound) -> Outcome:
    sent = {"touser": message.to, **_part(message.content)}
    return _accepted(await api.post(account, access, "/cgi-bin/message/custom/send", sent))


async def _mass(account: AccountNow, access: str, batch: list[Outbound]) -> list[Outcome]:
    """Whoever gets the same goes out together; somebody alone by the preview, which takes one."""
    together: dict[bytes, list[int]] = defaultdict(list)
    for i, message in enumerate(batch):
        together[orjson.dumps(message.content, option=orjson.OPT_SORT_KEYS)].append(i)
    outcomes: list[Outcome] = [Outcome()] * len(batch)
    for places in together.values():
        found = await _mass_call(account, access, [batch[i] for i in places])
        for i in places:
            outcomes[i] = found
    return outcomes


async def _mass_call(account: AccountNow, access: str, some: list[Outbound]) -> Outcome:
    part = _part(some[0].content)
    if len(some) == 1:
        return _accepted(
            await api.post(account, access, "/cgi-bin/message/mass/preview", {"touser": some[0].to, **part})
        )
    ids = "|".join(sorted(message.id for message in some))
    sent = {
        "touser": [message.to for message in some], **part, "send_ignore_reprint": 0,
        "clientmsgid": sha256(ids.encode()).hexdigest()[:32],
    }  # fmt: skip
    return _accepted(await api.post(account, access, "/cgi-bin/message/mass/send", sent))


def _part(content: dict[str, Any]) -> dict[str, Any]:
    """{"msgtype": "text", "text": {…}}"""
    return {"msgtype": content["msgtype"], content["msgtype"]: content[content["msgtype"]]}


def _accepted(answer: dict[str, Any] | Outcome) -> Outcome:
    if isinstance(answer, Outcome):
        return answer
    return Outcome(provider_id=str(answer.get("msgid") or answer.get("msg_id") or ""))


providers.register(WeChat.key, WeChat())
