"""Each provider as the contract test meets it: its account at the stand-in, and how each case is brought about, or why it can't be."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from fakes.magic import Case
from fakes.vendors import fcm

# what may become of a message, in the order of the table in docs/providers.md: key → (中文, English)
CASES: Final = {
    "success": ("成功", "success"),
    "partial": ("部分失败", "partial failure"),
    "retry": ("临时故障", "temporary fault"),
    "rate": ("账号限速", "rate limit"),
    "limit": ("单人限频", "limit of one recipient"),
    "recipient": ("接收人不存在", "bad recipient"),
    "opt_out": ("接收人拒收", "recipient refuses"),
    "window": ("暂不可发", "not allowed now"),
    "quota": ("额度用完", "quota used up"),
    "content": ("内容不被接受", "content refused"),
    "config": ("账号被拒", "account refused"),
    "front": ("网关 503", "503 in front"),
    "hang": ("收下后超时", "time-out after accept"),
    "drop": ("收下后断开", "cut after accept"),
    "token": ("令牌中途过期", "token expires in a batch"),
    "duplicate": ("重复回执", "duplicate receipt"),
    "forged": ("伪造回执", "forged receipt"),
    "reply": ("回复退订", "reply “stop”"),
}
_COMMON: Final[dict[str, Case]] = {
    "partial": Case.RCPT, "retry": Case.RETRY, "rate": Case.RATE, "limit": Case.LIMIT, "recipient": Case.RCPT, "opt_out": Case.OPTOUT, "window": Case.WINDOW,
    "quota": Case.QUOTA, "content": Case.CONTENT, "config": Case.CONFIG, "front": Case.FRONT, "hang": Case.HANG, "drop": Case.DROP, "token": Case.TOKEN,
}  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """`settings` of an account that points at the stand-in's address; `impossible`: case → why it can't be (中文, English).

    address: magic or ordinary phone number → the identity of a customer who is reached so.
    """

    provider: str
    channel: str
    key: str  # the account as the stand-in's console knows it
    secret: str
    secret_name: str  # the setting that holds it
    settings: Callable[[str], dict[str, Any]]
    content: dict[str, Any]
    impossible: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    more: Mapping[str, str] = field(default_factory=dict)
    magic: Mapping[str, Case] = field(default_factory=lambda: _COMMON)
    address: Callable[[str], str] = str
    identity: str = "phone"
    bad_secret: Callable[[str], str] = lambda url: "not-the-secret"  # of an account that is otherwise the same
    tells: bool = True  # are there receipts?
    repeats: bool = False  # a call whose answer was lost is made again, and is answered as the first time
    purpose: str = "marketing"
    vendor: str = ""  # the stand-in, where it is not called as the provider

    @property
    def desk(self) -> str:
        return self.vendor or self.provider

    @property
    def cases(self) -> list[str]:
        return [case for case in CASES if case not in self.impossible]


_MAILED: Final = {
    "subject": "您好 {{ customer.attributes.name }}",
    "text": "新茶到了 {{ unsubscribe_url }}",
    "html": "<p>新茶到了</p><a href='{{ unsubscribe_url }}'>退订</a>",
}
_NO_TOKEN = ("每次请求各自签名,没有令牌", "each request is signed, there is no token")
_ALIYUN = {
    "opt_out": ("阿里云在回执里才报告拒收", "Aliyun tells of a refusal in the receipt only"),
    "window": ("阿里云没有时段错误码", "Aliyun has no code for hours"),
    "token": _NO_TOKEN,
}
_TWILIO = {
    "partial": ("一次请求只有一个接收人", "one recipient a call"),
    "limit": ("Twilio 的限速都是整个账号的", "Twilio's limits are the account's"),
    "window": ("Twilio 没有时段错误码", "Twilio has no code for hours"),
    "quota": ("后付费或余额不足时以 20003 拒绝账号", "billed later; without balance the account is refused"),
    "token": _NO_TOKEN,
}

_WECHAT = {
    "partial": ("模板消息一次一人", "a template message has one recipient"),
    "limit": ("模板消息的限额都是整个账号的", "the limits of template messages are the account's"),
    "reply": (
        "模板消息是服务通知,退订管的是营销",
        "template messages are service notices; a refusal is about marketing",
    ),
    "window": ("模板消息没有时间窗口(客服消息有)", "template messages have no window (customer-service messages do)"),
}

_MINIPROGRAM = {
    "partial": ("订阅消息一次一人", "a subscription message has one recipient"),
    "limit": ("订阅消息没有单人限额,授权一次发一条", "no limit of one recipient: an authorisation is one message"),
    "opt_out": (
        "没有授权与拒收的错误码相同,算这一条失败",
        "no authorisation left and a refusal are one code: this message fails",
    ),
    "window": ("订阅消息没有时间窗口", "subscription messages have no window"),
    "reply": ("订阅消息不能回复", "subscription messages can't be replied to"),
}

_JPUSH = {
    "limit": ("极光的限额都是整个应用的", "JPush's limits are the app's"),
    "opt_out": (
        "App 通知的开关在手机上,极光不报告",
        "notifications are switched off on the phone, of which JPush tells nothing",
    ),
    "window": ("推送没有时间窗口", "push has no window"),
    "quota": ("推送按分钟限速,没有日额度错误码", "push is limited by the minute, there is no code for a day"),
    "token": _NO_TOKEN,
    "reply": ("通知不能回复", "a notification can't be replied to"),
}
_NO_RECEIPTS = ("FCM 没有逐条回执", "FCM has no receipt of a message")
_FCM = {
    "partial": ("一次请求只有一台设备", "one device a call"),
    "opt_out": ("App 通知的开关在手机上,FCM 不报告", "notifications are switched off on the phone, of which FCM tells nothing"),
    "window": _JPUSH["window"], "quota": ("FCM 的配额都按分钟恢复", "FCM's quotas are by the minute"), "reply": _JPUSH["reply"],
    "duplicate": _NO_RECEIPTS, "forged": _NO_RECEIPTS,
}  # fmt: skip
_VMS = {
    "partial": ("一次请求只有一个号码", "one number a call"),
    "opt_out": ("没有拒接名单的错误码;按键退订见 test_aliyun_vms", "there is no code for it; by key: test_aliyun_vms"),
    "window": ("阿里云没有时段错误码", "Aliyun has no code for hours"),
    "token": _NO_TOKEN,
    "reply": ("通话里按键退订,见 test_aliyun_vms", "by a key during the call, see test_aliyun_vms"),
}

_SMTP = {
    "partial": ("一封邮件一个收件人", "one recipient a mail"),
    "rate": ("SMTP 的限速与临时故障是同一类应答(4xx)", "a limit and a temporary fault are one kind of reply (4xx)"),
    "limit": ("SMTP 的限速与临时故障是同一类应答(4xx)", "a limit and a temporary fault are one kind of reply (4xx)"),
    "opt_out": ("SMTP 没有拒收的应答;投诉以邮件回来", "SMTP has no reply for it; complaints come back as mail"),
    "window": ("SMTP 没有时段应答", "SMTP has no reply for hours"),
    "token": ("登录一次,没有令牌", "one log-in, there is no token"),
    "reply": ("邮件的退订走链接和一键退订", "mails are stopped by their link or by one click"),
}


def _smtp(url: str) -> dict[str, Any]:
    port = urlsplit(url).port or 25
    return {
        "host": "127.0.0.1",
        "port": port,
        "tls": "none",
        "username": "mailer",
        "password": "mail-secret",
        "from": "山间茶铺 <hi@shop.example>",
    }


ENTRIES: Final = [
    Entry(
        "aliyun", "sms", "testId", "testSecret", "access_key_secret",
        lambda url: {"access_key_id": "testId", "access_key_secret": "testSecret", "sign_name": "山间茶铺", "base_url": url},
        {"text": "您好 {{ customer.attributes.name }}", "template_code": "SMS_1", "params": {"name": "{{ customer.attributes.name }}"}},
        _ALIYUN,
    ),
    Entry(
        "tencent", "sms", "AKIDEXAMPLE", "secret", "secret_key",
        lambda url: {"secret_id": "AKIDEXAMPLE", "secret_key": "secret", "sdk_app_id": "1400006666", "sign_name": "山间茶铺", "base_url": url},
        {"text": "您好", "template_code": "1110", "params": {"1": "您"}},
        {"token": _NO_TOKEN}, {"sdk_app_id": "1400006666"},
    ),
    Entry(
        "twilio", "sms", "AC" + "a" * 32, "token", "auth_token",
        lambda url: {"account_sid": "AC" + "a" * 32, "auth_token": "token", "from": "+14155550000", "base_url": url},
        {"text": "您好 {{ customer.attributes.name }}"}, _TWILIO,
    ),
    Entry(
        "wechat", "wechat_template", "wx0123456789abcdef", "wechat-secret", "app_secret",
        lambda url: {"app_id": "wx0123456789abcdef", "app_secret": "wechat-secret", "token": "wechat-token", "base_url": url},
        {"template_id": "T1", "data": {"name": "{{ customer.attributes.name }}"}},
        _WECHAT, {"token": "wechat-token"}, address=lambda number: f"o-{number}", identity="openid", purpose="service",
    ),
    Entry(
        "miniprogram", "miniprogram", "wx0123456789abcdef", "wechat-secret", "app_secret",
        lambda url: {"app_id": "wx0123456789abcdef", "app_secret": "wechat-secret", "token": "wechat-token", "base_url": url},
        {"template_id": "T1", "data": {"thing1": "{{ customer.attributes.name }}"}},
        _MINIPROGRAM, {"token": "wechat-token"}, address=lambda number: f"o-{number}", identity="openid", purpose="service",
        vendor="wechat",
    ),
    Entry(
        "jpush", "push", "7d431e42dfa6a6d693ac2d04", "5e987ac6d2e04d95a9d8f0d1", "master_secret",
        lambda url: {"app_key": "7d431e42dfa6a6d693ac2d04", "master_secret": "5e987ac6d2e04d95a9d8f0d1", "base_url": url},
        {"title": "新茶到店", "body": "{{ customer.attributes.name }},来喝一杯", "extras": {"page": "tea"}},
        _JPUSH, magic={**_COMMON, "partial": Case.CONTENT}, address=lambda number: f"d-{number}", identity="device", repeats=True,
    ),
    Entry(
        "fcm", "push", fcm.PROJECT, "", "service_account",
        lambda url: {"service_account": fcm.service_account(url), "base_url": url},
        {"title": "新茶到店", "body": "{{ customer.attributes.name }},来喝一杯", "extras": {"page": "tea"}},
        _FCM, address=lambda number: f"d-{number}", identity="device", tells=False,
        bad_secret=lambda url: fcm.service_account(url, "another"),
    ),
    Entry(
        "aliyun_vms", "call", "testVoiceId", "testSecret", "access_key_secret",
        lambda url: {"access_key_id": "testVoiceId", "access_key_secret": "testSecret", "called_show_number": "057100000000", "base_url": url},
        {"tts_code": "TTS_1", "params": {"name": "{{ customer.attributes.name }}"}}, _VMS,
    ),
    Entry("smtp", "email", "mailer", "mail-secret", "password", _smtp, _MAILED, _SMTP, address=lambda n: f"u-{n}@mail.example", identity="email"),
]  # fmt: skip
# these have no stand-in: what they do is tested by tests/sink.py, or they send nothing
WITHOUT: Final = {"webhook", "console", "reward_connector"}
