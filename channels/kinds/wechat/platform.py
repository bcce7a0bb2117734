"""What an app on WeChat's platform has and does, be it an official account or a mini-program: its settings, its token, its door."""

from abc import abstractmethod
from typing import ClassVar

from channels.contract import AccountNow, Answer, Callback, ErrorClass, Outbound, Outcome, Provider
from channels.fields import base_url, ui
from channels.kinds.wechat import api
from channels.tokens import with_token
from channels.wxcrypt import KEY_LENGTH, Door
from kernel.language import Text
from kernel.schema import Body


class AppSettings(Body):
    """Names as the platform has them; token and encoding_aes_key are those of its message push."""

    app_id: str = ui("AppID", "AppID", min_length=1, max_length=100)
    app_secret: str = ui("AppSecret", "AppSecret", secret=True, min_length=1, max_length=200)
    token: str = ui("令牌(Token)", "Token", "", secret=True, max_length=32,
                    help=("与平台“服务器配置”或“消息推送”里填写的一致", "The same as in the platform's server configuration or message push"))  # fmt: skip
    encoding_aes_key: str = ui("消息加解密密钥", "EncodingAESKey", "", secret=True, pattern=f"^([A-Za-z0-9+/]{{{KEY_LENGTH}}})?$",
                               help=("选“安全模式”时填写,43 个字符", "For the safe mode, 43 characters"))  # fmt: skip
    base_url: str = base_url(api.BASE_URL)

    @property
    def door(self) -> Door:
        return Door(self.token, self.encoding_aes_key, self.app_id)


class PlatformApp(Provider):
    """Subclasses say how one batch goes out with a token, and what a push tells them."""

    concurrency: ClassVar = 16
    deadline_seconds: ClassVar = 4 * api.SECONDS

    def classify(self, code: str) -> ErrorClass:
        return api.classify(code)

    def explain(self, code: str) -> Text | None:
        return api.EXPLAINED.get(code)

    async def probe(self, account: AccountNow) -> Outcome | None:
        return await api.probe(account)

    async def send(self, account: AccountNow, batch: list[Outbound]) -> list[Outcome]:
        return await with_token(account, api.fetching(account), batch, lambda t, some: self._send(account, t, some))

    @abstractmethod
    async def _send(self, account: AccountNow, access: str, batch: list[Outbound]) -> list[Outcome]:
        """One outcome for each, in order; TOKEN where the token was refused."""

    def answer_check(self, account: AccountNow, callback: Callback) -> Answer:
        return Answer(account.settings.door.checked(callback.query), "text/plain")

    def acknowledge(self, account: AccountNow, callback: Callback) -> Answer:
        return Answer(b"success", "text/plain")
