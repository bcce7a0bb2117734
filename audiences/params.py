"""Parameters that many conditions share: a number or a time that is compared, an event, a span, a channel. Asks nothing."""

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, PrivateAttr, StringConstraints, model_validator

from audiences.forms import ui
from audiences.window import Window
from customers.comparisons import Compared
from customers.operators import compare, compare_number
from customers.where import Filter
from kernel.language import Text
from kernel.schema import Body

Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Weekday = Literal["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
WEEKDAYS = {
    "MO": Text("星期一", "Monday"),
    "TU": Text("星期二", "Tuesday"),
    "WE": Text("星期三", "Wednesday"),
    "TH": Text("星期四", "Thursday"),
    "FR": Text("星期五", "Friday"),
    "SA": Text("星期六", "Saturday"),
    "SU": Text("星期日", "Sunday"),
}
# (first hour, labels); the last one runs over midnight
DAYPARTS = {
    "dawn": (0, Text("凌晨(0–6 点)", "night (0–6 h)")),
    "morning": (6, Text("上午(6–12 点)", "morning (6–12 h)")),
    "afternoon": (12, Text("下午(12–18 点)", "afternoon (12–18 h)")),
    "evening": (18, Text("晚上(18–24 点)", "evening (18–24 h)")),
}
# those that everybody has; a tenant's own are words, too
IDENTITY_KINDS = {
    "phone": Text("手机号", "phone"),
    "email": Text("邮箱", "email"),
    "openid": Text("微信 OpenID", "WeChat OpenID"),
    "unionid": Text("微信 UnionID", "WeChat UnionID"),
    "external_userid": Text("企业微信客户", "WeCom customer"),
    "device": Text("设备", "device"),
    "member_id": Text("会员号", "member number"),
}
Daypart = Literal["dawn", "morning", "afternoon", "evening"]


class Comparing(Body):
    """`op value`, compared as `against` says (a type of customers.operators.compare) and checked when it is read."""

    against: ClassVar[str]
    op: str
    value: Any = None

    _compared: Compared = PrivateAttr()

    @model_validator(mode="after")
    def _comparable(self) -> Self:
        self._compared = self._comparison()
        return self

    def _comparison(self) -> Compared:
        return compare(self.against, self.op, self.value)

    def compared(self) -> Compared:
        return self._compared


class Numbered(Comparing):
    """`op value` on a number."""

    op: str = Field("gte", json_schema_extra=ui(80, "比较", "Operator"))
    value: Any = Field(None, json_schema_extra=ui(81, "值", "Value", "number"))

    def _comparison(self) -> Compared:
        return compare_number(self.op, self.value)


def counted(zh: str, en: str, start: int | None = None) -> Any:
    """The `value` of a number with its unit; start: what it is when nothing is said."""
    return Field(start, json_schema_extra=ui(81, "值", "Value", "number", unit=Text(zh, en)))


class Times(Numbered):
    """How many times; once at least when nothing is said."""

    value: Any = counted("次", "times", 1)


_FAR = 36_600  # days: further back than anything is looked for


_BOUNDED = ("lt", "lte", "eq", "between", "in")


class Days(Numbered):
    value: Any = Field(None, json_schema_extra=ui(81, "天数", "Days", "number", unit=Text("天", "days")))

    def most(self) -> int | None:
        """Whole days of which no greater number can satisfy, so nothing before them need be read; None: any number can."""
        if self.op not in _BOUNDED:
            return None
        largest = max(self.value) if isinstance(self.value, list) else self.value
        return None if largest > _FAR else max(int(largest), 0)


class Percent(Numbered):
    value: Any = Field(None, json_schema_extra=ui(81, "百分比", "Percent", "number", unit=Text("%", "%")))


class Moment(Comparing):
    """`op value` on a time."""

    against = "datetime"
    op: str = Field("within_last", json_schema_extra=ui(80, "比较", "Operator"))
    value: Any = Field(None, json_schema_extra=ui(81, "值", "Value", "duration"))


class Windowed(Body):
    window: Window | None = Field(None, json_schema_extra=ui(91, "时间范围", "Window"))


class Happening(Windowed):
    """Events of one name in a span, that pass filters."""

    event: Name = Field(json_schema_extra=ui(1, "事件", "Event", "event-picker"))
    where: list[Filter] = Field([], max_length=20, json_schema_extra=ui(90, "并且", "Where", "event-where"))
