"""The kinds of reward a package may hold, and how long they are valid. Pure: settings in, checked settings out."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, AwareDatetime, Field, WithJsonSchema, model_validator

from kernel.errors import ProblemError
from kernel.language import Text
from kernel.schema import Body
from rewards.errors import RewardCode

REDEEMABLE = ("coupon", "code", "gift")
BY_CONNECTOR = ("coupon", "points", "balance", "gift")
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
Cost = Money | None  # what one of them costs the merchant; left out: nothing


class GeneratedCode(Body):
    """`length` random characters after `prefix`, from an alphabet without look-alikes."""

    prefix: str = Field(default="", max_length=20, pattern=r"^[0-9A-Za-z_-]*$")
    length: int = Field(default=10, ge=8, le=32)


class Coupon(Body):
    """`discount` off an order of at least `threshold`, or `percent_off` of it, at most `max_discount`; `products`: a product
    coupon, for these SKUs only."""

    kind: Literal["coupon"]
    name: Name
    threshold: Money = "0.00"
    discount: PositiveMoney | None = None
    percent_off: int | None = Field(default=None, ge=1, le=99)
    max_discount: PositiveMoney | None = None
    products: list[str] | None = Field(default=None, max_length=1000)
    code: GeneratedCode = GeneratedCode()
    cost: Cost = None

    @model_validator(mode="after")
    def _one_worth(self) -> "Coupon":
        if (self.discount is None) == (self.percent_off is None):
            raise ProblemError.at("/discount", RewardCode.DISCOUNT_OR_PERCENT)
        if self.max_discount is not None and self.percent_off is None:
            raise ProblemError.at("/max_discount", RewardCode.MAX_NEEDS_PERCENT)
        return self


class PoolCodeItem(Body):
    """A code from those uploaded for this package."""

    kind: Literal["code"]
    name: Name
    cost: Cost = None


class Points(Body):
    """valid_days: they lapse so many days after issue; left out: never."""

    kind: Literal["points"]
    name: Name | None = None
    points: int = Field(ge=1, le=10**9)
    valid_days: int | None = Field(default=None, ge=1, le=3650)
    cost: Cost = None


class Balance(Body):
    kind: Literal["balance"]
    name: Name | None = None
    amount: PositiveMoney
    cost: Cost = None


class Level(Body):
    kind: Literal["level"]
    name: Name | None = None
    level: Name
    cost: Cost = None


class TagItem(Body):
    kind: Literal["tag"]
    name: Name | None = None
    tag: Name
    cost: Cost = None


class Gift(Body):
    kind: Literal["gift"]
    name: Name
    sku: Name
    cost: Cost = None


Item = Annotated[
    Coupon | PoolCodeItem | Points | Balance | Level | TagItem | Gift,
    Field(discriminator="kind"),
]


class Connector(Body):
    """The merchant's shop issues it: the channel account of provider reward_connector, and what the shop calls the reward."""

    account: str = Field(min_length=1, max_length=30)
    ref: str = Field(default="", max_length=200)


class Validity(Body):
    """`days` from the start, or from a fixed time to another; empty: for ever.

    The start is the issue, or `start_days` after it. end_of_day: starts are put back to the beginning of their day and ends
    off to the end of theirs, in the tenant's zone, so that nobody has less than the days they were promised.
    """

    days: int | None = Field(default=None, ge=1, le=3650)
    start_days: int | None = Field(default=None, ge=1, le=3650)
    end_of_day: bool | None = None
    from_: AwareDatetime | None = Field(default=None, alias="from")
    to: AwareDatetime | None = None

    @model_validator(mode="after")
    def _one_way_only(self) -> "Validity":
        if self.days is not None and (self.from_ is not None or self.to is not None):
            raise ProblemError.at("/days", RewardCode.DAYS_OR_DATES)
        if self.days is None and (self.start_days is not None or self.end_of_day):
            raise ProblemError.at("/days", RewardCode.DAYS_MISSING)
        if self.from_ is not None and self.to is not None and self.to <= self.from_:
            raise ProblemError.at("/to", RewardCode.BAD_RANGE)
        return self


def default_name(item: dict[str, Any]) -> str:
    """What a customer or marketer reads of an item: its own name, else its kind and worth."""
    worth = item.get("points") or item.get("amount") or item.get("level") or item.get("tag") or ""
    return str(item.get("name") or f"{KINDS[item['kind']].say()} {worth}".strip())


def span(validity: dict[str, Any], issued: datetime, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
    """(from, to) of something issued at `issued`; None: at once, never."""
    if not validity.get("days"):
        start, end = validity.get("from"), validity.get("to")
        return datetime.fromisoformat(start) if start else None, datetime.fromisoformat(end) if end else None
    local = issued.astimezone(zone)
    begins = local + timedelta(days=int(validity.get("start_days") or 0))
    ends = begins + timedelta(days=int(validity["days"]))
    if validity.get("end_of_day"):
        begins, ends = _midnight(begins.date(), zone), _midnight(ends.date() + timedelta(days=1), zone)
    return (begins if validity.get("start_days") else None), ends


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def item_span(
    item: dict[str, Any], validity: dict[str, Any], issued: datetime, zone: ZoneInfo
) -> tuple[datetime | None, datetime | None]:
    """The same for one item of a package: what is credited at once has no validity, points may have one of their own."""
    if item["kind"] in REDEEMABLE:
        return span(validity, issued, zone)
    return None, issued + timedelta(days=item["valid_days"]) if item.get("valid_days") else None


def cost_of(item: dict[str, Any]) -> Decimal:
    return Decimal(item.get("cost") or "0.00")


def unit_cost(items: list[dict[str, Any]]) -> Decimal:
    """What one share of a package costs the merchant."""
    return sum(map(cost_of, items), Decimal("0.00"))


def has_ended(validity: dict[str, Any], now: datetime) -> bool:
    """Fixed dates that are over: nothing issued now could ever be used."""
    return bool(validity.get("to")) and datetime.fromisoformat(validity["to"]) <= now
