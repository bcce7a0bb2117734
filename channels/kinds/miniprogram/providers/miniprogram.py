"""WeChat mini-program: subscription messages (订阅消息), one for each time that the customer agreed.

Format: developers.weixin.qq.com, subscribeMessage.send.
"""

from datetime import datetime
from typing import Any, ClassVar

from channels.contract import AccountNow, Callback, ErrorClass, Outbound, Outcome, Told
from channels.kinds.wechat import api
from channels.kinds.wechat.platform import AppSettings, PlatformApp
from channels.kinds.wechat.told import read, told
from channels.registry import providers
from kernel.language import Text

_NOT_AGREED = "43101"


class MiniProgram(PlatformApp):
    key: ClassVar = "miniprogram"
    labels: ClassVar = Text("微信小程序", "WeChat mini-program")
    channels: ClassVar = ("miniprogram",)
    settings: ClassVar = AppSettings
    docs: ClassVar = Text(
        "在小程序后台“开发管理”里复制 AppID 和 AppSecret,把本服务器的 IP 加入白名单;在“消息推送”里填写下面的回调地址、令牌和密钥,数据格式选 XML。"
        "客户在小程序里每同意一次,才能发一条订阅消息。",
        "Under “Development” in the mini-program's console copy AppID and AppSecret and put this server's IP on the white list; under “Message push” "
        "enter the callback address below, the token and the key, with XML as format. Each time that a customer agrees in the mini-program, one "
        "subscription message may be sent.",
    )

    def classify(self, code: str) -> ErrorClass:
        """That nobody agreed (any more) is about this one message: the next time they may."""
        return ErrorClass.RCPT if code == _NOT_AGREED else super().classify(code)

    async def _send(self, account: AccountNow, access: str, batch: list[Outbound]) -> list[Outcome]:
        return [await self._one(account, access, message) for message in batch]

    async def _one(self, account: AccountNow, access: str, message: Outbound) -> Outcome:
        content = message.content
        sent: dict[str, Any] = {"touser": message.to, "template_id": content["template_id"]}
        sent |= {k: content[k] for k in ("page", "miniprogram_state") if content.get(k)}
        sent["data"] = {name: {"value": value} for name, value in content.get("data", {}).items()}
        answer = await api.post(account, access, "/cgi-bin/message/subscribe/send", sent)
        if isinstance(answer, Outcome):
            return Outcome(ErrorClass.RCPT, answer.code) if answer.code == _NOT_AGREED else answer
        return Outcome(provider_id=str(answer.get("msgid") or ""))

    def parse_callback(self, account: AccountNow, callback: Callback, now: datetime) -> list[Told]:
        return told(read(account.settings.door, callback))


providers.register(MiniProgram.key, MiniProgram())
