"""WeChat mini-program: subscription messages (订阅消息), one for each time that the customer agreed.

Format: developers.weixin.qq.com, subscribeMessage.send.
"""

from datetime import datetime
from typing import Any, ClassVar

from channels.contract import AccountNow, Answer, Callback, ErrorClass, Outbound, Outcome, Provider, Told
from channels.fields import base_url, ui
from channels.kinds.wechat import api
from channels.kinds.wechat.told import read, told
from channels.registry import providers
from channels.tokens import with_token
from channels.wxcrypt import KEY_LENGTH, Door
from kernel.language import Text
from kernel.schema import Body

_NOT_AGREED = "43101"


class MiniProgramSettings(Body):
    app_id: str = ui("AppID", "AppID", min_length=1, max_length=100)
    app_secret: str = ui("AppSecret", "AppSecret", secret=True, min_length=1, max_length=200)
    token: str = ui("令牌(Token)", "Token", "", secret=True, max_length=32,
                    help=("与小程序后台“消息推送”里填写的一致", "The same as under Message push in the platform"))  # fmt: skip
    encoding_aes_key: str = ui("消息加解密密钥", "EncodingAESKey", "", secret=True, pattern=f"^([A-Za-z0-9+/]{{{KEY_LENGTH}}})?$",
                               help=("选“安全模式”时填写,43 个字符", "For the safe mode, 43 characters"))  # fmt: skip
    base_url: str = base_url(api.BASE_URL)

    @property
    def door(self) -> Door:
        return Door(self.token, self.encoding_aes_key, self.app_id)


class MiniProgram(Provider):
    key: ClassVar = "miniprogram"
    labels: ClassVar = Text("微信小程序", "WeChat mini-program")
    channels: ClassVar = ("miniprogram",)
    settings: ClassVar = MiniProgramSettings
    docs: ClassVar = Text(
        "在小程序后台“开发管理”里复制 AppID 和 AppSecret,把本服务器的 IP 加入白名单;在“消息推送”里填写下面的回调地址、令牌和密钥,数据格式选 XML。"
        "客户在小程序里每同意一次,才能发一条订阅消息。",
        "Under “Development” in the mini-program's console copy AppID and AppSecret and put this server's IP on the white list; under “Message push” "
        "enter the callback address below, the token and the key, with XML as format. Each time that a customer agrees in the mini-program, one "
        "subscription message may be sent.",
    )
    concurrency: ClassVar = 16
    deadline_seconds: ClassVar = 4 * api.SECONDS

    def classify(self, code: str) -> ErrorClass:
        """That nobody agreed (any more) is about this one message: the next time they may."""
        return ErrorClass.RCPT if code == _NOT_AGREED else api.classify(code)

    def explain(self, code: str) -> Text | None:
        return api.EXPLAINED.get(code)

    async def probe(self, account: AccountNow) -> Outcome | None:
        return await api.probe(account)

    async def send(self, account: AccountNow, batch: list[Outbound]) -> list[Outcome]:
        return await with_token(account, api.fetching(account), batch, lambda t, some: self._send(account, t, some))

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

    def answer_check(self, account: AccountNow, callback: Callback) -> Answer:
        return Answer(account.settings.door.checked(callback.query), "text/plain")

    def parse_callback(self, account: AccountNow, callback: Callback, now: datetime) -> list[Told]:
        return told(read(account.settings.door, callback))

    def acknowledge(self, account: AccountNow, callback: Callback) -> Answer:
        return Answer(b"success", "text/plain")


providers.register(MiniProgram.key, MiniProgram())
