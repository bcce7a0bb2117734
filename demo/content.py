"""What the shop's marketers have made: audiences, templates, reward packages, and canvases from the gallery. Data only."""

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from demo.shop import ZONE

SIGN = "山间茶铺"

# key: type, Chinese label, English label, options of an enum
ATTRIBUTES: dict[str, tuple[str, str, str, list[str] | None]] = {
    "name": ("string", "姓名", "Name", None),
    "gender": ("enum", "性别", "Gender", ["女", "男"]),
    "city": ("string", "城市", "City", None),
    "birthday": ("date", "生日", "Birthday", None),
    "level": ("enum", "会员等级", "Level", ["普通会员", "银卡", "金卡", "黑金卡"]),
    "registered_on": ("date", "注册日期", "Registered on", None),
    "expires_on": ("date", "会员到期日", "Membership expires on", None),
}
TAGS = {
    "basic": ("新客",),
    "behaviour": ("爱茶", "坚果控", "甜口", "茶具党", "送礼", "复购达人"),
    "value": ("高客单",),
}


def _did(event: str, days: int | None, op: str = "gte", value: int = 1) -> dict[str, Any]:
    rule = {"condition": "event", "event": event, "measure": "count", "op": op, "value": value}
    return {**rule, "window": {"last": {"days": days}}} if days else rule


def _spent(days: int, yuan: int) -> dict[str, Any]:
    return {
        "condition": "event", "event": "order.paid", "measure": "sum", "property": "amount", "op": "gte",
        "value": yuan, "window": {"last": {"days": days}},
    }  # fmt: skip


AUDIENCES: dict[str, dict[str, Any]] = {
    "高价值客户": {"any": [_spent(180, 1000), _did("order.paid", 180, value=5)]},
    "90 天未购买": {"all": [_did("order.paid", None), _did("order.paid", 90, "eq", 0)]},
    "7 天内生日": {"any": [{"condition": "anniversary", "key": "birthday", "offset_days": n} for n in range(8)]},
    "近 30 天加购未买": {"all": [_did("cart.added", 30), _did("order.paid", 30, "eq", 0)]},
    "新会员": _did("member.registered", 30),
}

ACCOUNTS = {"sms": "短信（演示）", "wechat_template": "公众号（演示）", "email": "邮件（演示）"}


class Made(NamedTuple):
    """A template: its name, channel and content; of purpose marketing where the channel allows it."""

    name: str
    channel: str
    content: dict[str, Any]


_HELLO = '{{ customer.attributes.name | default: "茶友" }}'


def _sms(text: str) -> dict[str, Any]:
    return {"text": text, "sign": SIGN}


def _wechat(code: str, **data: str) -> dict[str, Any]:
    return {"template_id": code, "data": data, "url": "https://shop.example.com/member"}


TEMPLATES: dict[str, Made] = {
    "welcome": Made("新人欢迎短信", "sms", _sms(f"{_HELLO}，欢迎来山间喝茶！新人礼已到账，券码 {{{{ reward.code }}}}，30 天内满 99 元可用。")),
    "welcome_reminder": Made("新人券到期提醒", "wechat_template", _wechat("TM_COUPON", first=f"{_HELLO}，您的新人券还没用哦", keyword1="新人礼券", remark="点击挑一款春茶试试")),
    "cart": Made("加购提醒（公众号）", "wechat_template", _wechat("TM_CART", first=f"{_HELLO}，您选的好茶还在购物车里", keyword1='{{ event.properties.name | default: "心选好物" }}', remark="库存不多，喜欢就带走吧")),
    "win_back": Made("召回短信（带券）", "sms", _sms(f"{_HELLO}，好久不见，送您一张 30 元券 {{{{ reward.code }}}}，回来坐坐吧。")),
    "care": Made("关怀邮件", "email", {"subject": f"{_HELLO}，山里的茶又新了", "html": f"<p>{_HELLO}，您好：</p><p>今年的新茶已经上山，给您留了一杯。</p><p><a href=\"{{{{ unsubscribe_url }}}}\">退订</a></p>"}),
    "birthday": Made("生日祝福短信", "sms", _sms(f"{_HELLO}，生日快乐！生日礼已放进您的账户，祝您日日好茶。")),
    "member_day_coupon": Made("会员日短信（带券）", "sms", _sms(f"{_HELLO}，会员日到啦！送您满 200 减 30 券 {{{{ reward.code }}}}，今天就能用。")),
    "member_day": Made("会员日短信", "sms", _sms(f"{_HELLO}，会员日到啦！明前龙井、鲜花饼都有会员价，来看看吧。")),
}  # fmt: skip


def _coupon(name: str, threshold: str, discount: str, prefix: str) -> dict[str, Any]:
    return {"kind": "coupon", "name": name, "threshold": threshold, "discount": discount, "code": {"prefix": prefix, "length": 10}}  # fmt: skip


def _points(points: int) -> dict[str, Any]:
    return {"kind": "points", "points": points}


PACKAGES: dict[str, dict[str, Any]] = {
    "member_day": {"name": "会员日满 200 减 30", "items": [_coupon("满 200 减 30", "200.00", "30.00", "HYR")], "stock": 20_000, "validity": {"days": 14}},
    "welcome": {"name": "新人礼包（满 99 减 20 + 100 积分）", "items": [_coupon("新人满 99 减 20", "99.00", "20.00", "XR"), _points(100)], "per_customer": 1, "validity": {"days": 30}},
    "win_back": {"name": "召回券（满 150 减 30）", "items": [_coupon("满 150 减 30", "150.00", "30.00", "ZH")], "stock": 5_000, "validity": {"days": 21}},
    "pool": {"name": "金卡生日礼（视频会员月卡）", "items": [{"kind": "code", "name": "视频会员月卡兑换码"}], "per_customer": 1, "validity": {"days": 60}},
    "points": {"name": "生日 500 积分", "items": [_points(500)], "validity": {}},
}  # fmt: skip

POOL_CODES = [f"VIDEO-{n * 7_368_787 % 100_000_007:08d}" for n in range(1, 2001)]


class Drawing(NamedTuple):
    """A canvas from the gallery: which, its name, what stands for each placeholder ("audience:…", "package:…"), changes."""

    template: str
    name: str
    choices: dict[str, str]
    live: bool = False
    change: dict[str, Any] = {}


CANVASES = (
    Drawing("birthday", "生日关怀", {"@package:birthday_gold": "package:pool", "@package:birthday": "package:points", "@template:birthday": "template:birthday"}),
    Drawing("win_back", "沉睡客户召回", {"@audience:dormant": "audience:90 天未购买", "@package:win_back": "package:win_back", "@template:win_back": "template:win_back", "@template:care": "template:care"}),
    Drawing("welcome", "新会员欢迎", {"@package:welcome": "package:welcome", "@template:welcome": "template:welcome", "@template:welcome_reminder": "template:welcome_reminder"}),
    Drawing("cart_reminder", "加购未买提醒", {"@template:cart": "template:cart"}, live=True, change={"quiet_hours": None}),
    Drawing("ab_campaign", "周四会员日 A/B 测试", {"@audience:target": "audience:高价值客户", "@package:coupon": "package:member_day", "@template:with_coupon": "template:member_day_coupon", "@template:plain": "template:member_day"}, live=True, change={"quiet_hours": None}),
)  # fmt: skip
FIRST_RUN = "周四会员日 A/B 测试"  # the canvas that is carried out once, so that the first screen has results


def active_from(day: date) -> dict[str, str]:
    """Eight weeks from `day`, in the shop's zone."""
    begin = datetime(day.year, day.month, day.day, tzinfo=ZONE)
    return {"from": begin.isoformat(), "to": (begin + timedelta(weeks=8, seconds=-1)).isoformat()}
