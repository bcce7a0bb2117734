"""What a column of a file may become, and guesses from its header (in both languages) and its values.

Targets of customers: external_id · identities.<kind> · attributes.<key> · tags · consents.<channel> · timezone · blocked.
Of events: event_id · name · occurred_at · customer.external_id · customer.<identity kind> · properties.<key>.
Of a list: customer.external_id · customer.<identity kind>. None: the column is left out.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any, Literal

from customers.attributes import TYPES, Definitions
from customers.identities import is_kind
from customers.imports import cells

Kind = Literal["customers", "events", "audience"]
KINDS: tuple[Kind, ...] = ("customers", "events", "audience")
_NOISE = re.compile(r"[\s_\-./()（）:：*]+")
_SAID = re.compile("同意|许可|授权|订阅|接收|consent|optin|subscri|permission|agree")
_CHANNELS = (
    ("短信", "sms"), ("sms", "sms"), ("邮", "email"), ("mail", "email"), ("企微", "wecom"), ("企业微信", "wecom"), ("wecom", "wecom"),
    ("小程序", "miniprogram"), ("miniprogram", "miniprogram"), ("微信", "wechat"), ("wechat", "wechat"), ("推送", "push"),
    ("push", "push"), ("电话", "call"), ("外呼", "call"), ("call", "call"),
)  # fmt: skip
_WHO = {
    "external_id": "会员号 会员编号 会员id 会员卡号 客户编号 客户id 客户号 用户编号 用户id 外部id externalid customerid customerno userid uid "
    "memberid memberno membernumber id 编号 cardno",
    "phone": "手机 手机号 手机号码 电话 电话号码 联系电话 联系方式 移动电话 mobile mobileno mobilenumber mobilephone phone phoneno "
    "phonenumber tel telephone cell cellphone",
    "email": "邮箱 邮件 电子邮件 电子邮箱 邮箱地址 email emailaddress mail e-mail",
    "openid": "openid 微信openid wechatopenid", "unionid": "unionid 微信unionid wechatunionid",
    "external_userid": "externaluserid 企微客户id 企业微信客户id", "device": "设备号 设备id device deviceid",
}  # fmt: skip
_PLAIN = {
    "tags": "标签 客户标签 tag tags label labels", "timezone": "时区 timezone",
    "blocked": "黑名单 拉黑 已拉黑 blocked blacklist blacklisted",
}  # fmt: skip
_KEYS = {
    "name": "姓名 名字 名称 客户姓名 会员姓名 name fullname customername", "gender": "性别 gender sex", "birthday": "生日 出生日期 birthday birthdate dateofbirth dob",
    "city": "城市 所在城市 city", "province": "省份 省 province state", "level": "等级 会员等级 级别 level tier", "nickname": "昵称 nickname",
}  # fmt: skip
_EVENT = {
    "event_id": "事件编号 事件id 流水号 eventid", "name": "事件 事件名 事件名称 event eventname",
    "occurred_at": "时间 发生时间 下单时间 支付时间 付款时间 成交时间 订单时间 日期 下单日期 订单日期 time timestamp date datetime occurredat "
    "orderdate ordertime paidat createdat invoicedate",
}  # fmt: skip
_PROPERTIES = {
    "order_id": "订单号 订单编号 订单id orderid orderno ordernumber invoice invoiceno", "amount": "金额 订单金额 实付 实付金额 支付金额 总价 amount total totalamount price paid",
    "sku": "商品编码 货号 sku stockcode productid", "category": "品类 类目 商品类目 category", "quantity": "数量 件数 quantity qty",
}  # fmt: skip


@dataclass(frozen=True)
class Target:
    """`to` as above; `type` of an attribute or property."""

    to: str
    type: str = "string"

    @property
    def family(self) -> str:
        return self.to.partition(".")[0]

    @property
    def key(self) -> str:
        return self.to.partition(".")[2]


def is_target(kind: Kind, target: Target) -> bool:
    """Is there such a thing?"""
    family, key = target.family, target.key
    if target.type not in TYPES:
        return False
    if family == "customer":
        return kind != "customers" and is_kind(key)
    if kind == "customers":
        plain = target.to in ("external_id", "tags", "timezone", "blocked")
        return (
            plain
            or (family in ("identities", "consents") and is_kind(key))
            or (family == "attributes" and 0 < len(key) <= 100)
        )
    return kind == "events" and (target.to in _EVENT or (family == "properties" and 0 < len(key) <= 100))


def spelled(kind: Kind, text: str) -> str:
    """Short forms that people write: phone, name → identities.phone, attributes.name."""
    if "." in text or text in ("external_id", "tags", "timezone", "blocked", "event_id", "occurred_at"):
        return f"customer.{text}" if kind != "customers" and text == "external_id" else text
    if kind == "events" and text == "name":
        return text
    if text in _WHO:
        return f"{'identities' if kind == 'customers' else 'customer'}.{text}"
    return f"{'attributes' if kind == 'customers' else 'properties'}.{text}"


def _folded(header: str) -> str:
    return _NOISE.sub("", unicodedata.normalize("NFKC", header).lower())


def _index(words: dict[str, str]) -> dict[str, str]:
    return {_folded(word): target for target, line in words.items() for word in line.split()}


_WHO_BY, _PLAIN_BY, _KEY_BY, _EVENT_BY, _PROPERTY_BY = map(_index, (_WHO, _PLAIN, _KEYS, _EVENT, _PROPERTIES))


def guess(
    kind: Kind,
    header: Sequence[str],
    columns: Sequence[list[Any]],
    known: Definitions,
    labels: dict[str, str],
    zone: tzinfo,
) -> list[Target | None]:
    """A target for each column. columns: some values of each; labels: label → key of declared attributes."""
    found: list[Target | None] = []
    for name, values in zip(header, columns, strict=True):
        target = _guess(kind, name, values, known, labels, zone)
        if target is not None and any(other is not None and other.to == target.to for other in found):
            target = _own(kind, name, values, known, zone)
        found.append(target)
    return found


def _guess(
    kind: Kind, name: str, values: list[Any], known: Definitions, labels: dict[str, str], zone: tzinfo
) -> Target | None:
    word = _folded(name)
    who = _WHO_BY.get(word)
    if kind != "customers":
        if who:
            return Target(f"customer.{who}")
        if kind == "audience":
            return None
        if word in _EVENT_BY:
            return Target(_EVENT_BY[word])
        return _own(kind, _PROPERTY_BY.get(word, name), values, known, zone)
    if who:
        return Target(who if who == "external_id" else f"identities.{who}")
    if word in _PLAIN_BY:
        return Target(_PLAIN_BY[word])
    if _SAID.search(word):
        channel = next((channel for sign, channel in _CHANNELS if sign in word), None)
        if channel:
            return Target(f"consents.{channel}")
    key = name if name in known else labels.get(name) or _KEY_BY.get(word) or name
    return _own(kind, key, values, known, zone)


def _own(kind: Kind, key: str, values: list[Any], known: Definitions, zone: tzinfo) -> Target | None:
    if not any(value not in ("", None) for value in values) and key.startswith("#"):
        return None  # a column without name and content
    if kind == "audience":
        return None
    if kind == "events":
        return Target(f"properties.{key}", "string" if key == "order_id" else cells.type_of(values, zone))
    return Target(f"attributes.{key}", known[key].type if key in known else cells.type_of(values, zone))
