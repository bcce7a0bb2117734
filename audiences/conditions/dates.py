"""Questions about a date among the attributes: age, star sign, the month or days of its anniversary, days until it."""

from datetime import date, timedelta
from typing import Any, Literal

from pydantic import Field

from audiences.condition import CONDITIONS, RowCondition
from audiences.conditions.attribute import anniversary_days, attribute_value
from audiences.errors import Code
from audiences.figure import RowFigure
from audiences.forms import ui
from audiences.params import Days, Numbered, counted
from audiences.world import World
from customers.fragments import Sql, as_text, sql
from customers.operators import OPERATORS
from customers.readings import DAY, MOMENT, Over, is_date
from kernel.errors import FieldProblem, problem_at
from kernel.language import Text
from kernel.schema import Body

_KEY = ui(1, "日期属性", "Date attribute", "attribute-picker")
_YEAR_DAYS = 366


def day_text(key: str, world: World) -> Sql:
    """The attribute's day as 'YYYY-MM-DD'; NULL when it does not read. A moment counts by its day in the tenant's zone."""
    raw = as_text(attribute_value(key))
    if world.types.get(key) != "datetime":
        return sql("(CASE WHEN {} THEN {} END)", is_date(raw), raw)
    shown = sql("to_char({}::timestamptz AT TIME ZONE {}, 'YYYY-MM-DD')", raw, world.clock.zone.key)
    return sql("(CASE WHEN {} ~ {} THEN {} END)", raw, f"^{MOMENT}$", shown)


def of_day(key: str, world: World, over: Over) -> Sql:
    """`over` the attribute's day. Dates are checked after it: few rows pass, and the check is the dear part."""
    if world.types.get(key) == "datetime":
        return over(day_text(key, world))
    return DAY.apply(attribute_value(key), over)


class Dated(Body):
    key: str = Field("birthday", min_length=1, max_length=100, json_schema_extra=_KEY)


def unknown_key(params: Dated, world: World) -> list[FieldProblem]:
    return [] if params.key in world.types else [problem_at("/key", Code.UNKNOWN_ATTRIBUTE, key=params.key)]


class AgeParams(Dated, Numbered):
    value: Any = counted("岁", "years")


class AgeCondition(RowFigure[AgeParams]):
    """Full years. Who was born on 29 February has the birthday on the 28th in common years."""

    key, dimension, labels, model = "age", "attribute", Text("年龄(周岁)", "Age in years"), AgeParams
    help = Text(
        "由生日算出的周岁,例如 ≥ 18",
        "Full years since the birthday, such as 18 or more",
    )

    def warnings(self, params: AgeParams, world: World) -> list[FieldProblem]:
        return unknown_key(params, world)

    def number(self, params: AgeParams, world: World) -> Sql:
        """Both days as numbers like 20261231: what their difference has in full ten thousands. The day is read but once."""
        today = world.clock.today
        reached = f"{today.year}{anniversary_days(today, 0)[-1].replace('-', '')}"
        return sql("floor(({} - replace({}, '-', '')::int) / 10000.0)", int(reached), day_text(params.key, world))


class DaysUntilParams(Dated, Days):
    key: str = Field(min_length=1, max_length=100, json_schema_extra=_KEY)


class DaysUntilCondition(RowFigure[DaysUntilParams]):
    """Whole days from today to the date: 0 is today, negative is past."""

    key, dimension, model = "days_until", "attribute", DaysUntilParams
    labels = Text("距某日期的天数(到期等)", "Days until a date")
    help = Text(
        "离某个日期还有几天,负数是已过几天,例如会员到期前 3 天",
        "Days to a date, negative when it is past: 3 days before the membership ends",
    )

    def warnings(self, params: DaysUntilParams, world: World) -> list[FieldProblem]:
        return unknown_key(params, world)

    def number(self, params: DaysUntilParams, world: World) -> Sql:
        return sql("({}::date - {}::date)::numeric", day_text(params.key, world), world.clock.today)


class MonthParams(Dated):
    months_ahead: int = Field(
        0, ge=-11, le=11, strict=True,
        json_schema_extra=ui(2, "几个月后", "Months from now", "number", unit=Text("个月", "months"),
                             help=Text("0 是本月,1 是下月", "0 is this month, 1 is the next")),
    )  # fmt: skip


class AnniversaryMonthCondition(RowCondition[MonthParams]):
    key, dimension, model = "anniversary_month", "attribute", MonthParams
    labels = Text("周年日(生日等)所在月", "Anniversary in the month")
    help = Text(
        "某个日期的周年在那个月,例如本月生日",
        "The month of the year of a date: birthday this month",
    )

    def warnings(self, params: MonthParams, world: World) -> list[FieldProblem]:
        return unknown_key(params, world)

    def row(self, params: MonthParams, world: World) -> Sql:
        month = (world.clock.today.month - 1 + params.months_ahead) % 12 + 1
        return of_day(params.key, world, lambda day: sql("substr({}, 6, 2) = {}", day, f"{month:02}"))


class SoonParams(Dated):
    op: Literal["within_next", "within_last"] = Field(
        "within_next",
        json_schema_extra=ui(2, "比较", "Operator", options={o: OPERATORS[o].labels for o in ("within_next", "within_last")}),
    )  # fmt: skip
    days: int = Field(
        7, ge=0, le=_YEAR_DAYS, strict=True,
        json_schema_extra=ui(3, "天数", "Days", "number", unit=Text("天", "days"), help=Text("含今天", "today included")),
    )  # fmt: skip


class AnniversarySoonCondition(RowCondition[SoonParams]):
    key, dimension, model = "anniversary_within", "attribute", SoonParams
    labels = Text("周年日(生日等)临近或刚过", "Anniversary in the next or last days")
    help = Text(
        "某个日期的周年在前后几天之内,例如未来 7 天内生日",
        "The day of the year of a date lies within days from now: birthday in the next 7 days",
    )
    operators = ("within_next", "within_last")

    def warnings(self, params: SoonParams, world: World) -> list[FieldProblem]:
        return unknown_key(params, world)

    def row(self, params: SoonParams, world: World) -> Sql:
        sign = 1 if params.op == "within_next" else -1
        days = sorted({d for n in range(params.days + 1) for d in anniversary_days(world.clock.today, sign * n)})
        return of_day(params.key, world, lambda day: sql("right({}, 5) = ANY({})", day, days))


# sign → (first day, last day, labels); Capricorn runs over the new year
SIGNS = {
    "aries": ("03-21", "04-19", Text("白羊座", "Aries")),
    "taurus": ("04-20", "05-20", Text("金牛座", "Taurus")),
    "gemini": ("05-21", "06-21", Text("双子座", "Gemini")),
    "cancer": ("06-22", "07-22", Text("巨蟹座", "Cancer")),
    "leo": ("07-23", "08-22", Text("狮子座", "Leo")),
    "virgo": ("08-23", "09-22", Text("处女座", "Virgo")),
    "libra": ("09-23", "10-23", Text("天秤座", "Libra")),
    "scorpio": ("10-24", "11-22", Text("天蝎座", "Scorpio")),
    "sagittarius": ("11-23", "12-21", Text("射手座", "Sagittarius")),
    "capricorn": ("12-22", "01-19", Text("摩羯座", "Capricorn")),
    "aquarius": ("01-20", "02-18", Text("水瓶座", "Aquarius")),
    "pisces": ("02-19", "03-20", Text("双鱼座", "Pisces")),
}
_LEAP_YEAR = [date(2024, 1, 1) + timedelta(days=n) for n in range(366)]


def _days_of(sign: str) -> list[str]:
    """ "MM-DD" of each day under it."""
    first, last, _ = SIGNS[sign]
    days = [f"{day:%m-%d}" for day in _LEAP_YEAR]
    return [d for d in days if (first <= d <= last if first < last else d >= first or d <= last)]


Sign = Literal[
    "aries", "taurus", "gemini", "cancer", "leo", "virgo", "libra", "scorpio", "sagittarius", "capricorn", "aquarius", "pisces"
]  # fmt: skip


class ZodiacParams(Dated):
    value: list[Sign] = Field(
        min_length=1, max_length=12,
        json_schema_extra=ui(2, "星座", "Star sign", options={sign: SIGNS[sign][2] for sign in SIGNS}),
    )  # fmt: skip


class ZodiacCondition(RowCondition[ZodiacParams]):
    key, dimension, labels, model = "zodiac", "attribute", Text("星座", "Star sign"), ZodiacParams
    help = Text(
        "由生日得出的星座",
        "The star sign of the birthday",
    )

    def warnings(self, params: ZodiacParams, world: World) -> list[FieldProblem]:
        return unknown_key(params, world)

    def row(self, params: ZodiacParams, world: World) -> Sql:
        days = sorted(day for sign in set(params.value) for day in _days_of(sign))
        return of_day(params.key, world, lambda day: sql("right({}, 5) = ANY({})", day, days))


for condition in (
    AgeCondition(), DaysUntilCondition(), AnniversaryMonthCondition(), AnniversarySoonCondition(), ZodiacCondition()
):  # fmt: skip
    CONDITIONS.register(condition.key, condition)
