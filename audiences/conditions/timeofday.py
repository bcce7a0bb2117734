"""When in the day and in the week somebody does something, and when most of all. By the tenant's clock."""

from datetime import time
from typing import TYPE_CHECKING

from pydantic import Field, model_validator

from audiences.condition import CONDITIONS
from audiences.errors import Code
from audiences.figure import ZERO, EventFigure
from audiences.forms import ui
from audiences.happened import local, of_params
from audiences.params import DAYPARTS, WEEKDAYS, Daypart, Happening, Times, Weekday
from audiences.preferred import Preferred
from customers.fragments import Sql, joined, sql
from customers.moments import Clock
from kernel.errors import ProblemError
from kernel.language import Text

if TYPE_CHECKING:
    from audiences.evaluate import Evaluation

_HOUR = "^([01][0-9]|2[0-3]):[0-5][0-9]$"
_DAYS = list(WEEKDAYS)


class HoursParams(Happening, Times):
    from_: str = Field(alias="from", pattern=_HOUR, json_schema_extra=ui(2, "从", "From", "time"))
    to: str = Field(pattern=_HOUR, json_schema_extra=ui(3, "到", "To", "time"))

    @model_validator(mode="after")
    def _some_time(self) -> "HoursParams":
        if self.from_ == self.to:
            raise ProblemError.at("/to", Code.WINDOW_ORDER)
        return self


class HoursCondition(EventFigure[HoursParams]):
    """[from, to), over midnight when `to` is the earlier hour."""

    key, labels, model = "hours", Text("在一天的某个时段做过", "Did it at a time of day"), HoursParams
    help = Text(
        "在每天的某个时段做过几次,例如 22:00 到次日 6:00 浏览 ≥ 3 次",
        "How often at a time of day: viewed 3 times or more between 22:00 and 6:00",
    )
    nothing = ZERO

    def figures(self, params: HoursParams, evaluation: "Evaluation") -> Sql:
        at = sql("{}::time", local("e.occurred_at", evaluation.world.clock))
        word = "AND" if params.from_ < params.to else "OR"
        ends = time.fromisoformat(params.from_), time.fromisoformat(params.to)
        inside = joined(word, [sql("{} >= {}", at, ends[0]), sql("{} < {}", at, ends[1])])
        events = of_params(params, evaluation)
        return sql("SELECT e.customer_id, count(*)::numeric AS figure FROM {} AND {} GROUP BY 1", events, inside)


class WeekdaysParams(Happening, Times):
    days: list[Weekday] = Field(
        min_length=1, max_length=7, json_schema_extra=ui(2, "星期", "Weekdays", options=WEEKDAYS)
    )


class WeekdaysCondition(EventFigure[WeekdaysParams]):
    key, labels, model = "weekdays", Text("在星期几做过", "Did it on a weekday"), WeekdaysParams
    help = Text(
        "在星期几做过几次,例如周末下单 ≥ 2 次",
        "How often on these weekdays: 2 orders or more at the weekend",
    )
    nothing = ZERO

    def figures(self, params: WeekdaysParams, evaluation: "Evaluation") -> Sql:
        return sql(
            "SELECT e.customer_id, count(*)::numeric AS figure FROM {} AND extract(isodow FROM {})::int = ANY({}::int[]) GROUP BY 1",
            of_params(params, evaluation),
            local("e.occurred_at", evaluation.world.clock),
            sorted({_DAYS.index(day) + 1 for day in params.days}),
        )


class PreferredHoursParams(Happening):
    value: list[Daypart] = Field(
        min_length=1, max_length=4,
        json_schema_extra=ui(2, "时段", "Part of the day", options={k: label for k, (_, label) in DAYPARTS.items()}),
    )  # fmt: skip


class PreferredHoursCondition(Preferred[PreferredHoursParams]):
    key, model = "preferred_hours", PreferredHoursParams
    labels = Text("偏好时段", "Preferred part of the day")
    help = Text(
        "最常在一天的哪个时段做某事,例如最常在晚上浏览",
        "The part of the day in which it is done most: views mostly in the evening",
    )

    def choice(self, params: PreferredHoursParams, clock: Clock) -> Sql:
        return sql("(extract(hour FROM {})::int / 6)", local("e.occurred_at", clock))

    def wanted(self, params: PreferredHoursParams) -> Sql:
        return sql("{}::int[]", sorted({DAYPARTS[part][0] // 6 for part in params.value}))


class PreferredDayParams(Happening):
    value: list[Weekday] = Field(
        min_length=1, max_length=7, json_schema_extra=ui(2, "星期", "Weekdays", options=WEEKDAYS)
    )


class PreferredDayCondition(Preferred[PreferredDayParams]):
    key, labels, model = "preferred_weekday", Text("偏好星期几", "Preferred weekday"), PreferredDayParams
    help = Text(
        "最常在星期几做某事,例如最常在周六下单",
        "The weekday on which it is done most: orders mostly on Saturdays",
    )

    def choice(self, params: PreferredDayParams, clock: Clock) -> Sql:
        return sql("extract(isodow FROM {})::int", local("e.occurred_at", clock))

    def wanted(self, params: PreferredDayParams) -> Sql:
        return sql("{}::int[]", sorted({_DAYS.index(day) + 1 for day in params.value}))


for condition in (HoursCondition(), WeekdaysCondition(), PreferredHoursCondition(), PreferredDayCondition()):
    CONDITIONS.register(condition.key, condition)
