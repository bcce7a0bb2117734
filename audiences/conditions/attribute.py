"""Attributes of a customer compared with a value, and anniversaries of a date among them."""

from datetime import date, timedelta
from typing import Any

from pydantic import Field

from audiences.condition import CONDITIONS, RowCondition
from audiences.errors import Code
from audiences.forms import ui
from audiences.world import World
from customers import sealed
from customers.attributes import EXPECTED, of_type
from customers.comparisons import Compared
from customers.fragments import Member, Sql, joined, member, sql
from customers.operators import OPERATORS, compare
from customers.readings import DAY, MOMENT_OF
from kernel.errors import Code as KernelCode
from kernel.errors import FieldProblem, ProblemError, problem_at
from kernel.language import Text
from kernel.schema import Body

_YEAR_DAYS = 366


def attribute_value(key: str) -> Member:
    """The JSON value of an attribute of the row `c`."""
    return member(Sql("c.attributes"), key)


class AttributeParams(Body):
    key: str = Field(min_length=1, max_length=100, json_schema_extra=ui(1, "属性", "Attribute", "attribute-picker"))
    op: str = Field(json_schema_extra=ui(2, "比较", "Operator"))
    value: Any = Field(None, json_schema_extra=ui(3, "值", "Value"))


class AttributeCondition(RowCondition[AttributeParams]):
    """An attribute that nobody declared yet is missing for everybody; its rule may be written before the first import."""

    key, dimension, labels, model = "attribute", "attribute", Text("客户属性", "Attribute"), AttributeParams
    help = Text(
        "客户资料里的一项,例如城市属于上海、杭州",
        "One thing of the profile: the city is Shanghai or Hangzhou",
    )
    operators = tuple(OPERATORS)
    asks_sealed = True

    def problems(self, params: AttributeParams, world: World) -> list[FieldProblem]:
        if params.key in world.sensitive and params.op not in sealed.OPERATORS:
            return [problem_at("/op", Code.SEALED_OPERATOR, op=params.op, known=", ".join(sealed.OPERATORS))]
        try:
            self._compared(params, world)
            if params.key in world.sensitive:
                _digests(params, world)
        except ProblemError as problem:
            return problem.errors
        return []

    def warnings(self, params: AttributeParams, world: World) -> list[FieldProblem]:
        return [] if params.key in world.types else [problem_at("/key", Code.UNKNOWN_ATTRIBUTE, key=params.key)]

    def _compared(self, params: AttributeParams, world: World) -> Compared:
        return compare(world.types.get(params.key, "any"), params.op, params.value)

    def row(self, params: AttributeParams, world: World) -> Sql:
        in_the_open = self._compared(params, world).sql(attribute_value(params.key), world.clock)
        if params.key not in world.sensitive:
            return in_the_open
        found = sealed.has_sql(world.tenant_id, [params.key], _digests(params, world))
        if params.op == "not_exists":
            return sql("NOT {} AND {}", found, in_the_open)
        return joined("OR", [found, in_the_open]) if world.sensitive[params.key] else found


def _digests(params: AttributeParams, world: World) -> list[bytes] | None:
    """Blind indexes of what a sealed value is compared with; None: of anything. Raises a problem for a value of another type."""
    if params.op in ("exists", "not_exists"):
        return None
    kind, wanted = world.types[params.key], params.value if params.op == "in" else [params.value]
    found = []
    for i, value in enumerate(wanted):
        read = of_type(kind)(value)
        if read is None:
            expected = EXPECTED[kind].say(options="…")
            raise ProblemError.at(
                f"/value/{i}" if params.op == "in" else "/value", KernelCode.WRONG_TYPE, expected=expected
            )
        found.append(sealed.digest_of(params.key, kind, read))
    return found


class AnniversaryParams(Body):
    key: str = Field(
        min_length=1, max_length=100, json_schema_extra=ui(1, "日期属性", "Date attribute", "attribute-picker")
    )
    offset_days: int = Field(
        0, ge=-_YEAR_DAYS, le=_YEAR_DAYS, strict=True,
        json_schema_extra=ui(2, "还有几天", "Days from now", "number", unit=Text("天", "days"),
                             help=Text("0 是今天,3 是三天后,-1 是昨天", "0 is today, 3 is in three days, -1 was yesterday")),
    )  # fmt: skip


def anniversary_days(today: date, offset_days: int) -> list[str]:
    """Month and day ("MM-DD") whose anniversary falls `offset_days` from today; 29 February is kept on the 28th
    in years that have no 29th."""
    day = today + timedelta(days=offset_days)
    days = [f"{day:%m-%d}"]
    leap = (day + timedelta(days=1)).month == 3 and day.day == 28
    return [*days, "02-29"] if leap else days


class AnniversaryCondition(RowCondition[AnniversaryParams]):
    """The year of the date does not matter; a moment counts by its day in the tenant's zone."""

    key, dimension, labels, model = "anniversary", "attribute", Text("周年日(生日等)", "Anniversary"), AnniversaryParams
    help = Text(
        "某个日期的周年正好在那一天,例如今天生日、3 天后会员到期",
        "The day of the year of a date: birthday today, membership ends in 3 days",
    )

    def warnings(self, params: AnniversaryParams, world: World) -> list[FieldProblem]:
        return [] if params.key in world.types else [problem_at("/key", Code.UNKNOWN_ATTRIBUTE, key=params.key)]

    def row(self, params: AnniversaryParams, world: World) -> Sql:
        days, value = anniversary_days(world.clock.today, params.offset_days), attribute_value(params.key)
        if world.types.get(params.key) != "datetime":
            # LIKE costs no more than the check of the date, so the planner leaves it first, and few rows are checked
            return DAY.apply(value, lambda text: joined("OR", [sql("{} LIKE {}", text, f"____-{d}") for d in days]))
        zone = world.clock.zone.key
        template = "to_char({} AT TIME ZONE {}, 'MM-DD') = ANY({})"
        return MOMENT_OF.apply(value, lambda moment: sql(template, moment, zone, days))


CONDITIONS.register(AttributeCondition.key, AttributeCondition())
CONDITIONS.register(AnniversaryCondition.key, AnniversaryCondition())
