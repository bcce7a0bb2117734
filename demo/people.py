"""The shop's customers: who they are, where they can be reached, what they said yes to. Pure; all chance comes from `rng`."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
_FEMALE = "婷雅静怡欣悦雪琳佳慧颖敏芳玲娜莉萍洁梅倩丹蕾薇璐瑶岚菲妍茜秋冰梦思诗"
_MALE = "伟强磊军洋勇杰涛明超刚平辉鹏华飞斌波宇浩凯健俊帆博文昊然峰旭航睿晨阳子"
_BOTH = "小晓子雨宇思佳一嘉安文明春清云心若之书"
_CITIES = {
    "上海": 16, "杭州": 14, "北京": 10, "深圳": 9, "广州": 9, "成都": 8, "南京": 7, "苏州": 7,
    "武汉": 6, "宁波": 5, "厦门": 5, "长沙": 4, "西安": 4, "福州": 4, "青岛": 3, "昆明": 3,
}  # fmt: skip
_PHONES_FROM = 19_900_000_000  # 199 0000 0000 and on: numbers that nobody has


def _name(surname: int, first: int, second: int, female: bool, single: bool) -> str:
    ends = _FEMALE if female else _MALE
    given = ends[second % len(ends)] if single else _BOTH[first % len(_BOTH)] + ends[second % len(ends)]
    return _SURNAMES[surname % len(_SURNAMES)] + given


def names(rng: np.random.Generator, female: npt.NDArray[np.bool_]) -> list[str]:
    """A name for each; common surnames are commoner."""
    count = len(female)
    surname = np.minimum(rng.exponential(18, count), len(_SURNAMES) - 1).astype(np.int64)
    first, second = rng.integers(0, 1000, (2, count))
    single = rng.random(count) < 0.3
    return [_name(*row) for row in zip(surname, first, second, female, single, strict=True)]


def cities(rng: np.random.Generator, count: int) -> list[str]:
    weights = np.array(list(_CITIES.values()), dtype=np.float64)
    known = list(_CITIES)
    return [known[i] for i in rng.choice(len(known), count, p=weights / weights.sum())]


def birthdays(rng: np.random.Generator, count: int) -> list[date]:
    """Between 18 and 70 years of age, around 34."""
    days = np.clip(rng.normal(34, 9, count), 18, 70) * 365.25
    start = date(2026, 1, 1)
    return [start - timedelta(days=int(d)) for d in days]


def identities(rng: np.random.Generator, count: int) -> list[dict[str, str]]:
    """Most have a phone, two thirds follow the official account, a third left an email, a quarter added the staff on WeCom."""
    has = rng.random((4, count)) < np.array([[0.93], [0.62], [0.35], [0.26]])
    marks = rng.integers(36**8, 36**9, count)
    return [_identity(i, int(marks[i]), *has[:, i]) for i in range(count)]


def _identity(i: int, mark: int, phone: bool, wechat: bool, email: bool, wecom: bool) -> dict[str, str]:
    found = {}
    if phone or not wechat:  # everybody can be reached somehow
        found["phone"] = str(_PHONES_FROM + i)
    if wechat:
        found["openid"] = f"oDemo{np.base_repr(mark, 36)}{i:05d}"
    if email:
        found["email"] = f"tea{i + 1:05d}@example.com"
    if wecom:
        found["external_userid"] = f"wmDemo{np.base_repr(mark, 36)}{i:05d}"
    return found


def consents(rng: np.random.Generator, known: list[dict[str, str]]) -> list[dict[str, bool]]:
    """A word on each channel that can reach them: usually yes, sometimes no, sometimes none yet."""
    says = rng.random((len(known), 4))
    return [_consent(ids, row) for ids, row in zip(known, says, strict=True)]


def _consent(ids: dict[str, str], row: Floats) -> dict[str, bool]:
    ways = (("phone", "sms", 0.80), ("openid", "wechat_template", 0.88), ("email", "email", 0.66), ("external_userid", "wecom_customer", 0.94))  # fmt: skip
    said = {}
    for (kind, channel, yes), chance in zip(ways, row, strict=True):
        if kind in ids and chance < yes:
            said[channel] = True
        elif kind in ids and chance > 0.95:
            said[channel] = False
    return said


def level_of(spent_fen: int) -> str:
    """Membership by what was ever paid."""
    for least, name in ((200_000, "黑金卡"), (80_000, "金卡"), (30_000, "银卡")):
        if spent_fen >= least:
            return name
    return "普通会员"


def tags_of(taste: str, orders: int, spent_fen: int, days_since_joined: int) -> list[str]:
    """Basic, behaviour and value tags as a shop would set them."""
    found: list[str] = []
    if days_since_joined <= 30:
        found.append("新客")
    if orders:
        found.append({"茶叶": "爱茶", "坚果": "坚果控", "糕点": "甜口", "茶具": "茶具党", "礼盒": "送礼"}[taste])
    if orders >= 5:
        found.append("复购达人")
    if orders and spent_fen / orders >= 25_000:
        found.append("高客单")
    return found


def customer_row(i: int, **known: Any) -> dict[str, Any]:
    """A row for customers/bulk."""
    return {"external_id": f"C{i + 1:05d}", **known}
