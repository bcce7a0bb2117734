"""The kinds of reward a package may hold, and how long they are valid. Pure: settings in, checked settings out."""

from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, Field, WithJsonSchema, model_validator

from kernel.errors import ProblemError
from kernel.language import Text
from kernel.schema import Body
from rewards.errors import RewardCode

REDEEMABLE = ("coupon", "code", "gift")
KINDS = {
    "coupon": Text("优惠券", "Coupon"),
    "code": Text("券码", "Code"),
    "points": Text("积分", "Points"),
    "balance": Text("余额", "Balance"),
    "level": Text("会员等级", "Member level"),
    "tag": Text("标签", "Tag"),
    "gift": Text("赠品", "Gift"),
}


def _money(value: str) -> str:
    try:
        amount = Decimal(value)
    except InvalidOperation as error:
        raise ProblemError.at("", RewardCode.BAD_MONEY) from error
    exponent = amount.as_tuple().exponent
    if not amount.is_finite() or not 0 <= amount < Decimal("1e12") or not isinstance(exponent, int) or exponent < -2:
        raise ProblemError.at("", RewardCode.BAD_MONEY)
    return f"{amount:.2f}"


def _more_than_nothing(value: str) -> str:
    if Decimal(value) == 0:
        raise ProblemError.at("", RewardCode.BAD_MONEY)
    return value


_SCHEMA = WithJsonSchema({"type": "string", "pattern": r"^\d+(\.\d{1,2})?$", "examples": ["20.00"]})
Money = Annotated[str, AfterValidator(_money), _SCHEMA]
PositiveMoney = Annotated[str, AfterValidator(_money), AfterValidator(_more_than_nothing), _SCHEMA]
Name = Annotated[str, Field(min_length=1, max_length=200)]


class GeneratedCode(Body):
    """`length` random characters after `prefix`, from an alphabet without look-alikes."""

    prefix: str = Field(default="", max_length=20, pattern=r"^[0-9A-Za-z_-]*$")
    length: int = Field(default=10, ge=8, le=32)


class Coupon(Body):
    """`discount` off an order of at least `threshold`; `products`: a product coupon, for these SKUs only."""

    kind: Literal["coupon"]
    name: Name
    threshold: Money = "0.00"
    discount: PositiveMoney
    products: list[str] | None = Field(default=None, max_length=1000)
    code: GeneratedCode = GeneratedCode()


class PoolCodeItem(Body):
    """A code from those uploaded for this package."""

    kind: Literal["code"]
    name: Name


class Points(Body):
    kind: Literal["points"]
    name: Name | None = None
    points: int = Field(ge=1, le=10**9)


class Balance(Body):
    kind: Literal["balance"]
    name: Name | None = None
    amount: PositiveMoney


class Level(Body):
    kind: Literal["level"]
    name: Name | None = None
    level: Name


class TagItem(Body):
    kind: Literal["tag"]
    name: Name | None = None
    tag: Name


class Gift(Body):
    kind: Literal["gift"]
    name: Name
    sku: Name


Item = Annotated[
    Coupon | PoolCodeItem | Points | Balance | Level | TagItem | Gift,
    Field(discriminator="kind"),
]


class Validity(Body):
    """`days` after issue, or from a fixed time to another; empty: for ever."""

    days: int | None = Field(default=None, ge=1, le=3650)
    from_: AwareDatetime | None = Field(default=None, alias="from")
    to: AwareDatetime | None = None

    @model_validator(mode="after")
    def _one_way_only(self) -> "Validity":
        if self.days is not None and (self.from_ is not None or self.to is not None):
            raise ProblemError.at("/days", RewardCode.DAYS_OR_DATES)
        if self.from_ is not None and self.to is not None and self.to <= self.from_:
            raise ProblemError.at("/to", RewardCode.BAD_RANGE)
        return self


def default_name(item: dict[str, Any]) -> str:
    """What a customer or marketer reads of an item: its own name, else its kind and worth."""
    worth = item.get("points") or item.get("amount") or item.get("level") or item.get("tag") or ""
    return str(item.get("name") or f"{KINDS[item['kind']].say()} {worth}".strip())


def expires_at(validity: dict[str, Any], issued: datetime) -> datetime | None:
    """When something issued at `issued` ends; None: never."""
    if validity.get("days"):
        return issued + timedelta(days=int(validity["days"]))
    return datetime.fromisoformat(validity["to"]) if validity.get("to") else None


def valid_from(validity: dict[str, Any]) -> str | None:
    sent: str | None = validity.get("from")
    return sent


def has_ended(validity: dict[str, Any], now: datetime) -> bool:
    """Fixed dates that are over: nothing issued now could ever be used."""
    return bool(validity.get("to")) and datetime.fromisoformat(validity["to"]) <= now
