"""What WeChat's interfaces share (official account and mini-program): the stable token, one call, and what errcodes mean.

developers.weixin.qq.com: getStableAccessToken (a token that is asked for again stays good; refreshed five minutes before its
end); errcodes judged by number alone, `errmsg` carries a `rid` for WeChat's support.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import orjson

from channels.calling import Reply, call
from channels.contract import AccountNow, ErrorClass, Outcome
from channels.tokens import Token, token
from kernel.language import Text

BASE_URL: Final = "https://api.weixin.qq.com"
SECONDS: Final = 4.0  # of one call; a whole send is two tokens and two sends at worst
JSON: Final = {"Content-Type": "application/json"}

_MINUTE, _DAY = 60.0, 6 * 3600.0
CLASSES: Final[Mapping[int, ErrorClass]] = {
    -1: ErrorClass.RETRY, 40001: ErrorClass.TOKEN, 40014: ErrorClass.TOKEN, 42001: ErrorClass.TOKEN,
    40003: ErrorClass.RCPT, 50005: ErrorClass.RCPT,
    43004: ErrorClass.OPTOUT, 43019: ErrorClass.OPTOUT, 43101: ErrorClass.OPTOUT, 48002: ErrorClass.OPTOUT,
    40037: ErrorClass.CONTENT, 41030: ErrorClass.CONTENT, 47001: ErrorClass.CONTENT, 47003: ErrorClass.CONTENT,
    45009: ErrorClass.QUOTA, 45011: ErrorClass.RATE, 45066: ErrorClass.RATE, 45015: ErrorClass.WINDOW, 45047: ErrorClass.WINDOW,
    45065: ErrorClass.DUP,
    40013: ErrorClass.CONFIG, 40125: ErrorClass.CONFIG, 40164: ErrorClass.CONFIG, 48001: ErrorClass.CONFIG, 48004: ErrorClass.CONFIG,
    48008: ErrorClass.CONFIG, 50002: ErrorClass.CONFIG, 61004: ErrorClass.CONFIG,
}  # fmt: skip
_FRONT = {"http_429": ErrorClass.RATE, "http_503": ErrorClass.RETRY}  # said before anything was taken
_WAITS = {45009: _DAY, 45011: _MINUTE, 45066: _MINUTE}
EXPLAINED: Final[Mapping[str, Text]] = {
    "40164": Text("服务器 IP 不在白名单:请在公众平台“基本配置”里加入", "This server's IP is not on the white list: add it under Basic configuration"),
    "61004": Text("服务器 IP 不在白名单", "This server's IP is not on the white list"),
    "40125": Text("AppSecret 不正确,可能已被重置", "The AppSecret is wrong; it may have been reset"),
    "40013": Text("AppID 不正确", "The AppID is wrong"),
    "48001": Text("账号没有这个接口的权限", "The account may not use this interface"),
    "45009": Text("今日调用次数已用完", "Today's number of calls is used up"),
    "45015": Text("客户超过 48 小时没有互动,不能发客服消息", "The customer was silent for more than 48 hours: no customer-service message"),
    "45047": Text("这次互动后的客服消息条数已用完", "No customer-service messages are left for this interaction"),
    "43101": Text("客户没有授权这条订阅消息", "The customer has not agreed to this subscription message"),
}  # fmt: skip


def classify(code: str) -> ErrorClass:
    """By errcode; of an HTTP status ("http_503"), what may be tried again."""
    if code.startswith("http_"):
        return _FRONT.get(code, ErrorClass.AMBIGUOUS if code >= "http_500" else ErrorClass.CONFIG)
    return CLASSES.get(int(code), ErrorClass.CONTENT) if code.lstrip("-").isdigit() else ErrorClass.CONTENT


async def fetch_token(account: AccountNow) -> Token | Outcome:
    """POST /cgi-bin/stable_token in its normal mode: whoever asks again gets the same one."""
    settings = account.settings
    sent = {
        "grant_type": "client_credential", "appid": settings.app_id, "secret": settings.app_secret, "force_refresh": False,
    }  # fmt: skip
    url = f"{settings.base_url}/cgi-bin/stable_token"
    reply = await call("POST", url, headers=JSON, body=orjson.dumps(sent), seconds=SECONDS)
    if isinstance(reply, Outcome):  # nothing was sent to anybody yet
        return reply if reply.error is ErrorClass.CONFIG else Outcome(ErrorClass.RETRY, reply.code)
    found = reply.json() or {}
    if isinstance(found.get("access_token"), str):
        return Token(found["access_token"], float(found.get("expires_in", 7200)))
    refused = outcome_of(reply)
    return Outcome(ErrorClass.RETRY, refused.code) if refused.error in (None, ErrorClass.AMBIGUOUS) else refused


async def post(account: AccountNow, access: str, path: str, sent: Mapping[str, Any]) -> dict[str, Any] | Outcome:
    """The answer of a call that WeChat accepted, or the outcome of one that it did not."""
    url = f"{account.settings.base_url}{path}?access_token={access}"
    reply = await call("POST", url, headers=JSON, body=orjson.dumps(sent), seconds=SECONDS)
    if isinstance(reply, Outcome):
        return reply
    refused = outcome_of(reply)
    return refused if refused.error else reply.json() or {}


def outcome_of(reply: Reply) -> Outcome:
    found = reply.json()
    if found is None or not isinstance(found.get("errcode", 0), int):
        return Outcome(
            ErrorClass.AMBIGUOUS if reply.status < 400 else classify(f"http_{reply.status}"), f"http_{reply.status}"
        )
    code = int(found.get("errcode", 0))
    if code == 0:
        return Outcome(provider_id=str(found.get("msgid") or found.get("msg_id") or ""))
    return Outcome(classify(str(code)), str(code), retry_after=reply.retry_after or _WAITS.get(code))


def fetching(account: AccountNow) -> Callable[[], Awaitable[Token | Outcome]]:
    return lambda: fetch_token(account)


async def probe(account: AccountNow) -> Outcome:
    """Does WeChat give us a token?"""
    held = await token(account, fetching(account))
    return held if isinstance(held, Outcome) else Outcome()
